"""Bringing in reference data on the target, after a plan: each file a transaction, run as a plan's statements are.

The same door: a gate before each file and each new try, lock timeouts tried again with who is in the way, a broken
COMMIT asked about. Only what is told differs: files are counted, and what is done does nothing the second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from difftool import words
from difftool.errors import ApplyFailed, ConnectionFailed, Refused, StoppedPartWay
from difftool.pg.connection import affected
from difftool.runner import Part, Runner, Talk

if TYPE_CHECKING:
    from difftool.gates import Gate, Stop
    from difftool.model import Outcome, Plan, Statement
    from difftool.pg.conninfo import Conninfo
    from difftool.pg.types import Connection
    from difftool.script import Timeouts

HINT = "mend what failed, then apply again: what is done already does nothing the second time"


def bring_in(
    plan: Plan, info: Conninfo, watcher: Connection, timeouts: Timeouts, retries: int, gate: Gate, talk: Talk
) -> tuple[str, ...]:
    """Run a plan's data on the target, each file in one transaction; what was done, a sentence each.

    Raises ApplyFailed, or StoppedPartWay where something was committed before; the file that fails is rolled back.
    """
    if not plan.data:
        return ()
    files = tuple(_numbered(plan))
    alone = replace(plan, statements=tuple(s for _, s in files), data=())
    runner = Bringing(alone, info, watcher, timeouts.lock, retries, talk, lambda _: None)
    runner.statement_timeout, runner.gate = timeouts.statement, gate
    runner.files, runner.after = tuple(file for file, _ in files), bool(plan.statements)
    runner.run()
    return tuple(f"{d.file}: {words.many(runner.of(d.file), 'row')} changed" for d in plan.data)


def _numbered(plan: Plan) -> Iterator[tuple[str, Statement]]:
    """Each statement of data with its file, the last of a file with a commit after it."""
    for step in plan.data:
        for number, statement in enumerate(step.statements, 1):
            yield step.file, replace(statement, commit=number == len(step.statements))


@dataclass
class Bringing(Runner):
    """Runs files of data as a runner runs segments."""

    files: tuple[str, ...] = ()
    """By statement, the file that it stands in."""
    after: bool = False
    """Whether a plan's statements were committed just before."""
    changed: dict[int, int] = field(default_factory=dict)
    """By statement, how many rows its last try changed."""

    def run(self) -> tuple[Outcome, ...]:
        """Run every file; a connection that is not to be had stops it part-way, too, where something is committed."""
        try:
            return super().run()
        except ConnectionFailed as error:
            raise self._stopped(error.message, error.hint) from None

    def of(self, file: str) -> int:
        """How many rows a file changed."""
        return sum(n for number, n in self.changed.items() if self.files[number - 1] == file)

    def _segment(self, connection: Connection, part: Part) -> None:
        self.talk(f"data: {self.files[part[0][0] - 1]}")
        super()._segment(connection, part)

    def _execute(self, connection: Connection, number: int, statement: Statement) -> tuple[str, ...]:
        self.changed[number] = affected(connection, statement.sql)
        return ()

    def _named(self, number: int, _statement: Statement) -> str:
        return self._briefly(number)

    def _briefly(self, number: int) -> str:
        return f"the data of {self.files[number - 1]}"

    def _halted(self, stop: Stop) -> Refused | ApplyFailed | StoppedPartWay:
        left = dict.fromkeys(self.files[len(self.outcomes) :])
        if not self.outcomes and not self.after:
            return Refused(f"{stop.why}; nothing was changed", hint=stop.hint)
        return self._stopped(f"{stop.why}; left: the data of {words.some(list(left))}", stop.hint)

    def _stopped(self, what: str, hint: str = "", *, unsure: bool = False) -> ApplyFailed | StoppedPartWay:
        if not self.outcomes and not self.after and not unsure:
            return ApplyFailed(f"{what}; nothing was changed", hint=hint or HINT)
        done, every = (len(set(files)) for files in (self.files[: len(self.outcomes)], self.files))
        plan, verb = ("all statements and ", "are") if self.after else ("", "is" if done == 1 else "are")
        told = f"{plan}{done} of {words.many(every, 'file')} of data {verb} committed"
        return StoppedPartWay(f"{what}; {told}", hint=hint or HINT)
