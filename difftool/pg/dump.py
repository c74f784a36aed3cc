"""The door to pg_dump: one database's schema as text, with every warning kept.

https://www.postgresql.org/docs/current/app-pgdump.html
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from difftool.errors import DumpError
from difftool.pg import interrupt
from difftool.pg.connection import explain, rows, session
from difftool.pg.programs import programs, wheels

if TYPE_CHECKING:
    from difftool.pg.conninfo import Conninfo
    from difftool.pg.programs import Program
    from difftool.pg.types import Connection

Table = tuple[str, str]
"""A table's schema and name."""
LOCK_WAIT = "10s"

UNREADABLE = """
SELECT c.oid::regclass::text, n.nspname::text, c.relname::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relnamespace::regnamespace::text !~ '^pg_'
  AND c.relnamespace::regnamespace::text <> 'information_schema'
  AND NOT has_table_privilege(c.oid, 'SELECT')
ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Dump:
    """What ``pg_dump --schema-only`` printed, what it warned of, and its own major version."""

    text: str
    warnings: tuple[str, ...]
    major: int


def find_pg_dump(server_major: int, info: Conninfo | None = None) -> Program:
    """The pg_dump for a server: the newest that is not older than it; raises DumpError when there is none.

    Both sides of a comparison are dumped by the same one. The embedded server's speaks no TLS, so for a server beyond
    this machine any other comes first.
    """
    found = programs("pg_dump")
    fit = [p for p in found if p.major >= server_major]
    if not fit:
        seen = ", ".join(f"{p.path} is {p.major}" for p in found) or "none was found"
        raise DumpError(
            f"no pg_dump for PostgreSQL {server_major}: {seen}",
            hint=f"install the client programs of PostgreSQL {server_major} (Debian: postgresql-client-{server_major})",
        )
    carried = {i.bin for i in wheels()}
    remote = info is not None and not info.local
    return sorted(fit, key=lambda p: remote and p.path.parent in carried)[0]


@dataclass(frozen=True, slots=True)
class Dumping:
    """A pg_dump at work; what else there is to do can be done meanwhile."""

    info: Conninfo
    program: Program
    process: subprocess.Popen[bytes]

    def finish(self) -> Dump:
        """Its result; raises DumpError naming what it could not read."""
        try:
            out, err = self._wait()
        except BaseException:
            self.cancel()
            raise
        talk = err.decode("utf-8", "replace").strip()
        if self.process.returncode:
            raise _explain(self.info, talk)
        warnings = tuple(x.removeprefix("pg_dump: ") for x in talk.splitlines() if x.startswith("pg_dump: warning:"))
        return Dump(out.decode("utf-8"), warnings, self.program.major)

    def _wait(self) -> tuple[bytes, bytes]:
        """Wait for its end, on whichever thread, unless this process is told to end."""
        while True:
            with suppress(subprocess.TimeoutExpired):
                said = self.process.communicate(timeout=interrupt.TICK)
                interrupt.check()  # Ctrl-C at a terminal reaches pg_dump too: its last words are no error then
                return said
            interrupt.check()

    def cancel(self) -> None:
        """End it; nobody wants its result. It cancels what its session waits for, as it could not if it were killed."""
        self.process.terminate()
        self.process.communicate()


def begin_dump(info: Conninfo, program: Program, without: Iterable[Table] = ()) -> Dumping:
    """Start dumping the schema of one database, less some tables."""
    arguments = [str(program.path), "--schema-only", f"--lock-wait-timeout={LOCK_WAIT}", "-d", info.dsn(secrets=False)]
    arguments += ["--exclude-table=" + ".".join('"' + n.replace('"', '""') + '"' for n in table) for table in without]
    environment = {**os.environ, **info.environment(), "PGAPPNAME": "difftool", "LC_ALL": "C"}
    pipe = subprocess.PIPE
    return Dumping(info, program, subprocess.Popen(arguments, stdout=pipe, stderr=pipe, env=environment))


def dump_schema(info: Conninfo, program: Program, without: Iterable[Table] = ()) -> Dump:
    """The schema of one database, less some tables; raises DumpError naming what pg_dump could not read."""
    return begin_dump(info, program, without).finish()


def unreadable(connection: Connection) -> tuple[Table, ...]:
    """The tables that the session's role may not read, which makes pg_dump fail."""
    return tuple((schema, name) for _, schema, name in rows(connection, UNREADABLE))


def _explain(info: Conninfo, talk: str) -> Exception:
    """pg_dump's failure as one error: what it may not read, what it waited for, or why it could not connect."""
    reason = re.sub(r"\s+", " ", talk.replace("pg_dump: ", ""))
    if "permission denied" in talk:
        with session(info, read_only=True) as connection:
            hidden = ", ".join(r[0] for r in rows(connection, UNREADABLE))
        return DumpError(
            f"{info.user or 'the user'} may not read {hidden or reason}: pg_dump needs SELECT on every table",
            hint=f"GRANT SELECT ON {hidden or 'the table'} TO {info.user or 'the user'}",
        )
    if "lock timeout" in talk or "canceling statement due to lock timeout" in talk:
        return DumpError(
            f"pg_dump waited {LOCK_WAIT} for a lock: {reason}",
            hint="somebody holds an ACCESS EXCLUSIVE lock; see pg_stat_activity and try again",
        )
    if "SSL support is not compiled in" in talk:
        return DumpError(
            "the pg_dump of the embedded server cannot speak TLS",
            hint="install PostgreSQL's client programs (Debian: postgresql-client) so that pg_dump is on PATH",
        )
    if "connection to server" in talk:
        return explain(info, talk)
    return DumpError(f"pg_dump failed: {reason}", hint="run difftool doctor")
