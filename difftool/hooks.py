"""Hooks: files of SQL and commands that are run before and after an apply; a plan or a check never runs one.

A file of SQL runs on the target, as the role that connects. A command is a program and its arguments, started without a
shell; what it is told stands in its environment.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from difftool import syntax, words
from difftool.errors import ApplyFailed, DifftoolError, StoppedPartWay
from difftool.pg.connection import literal, run, session
from difftool.pg.execute import execute, reason
from difftool.secrets import mask
from difftool.settings.table import HOOK_PREFIX

if TYPE_CHECKING:
    from difftool.model import Applied, Plan
    from difftool.pg.conninfo import Conninfo
    from difftool.settings import Hook

GRACE = 5.0
"""Seconds that a command may take to end once it was told to."""
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
        if not hook.is_sql:
            return _run_command(hook.words, occasion, self.talk)
        try:
            return _run_sql(Path(hook.program), self.info, self.lock_timeout, self.talk)
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


def _run_sql(path: Path, info: Conninfo, lock_timeout: str, talk: Callable[[str], None]) -> str:
    """Run a file's statements one by one, each by itself unless the file says BEGIN; what they RAISE is told."""
    from difftool.pg.types import Error

    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        return f"cannot read {path}: {error}"
    with session(info) as connection:
        run(connection, f"SET lock_timeout = {literal(lock_timeout)}")
        for piece in syntax.split(text):
            try:
                notices = execute(connection, piece.sql) if piece.sql else ()
            except Error as error:
                return f"line {1 + text.count(chr(10), 0, piece.offset)}: {reason(error)}"
            for notice in notices:
                talk(f"{path.name}: {words.one_line(notice)}")
        if connection.info.transaction_status != IDLE:
            return "it ends inside a transaction, which was rolled back"
    return ""


def _run_command(arguments: Sequence[str], occasion: Occasion, talk: Callable[[str], None]) -> str:
    """Run a program in the current folder, its output told line by line; "" or how it ended."""
    name = Path(arguments[0]).name
    try:
        process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, **occasion.environment()},
        )
    except OSError as error:
        return f"it cannot be run: {error.strerror}"
    try:
        for line in process.stdout or ():
            talk(f"{name}: {line.rstrip()}")
        code = process.wait()
    except KeyboardInterrupt:
        _end(process)
        raise
    return f"ended by signal {-code}" if code < 0 else f"exit status {code}" if code else ""


def _end(process: subprocess.Popen[str]) -> None:
    """End a command that is no longer waited for, with more and more force."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
        process.wait(GRACE)
        return
    process.kill()
    process.wait()
