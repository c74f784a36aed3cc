"""Replication: the next segment waits while a standby, or who reads a slot, is further behind than ``max_lag``.

https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW. Rows are shown
whole to members of pg_read_all_stats alone; what is hidden is refused, never taken for "not behind".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from difftool import words
from difftool.gates import Gate, Stop, always
from difftool.limits import Limit, limit
from difftool.pg.connection import rows

if TYPE_CHECKING:
    from difftool.pg.types import Connection

PATIENCE = 600.0
"""Seconds after which waiting is given up."""
LOOK, TELL, RARELY = 1.0, 10.0, 120.0
"""Seconds between two looks; after which it is said again, twice as long each time, up to so many."""
HIDDEN = "this role may not see how far the standbys are"
# a base backup is a sender too, and follows nothing
BEHIND = """
SELECT 'standby', coalesce(nullif(application_name, ''), client_addr::text, 'without a name'),
       extract(epoch FROM replay_lag)::float8, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::int8, state IS NULL
FROM pg_stat_replication WHERE state IS NULL OR state IN ('streaming', 'catchup')
UNION ALL
SELECT 'slot', slot_name, NULL, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::int8, false
FROM pg_replication_slots WHERE active
ORDER BY 1 DESC, 2
"""


def within(text: str, connection: Connection, talk: Callable[[str], None], patience: float = PATIENCE) -> Gate:
    """Wait while somebody is further behind than ``text``, told at growing intervals; stop after ``patience``."""
    if not text:
        return always
    most = limit(text)

    def gate(_done: int) -> Stop | None:
        began, said, pause = time.monotonic(), 0.0, 0.0
        while late := tuple(_late(_ask(connection), most)):
            if connection.closed:
                return Stop("max_lag is set, and the connection that asks how far the standbys are is lost")
            if HIDDEN in late:
                return Stop(f"max_lag is set, and {HIDDEN}", "GRANT pg_read_all_stats to it, or leave max_lag out")
            waited = time.monotonic() - began
            if waited >= patience:
                why = f"replication was behind max_lag, {most.text}, for {words.duration(waited)}: {'; '.join(late)}"
                return Stop(why)
            if waited >= said + pause:
                talk(f"waiting for replication, max_lag is {most.text}: {'; '.join(late)}")
                said, pause = waited, min(RARELY, max(TELL, pause * 2))
            time.sleep(min(LOOK, patience))
        return None

    return gate


def _ask(connection: Connection) -> list[tuple[Any, ...]]:
    """The senders and slots; where nobody can tell, that is as good as hidden."""
    from difftool.pg.types import Error

    try:
        return rows(connection, BEHIND)
    except Error:
        return [("", "", None, None, True)]


def _late(found: Iterable[tuple[Any, ...]], most: Limit) -> Iterator[str]:
    """Who is further behind than that, a phrase each."""
    for kind, name, seconds, size, hidden in found:
        if hidden:
            yield HIDDEN
        elif most.seconds is not None and seconds is not None and seconds > most.seconds:
            yield f'{kind} "{name}" is {words.duration(seconds)} behind'
        elif most.size is not None and size is not None and size > most.size:
            yield f'{kind} "{name}" {"keeps" if kind == "slot" else "is behind by"} {words.size(size)}'
