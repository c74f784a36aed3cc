"""The pool against a real server: lending, limits, waiting, recycling, and connections that come back dirty or dead."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from conftest import Server

from difftool.errors import ConnectionFailed
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.pool import Pool, pool


@pytest.fixture(scope="module")
def info(server18: Server) -> Conninfo:
    # a name of its own, so that other users of the server are not counted
    return server18.admin.but(application_name=f"difftool-pool-{os.getpid()}")


@pytest.fixture
def small(info: Conninfo) -> Iterator[Pool]:
    """Two connections: one kept, one beyond it."""
    with pool(info, size=1, max_overflow=1, timeout=1, recycle=-1) as held:
        yield held


def pid(connection: object) -> int:
    return connection.get_backend_pid()  # type: ignore[attr-defined, no-any-return]


def held_on_server(info: Conninfo) -> int:
    """How many connections of this test the server has, the asking one left out."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND pid <> pg_backend_pid()"
    with session(info) as connection:
        count: int = rows(connection, sql, [info.get("application_name")])[0][0]
        return count


def settles(info: Conninfo, expected: int) -> bool:
    """Whether the server's count becomes the expected one: a backend takes a moment to go."""
    end = time.monotonic() + 30
    while held_on_server(info) != expected and time.monotonic() < end:
        time.sleep(0.02)
    return held_on_server(info) == expected


def test_nothing_is_opened_before_it_is_asked_for(small: Pool, info: Conninfo) -> None:
    assert settles(info, 0)


def test_a_connection_is_the_doors_own(small: Pool) -> None:
    with small.connection() as connection:
        assert connection.autocommit
        assert rows(connection, "SELECT 1") == [(1,)]


def test_a_connection_is_used_again(small: Pool) -> None:
    with small.connection() as first:
        before = pid(first)
    with small.connection() as second:
        assert pid(second) == before


def test_overflow_is_closed_after_use_and_close_closes_the_rest(small: Pool, info: Conninfo) -> None:
    with small.connection(), small.connection():
        assert settles(info, 2)
    assert settles(info, 1)
    small.close()
    assert settles(info, 0)


def test_exhausted_says_how_many_where_and_what_to_do(small: Pool, info: Conninfo) -> None:
    start = time.monotonic()
    with small.connection(), small.connection(), pytest.raises(ConnectionFailed) as caught, small.connection():
        pass
    assert 0.9 < time.monotonic() - start < 4
    where = f"{info.host}:{info.port}"
    assert caught.value.message == f"all 2 connections to {where} are in use, and none came free within 1 s"
    assert caught.value.hint == "raise DATABASE_POOL_SIZE, DATABASE_MAX_OVERFLOW or DATABASE_POOL_TIMEOUT"


def test_a_waiting_borrower_gets_the_connection_that_comes_back(small: Pool) -> None:
    taken, give_back = threading.Event(), threading.Event()

    def borrow() -> None:
        with small.connection():
            taken.set()
            give_back.wait(5)

    thread = threading.Thread(target=borrow)
    thread.start()
    try:
        assert taken.wait(5)
        with small.connection():
            threading.Timer(0.2, give_back.set).start()
            with small.connection() as third:
                assert rows(third, "SELECT 1") == [(1,)]
    finally:
        give_back.set()
        thread.join()


def test_old_connections_are_replaced(info: Conninfo) -> None:
    with pool(info, size=1, max_overflow=0, timeout=1, recycle=1) as held:
        with held.connection() as first:
            before = pid(first)
        time.sleep(1.1)
        with held.connection() as second:
            assert pid(second) != before


def test_what_a_borrower_leaves_behind_is_gone(small: Pool) -> None:
    with small.connection() as first:
        before = pid(first)
        clean = rows(first, "SELECT current_setting('search_path'), current_user, current_setting('DateStyle')")
        run(first, "CREATE TEMPORARY TABLE left_behind ()")
        run(first, "SELECT pg_advisory_lock(4711)")
        run(first, "SET search_path = pg_catalog")
        run(first, "SET DateStyle = 'German'")
        first.set_session(readonly=True)
        first.autocommit = False
        run(first, "SET ROLE pg_monitor")
    with small.connection() as second:
        assert pid(second) == before
        assert second.autocommit
        again = rows(second, "SELECT current_setting('search_path'), current_user, current_setting('DateStyle')")
        assert again == clean
        assert rows(second, "SELECT to_regclass('pg_temp.left_behind')") == [(None,)]
        assert rows(second, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()") == [
            (0,)
        ]
        assert rows(second, "SELECT current_setting('transaction_read_only')") == [("off",)]
        second.autocommit = False
        assert rows(second, "SELECT current_setting('transaction_read_only')") == [("off",)]


def test_an_error_inside_gives_the_connection_back(small: Pool) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), small.connection() as connection:
            connection.autocommit = False
            run(connection, "SELECT 1")
            raise ZeroDivisionError
    with small.connection() as connection:
        assert rows(connection, "SELECT 1") == [(1,)]


def test_a_dead_connection_is_replaced(small: Pool, info: Conninfo) -> None:
    with small.connection() as first:
        before = pid(first)
    with session(info) as other:
        run(other, f"SELECT pg_terminate_backend({before}, 5000)")
    with small.connection() as second:
        assert rows(second, "SELECT 1") == [(1,)]
        assert pid(second) != before


def test_a_connection_closed_by_its_borrower_is_replaced(small: Pool) -> None:
    for _ in range(3):
        with small.connection() as connection:
            assert rows(connection, "SELECT 1") == [(1,)]
            connection.close()


def test_no_server(caplog: pytest.LogCaptureFixture) -> None:
    nobody = Conninfo.of({"host": "127.0.0.1", "port": "1"})
    with pool(nobody, size=1, max_overflow=0, timeout=1, recycle=-1) as held:
        for _ in range(2):  # a failed attempt does not use up the pool
            with (
                pytest.raises(ConnectionFailed, match="no PostgreSQL server answers"),
                held.connection(),
            ):
                pass
    assert not caplog.records


def test_sqlalchemy_is_imported_only_when_a_pool_is_made() -> None:
    code = "import sys, difftool.pg.pool; sys.exit('sqlalchemy' in sys.modules or 'psycopg2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_within_pooled_connections_are_lent_again(info: Conninfo) -> None:
    from difftool.pg.connection import rows
    from difftool.pg.pool import lend, pooled

    with pooled(size=2, max_overflow=0, timeout=1, recycle=3600):
        with lend(info) as first:
            pid = rows(first, "SELECT pg_backend_pid()")
        with lend(info) as second:
            assert rows(second, "SELECT pg_backend_pid()") == pid
    with lend(info) as alone:
        assert rows(alone, "SELECT pg_backend_pid()") != pid
