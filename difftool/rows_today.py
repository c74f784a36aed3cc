"""What a plan will meet among the target's rows: counted before anybody is asked, for a proof only knows the schema.

Each look is bounded in time and in what it counts, and says so.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import TYPE_CHECKING

from difftool.model import HAZARDS, Hazard, Statement
from difftool.pg.connection import rows, run
from difftool.pg.types import Error
from difftool.rules import probes
from difftool.rules.facts import Facts
from difftool.rules.registry import Probe

if TYPE_CHECKING:
    from difftool.pg.types import Connection

MOST = 10_000
"""Rows that are counted; beyond, it is "more than"."""
SECONDS, IN_ALL = 2, 30
ONE = {"have": "has", "are": "is"}
"""How verbs go on after "1 row", where it is not by an s."""
PART = re.compile(r" TABLESAMPLE SYSTEM \(([0-9.]+)\) WHERE ")
"""How a query says that it reads but a part of a table."""


def with_rows(
    statements: tuple[Statement, ...], facts: Facts, connect: Callable[[], AbstractContextManager[Connection]]
) -> tuple[Statement, ...]:
    """The statements with a hazard more for whatever their table's rows will not let pass, or lose by them.

    ``connect`` gives a session of the target that only reads; without anything to look at there is none.
    """
    looks = probes(statements, facts)
    if not looks:
        return statements
    found: dict[int, list[Hazard]] = defaultdict(list)
    began = time.monotonic()
    with connect() as connection:
        run(connection, f"SET statement_timeout = '{SECONDS}s'")
        run(connection, "SET search_path = pg_catalog")  # nobody's own round() or operator is to be called
        for place, probe in looks:
            said = "" if time.monotonic() - began > IN_ALL else _said(probe, connection)
            if said:
                found[place].append(Hazard(probe.kind, said, probe.objects, probe.bytes))
    return tuple(_with(statement, found[place]) for place, statement in enumerate(statements))


def _with(statement: Statement, more: Sequence[Hazard]) -> Statement:
    hazards = sorted(dict.fromkeys((*statement.hazards, *more)), key=lambda h: HAZARDS.index(h.kind))
    return replace(statement, hazards=tuple(hazards))


def _said(probe: Probe, connection: Connection) -> str:
    """What a look found, in a sentence; "" for nothing, or where nobody can tell."""
    try:
        number = rows(connection, f"SELECT count(*) FROM ({probe.sql} LIMIT {MOST + 1}) q")[0][0]
    except Error as error:
        if connection.closed or error.pgcode is None:
            raise
        return ""  # too slow to look at, or of something that only the plan makes
    if not number:
        return ""
    part = PART.search(probe.sql)
    told = f"in a sample of {float(part[1]):g} % of it, " if part else ""
    verb = ONE.get(probe.do, f"{probe.do}s") if number == 1 else probe.do
    return f"{told}{_rows(number)} of {probe.of} {verb} {probe.what}"


def _rows(number: int) -> str:
    return f"more than {MOST:,} rows" if number > MOST else f"{number:,} row{'s' if number > 1 else ''}"
