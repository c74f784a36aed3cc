"""What of roles and the database is put off: the rest is tried without it, and then it on top of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from difftool.allowing import allowances, allowed
from difftool.cluster.state import Print, prints
from difftool.cluster.writing import Written
from difftool.deferring import NEEDS
from difftool.model import Deferred, Statement, Unhandled
from difftool.pg.execute import reason

if TYPE_CHECKING:
    from difftool.cluster.state import Compared
    from difftool.cluster.trying import StandIns, Trial
    from difftool.pg.types import Error


@dataclass(frozen=True, slots=True)
class Later:
    """What is run now, what later and why, and how things stand in between."""

    now: Written
    deferred: tuple[Deferred, ...] = ()
    result: tuple[Print, ...] = ()
    failed: tuple[Unhandled, ...] = ()
    """What of the rest, or of what is put off, does not run after all."""


def asked(words: Sequence[str], written: Written) -> dict[str, Deferred]:
    """By SQL, the statements with a hazard that is to be put off."""
    by = allowances(words)
    found = ((s, next((h for h in s.hazards if allowed(h, by)), None)) for s in written.all)
    return {s.sql: Deferred(s, hazard.kind, hazard.detail) for s, hazard in found if hazard}


def put_off(
    off: Mapping[str, Deferred], written: Written, attempt: Trial, names: StandIns, compared: Compared
) -> Later:
    """Run the rest, where the target's roles are set up, and then what is put off; what needs that goes along."""
    every = dict(off)
    for statement in written.all:
        if statement.sql not in every and (error := _fails(statement, attempt)):
            every[statement.sql] = Deferred(statement, "", NEEDS.format(names.plain(reason(error))))
    result = prints(attempt.read(compared.roles), compared)
    deferred = tuple(every[s.sql] for s in written.all if s.sql in every)
    failed = ((d.statement, _fails(d.statement, attempt)) for d in deferred)
    return Later(
        Written(*(tuple(s for s in part if s.sql not in every) for part in (written.first, written.last))),
        deferred,
        result,
        tuple(Unhandled(s.kind, s.name, f"fails: {names.plain(reason(e))}") for s, e in failed if e),
    )


def _fails(statement: Statement, attempt: Trial) -> Error | None:
    return next(iter(attempt.run([statement.sql]).failed.values()), None)
