"""Poolers between us and the server: those that give each transaction another session are told from the others.

What a session was told (``SET lock_timeout``) or holds (an advisory lock) is then another client's, and what is built
CONCURRENTLY may lose its session half-way: https://www.pgbouncer.org/features.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from difftool.errors import TargetUnfit
from difftool.pg.connection import rows, session

if TYPE_CHECKING:
    from difftool.pg.conninfo import Conninfo
    from difftool.pg.types import Connection

SESSION = "SELECT pg_backend_pid()"


def refuse_shared(info: Conninfo) -> None:
    """Raise TargetUnfit where sessions are not ours alone."""
    if shares_sessions(info):
        raise TargetUnfit(
            "the target is reached through a pooler that gives each transaction another session "
            "(PgBouncer's pool_mode transaction or statement): lock_timeout and locks would go to somebody else",
            hint="connect to the server itself, or to a pool in session mode",
        )


def shares_sessions(info: Conninfo) -> bool:
    """Whether two connections reach one session of the server, or one connection reaches several.

    They take turns unevenly: a pooler that hands out two sessions in a circle must not seem to keep them apart.
    """
    with session(info) as one, session(info) as other:
        mine = {_session(c) for c in (one, one)}
        theirs = {_session(c) for c in (other, other)}
        mine.add(_session(one))
    return len(mine) > 1 or len(theirs) > 1 or mine == theirs


def _session(connection: Connection) -> int:
    return int(rows(connection, SESSION)[0][0])
