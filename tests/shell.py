"""What tests of the installed command share: a real terminal, patience, and what must not be left behind."""

from __future__ import annotations

import os
import pty
import re
import select
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from difftool.pg.connection import rows, session
from difftool.pg.conninfo import Conninfo

COMMAND = Path(sys.executable).parent / "difftool"
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


@dataclass(frozen=True)
class Screen:
    """What a run sent to the terminal, and its exit code."""

    code: int
    raw: str

    @property
    def text(self) -> str:
        """Without control sequences; a line that was drawn over stands there as often as it was drawn."""
        return CONTROL.sub("", self.raw).replace("\r\n", "\n")


def at_terminal(arguments: Sequence[str], cwd: Path, *typed: tuple[str, str], **environ: str) -> Screen:
    """Runs the command, typing each text as soon as the one before it was shown."""
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(cwd)
        os.execve(str(COMMAND), [str(COMMAND), *arguments], {**os.environ, "TERM": "xterm-256color", **environ})
    waiting, shown, deadline = list(typed), b"", time.monotonic() + 60
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.05)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:  # how Linux says that the other side has gone
            break
        if not data:
            break
        shown += data
        if waiting and waiting[0][0] in CONTROL.sub("", shown.decode(errors="replace")):
            os.write(terminal, waiting.pop(0)[1].encode())
    os.close(terminal)
    return Screen(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode(errors="replace"))


LEFT = """
SELECT 'database ' || datname FROM pg_database WHERE shobj_description(oid, 'pg_database') = 'difftool scratch'
UNION ALL
SELECT 'role ' || r.rolname FROM pg_roles r
WHERE r.rolname ~ '^difftool_[rt]_'
  AND NOT EXISTS (SELECT FROM pg_database d WHERE d.datname = 'difftool_s_' || right(r.rolname, 16))
UNION ALL
SELECT 'session: ' || query FROM pg_stat_activity
WHERE application_name IN ('difftool', 'pg_dump') AND pid <> pg_backend_pid()
"""


def left(admin: Conninfo) -> list[str]:
    """What of difftool's is on a server: scratch databases, roles without the kept database they own, sessions."""
    with session(admin) as connection:
        return [r[0] for r in rows(connection, LEFT)]


def nothing_left(admin: Conninfo) -> None:
    """Nothing of that, as soon as the server has noticed who has gone."""
    until(lambda: not left(admin), lambda: f"an end of {left(admin)}", seconds=3)


def until(condition: Callable[[], bool], what: Callable[[], str], seconds: float = 30) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"never came: {what()}"
        time.sleep(0.02)


def columns(target: Conninfo, table: str = "t") -> list[str]:
    """A table's columns in their order; none when there is no such table."""
    sql = "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"
    with session(target) as connection:
        return [r[0] for r in rows(connection, f"{sql} ORDER BY attnum", (table,))]


def indexes(target: Conninfo, table: str = "t") -> list[tuple[str, bool]]:
    """A table's indexes, and whether they are valid."""
    sql = "SELECT indexrelid::regclass::text, indisvalid FROM pg_index WHERE indrelid = to_regclass(%s) ORDER BY 1"
    with session(target) as connection:
        return [(name, valid) for name, valid in rows(connection, sql, (table,))]
