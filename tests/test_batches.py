"""Columns that are filled in batches: what a block does beside others, that it can be run again, and who is believed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Ran, Server
from test_online import apply, arrived, planned, written
from test_rules import statements
from test_running import plan_of

from difftool import api
from difftool.batches import Backfill, Pace, as_backfill, possible
from difftool.errors import StoppedPartWay
from difftool.pg.connection import rows, run, session
from difftool.rules import annotate
from difftool.rules.facts import Facts, read_facts
from difftool.runner import Runner

FILLING = Backfill("public.t", "c", "id * 10", "c IS NULL", pace=Pace(100, 0))
BEFORE = ("CREATE TABLE t (id int, a text)", "INSERT INTO t SELECT i, i::text FROM generate_series(1, 5000) i")


@pytest.mark.parametrize(
    "filling",
    [
        FILLING,
        replace(FILLING, table='public."Its $sql$ %"', column='"c d"', open='"c d" IS NULL'),
        replace(FILLING, value="'$backfill$ $sql$ 100 %' || id", partitioned=True, pace=Pace(1, 60_000)),
        replace(FILLING, value="(SELECT max(x) FROM public.s)", sweeps=2),
    ],
)
def test_a_block_of_ours_is_known(filling: Backfill) -> None:
    assert as_backfill(filling.block) == filling
    (found,) = statements(filling.block)
    assert (found.kind, found.name, found.action) == ("column", f"{filling.table}.{filling.column}", "alter")
    assert not found.transaction
    assert annotate([found], Facts())[0].hazards == ()


@pytest.mark.parametrize(
    "text",
    [
        replace(FILLING, value="1), a = ('x'").block,
        replace(FILLING, value="1) WHERE true; DELETE FROM t; --").block,
        replace(FILLING, open="c IS NULL) OR (true").block,
        replace(FILLING, open="c IS NULL) UNION SELECT (true").block,
        replace(FILLING, table="public.t, public.s").block,
        FILLING.block.replace("COMMIT;", "COMMIT; DELETE FROM public.t;"),
        FILLING.block.replace("step bigint := 8;", "step bigint := public.f();"),
        FILLING.block.replace("END\n$backfill$", "DELETE FROM t;\nEND\n$backfill$"),
        FILLING.block.replace("DO ", "DO LANGUAGE plpgsql "),
    ],
)
def test_whatever_only_looks_like_one_is_code_like_any_other(text: str) -> None:
    assert as_backfill(text) is None
    hazards = annotate(statements(text), Facts())[0].hazards
    assert "data-loss" in [h.kind for h in hazards] or text.startswith("DO LANGUAGE")


def test_what_cannot_be_told_apart_is_not_written() -> None:
    assert not possible(replace(FILLING, value="1), a = ('x'"))
    assert not possible(replace(FILLING, value="CASE WHEN true\nTHEN 1 END"))


def test_rows_that_others_hold_or_move_are_filled_too(server: Server) -> None:
    now = server.database(*BEFORE, "ALTER TABLE t ADD COLUMN c int")
    with session(now) as other, session(now) as mine:
        run(other, "BEGIN")
        run(other, "UPDATE t SET a = 'moved' WHERE id % 1000 = 7")
        ending = threading.Timer(1.5, run, (other, "COMMIT"))
        ending.start()
        began = time.monotonic()
        run(mine, "SET lock_timeout = '1s'")
        run(mine, FILLING.block)
        assert time.monotonic() - began > 1
        ending.join()
        assert rows(mine, "SELECT count(*) FROM t WHERE c = id * 10") == [(5000,)]
        assert rows(mine, "SELECT count(*) FROM t WHERE a = 'moved'") == [(5,)]
        assert rows(mine, "SHOW application_name") == rows(other, "SHOW application_name")


def test_nobody_waits_for_a_value_that_stays_null(server18: Server) -> None:
    now = server18.database(*BEFORE, "ALTER TABLE t ADD COLUMN c int")
    with session(now) as mine:
        run(mine, replace(FILLING, value="CASE WHEN id > 4000 THEN id END").block)
        assert rows(mine, "SELECT count(c) FROM t") == [(1000,)]


def test_rows_that_go_on_coming_are_not_waited_for(server18: Server) -> None:
    """Each sweep finds another row without a value."""
    now = server18.database(*BEFORE, "ALTER TABLE t ADD COLUMN c int", "CREATE SEQUENCE s")
    value = "CASE WHEN id < 5000 THEN id ELSE nextval('s') END"
    with session(now) as mine, session(now) as other:
        stop = threading.Event()

        def write() -> None:
            while not stop.is_set():
                run(other, "INSERT INTO t VALUES (1)")

        writer = threading.Thread(target=write)
        writer.start()
        try:
            run(mine, replace(FILLING, value=value, sweeps=2).block)
        finally:
            stop.set()
            writer.join()
        assert rows(mine, "SELECT count(*) FROM t WHERE a IS NOT NULL AND c IS NULL") == [(0,)]


def test_rows_that_go_on_coming_are_not_waited_for_where_some_were_held(server18: Server) -> None:
    """The first row brings another one like it each time that it is filled."""
    body = "'BEGIN IF i = 1 THEN INSERT INTO t VALUES (1); END IF; RETURN i; END'"
    function = f"CREATE FUNCTION f(i int) RETURNS int LANGUAGE plpgsql AS {body}"
    now = server18.database(*BEFORE, "ALTER TABLE t ADD COLUMN c int", function)
    with session(now) as mine, session(now) as holder:
        run(holder, "BEGIN")
        run(holder, "UPDATE t SET a = 'held' WHERE id = 7")
        ending = threading.Timer(1, run, (holder, "COMMIT"))
        ending.start()
        run(mine, "SET statement_timeout = '6s'")
        run(mine, replace(FILLING, value="f(id)", sweeps=2).block)
        ending.join()
        assert rows(mine, "SELECT count(*) FROM t WHERE a IS NOT NULL AND c IS NULL") == [(0,)]


def test_what_is_committed_stays_and_is_gone_on_with(server: Server) -> None:
    """As an apply leaves it that was killed: under its other name, half filled, the check not valid yet."""
    default = "DEFAULT (random() * 1000)::int"
    left = (
        "ALTER TABLE t ADD COLUMN c__new int",
        f"ALTER TABLE t ALTER c__new SET {default}",
        "UPDATE t SET c__new = 7777 WHERE id <= 2000",
        "ALTER TABLE t ADD CONSTRAINT c__not_null CHECK (c__new IS NOT NULL) NOT VALID",
    )
    now = server.database(*BEFORE, *left, owner=False)
    want = server.database(f"CREATE TABLE t (id int, a text, c int {default} NOT NULL)", owner=False)
    plan, facts = planned(now, want)
    assert written(plan).split("\n")[2:] == [
        "ALTER TABLE public.t VALIDATE CONSTRAINT c__not_null;",
        "",
        "ALTER TABLE public.t RENAME COLUMN c__new TO c;",
        "ALTER TABLE public.t ALTER COLUMN c SET NOT NULL;",
        "ALTER TABLE public.t DROP CONSTRAINT c__not_null;",
        "",
    ]
    assert [h for s in annotate(plan, facts) for h in s.hazards] == []
    apply(now, plan)
    arrived(now, want, server)
    with session(now) as connection:
        assert rows(connection, "SELECT count(*), count(*) FILTER (WHERE c = 7777) FROM t") == [(5000, 2000)]


@pytest.mark.parametrize(
    ("besides", "why"),
    [
        ("CREATE TRIGGER g AFTER UPDATE ON t EXECUTE FUNCTION f()", "trigger g would fire"),
        ("CREATE RULE g AS ON UPDATE TO t DO ALSO NOTIFY x", "rule g would apply"),
        (
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY",
            "row security is forced on its owner",
        ),
        ("CREATE TABLE s () INHERITS (t)", "other tables inherit from it"),
        ("CREATE PUBLICATION p FOR TABLE t", "it is published and has no replica identity"),
        ("DROP EXTENSION plpgsql CASCADE", "there is no language plpgsql"),
    ],
)
def test_where_an_update_would_do_more_it_stays_one_statement(besides: str, why: str, server18: Server) -> None:
    function = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"
    now = server18.database(*BEFORE, function, *besides.split("; "), owner=False)
    with session(now) as connection:
        facts = read_facts(connection)
    plan = statements("ALTER TABLE public.t ADD COLUMN c double precision DEFAULT random()")
    from difftool.online import online

    assert online(plan, facts) == plan
    assert f"in batches, which is left to you, for {why}" in annotate(plan, facts)[0].hazards[0].detail


def test_an_apply_fills_in_batches(difftool: Callable[..., Ran], server18: Server, tmp_path: Path) -> None:
    now = server18.database(*BEFORE)
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "t.sql").write_text(
        "CREATE TABLE t (id int, a text, key uuid DEFAULT gen_random_uuid() NOT NULL);"
    )
    target = ("--target", now.url(secrets=True))
    ran = difftool("apply", *target, "--yes", DIFFTOOL_SMALL_TABLE="0", DIFFTOOL_BATCH_ROWS="100")
    assert ran.code == 0, ran.err
    assert "alter column public.t.key__new" in ran.err
    with session(now) as connection:
        assert rows(connection, "SELECT count(DISTINCT key) FROM t") == [(5000,)]


def test_rows_that_others_keep_are_told_with_who_holds_them(server18: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is filled stays, and the plan goes on from there."""
    monkeypatch.setattr("difftool.batches.PATIENCE", 1)
    now = server18.database(
        *(sql.replace("TABLE t", 'TABLE "a  t"').replace("INTO t", 'INTO "a  t"') for sql in BEFORE)
    )
    filling, told = replace(FILLING, table='public."a  t"'), []
    with session(now) as holder, session(now) as bystander, session(now) as watcher:
        run(holder, 'ALTER TABLE "a  t" ADD COLUMN c int')
        run(holder, "SET application_name = 'nightly report'")
        for user, sql in ((holder, """UPDATE "a  t" SET a = '' WHERE id IN (7, 4000)"""), (bystander, 'TABLE "a  t"')):
            run(user, "BEGIN")
            run(user, sql)
        time.sleep(1.2)  # who has locked rows for a moment only is not spoken of
        plan = plan_of(*statements(filling.block))
        with pytest.raises(StoppedPartWay) as stopped:
            Runner(plan, now, watcher, "1s", 1, told.append, api.silent).run()
        held = (
            'could not fill every row{}: 2 rows of public."a t" are held by other transactions, locked there by '
            rf"pid {holder.info.backend_pid} (user {now.user}, nightly report, idle in transaction, 00:00:0"
        )
        what = 'statement 1 (alter column public."a  t".c) '
        assert stopped.value.message.startswith(what + held.format(", tried 2 times"))
        assert stopped.value.message.endswith(
            """: UPDATE "a t" SET a = '' WHERE id IN (7, 4000); what it has filled of column public."a  t".c is committed """
            "and stays; 0 of 1 statement are committed"
        )
        assert stopped.value.hint == "end what holds them; the next plan goes on from what is filled"
        assert told[0].startswith(what + held.format(""))
        assert "trying again" in told[0]
        assert rows(watcher, 'SELECT count(c) FROM "a  t"') == [(4998,)]
        run(holder, "ROLLBACK")
        Runner(plan, now, watcher, "1s", 1, told.append, api.silent).run()
        assert rows(watcher, 'SELECT count(c) FROM "a  t"') == [(5000,)]


def test_a_batch_that_gets_no_lock_on_its_table_says_so(server18: Server) -> None:
    now = server18.database(*BEFORE, "ALTER TABLE t ADD COLUMN c int")
    with session(now) as holder, session(now) as watcher:
        run(holder, "BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(
            StoppedPartWay,
            match=r"did not get its lock within 1s, tried 1 time; blocked by pid .*; what it has filled of ",
        ):
            Runner(plan_of(*statements(FILLING.block)), now, watcher, "1s", 0, api.silent, api.silent).run()


def test_values_that_are_there_already_are_spoken_of(
    difftool: Callable[..., Ran], server18: Server, tmp_path: Path
) -> None:
    """Of an apply that stopped, or of another that computed them otherwise."""
    now = server18.database(*BEFORE, "ALTER TABLE t ADD c__new int", "UPDATE t SET c__new = 0 WHERE id < 9")
    (tmp_path / "schema").mkdir()
    text = "CREATE TABLE t (id int, a text,\n-- difftool: backfill (id * 100)\nc int);"
    (tmp_path / "schema" / "t.sql").write_text(text)
    ran = difftool("plan", "--target", now.url(secrets=True), DIFFTOOL_SMALL_TABLE="0")
    assert "public.t.c__new is there already: rows that have a value in it keep that one" in ran.out
