"""What PostgreSQL will ask of the rows of each partition that is wanted, read from the wanted schema itself.

A CHECK that says the same, and is valid, spares ATTACH PARTITION the look at the rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from difftool.parse import Name, dotted, is_a, parse
from difftool.pg.connection import literal, rows, run
from difftool.rules.facts import Belongs, Facts

if TYPE_CHECKING:
    from difftool.pg.types import Connection

QUERY = Path(__file__).with_name("bounds.sql")
HASHED = re.compile(r"(satisfies_hash_partition\()'(\d+)'::oid")
"""A hash partition's condition knows its table by the number that it has there."""
TABLE = "SELECT format('%%I.%%I', relnamespace::regnamespace, relname) FROM pg_class WHERE oid = %s"


def attached(texts: Iterable[str], facts: Facts) -> tuple[Name, ...]:
    """The tables that statements make partitions of tables that the target has."""
    known = {relation.name for relation in facts.relations}
    alters = (node for sql in texts if "ATTACH" in sql.upper() for node in parse(sql) or ())
    commands = ((node, c) for node in alters if is_a(node, "AlterTableStmt") for c in node.cmds)
    found = [(n, c.def_) for n, c in commands if c.subtype.name == "AT_AttachPartition" and dotted(n.relation) in known]
    return tuple(dotted(partition.name) for _, partition in found)


def read_belongs(connection: Connection, names: Sequence[Name]) -> Mapping[Name, Belongs]:
    """By these partitions' names, what their rows fulfil; names in it are written with their schemas.

    Of no more than are asked for: PostgreSQL keeps a lock on each until the query is over.
    """
    if not names:
        return {}
    run(connection, "SET search_path = ''")

    def named(found: re.Match[str]) -> str:
        return f"{found[1]}{literal(rows(connection, TABLE, (found[2],))[0][0])}::regclass::oid"

    found = rows(connection, QUERY.read_text("utf-8"), ([name.sql for name in names],))
    return {Name(schema, name): Belongs(HASHED.sub(named, what), top) for schema, name, what, top in found}
