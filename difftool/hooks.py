"""Hooks: files of SQL and commands that are run before and after an apply; a plan or a check never runs one.

A file of SQL runs on the target, as the role that connects. A command is a program and its arguments, started without a
shell; what it is told stands in its environment.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from io import IncrementalNewlineDecoder
from locale import getencoding
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from difftool import syntax, words
from difftool.errors import ApplyFailed, DifftoolError, StoppedPartWay
from difftool.pg.connection import literal, run, session
from difftool.pg.execute import execute, reason
from difftool.secrets import mask
from difftool.settings.readers import in_seconds
from difftool.settings.table import HOOK_PREFIX

if TYPE_CHECKING:
    from difftool.model import Applied, Plan
    from difftool.pg.conninfo import Conninfo
    from difftool.pg.types import Connection
    from difftool.settings import Hook

GRACE = 5.0
"""Seconds that a hook may take to end once it was told to."""
TICK = 0.05
IDLE = 0
"""libpq's PQTRANS_IDLE: no transaction is open."""

Outcome = Literal["", "applied", "different", "failed", "stopped"]
"""Of an apply: not run yet, done, done with a difference left, nothing changed, something committed and not all."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a hook is run for."""

    plan: Plan
    target: str
    reason: str
    when: Literal["before", "after"] = "before"
    snapshot: str = ""
    outcome: Outcome = ""
    error: str = ""

    def environment(self) -> Mapping[str, str]:
        """The variables that a command finds; no password is among them."""
        told = {
            "WHEN": self.when,
            "REASON": self.reason,
            "TARGET": self.target,
            "DATABASE": self.plan.target.database,
            "SUMMARY": words.counts(self.plan),
            "SNAPSHOT": self.snapshot,
            "OUTCOME": self.outcome,
            "ERROR": mask(self.error),
        }
        return {f"{HOOK_PREFIX}{name}": value.replace("\0", "") for name, value in told.items()}


@dataclass(frozen=True, slots=True)
class Hooks:
    """What is run around one apply."""

    before: tuple[Hook, ...]
    after: tuple[Hook, ...]
    info: Conninfo
    lock_timeout: str
    timeout: str
    """How long each may run; "0" for as long as it takes."""
    occasion: Occasion
    talk: Callable[[str], None]

    def open(self) -> None:
        """Run what comes before; raises ApplyFailed at the first hook that fails."""
        for hook in self.before:
            if why := self._run(hook, self.occasion):
                raise ApplyFailed(
                    f"the hook {shown(hook)} before the apply failed: {why}; nothing was applied",
                    hint="mend what it found, or the hook, then apply again",
                )

    def around(self, apply: Callable[[], Applied], snapshot: str) -> Applied:
        """Apply, then run what comes after, told how it went; raises StoppedPartWay when such a hook fails."""
        after = replace(self.occasion, when="after", snapshot=snapshot)
        try:
            applied = apply()
        except DifftoolError as error:
            outcome: Outcome = "stopped" if isinstance(error, StoppedPartWay) else "failed"
            for failure in self._close(replace(after, outcome=outcome, error=error.message)):
                self.talk(failure)
            raise
        failures = self._close(replace(after, outcome="different" if applied.left else "applied"))
        if failures:
            left = f"; {words.many(len(applied.left), 'difference')} left" if applied.left else ""
            raise StoppedPartWay(
                f"all statements are committed{left}, but {'; '.join(failures)}",
                hint=f"difftool rollback {snapshot} goes back" if snapshot else "",
            )
        return applied

    def _close(self, occasion: Occasion) -> tuple[str, ...]:
        """Run what comes after, all of it; what failed. SQL has nothing to try where the apply did not go through."""
        failures: list[str] = []
        through = occasion.outcome in ("applied", "different")
        for hook in self.after:
            if hook.is_sql and not through:
                continue
            try:
                why = self._run(hook, occasion)
            except KeyboardInterrupt:
                return (*failures, f"the hook {shown(hook)} after it was interrupted")
            if why:
                failures.append(f"the hook {shown(hook)} after it failed: {why}")
                occasion = replace(occasion, outcome="stopped", error=occasion.error or failures[-1])
        return tuple(failures)

    def _run(self, hook: Hook, occasion: Occasion) -> str:
        """Run one hook; "" or why it failed."""
        self.talk(f"hook {occasion.when} the apply: {shown(hook)}")
        limit = in_seconds(self.timeout) or None
        try:
            if hook.is_sql:
                return _run_sql(Path(hook.program), self.info, self.lock_timeout, limit, self.talk)
            return _run_command(hook.words, occasion, limit, self.talk)
        except TimeoutError:
            return f"it ran for longer than hook_timeout, {self.timeout}, and was ended"
        except DifftoolError as error:
            return error.message


def shown(hook: Hook) -> str:
    """A hook as it is named: a file from the current folder where it lies below, a command by its program."""
    path = Path(hook.program)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else hook.program


def announced(before: Sequence[Hook], after: Sequence[Hook]) -> Iterator[str]:
    """A sentence for each side that has hooks, for who is asked whether to apply."""
    for when, hooks in (("before", before), ("after", after)):
        if hooks:
            yield f"run {when} it: {', '.join(shown(h) for h in hooks)}"


def _run_sql(path: Path, info: Conninfo, lock_timeout: str, limit: float | None, talk: Callable[[str], None]) -> str:
    """Run a file's statements one by one, each by itself unless the file says BEGIN; what they RAISE is told.

    Raises TimeoutError when all of it takes longer than ``limit`` seconds.
    """
    from difftool.pg.types import Error

    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return f"cannot read {path}: {error}"
    with session(info) as connection, _cancelled(connection, limit) as late:
        run(connection, f"SET lock_timeout = {literal(lock_timeout)}")
        for piece in syntax.split(text):
            if late.is_set():
                return ""
            try:
                notices = execute(connection, piece.sql) if piece.sql else ()
            except Error as error:
                return f"line {1 + text.count(chr(10), 0, piece.offset)}: {reason(error)}"
            for notice in notices:
                talk(f"{path.name}: {words.one_line(notice)}")
        if connection.info.transaction_status != IDLE:
            return "it ends inside a transaction, which was rolled back"
    return ""


@contextmanager
def _cancelled(connection: Connection, limit: float | None) -> Iterator[threading.Event]:
    """Cancel what the session runs once ``limit`` seconds are over, again and again, and raise TimeoutError.

    What it gives says whether they are over.
    """
    over, late = threading.Event(), threading.Event()

    def watch() -> None:
        pause = limit
        while not over.wait(pause):
            late.set()
            pause = GRACE
            with suppress(Exception):  # a session that is gone has nothing to cancel
                connection.cancel()

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield late
    finally:
        over.set()
    if late.is_set():
        raise TimeoutError


def _run_command(arguments: Sequence[str], occasion: Occasion, limit: float | None, talk: Callable[[str], None]) -> str:
    """Run a program in the current folder, its output told line by line; "" or how it ended.

    Raises TimeoutError when it takes longer than ``limit`` seconds; then it is ended, with whatever it started.
    """
    name = Path(arguments[0]).name
    try:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **occasion.environment()},
            start_new_session=True,  # a group of its own, so that all of it can be ended
        )
    except OSError as error:
        return f"it cannot be run: {error.strerror}"
    until = None if limit is None else time.monotonic() + limit
    try:
        for line in _lines(process, until):
            talk(f"{name}: {line}")
        code = process.wait(_left(until))
    except subprocess.TimeoutExpired:
        _end(process)
        raise TimeoutError from None
    except (KeyboardInterrupt, TimeoutError):
        _end(process)
        raise
    return f"ended by signal {-code}" if code < 0 else f"exit status {code}" if code else ""


def _lines(process: subprocess.Popen[bytes], until: float | None) -> Iterator[str]:
    """What a program prints, until all of it has closed its output; raises TimeoutError when that is too late."""
    assert process.stdout
    decoder = IncrementalNewlineDecoder(getincrementaldecoder(getencoding())("replace"), translate=True)
    rest = ""
    with process.stdout as output, selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while selector.select(_left(until)):
            data = os.read(output.fileno(), 65536)
            *whole, rest = (rest + decoder.decode(data, final=not data)).split("\n")
            yield from (line.rstrip() for line in whole)
            if not data:
                yield from [rest.rstrip()] if rest else []
                return
        raise TimeoutError


def _left(until: float | None) -> float | None:
    return None if until is None else max(until - time.monotonic(), 0)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command that is no longer waited for and what it started, with more and more force."""
    _signal(process, signal.SIGTERM)
    with suppress(KeyboardInterrupt):
        until = time.monotonic() + GRACE
        while _is_there(process) and time.monotonic() < until:
            time.sleep(TICK)
    if _is_there(process):
        _signal(process, signal.SIGKILL)
    process.wait()


def _is_there(process: subprocess.Popen[bytes]) -> bool:
    """Whether anything of a command's group still runs."""
    process.poll()
    return _signal(process, 0)


def _signal(process: subprocess.Popen[bytes], number: int) -> bool:
    """Send a signal to a command's whole group; False where nobody is left to hear it."""
    try:
        os.killpg(process.pid, number)
    except OSError:
        return False
    return True
