"""Reference data: what a file may hold, how it is tried, shown and run, and that a check leaves it alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Ran, Server

from difftool import api, gates, lag, planfile
from difftool.bringing import bring_in
from difftool.data_steps import read
from difftool.errors import ApplyFailed, Refused, SchemaError, StoppedPartWay, UsageError
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.script import Timeouts
from difftool.settings import Settings, load

Run = Callable[..., Ran]
ROLES = "CREATE TABLE roles (id int PRIMARY KEY, name text NOT NULL, n int DEFAULT 0);\n"
UPSERT = "INSERT INTO roles (id, name) VALUES (1, 'admin'), (2, 'user') ON CONFLICT (id) DO UPDATE SET name = excluded.name;\n"


def settings_for(folder: Path, target: Conninfo, schema: str, scratch: str = "", **files: str) -> Settings:
    (folder / "schema.sql").write_text(schema)
    (folder / "data").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "data" / f"{name}.sql").write_text(text)
    (folder / "difftool.toml").write_text('schema = "schema.sql"\ndata = ["data/*.sql"]\n')
    return load(start=folder, flags={"target": target.url(secrets=True)}, environ={"DIFFTOOL_SCRATCH": scratch})


def names(target: Conninfo) -> list[str]:
    with session(target) as connection:
        return [r[0] for r in rows(connection, "SELECT name FROM roles ORDER BY id")]


@pytest.mark.parametrize(
    "sql",
    [
        UPSERT,
        "INSERT INTO roles (id, name) VALUES (1, 'a') ON CONFLICT DO NOTHING",
        "UPDATE roles SET name = 'x' WHERE id = 1",
        "UPDATE roles SET name = upper(other.name) FROM other WHERE other.id = roles.id",
        "DELETE FROM roles WHERE id = 3",
        "MERGE INTO roles r USING (VALUES (1, 'a')) v(id, name) ON r.id = v.id "
        "WHEN MATCHED THEN UPDATE SET name = 'a' WHEN NOT MATCHED THEN INSERT (id, name) VALUES (v.id, v.name)",
        "BEGIN; DELETE FROM roles WHERE id = 3; COMMIT;",
    ],
)
def test_what_is_taken(sql: str, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(sql)
    assert len(read([str(tmp_path / "*.sql")])[0].statements) == 1


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        (
            "INSERT INTO roles (id, name) VALUES (1, 'a')",
            "INSERT without ON CONFLICT brings its rows in again each time",
        ),
        (
            "INSERT INTO roles VALUES (1, 'a') ON CONFLICT DO NOTHING",
            "INSERT without a list of columns goes by their order",
        ),
        (
            "MERGE INTO roles r USING o ON r.id = o.id WHEN NOT MATCHED THEN INSERT VALUES (1, 'a')",
            "INSERT without a list of columns goes by their order",
        ),
        ("UPDATE roles SET name = 'x'", "UPDATE without WHERE overwrites every row"),
        ("UPDATE roles SET n = n + 1 WHERE id = 1", "n is set from its own value, which is another one each time"),
        (
            "INSERT INTO roles (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET n = roles.n + 1",
            "n is set from its own value",
        ),
        (
            "MERGE INTO roles r USING o ON r.id = o.id WHEN MATCHED THEN UPDATE SET n = r.n + o.n",
            "n is set from its own",
        ),
        ("DELETE FROM roles", "DELETE without WHERE deletes every row"),
        (
            "WITH d AS (DELETE FROM roles) INSERT INTO roles (id) VALUES (1) ON CONFLICT DO NOTHING",
            "DELETE without WHERE",
        ),
        ("TRUNCATE roles", "this is no statement of data that can be run again"),
        ("COPY roles FROM STDIN", "this is no statement of data that can be run again"),
        ("CREATE TABLE t (a int)", "this is no statement of data that can be run again"),
        ("SELECT pg_sleep(1)", "this is no statement of data that can be run again"),
        ("INSERT INTO", "this is no statement of data that can be run again"),
    ],
)
def test_what_is_refused_with_its_place(sql: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(f"-- data\n\n{sql};\n")
    with pytest.raises(SchemaError, match=rf"a\.sql:3: {why}") as refused:
        read([str(tmp_path / "a.sql")])
    assert "ON CONFLICT" in refused.value.hint


def test_files_that_are_not_there_or_lead_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no such file"):
        read([str(tmp_path / "data" / "*.sql")])
    (tmp_path / "data").mkdir()
    (tmp_path / "secret").write_text("DELETE FROM roles WHERE id = 3")
    (tmp_path / "data" / "a.sql").symlink_to(tmp_path / "secret")
    with pytest.raises(SchemaError, match="is a link that leads out of"):
        read([str(tmp_path / "data" / "*.sql")])


def test_a_settings_file_names_no_data_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "difftool.toml").write_text('data = ["../*.sql"]\n')
    with pytest.raises(UsageError, match="it lies outside"):
        load(start=tmp_path, environ={})


def test_rows_come_in_after_the_schema(server: Server, tmp_path: Path) -> None:
    info = server.database()
    on = server.admin.url(secrets=True)
    settings = settings_for(tmp_path, info, ROLES, on, a=UPSERT, b="UPDATE roles SET n = 7 WHERE id = 2;")
    plan = api.plan(settings)
    assert plan.proven is True, plan.unhandled
    assert [(Path(d.file).name, len(d.statements)) for d in plan.data] == [("a.sql", 1), ("b.sql", 1)]
    assert planfile.loads(planfile.dumps(plan), "x") == plan
    applied = api.apply(plan, settings)
    assert (applied.left, [d.rpartition("/")[2] for d in applied.data]) == (
        (),
        ["a.sql: 2 rows changed", "b.sql: 1 row changed"],
    )
    assert names(info) == ["admin", "user"]
    with session(info) as connection:
        run(connection, "UPDATE roles SET name = 'by hand' WHERE id = 1")
    assert not api.check(settings).differs, "rows are no drift"
    again = api.plan(settings)
    assert (again.differs, again.proven, len(again.data)) == (False, True, 2)
    assert api.apply(again, settings).snapshot == ""
    assert names(info) == ["admin", "user"]


def test_what_deletes_has_to_be_allowed(server18: Server, tmp_path: Path) -> None:
    info = server18.database(ROLES, "INSERT INTO roles VALUES (3, 'old')")
    settings = settings_for(tmp_path, info, ROLES, a=UPSERT + "DELETE FROM roles WHERE id = 3;")
    with pytest.raises(Refused, match=r"data-loss: statement 2, .*deletes the rows that it finds in") as refused:
        api.apply(None, settings)
    assert "--allow data-loss:roles" in refused.value.hint
    api.apply(None, settings, allow=["data-loss"])
    assert names(info) == ["admin", "user"]


def test_what_the_copy_cannot_run_is_not_proven(server18: Server, tmp_path: Path) -> None:
    info = server18.database(ROLES)
    plan = api.plan(settings_for(tmp_path, info, ROLES, a="DELETE FROM nobody WHERE id = 3;"))
    assert (plan.proven, [u.detail for u in plan.unhandled]) == (False, ['it fails: relation "nobody" does not exist'])
    adds = "INSERT INTO roles (id, name) SELECT count(*) + 1, 'x' FROM roles ON CONFLICT DO NOTHING;"
    plan = api.plan(settings_for(tmp_path, info, ROLES, a=adds))
    assert [u.detail for u in plan.unhandled] == ["run a second time, it changes rows again"]


def test_rows_that_only_the_target_has_are_no_reason_to_refuse(server18: Server, tmp_path: Path) -> None:
    schema = ROLES + "CREATE TABLE users (id int PRIMARY KEY, role int NOT NULL REFERENCES roles);"
    info = server18.database(*schema.strip().split("\n"), "INSERT INTO roles VALUES (9, 'here')")
    settings = settings_for(
        tmp_path, info, schema, a="INSERT INTO users (id, role) VALUES (1, 9) ON CONFLICT DO NOTHING;"
    )
    plan = api.plan(settings)
    assert plan.proven is True
    assert "was not tried to its end, for it needs rows of the target" in plan.notes[-1]
    assert [d.rpartition(": ")[2] for d in api.apply(plan, settings).data] == ["1 row changed"]


def test_a_file_that_fails_is_rolled_back_alone(server18: Server, tmp_path: Path) -> None:
    info = server18.database(ROLES)
    bad = "INSERT INTO roles (id, name) VALUES (5, 'five') ON CONFLICT DO NOTHING; UPDATE roles SET name = NULL WHERE id = 9;"
    with session(info) as connection:
        run(connection, "INSERT INTO roles VALUES (9, 'here')")
    settings = settings_for(tmp_path, info, ROLES, b=bad)
    with pytest.raises(ApplyFailed, match=r"^the data of .*b\.sql failed: .*; nothing was changed$"):
        api.apply(None, settings)
    settings = settings_for(tmp_path, info, ROLES, a=UPSERT, b=bad)
    with pytest.raises(StoppedPartWay, match=r"b\.sql failed: null value .*; 1 of 2 files of data is committed$"):
        api.apply(None, settings)
    assert names(info) == ["admin", "user", "here"]


def test_what_stops_it_is_told_with_what_is_committed(server18: Server, tmp_path: Path) -> None:
    """A signal, and a connection that is not to be had: the statements of the plan are committed all the same."""
    info = server18.database()
    settings = settings_for(tmp_path, info, ROLES, a=UPSERT)
    plan = api.plan(settings)

    def talk(text: str) -> None:
        if text.startswith("data: "):
            raise KeyboardInterrupt

    with pytest.raises(StoppedPartWay) as stopped:
        api.apply(plan, settings, talk=talk)
    assert stopped.value.message == "interrupted; all statements and 0 of 1 file of data are committed"
    with (
        session(info) as watcher,
        pytest.raises(StoppedPartWay, match=r"; all statements and 0 of 1 file of data are "),
    ):
        bring_in(plan, info.but(port="1"), watcher, Timeouts("1s"), 0, gates.always, api.silent)
    assert names(info) == []


def test_it_runs_no_longer_than_statements_may(server18: Server, tmp_path: Path) -> None:
    info = server18.database(ROLES, "INSERT INTO roles VALUES (9, 'here')")
    slow = "UPDATE roles SET name = 'slow' WHERE id = 9 AND pg_sleep(9) IS NOT NULL"
    found = replace(settings_for(tmp_path, info, ROLES, a=slow), statement_timeout="1s")
    with pytest.raises(ApplyFailed, match="canceling statement due to statement timeout; nothing was changed"):
        api.apply(None, found)


def test_a_commit_that_nobody_answers(server18: Server, tmp_path: Path) -> None:
    info = server18.database(
        ROLES,
        "CREATE FUNCTION ends() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN new; END'",
    )
    settings = settings_for(tmp_path, info, ROLES, a=UPSERT)
    plan = replace(api.plan(settings), statements=())
    with session(info) as connection:
        run(
            connection,
            "CREATE CONSTRAINT TRIGGER ends AFTER INSERT ON roles DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION ends()",
        )
    with (
        session(info) as watcher,
        pytest.raises(ApplyFailed, match=r"^the data of \S+a\.sql at COMMIT failed: .*; nothing was"),
    ):
        bring_in(plan, info, watcher, Timeouts("1s"), 0, gates.always, api.silent)
    assert names(info) == []


HELD = "LOCK TABLE roles IN SHARE MODE"
BEHIND = "INSERT INTO roles (id, name) VALUES (3, 'last') ON CONFLICT DO NOTHING;\n"


@pytest.mark.parametrize("schema", [ROLES, ROLES + "CREATE TABLE t ();"], ids=["data alone", "after statements"])
def test_a_lock_that_others_hold_is_waited_for_shortly_and_again(schema: str, server18: Server, tmp_path: Path) -> None:
    info, told = server18.database(ROLES), list[str]()
    found = replace(settings_for(tmp_path, info, schema, a=UPSERT, b=BEHIND), lock_timeout="300ms", retries=1)
    done = "all statements and 0 of 2 files of data are committed" if "t ()" in schema else "nothing was changed"
    with session(info) as other:
        run(other, "BEGIN")
        run(other, HELD)
        kind = StoppedPartWay if "t ()" in schema else ApplyFailed
        with pytest.raises(kind, match=r"within 300ms, tried 2 times; blocked by pid \d+ \(user ") as failed:
            api.apply(None, found, talk=told.append)
        assert failed.value.message.startswith("the data of ")
        assert failed.value.message.endswith(f"LOCK TABLE roles IN SHARE MODE; {done}")
        again = [t for t in told if "trying again in " in t]
        assert len(again) == 1
        assert again[0].startswith("the data of ")

        def talk(text: str) -> None:
            if "trying again in " in text:
                run(other, "ROLLBACK")

        changed = [d.rpartition(": ")[2] for d in api.apply(None, found, talk=talk).data]
    assert changed == ["2 rows changed", "1 row changed"]
    assert names(info) == ["admin", "user", "last"]


def test_data_keeps_to_the_window_and_waits_for_standbys(
    server18: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are asked before each file, and a pause that was asked for counts none of them."""
    info, asked = server18.database("CREATE TABLE t ()"), list[str]()
    schema = f"{ROLES}CREATE TABLE t (a int, b int);"
    found = settings_for(tmp_path, info, schema, a=UPSERT, b=BEHIND, c=BEHIND)
    closes = iter(["", "", "", "the maintenance window has closed"])

    def window(_: object) -> gates.Gate:
        return lambda done: gates.Stop(why) if (why := next(closes)) else None

    def behind(_text: str, _watcher: object, _talk: object) -> gates.Gate:
        return lambda done: asked.append(f"lag {done}")  # type: ignore[func-returns-value]

    monkeypatch.setattr(gates, "within", window)
    monkeypatch.setattr(lag, "within", behind)
    with pytest.raises(StoppedPartWay) as stopped:
        api.apply(None, found)
    assert asked == ["lag 0", "lag 0", "lag 2" if len(read(found.data)[0].statements) == 2 else "lag 1", "lag 2"]
    assert re.fullmatch(
        r"the maintenance window has closed; left: the data of \S+c\.sql; "
        r"all statements and 2 of 3 files of data are committed",
        stopped.value.message,
    )
    assert names(info) == ["admin", "user", "last"]


def test_without_a_plan_a_closed_window_changes_nothing(
    server18: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = server18.database(ROLES)
    found = settings_for(tmp_path, info, ROLES, a=UPSERT)
    monkeypatch.setattr(gates, "within", lambda _: lambda _: gates.Stop("closed"))
    with pytest.raises(Refused, match=r"^closed; nothing was changed$"):
        api.apply(None, found)
    assert names(info) == []


def test_the_command_shows_asks_and_runs(difftool: Run, server18: Server, tmp_path: Path) -> None:
    info = server18.database(ROLES)
    settings_for(tmp_path, info, ROLES, a=UPSERT)
    on = ("--target", info.url(secrets=True))
    plan = difftool("plan", *on)
    assert plan.code == 0, plan.err
    assert "\ndata steps\n\n  - data/a.sql, 1 statement\n" in plan.out
    script = difftool("plan", *on, "--format", "sql").out
    assert "-- data: data/a.sql, 1 statement\nBEGIN;" in script
    assert difftool("apply", *on).code == 4, "nobody can be asked"
    assert names(info) == []
    done = difftool("apply", *on, "--yes")
    assert done.code == 0, done.err
    assert "data: data/a.sql: 2 rows changed" in done.out
    assert names(info) == ["admin", "user"]
