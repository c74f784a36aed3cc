"""Ctrl-C and SIGTERM while a server works: libpq waits where no Python runs, and a signal is heard only afterwards.

``interruptible`` is for command lines: it takes the process's signal handlers, and every wait of psycopg2. A signal
then cancels the statement that is waited for, and the statement's own end says what became of it: cancelled, it ends
in KeyboardInterrupt; one that was done all the same is done, and KeyboardInterrupt comes before the next one.

https://www.psycopg.org/docs/advanced.html#support-for-coroutine-libraries
"""

from __future__ import annotations

import select
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

    from difftool.pg.types import Connection

TICK = 0.1
"""Seconds after which a wait looks whether a signal came in."""
PATIENCE = 1.5
"""Seconds that a cancelled statement may take to end before it is left alone with the server."""
TIMEOUT = "timeout expired"
"""libpq's words for it, for when it is not libpq that waits."""
SIGNALS = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}
"""What ends a command, and the handlers that stand when nobody chose others (nohup ignores SIGHUP)."""


class _Thread(threading.local):
    """What one thread has heard of the signals, and how deep it is in statements that must come to their own end."""

    heard = 0
    depth = 0
    patience = 0
    """How many signals more it takes to be heard."""


class _Signals:
    """The signals of this process; never more than counted unless ``interruptible`` was called."""

    active = False
    count = 0


_here = _Thread()


def interruptible() -> None:
    """From now on a signal ends what this process waits for, on every thread; to be called by a command line."""
    _Signals.active = True
    for number, usual in SIGNALS.items():
        if signal.getsignal(number) == usual:
            signal.signal(number, _handle)


def _handle(_number: int, _frame: FrameType | None) -> None:
    """Count the signal; in the middle of a statement its wait hears of it, anywhere else it is raised here."""
    _Signals.count += 1
    if not _here.depth:
        raise _heard()


def ignore() -> None:
    """From now on signals are not heard: the command is over, and says so."""
    for number in SIGNALS if _Signals.active else ():
        if signal.getsignal(number) is _handle:
            signal.signal(number, signal.SIG_IGN)


def pending() -> bool:
    """True when a signal came in that this thread has not heard yet."""
    return _Signals.count - _here.heard > _here.patience


def check() -> None:
    """Raise KeyboardInterrupt, once a thread, for a signal that came in meanwhile."""
    if pending():
        raise _heard()


def _heard() -> KeyboardInterrupt:
    _here.heard = _Signals.count
    return KeyboardInterrupt()


@contextmanager
def whole() -> Iterator[None]:
    """What is inside comes to its own end: a signal cancels its statement, but is not raised between two lines."""
    check()
    _here.depth += 1
    try:
        yield
    finally:
        _here.depth -= 1


@contextmanager
def undisturbed() -> Iterator[None]:
    """Round what is soon done and must not be left half done: a signal is heard after it, a second one in it."""
    _here.patience += 1
    try:
        with whole():
            yield
    finally:
        _here.patience -= 1


@contextmanager
def statement() -> Iterator[None]:
    """Round one statement: cancelled because of a signal, it is KeyboardInterrupt and not the server's error."""
    from psycopg2.errors import QueryCanceled

    with whole():
        try:
            yield
        except QueryCanceled:
            check()
            raise


def install() -> None:
    """Make psycopg2 wait as ``_wait`` does, if ``interruptible`` was called."""
    if _Signals.active:
        from psycopg2.extensions import get_wait_callback, set_wait_callback

        if get_wait_callback() is not _wait:
            set_wait_callback(_wait)


def _wait(connection: Connection) -> None:
    """Wait until the server has answered; psycopg2 then raises what it said."""
    from psycopg2 import OperationalError
    from psycopg2.extensions import POLL_OK, POLL_READ, STATUS_BEGIN, STATUS_READY

    connected = connection.status in (STATUS_READY, STATUS_BEGIN)
    until = None if connected else _connect_limit(connection)
    cancelled = False
    while (state := connection.poll()) != POLL_OK:
        while not _ready(connection.fileno(), reads=state == POLL_READ):
            if until is not None and time.monotonic() > until:
                raise _heard() if cancelled else OperationalError(TIMEOUT)
            if pending() and not cancelled:
                if not connected:
                    raise _heard()
                connection.cancel()
                cancelled, until = True, time.monotonic() + PATIENCE


def _connect_limit(connection: Connection) -> float | None:
    """When connecting has taken too long: what libpq sees to itself only where it is let wait."""
    seconds = int(connection.info.dsn_parameters.get("connect_timeout") or 0)
    return time.monotonic() + seconds if seconds > 0 else None


def _ready(descriptor: int, *, reads: bool) -> bool:
    """Whether the socket became ready within a tick."""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN if reads else select.POLLOUT)
    return bool(waiting.poll(TICK * 1000))
