"""How far a statement is, asked of the server by another session: of its progress views, or of the statement itself.

https://www.postgresql.org/docs/current/progress-reporting.html. A statement that has no such view (a rewrite, a check)
has only its time. One that works in batches says how far it is in its ``application_name``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from difftool.pg.connection import APPLICATION, rows

if TYPE_CHECKING:
    from difftool.pg.types import Connection

PREFIX = f"{APPLICATION}: "
"""Of the application_name of a statement that says how far it is."""
SECOND = 1.0
"""What is over sooner needs no telling."""
# what an index waits for are transactions, which are few: they are counted, and all else is a share
PROGRESS = """
WITH at (pid, phase, done, total, few) AS (
    SELECT pid, phase, lockers_done, lockers_total, true FROM pg_stat_progress_create_index
    WHERE phase LIKE 'waiting%%'
    UNION ALL SELECT pid, phase, tuples_done, tuples_total, false FROM pg_stat_progress_create_index
    WHERE phase LIKE '%%tuples%%'
    UNION ALL SELECT pid, phase, blocks_done, blocks_total, false FROM pg_stat_progress_create_index
    WHERE phase NOT LIKE 'waiting%%' AND phase NOT LIKE '%%tuples%%'
    UNION ALL SELECT pid, phase, heap_blks_scanned, heap_blks_total, false FROM pg_stat_progress_cluster
    UNION ALL SELECT pid, 'copying', bytes_processed, bytes_total, false FROM pg_stat_progress_copy
    UNION ALL SELECT pid, phase, heap_blks_scanned, heap_blks_total, false FROM pg_stat_progress_vacuum
    UNION ALL SELECT pid, phase, sample_blks_scanned, sample_blks_total, false FROM pg_stat_progress_analyze
)
SELECT a.application_name, at.phase, at.done, at.total, at.few
FROM pg_stat_activity a LEFT JOIN at USING (pid) WHERE a.pid = %s
"""


def progress(connection: Connection, pid: int) -> str:
    """Where the statement of a session is: "building index: scanning table, 45 %"; "" where nobody can tell."""
    found = rows(connection, PROGRESS, (pid,))
    return _said(*found[0]) if found else ""


def _said(name: str, phase: str | None, done: int | None, total: int | None, few: bool | None) -> str:
    if phase is None:
        return name.removeprefix(PREFIX) if name and name.startswith(PREFIX) else ""
    if not total:
        return phase
    return f"{phase}, {done or 0} of {total}" if few else f"{phase}, {min(100, 100 * (done or 0) // total)} %"
