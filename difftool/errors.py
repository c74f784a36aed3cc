"""The one tree of errors: each class knows its exit code, each raise says what was asked, found and what to do."""

from __future__ import annotations


class DifftoolError(Exception):
    """Something the user must know about: a lower-case sentence and, after ``hint:``, the next thing to type."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DifftoolError):
    """The command line, the environment or a settings file says something that cannot be meant."""

    exit_code = 2


class ConnectionFailed(DifftoolError):
    """A server could not be reached or did not let us in."""


class DatabaseMissing(ConnectionFailed):
    """The server answered, but has no database of that name."""


class TargetUnfit(DifftoolError):
    """The target was reached, but difftool cannot work with it: too old, a standby, a missing privilege."""


class SchemaError(DifftoolError):
    """The desired schema does not load: a missing folder, a failing statement, two definitions of one object."""


class ScratchError(DifftoolError):
    """No scratch database could be had, or one stopped working."""


class DumpError(DifftoolError):
    """pg_dump is missing, too old for the server, or failed."""


class SnapshotError(DifftoolError):
    """A snapshot could not be written, read back or found."""


class Interrupted(DifftoolError):
    """Ctrl-C or SIGTERM, before anything was changed."""


class ApplyFailed(DifftoolError):
    """A plan's statement failed and nothing had been committed: the target is as it was."""


class Refused(DifftoolError):
    """difftool will not do this unasked: a hazard not allowed, a stale plan, no confirmation, no proof, a held lock."""

    exit_code = 4


class StoppedPartWay(DifftoolError):
    """A plan stopped after something had been committed."""

    exit_code = 5
