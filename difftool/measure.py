"""What each statement of a plan locks, reads and rewrites: looked at on a clone, one transaction a statement.

The locks come from pg_locks just before COMMIT, rewrites from the numbers of the files, and reads from what the server
says of its work: it checks an empty table as it checks a full one.
"""

from __future__ import annotations

import re
from collections import UserList
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from difftool.model import LockMode, Statement
from difftool.parse import Name
from difftool.pg.connection import rows, run, session
from difftool.pg.execute import Meaningless
from difftool.pg.types import Connection, Error
from difftool.rules.known_locks import Taken, strongest

if TYPE_CHECKING:
    from difftool.prove import Rehearsal
    from difftool.scratch.workspace import Database

EXISTING = r"""
SELECT c.oid::bigint, n.nspname, c.relname, c.relkind, COALESCE(i.indrelid, 0)::bigint,
    pg_relation_filenode(c.oid)::bigint
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_index i ON i.indexrelid = c.oid
WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f', 'S', 'i', 'I')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
"""
HELD = """
SELECT l.relation::bigint, array_agg(l.mode), pg_relation_filenode(l.relation)::bigint FROM pg_locks l
WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted
    AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
GROUP BY l.relation
"""
TABLE = re.compile(r'^DEBUG: +(?:(?:verifying|rewriting) table "(.*)"|building index ".*" on table "(.*)" \w+.*)$')
FOREIGN_KEY = re.compile(r"^DEBUG: +validating foreign key constraint ")
"""What PostgreSQL says, in English everywhere, when it sets about reading a table."""


class Own(NamedTuple):
    """A relation that was there before the plan; of an index also its table."""

    name: Name
    kind: str
    """``pg_class.relkind``."""
    table: int


def measure(rehearsal: Rehearsal, copy: Database, statements: Sequence[Statement]) -> tuple[Taken | None, ...]:
    """What each statement takes on a clone, up to the first that fails; None for what has no transaction."""
    found: list[Taken | None] = []
    with session(copy.user) as connection, suppress(Error, Meaningless):
        connection.notices = UserList()  # type: ignore[assignment]  # of a list, psycopg2 keeps but the last 50
        gauge = Gauge(connection)
        run(connection, "SET client_min_messages = debug1")
        before: list[str] = []
        for statement in statements:
            found.append(_one(rehearsal, copy, gauge, statement, before))
            before.append(statement.sql)
    return tuple(found)


def _one(
    rehearsal: Rehearsal, copy: Database, gauge: Gauge, statement: Statement, before: Sequence[str]
) -> Taken | None:
    connection = gauge.connection
    if not statement.transaction:
        rehearsal.run_one(connection, copy, statement.sql, before)
        return None
    run(connection, "BEGIN")
    rehearsal.run_one(connection, copy, statement.sql, before)
    found = gauge.read(statement.sql)
    run(connection, "COMMIT")
    return found


class Gauge:
    """Reads what the transaction at hand has locked, read and rewritten of what was there when the gauge was made."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        found = rows(connection, EXISTING)
        self.own = {oid: Own(Name(schema, name), kind, table) for oid, schema, name, kind, table, _ in found}
        self.files = {oid: file for oid, *_, file in found}

    def read(self, sql: str) -> Taken:
        """What this transaction did so far, of which ``sql`` is the only statement."""
        said = [str(notice).strip() for notice in self.connection.notices]
        held = {oid: (mode, file) for oid, modes, file in rows(self.connection, HELD) if (mode := strongest(modes))}
        moved = {oid for oid, (_, file) in held.items() if oid in self.own and file not in (None, self.files[oid])}
        self.files |= {oid: file for oid, (_, file) in held.items()}
        locks = dict(self._on_tables({oid: mode for oid, (mode, _) in held.items() if oid in self.own}))
        return Taken(
            {self.own[oid].name: mode for oid, mode in locks.items()},
            frozenset(self.own[oid].name for oid in locks if oid in moved and self.own[oid].kind in "rm"),
            frozenset(self._read(said, locks, every=sql.startswith("ALTER DOMAIN "))),
        )

    def _on_tables(self, held: Mapping[int, LockMode]) -> Iterator[tuple[int, LockMode]]:
        """The locks without those on indexes; while one is locked for good, no query of its table is planned."""
        yield from ((oid, mode) for oid, mode in held.items() if not self.own[oid].table)
        for oid, mode in held.items():
            if self.own[oid].table in self.own and mode == "ACCESS EXCLUSIVE":
                yield self.own[oid].table, mode

    def _read(self, said: Sequence[str], locks: Iterable[int], *, every: bool) -> Iterator[Name]:
        """The locked tables that the server said it reads; of a domain's it says nothing, and locks no others."""
        tables = {found[1] or found[2] for line in said if (found := TABLE.match(line))}
        every = every or any(FOREIGN_KEY.match(line) for line in said)
        for name, kind, _ in (self.own[oid] for oid in locks):
            if kind in "rm" and (every or name.name in tables):
                yield name
