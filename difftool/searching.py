"""What does where an engine's own order does not: its statements, tried on a clone until they run, and completed.

What fails is tried again after the others, views in its way are taken down, and what the desired dump can settle by
itself is added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from difftool.catalog import compare
from difftool.model import Unhandled
from difftool.pg.connection import rows, run, session
from difftool.pg.execute import Meaningless, reason
from difftool.pg.types import Connection, Error
from difftool.rules.identify import identify
from difftool.settle import settle

if TYPE_CHECKING:
    from difftool.prove import Rehearsal
    from difftool.scratch.workspace import Database

ALTER_THEN_ANEW = (False, False, True, False, True, False)
"""Rounds of settling: what is altered first, then what is dropped and made anew, and what that left missing."""
VIEW_IN_THE_WAY = re.compile(r"^(?:rule _RETURN on )?(?:materialized )?view (.+) depends on ", re.MULTILINE)
"""PostgreSQL's detail of SQLSTATE 2BP01 and 0A000; scratch servers of our own speak English."""
ROWS = "UPDATE "
"""How a statement begins that is for the rows: no dump misses it, and the plan does."""
VIEW = """
SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END, format('%%I.%%I', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = to_regclass(%s) AND c.relkind IN ('v', 'm')
"""

Failed = list[tuple[str, str]]
"""Statements, each with the reason why it does not run; "" for one that is still to be tried."""


def search(rehearsal: Rehearsal, proposed: Sequence[str]) -> tuple[tuple[str, ...], tuple[Unhandled, ...]]:
    """What runs on a clone, one by one, in the order that it ran, completed from the dump; and what never ran."""
    want = rehearsal.want.catalog
    with rehearsal.fresh() as copy, session(copy.user) as connection:
        trying = _Trying(rehearsal, copy, connection)
        pending = trying.all([(sql, "") for sql in proposed])
        for anew in ALTER_THEN_ANEW:
            after = rehearsal.read(copy).catalog
            if not compare(after, want):
                return tuple(trying.ran), _failing(p for p in pending if p[0].startswith(ROWS))
            wanted = settle(after, want, rehearsal.names.quoted, anew=anew)
            trying.all([(s, "") for s in wanted if s not in trying.ran or s.startswith(("SET ", "RESET "))])
            pending = trying.all(pending)
    return tuple(trying.ran), _failing(pending)


@dataclass
class _Trying:
    """Statements on one clone, and what of them has run so far."""

    rehearsal: Rehearsal
    copy: Database
    connection: Connection
    ran: list[str] = field(default_factory=list)

    def all(self, statements: Failed) -> Failed:
        """Run what runs, again and again until nothing more does; returns what never did, each with the reason."""
        pending = statements
        while pending:
            failed = [(sql, error) for sql, _ in pending if (error := self._one(sql))]
            if len(failed) == len(pending):
                return failed
            pending = failed
        return pending

    def _one(self, sql: str) -> str:
        """Run one statement, after taking down the views that stand in its way; "" or the reason of its failure."""
        while True:
            try:
                self.rehearsal.run_one(self.connection, self.copy, sql, self.ran)
            except Meaningless as nothing:
                return str(nothing)
            except Error as error:
                before = len(self.ran)
                self._take_down(error)
                if len(self.ran) == before:
                    return reason(error)
            else:
                self.ran.append(sql)
                return ""

    def _take_down(self, error: Error) -> None:
        """Drop the views that stand in a statement's way; settling puts them back, with all that hung on them."""
        before = self.rehearsal.before
        for found in VIEW_IN_THE_WAY.finditer((error.diag and error.diag.message_detail) or ""):
            for kind, name in rows(self.connection, VIEW, (found[1],)):
                if before and before.has(name):
                    continue
                sql = f"DROP {kind} {name}"
                try:
                    run(self.connection, sql)
                    self.ran.append(sql)
                except Error as deeper:
                    self._take_down(deeper)


def _failing(pending: Iterable[tuple[str, str]]) -> tuple[Unhandled, ...]:
    """What never ran, each with the reason."""
    return tuple(Unhandled(*identify(sql)[:2], f"the engine's statement fails: {why}") for sql, why in pending)
