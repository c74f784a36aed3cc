"""What the tables show that has no type of its own further down. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from difftool import words
from difftool.errors import ConnectionFailed, DifftoolError
from difftool.model import Plan
from difftool.secrets import mask

State = Literal["in sync", "deferred", "drifted", "unreachable", "error"]


@dataclass(frozen=True, slots=True)
class FleetRow:
    """One target of several: ``what`` differs or went wrong, and ``count`` how many objects differ."""

    name: str
    database: str
    state: State
    what: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class DoctorRow:
    """One thing tried: ``ok`` is None for what could not be tried; ``todo`` is what to do when it is not ok."""

    name: str
    ok: bool | None
    detail: str
    todo: str = ""


def fleet_row(name: str, database: str, answer: Plan | DifftoolError) -> FleetRow:
    """The row for what checking a target gave: its drift, or why there is no answer."""
    if isinstance(answer, ConnectionFailed):
        return FleetRow(name, database, "unreachable", mask(answer.message))
    if isinstance(answer, DifftoolError):
        return FleetRow(name, database, "error", mask(answer.message))
    if words.unchanged(answer):
        return FleetRow(name, database, "in sync")
    if answer.only_deferred:
        told = tuple(dict.fromkeys(words.subject(d.statement) for d in answer.deferred))
        return FleetRow(name, database, "deferred", words.some(told), len(told))
    differing = words.differing(answer)
    return FleetRow(name, database, "drifted", words.some(differing) or words.counts(answer), len(differing))


def fleet_summary(rows: Sequence[FleetRow]) -> str:
    """ "5 targets: 3 in sync, 1 drifted, 1 unreachable"."""
    states: tuple[State, ...] = ("in sync", "deferred", "drifted", "unreachable", "error")
    numbers = {state: sum(row.state == state for row in rows) for state in states}
    return f"{words.many(len(rows), 'target')}: " + ", ".join(f"{n:,} {state}" for state, n in numbers.items() if n)
