"""While a statement runs, another session asks who blocks it and how far it is."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

from difftool.pg.connection import rows
from difftool.progress import SECOND, progress

if TYPE_CHECKING:
    from difftool.pg.types import Connection

PATIENCE = 3.0
"""Seconds that an answer may take once the statement is over; after that the connection is given up."""
BLOCKERS = """
SELECT a.pid, a.usename, coalesce(nullif(a.application_name, ''), a.backend_type), a.state,
       date_trunc('second', now() - coalesce(a.xact_start, a.backend_start))::text, left(a.query, 80)
FROM unnest(pg_blocking_pids(%s)) b(pid) JOIN pg_stat_activity a USING (pid)
ORDER BY a.pid
"""
HOLDERS = """
SELECT a.pid, a.usename, coalesce(nullif(a.application_name, ''), a.backend_type), a.state,
       date_trunc('second', now() - a.xact_start)::text, left(a.query, 80)
FROM pg_stat_activity a
WHERE a.pid <> %s AND coalesce(a.xact_start < now() - interval '1 second', true) AND a.pid IN (
    SELECT l.pid FROM pg_locks l
    WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND l.granted
        AND l.mode IN ('RowShareLock', 'RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock')
        AND l.relation IN (SELECT to_regclass(%s) UNION SELECT relid FROM pg_partition_tree(to_regclass(%s)))
)
ORDER BY a.xact_start LIMIT 5
"""
"""Who may hold rows of a table for longer than others: a batch passes those over, and so waits for nobody by name."""


@dataclass
class Seen:
    """Who blocked a statement when somebody last did, a phrase each; and who has locked rows of what it fills."""

    blockers: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()


@contextmanager
def watched(
    watcher: Connection,
    pid: int,
    seen: Seen,
    talk: Callable[[str], None],
    tell: Callable[[float, str], None],
    patient: str = "",
    filled: str = "",
) -> Iterator[None]:
    """Ask, from time to time and on a thread of its own, about the session that runs a statement meanwhile.

    ``seen`` is kept up to date, and ``tell`` is told how long it has lasted and how far it is. Of a ``patient`` one,
    which waits without limit, it is said at once for whom. ``filled`` is the table of one that fills it in batches.
    """
    stop, told, started = threading.Event(), set[int](), time.monotonic()

    def watch() -> None:
        # who blocks is a comfort: the statement's own error, or the signal, is what counts and is raised elsewhere
        with suppress(Exception, KeyboardInterrupt):
            for seconds in chain((0.1, 0.2), repeat(0.5)):
                if stop.wait(seconds):
                    return
                found = rows(watcher, BLOCKERS, (pid,))
                blockers = tuple(_blocker(r) for r in found)
                if patient and {r[0] for r in found} - told:
                    talk(f"{patient} waits for {'; '.join(blockers)}")
                    told.update(r[0] for r in found)
                seen.blockers = blockers or seen.blockers
                if filled:
                    seen.holders = tuple(_blocker(r) for r in rows(watcher, HOLDERS, (pid, filled, filled)))
                if (lasted := time.monotonic() - started) >= SECOND:
                    tell(lasted, progress(watcher, pid))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        if thread.is_alive():  # nothing comes back: the statement's locks are not held for that
            with suppress(Exception), socket.socket(fileno=os.dup(watcher.fileno())) as line:
                line.shutdown(socket.SHUT_RDWR)
            thread.join(PATIENCE)


def _blocker(row: Sequence[Any]) -> str:
    pid, user, application, state, age, query = row
    about = ", ".join(part for part in (f"user {user}", application, state, age) if part)  # not all may see all
    return f"pid {pid} ({about}): {' '.join(query.split())}"
