"""The door to SQLAlchemy's pool, for whoever holds many connections: psycopg2's own, as ``connect`` makes them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from difftool.errors import ConnectionFailed
from difftool.pg.connection import connect, session
from difftool.pg.conninfo import Conninfo

if TYPE_CHECKING:
    from sqlalchemy.pool import QueuePool

    from difftool.pg.types import Connection


@dataclass(frozen=True, slots=True)
class Pool:
    """Connections to one database, lent out one at a time; safe to share between threads."""

    info: Conninfo
    queue: QueuePool

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A live connection in autocommit, as if just opened; raises ConnectionFailed when none comes free in time.

        Whatever the borrower leaves behind (a transaction, SET, advisory locks, temporary tables) is cleared away.
        """
        from sqlalchemy.exc import TimeoutError as PoolTimeout

        try:
            lent = self.queue.connect()
        except PoolTimeout:
            raise self._exhausted() from None
        try:
            connection: Any = lent.dbapi_connection
            yield connection
        finally:
            lent.close()

    def close(self) -> None:
        """Close the connections that are not lent out."""
        self.queue.dispose()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exhausted(self) -> ConnectionFailed:
        return ConnectionFailed(
            f"all {self.queue.checkedout()} connections to {self.info.host}:{self.info.port} are in use,"
            f" and none came free within {self.queue.timeout():g} s",
            hint="raise DATABASE_POOL_SIZE, DATABASE_MAX_OVERFLOW or DATABASE_POOL_TIMEOUT",
        )


def pool(info: Conninfo, *, size: int, max_overflow: int, timeout: int, recycle: int) -> Pool:
    """A pool that opens nothing yet: ``size`` connections are kept, ``max_overflow`` more are closed after use.

    ``timeout`` seconds are waited for a free one; one older than ``recycle`` seconds is replaced (-1: never). See
    https://docs.sqlalchemy.org/en/20/core/pooling.html.
    """
    from sqlalchemy import event
    from sqlalchemy.pool import QueuePool

    # to SQLAlchemy's types psycopg2's connection lacks what only its dialects use
    creator: Any = lambda: connect(info)  # noqa: E731
    queue = QueuePool(
        creator,
        pool_size=size,
        max_overflow=max_overflow,
        timeout=timeout,
        recycle=recycle,
        reset_on_return=None,
    )
    event.listen(queue, "checkout", _check_alive)
    event.listen(queue, "reset", _clear)
    return Pool(info, queue)


def _check_alive(connection: Any, *_: object) -> None:
    """A server may have restarted meanwhile: the pool then opens a new connection. (``pre_ping`` needs a dialect.)"""
    from sqlalchemy.exc import DisconnectionError

    from difftool.pg.types import Error

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        raise DisconnectionError(str(error)) from None


def _clear(connection: Any, *_: object) -> None:
    """Like new: psycopg2's ``reset`` rolls back, runs DISCARD ALL, and sets again what it needs itself (DateStyle)."""
    from difftool.pg.types import Error

    try:
        connection.reset()
        connection.autocommit = True
    except Error:
        connection.close()  # broken: the check at the next checkout finds it closed and replaces it


@dataclass(slots=True)
class Pools:
    """A pool for each database that was asked for, all of one size; safe to share between threads."""

    size: int
    max_overflow: int
    timeout: int
    recycle: int
    by_info: dict[Conninfo, Pool] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, info: Conninfo) -> Pool:
        """The pool of one database."""
        with self.lock:
            if info not in self.by_info:
                limits = {"size": self.size, "max_overflow": self.max_overflow}
                self.by_info[info] = pool(info, **limits, timeout=self.timeout, recycle=self.recycle)
            return self.by_info[info]


_open: list[Pools] = []


@contextmanager
def pooled(*, size: int, max_overflow: int, timeout: int, recycle: int) -> Iterator[None]:
    """Within it, ``lend`` keeps the connections that it opens and hands them out again, on any thread."""
    pools = Pools(size, max_overflow, timeout, recycle)
    _open.append(pools)
    try:
        yield
    finally:
        _open.remove(pools)
        for each in pools.by_info.values():
            each.close()


@contextmanager
def lend(info: Conninfo) -> Iterator[Connection]:
    """A connection to ask questions on: of its database's pool within ``pooled``, else one of its own, read-only."""
    with _open[-1].of(info).connection() if _open else session(info, read_only=True) as connection:
        yield connection
