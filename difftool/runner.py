"""Running a plan's statements on the target: one segment a transaction, never waiting long for a lock.

What was committed stays and is told; what was not is rolled back as a whole. Where the connection breaks off at a
COMMIT, the server is asked again what became of it. A journal is told when a segment begins, and why the run stopped.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from difftool import words
from difftool.aftermath import end_session, fate, remainder, session_again
from difftool.batches import as_backfill, gave_up
from difftool.errors import ApplyFailed, DifftoolError, Refused, StoppedPartWay
from difftool.gates import Gate, Stop, always
from difftool.journal import Keeper, Session
from difftool.model import Outcome, Plan, Statement
from difftool.pg.connection import rows, run, session
from difftool.pg.execute import MEANINGLESS, execute, reason
from difftool.pg.interrupt import undisturbed, whole
from difftool.pg.pooler import SESSION
from difftool.pg.types import Connection, Error
from difftool.script import NO_LIMIT, Timeouts, is_patient, session_settings, waiting
from difftool.segments import is_transaction, segments
from difftool.watching import Seen, watched

if TYPE_CHECKING:
    from difftool.pg.conninfo import Conninfo

LOCKED = "55P03"
RETRYABLE = frozenset({LOCKED, "40P01"})
"""lock_not_available and deadlock_detected: the whole transaction is run again."""
CANCELLED = "57014"
"""query_canceled, as by statement_timeout."""
LONGEST_PAUSE = 30.0
DONE = {"create": "built", "drop": "dropped", "alter": "done", "set": "done"}
IN_TRANSACTION = 2
"""libpq's PQTRANS_INTRANS: the COMMIT was not even begun."""
WHAT_NEXT = "difftool plan shows what is left"
AT_WORK = 0x646966667402
"""The advisory lock of the session that runs the statements: it may outlive the difftool that began them."""

BEGUN = "SELECT backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()"

Talk = Callable[[str], None]
Report = Callable[[Outcome], None]
Part = Sequence[tuple[int, Statement]]
"""One segment, each statement with its number in the plan."""


@dataclass
class Runner:
    """Runs a plan's segments on one session and keeps account of each statement."""

    plan: Plan
    info: Conninfo
    watcher: Connection
    """Another session, which asks who blocks the first one."""
    lock_timeout: str
    retries: int
    talk: Talk
    report: Report
    snapshot: str = ""
    """What was taken before, to go back to."""
    journal: Keeper = field(default_factory=Keeper)
    before: int = 0
    """So many statements were committed by an earlier run."""
    rest: tuple[str, ...] | None = None
    """What is left of the first statement, which an earlier run or try began; None: all of it."""
    statement_timeout: str = NO_LIMIT
    patience: str = NO_LIMIT
    gate: Gate = always
    """Asked before each segment, and before each new try of one."""
    outcomes: list[Outcome] = field(default_factory=list)
    """Of what is committed."""
    pid: int = 0
    """The session's on the server."""
    seen: Seen = field(default_factory=Seen)
    """Who was in the way of the last statement."""
    half: str = ""
    """What a failed statement did by half, and its next try finishes."""
    left: str = ""
    """What a failed statement left behind and nobody could take away."""

    @property
    def _timeouts(self) -> Timeouts:
        return Timeouts(self.lock_timeout, self.statement_timeout, self.patience)

    def run(self) -> tuple[Outcome, ...]:
        """Run every statement; raises ApplyFailed or StoppedPartWay, with what was and was not done in its message.

        The journal is told why it stopped; that the run is over it is told by whoever knows that nothing follows.
        """
        try:
            with session(self.info) as connection:
                self._prepare(connection)
                for part in self._parts():
                    self._segment(connection, part)
        except KeyboardInterrupt:
            raise self._stopped("interrupted") from None
        except Error as error:  # the session was lost before its first statement
            raise self._stopped(f"the session failed: {_why(error)}") from None
        except DifftoolError as error:
            if not self.journal.now.ended:  # no session could be had, or a gate was closed
                self.journal.stops(error.message)
            raise
        return tuple(self.outcomes)

    def _parts(self) -> Iterator[Part]:
        """The segments that no earlier run committed."""
        numbered = iter(enumerate(self.plan.statements, 1))
        for segment in segments(self.plan.statements):
            part = [next(numbered) for _ in segment]
            if part[-1][0] > self.before:
                yield part

    def _prepare(self, connection: Connection) -> None:
        self.pid = rows(connection, SESSION)[0][0]  # libpq's own is a pooler's invention where there is one
        run(connection, "SET idle_session_timeout = 0")  # at a gate it waits, for a standby or an answer
        rows(connection, "SELECT pg_advisory_lock_shared(%s)", (AT_WORK,))
        self.journal.works(Session(self.pid, rows(connection, BEGUN)[0][0]))
        for sql in session_settings(self.plan, self._timeouts):
            try:
                run(connection, sql)
            except Error as error:
                raise self._stopped(f"{sql} failed: {reason(error)}") from None

    def _segment(self, connection: Connection, part: Part) -> None:
        """Run one segment, again and again while others hold what it must lock."""
        for attempt in range(self.retries + 1):
            if stop := self.gate(self.before + len(self.outcomes)):
                raise self._halted(stop)
            done: list[Outcome] = []
            try:
                self._once(connection, part, done)
            except (Error, KeyboardInterrupt) as error:
                self._undo(connection, part[0][1], error)
                number, statement = part[min(len(done), len(part) - 1)]
                again = RETRYABLE - {LOCKED} if is_patient(statement) else RETRYABLE  # its patience is at an end
                if getattr(error, "pgcode", None) not in again or attempt == self.retries or self.left:
                    self.report(Outcome(number, statement, "failed", error=_why(error)))
                    what = self._named(number, statement)
                    if is_patient(statement) and getattr(error, "pgcode", None) == LOCKED:
                        raise self._impatient(what) from None
                    if rows_held := self._rows_held(error, statement):
                        raise self._held_off(what, rows_held) from None
                    raise self._failure(error, what + (" at COMMIT" if len(done) == len(part) else "")) from None
                rows_held = self._rows_held(error, statement)
            else:
                return
            self._pause(attempt, number, statement, rows_held)

    def _once(self, connection: Connection, part: Part, done: list[Outcome]) -> None:
        """Run a segment from its first statement to its COMMIT."""
        together = is_transaction([s for _, s in part])
        transaction = ""
        if together:
            run(connection, "BEGIN")
            transaction = rows(connection, "SELECT pg_current_xact_id()::text")[0][0]
        self.journal.begins(part[-1][0], transaction)
        for number, statement in part:
            self.report(Outcome(number, statement, "running"))
            with whole():  # a signal must not come between what the server did and our account of it
                done.append(self._one(connection, number, statement))
                if not together:
                    self._committed(done)
            self.report(done[-1])
        if together:
            self._commit(connection, done, transaction)
        self.rest, self.half = None, ""

    def _committed(self, done: Sequence[Outcome]) -> None:
        self.outcomes += done
        self.journal.committed(done[-1].number)

    def _one(self, connection: Connection, number: int, statement: Statement) -> Outcome:
        started = time.monotonic()
        before, after = waiting(statement, self._timeouts)
        for sql in before:
            run(connection, sql)
        patient = self._named(number, statement) if is_patient(statement) else ""
        self.seen = Seen()
        tell, filled = partial(self._tell, number, statement), as_backfill(statement.sql)
        table = filled.table if filled else ""
        with watched(self.watcher, self.pid, self.seen, self.talk, tell, patient, table):
            notices = self._execute(connection, number, statement)
        for sql in after:
            run(connection, sql)
        if any(MEANINGLESS.search(n) for n in notices):
            raise _nothing_done(notices)
        return Outcome(number, statement, "done", time.monotonic() - started)

    def _execute(self, connection: Connection, _number: int, statement: Statement) -> tuple[str, ...]:
        """Run the statement, or what is left of it to do; the server's notices."""
        texts = (statement.sql,) if statement.transaction or self.rest is None else self.rest
        return tuple(n for sql in texts for n in execute(connection, sql))

    def _named(self, number: int, statement: Statement) -> str:
        """A statement as a message names it."""
        return f"{self._briefly(number)} ({words.title(statement)})"

    def _briefly(self, number: int) -> str:
        return f"statement {number}"

    def _commit(self, connection: Connection, done: Sequence[Outcome], transaction: str) -> None:
        """COMMIT; when the connection breaks off there, the server is asked what became of it."""
        try:
            with whole():
                run(connection, "COMMIT")
                self._committed(done)
        except (Error, KeyboardInterrupt) as error:
            refused = isinstance(error, Error) and not connection.closed
            if refused or connection.info.transaction_status == IN_TRANSACTION:
                raise
            became = fate(self.info, self.pid if connection.closed else 0, transaction)
            if became == "aborted":
                raise
            if became:
                self._committed(done)
            for outcome in () if became else done:
                self.report(replace(outcome, state="in-doubt"))
            what = f"{_why(error)} at the COMMIT after {self._briefly(done[-1].number)}"
            told = f"it was done{' all the same' if became else ', or was not: nobody can tell'}"
            raise self._stopped(f"{what}; {told}", unsure=not became) from None

    def _undo(self, connection: Connection, first: Statement, error: Error | KeyboardInterrupt) -> None:
        """Back to before the segment: a rollback, or what a failed statement outside of a transaction left."""
        with undisturbed():
            if connection.closed:
                end_session(self.info, self.pid)
            if first.transaction:
                with suppress(Error):  # a session that is gone has rolled back
                    run(connection, "ROLLBACK")
            else:
                self.left = self._tidy(first, error, refused=not connection.closed)

    def _tidy(self, statement: Statement, error: Error | KeyboardInterrupt, *, refused: bool) -> str:
        """Drop the INVALID index that a failed concurrent build leaves; "" or what of the statement is there."""
        interrupted = isinstance(error, KeyboardInterrupt)
        what, known = words.title(statement).partition(" ")[2], interrupted or not refused
        try:
            with session_again(self.info) as fresh:
                for sql in session_settings(self.plan, Timeouts("1s") if interrupted else Timeouts(self.lock_timeout)):
                    run(fresh, sql)
                rest = remainder(fresh, statement)
                if rest is None:
                    return "; whether it was done all the same is not known" if known else ""
                if not rest.sql:
                    return f"; {what} was {DONE[statement.action]} all the same" if known else ""
                if rest.half:  # the next try, or the next run, does what is left
                    half = f"{what} is half {DONE[statement.action]}"
                    if as_backfill(statement.sql):
                        half = f"what it has filled of {what} is committed and stays"
                    self.rest, self.half = rest.sql, f"; {half}"
                    return self.half if known else ""
                self.rest = None
                if len(rest.sql) > 1:
                    run(fresh, rest.sql[0])
        except (Error, DifftoolError, KeyboardInterrupt) as failure:
            why = failure.message if isinstance(failure, DifftoolError) else _why(failure)
            if statement.kind == "index" and statement.action == "create":
                return f"; an INVALID {what} is left, as it could not be dropped: {why}"
            return "; whether it was done all the same is not known"
        return ""

    def _rows_held(self, error: Error | KeyboardInterrupt, statement: Statement) -> str:
        """Which rows a batch waited for in vain, and who may hold them; "" where it is something else that failed."""
        filled, why = as_backfill(statement.sql), _why(error)
        if getattr(error, "pgcode", None) != LOCKED or not filled or not gave_up(why, filled):
            return ""
        return f"{why}{', locked there by ' if self.seen.holders else ''}{'; '.join(self.seen.holders)}"

    def _held_off(self, what: str, rows_held: str) -> ApplyFailed | StoppedPartWay:
        tried = f"tried {words.many(self.retries + 1, 'time')}"
        hint = "end what holds them; the next plan goes on from what is filled"
        return self._stopped(f"{what} could not fill every row, {tried}: {rows_held}", hint)

    def _pause(self, attempt: int, number: int, statement: Statement, rows_held: str = "") -> None:
        """Nothing is held meanwhile: the transaction was rolled back."""
        seconds = min(LONGEST_PAUSE, 2**attempt) * random.uniform(0.5, 1.0)  # noqa: S311 (jitter, not a secret)
        blocked = f", blocked by {'; '.join(self.seen.blockers)}" if self.seen.blockers else ""
        missed = f" did not get its lock within {self.lock_timeout}{blocked}"
        missed = f" could not fill every row: {rows_held}" if rows_held else missed
        self.talk(
            f"{self._named(number, statement)}{missed}; "
            f"trying again in {seconds:.1f} s ({attempt + 1} of {self.retries})"
        )
        time.sleep(seconds)

    def _tell(self, number: int, statement: Statement, seconds: float, far: str) -> None:
        self.report(Outcome(number, statement, "running", seconds, progress=far))

    def _failure(self, error: Error | KeyboardInterrupt, what: str) -> ApplyFailed | StoppedPartWay:
        """What failed, PostgreSQL's words, and what was and was not done."""
        blocked = f"; blocked by {'; '.join(self.seen.blockers)}" if self.seen.blockers else ""
        if isinstance(error, KeyboardInterrupt):
            return self._stopped(f"interrupted at {what}{blocked}")
        if getattr(error, "pgcode", None) == LOCKED:
            tries = f"within {self.lock_timeout}, tried {words.many(self.retries + 1, 'time')}"
            hint = "end what holds the lock, or raise lock_timeout or retries, then apply again"
            return self._stopped(f"{what} did not get its lock {tries}{blocked}", hint)
        if getattr(error, "pgcode", None) == CANCELLED and self.statement_timeout != NO_LIMIT:
            hint = f"statement_timeout is {self.statement_timeout}: raise it, or set it to 0"
            return self._stopped(f"{what} failed: {_why(error)}", hint)
        diag = getattr(error, "diag", None)
        return self._stopped(f"{what} failed: {_why(error)}{blocked}", (diag.message_hint if diag else "") or "")

    def _impatient(self, what: str) -> ApplyFailed | StoppedPartWay:
        """What waited for older transactions for longer than it was to."""
        blocked = f": {'; '.join(self.seen.blockers)}" if self.seen.blockers else ""
        hint = "end them, or raise patience, then apply again"
        return self._stopped(f"{what} waited for older transactions for longer than {self.patience}{blocked}", hint)

    def _halted(self, stop: Stop) -> Refused | ApplyFailed | StoppedPartWay:
        """What kept the next segment from its beginning, and which statements are left."""
        done = self.before + len(self.outcomes)
        if not done and not self.half:
            return Refused(f"{stop.why}; nothing was changed", hint=stop.hint)
        numbered = list(enumerate(self.plan.statements, 1))[done:]
        left = words.some([f"{number} ({words.title(statement)})" for number, statement in numbered])
        return self._stopped(f"{stop.why}; left: {left}", stop.hint)

    def _stopped(self, what: str, hint: str = "", *, unsure: bool = False) -> ApplyFailed | StoppedPartWay:
        """The error that says what was and was not done, of the class that knows the exit code."""
        self.left = self.left or self.half
        self.journal.stops(f"{what}{self.left}", doubt=unsure)
        committed, total = self.before + len(self.outcomes), len(self.plan.statements)
        if not committed and not unsure and not self.left:
            return ApplyFailed(f"{what}; nothing was changed", hint=hint)
        done = f"{committed} of {words.many(total, 'statement')} {'is' if committed == 1 else 'are'} committed"
        back = f"; difftool rollback {self.snapshot} goes back" if self.snapshot else ""
        on = "; difftool apply --resume goes on" if self.journal.store and not self.journal.lost else ""
        return StoppedPartWay(f"{what}{self.left}; {done}", hint=f"{hint or WHAT_NEXT}{on}{back}")


def _why(error: Error | KeyboardInterrupt) -> str:
    return "interrupted" if isinstance(error, KeyboardInterrupt) else reason(error)


def _nothing_done(notices: Sequence[str]) -> Error:
    """A statement that the server accepted and did not carry out, as the error that it should have been."""
    from difftool.pg.types import InsufficientPrivilege

    return InsufficientPrivilege(" ".join(notices[0].split()))
