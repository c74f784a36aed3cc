"""What PostgreSQL will ask of the rows of each partition that is wanted, read from the wanted schema itself.

A CHECK that says the same, and is valid, spares ATTACH PARTITION the look at the rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from difftool.parse import Name
from difftool.pg.connection import literal, rows, run
from difftool.rules.facts import Belongs

if TYPE_CHECKING:
    from difftool.pg.types import Connection

QUERY = Path(__file__).with_name("bounds.sql")
HASHED = re.compile(r"(satisfies_hash_partition\()'(\d+)'::oid")
"""A hash partition's condition knows its table by the number that it has there."""
TABLE = "SELECT format('%%I.%%I', relnamespace::regnamespace, relname) FROM pg_class WHERE oid = %s"


def read_belongs(connection: Connection) -> Mapping[Name, Belongs]:
    """By a partition's name, what its rows fulfil; names in it are written with their schemas."""
    run(connection, "SET search_path = ''")

    def named(found: re.Match[str]) -> str:
        return f"{found[1]}{literal(rows(connection, TABLE, (found[2],))[0][0])}::regclass::oid"

    found = rows(connection, QUERY.read_text("utf-8"))
    return {Name(schema, name): Belongs(HASHED.sub(named, what), top) for schema, name, what, top in found}
