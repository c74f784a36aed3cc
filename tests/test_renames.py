"""What has another name keeps its rows: told by a comment or by --rename, and never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Ran, Server
from shell import at_terminal, columns

from difftool.annotations import Renamed, asked, read_annotations
from difftool.errors import SchemaError, UsageError
from difftool.files import Files
from difftool.pg.connection import rows, session
from difftool.pg.conninfo import Conninfo
from difftool.steps import steps

Run = Callable[..., Ran]
BEFORE = (
    "CREATE TYPE mood AS ENUM ('ok', 'bad')",
    "CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL UNIQUE, mood mood, CONSTRAINT c CHECK (name <> ''))",
    "CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES users)",
    "CREATE INDEX users_lower ON users (lower(name))",
    "CREATE VIEW names AS SELECT name FROM users",
    "CREATE FUNCTION one(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "INSERT INTO users (name, mood) VALUES ('a', 'ok'), ('b', 'bad')",
    "INSERT INTO posts VALUES (1, 1)",
)
AFTER = """
-- difftool: renamed from mood
CREATE TYPE feeling AS ENUM (
    -- difftool: renamed from 'ok'
    'fine', 'bad');
-- difftool: renamed from users
CREATE TABLE "Members" (
    id serial PRIMARY KEY,
    -- difftool: renamed from name
    "Full Name" text NOT NULL UNIQUE,
    mood feeling,
    -- difftool: renamed from c
    CONSTRAINT full_name_set CHECK ("Full Name" <> '')
);
CREATE TABLE posts (id int PRIMARY KEY, author int REFERENCES "Members");
CREATE INDEX "Members_lower" ON "Members" (lower("Full Name"));
-- difftool: renamed from names
CREATE VIEW member_names AS SELECT "Full Name" FROM "Members";
-- difftool: renamed from one
CREATE FUNCTION uno(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
"""


def write(folder: Path, sql: str) -> None:
    (folder / "schema").mkdir(exist_ok=True)
    (folder / "schema" / "a.sql").write_text(sql)


def at(info: Conninfo) -> tuple[str, str]:
    return "--target", info.url(secrets=True)


def test_rows_are_where_the_new_names_say(difftool: Run, server: Server, tmp_path: Path) -> None:
    now = server.database(*BEFORE)
    write(tmp_path, AFTER)
    plan = difftool("plan", *at(now), "--format", "sql")
    assert plan.code == 3, plan.err
    changes = [line for line in plan.out.splitlines() if line.startswith(("DROP", "ALTER")) and "not_null" not in line]
    assert changes == [
        'ALTER TABLE public.users RENAME TO "Members";',
        "ALTER TYPE public.mood RENAME TO feeling;",
        "ALTER VIEW public.names RENAME TO member_names;",
        "ALTER FUNCTION public.one(integer) RENAME TO uno;",
        'ALTER TABLE public."Members" RENAME COLUMN name TO "Full Name";',
        'ALTER TABLE public."Members" RENAME CONSTRAINT c TO full_name_set;',
        "ALTER TYPE public.feeling RENAME VALUE 'ok' TO 'fine';",
        'ALTER SEQUENCE public.users_id_seq RENAME TO "Members_id_seq";',
        'ALTER TABLE public."Members" RENAME CONSTRAINT users_pkey TO "Members_pkey";',
        'ALTER TABLE public."Members" RENAME CONSTRAINT users_name_key TO "Members_Full Name_key";',
        'ALTER INDEX public.users_lower RENAME TO "Members_lower";',
        "DROP VIEW public.member_names;",
    ]
    ran = difftool("apply", *at(now), "--yes", "--allow", "breaks-clients")
    assert ran.code == 0, ran.err
    with session(now) as connection:
        assert rows(connection, 'SELECT * FROM "Members" ORDER BY id') == [(1, "a", "fine"), (2, "b", "bad")]
        assert rows(connection, 'INSERT INTO "Members" ("Full Name") VALUES (\'c\') RETURNING id') == [(3,)]
        assert rows(connection, "SELECT author FROM posts") == [(1,)]
    assert difftool("check", *at(now)).code == 0
    back = difftool("rollback", *at(now), "--yes", "--allow", "breaks-clients")
    assert back.code == 0, back.err
    with session(now) as connection:
        assert rows(connection, "SELECT id, name, mood::text FROM users ORDER BY id") == [
            (1, "a", "ok"), (2, "b", "bad"), (3, "c", None)
        ]  # fmt: skip


def test_a_rollback_over_several_applies_gives_all_names_back(difftool: Run, server18: Server, tmp_path: Path) -> None:
    now = server18.database("CREATE TABLE a (x int)", "INSERT INTO a VALUES (1)")
    for text in (
        "-- difftool: renamed from a\nCREATE TABLE b (-- difftool: renamed from x\n y int);",
        "-- difftool: renamed from b\nCREATE TABLE c (-- difftool: renamed from y\n z int);",
    ):
        write(tmp_path, text)
        assert difftool("apply", *at(now), "--yes", "--allow", "breaks-clients").code == 0
    oldest = min(re.findall(r"\d{8}-\d{6}-[0-9a-f]{4}", difftool("snapshots", "list", "--target", at(now)[1]).out))
    back = difftool("rollback", oldest, *at(now), "--yes", "--allow", "breaks-clients")
    assert back.code == 0, back.err
    with session(now) as connection:
        assert rows(connection, "SELECT x FROM a") == [(1,)]


def test_what_needs_the_new_name_has_an_online_form(difftool: Run, server18: Server, tmp_path: Path) -> None:
    now = server18.database("CREATE TABLE users (id int, name text)", "INSERT INTO users VALUES (1, 'a')")
    write(
        tmp_path,
        """
        -- difftool: renamed from users
        CREATE TABLE members (
            -- difftool: renamed from id
            number int NOT NULL,
            -- difftool: renamed from name
            full_name text CHECK (full_name <> '')
        );
        CREATE INDEX i ON members (full_name);
        """,
    )
    plan = difftool("plan", *at(now), "--format", "sql", DIFFTOOL_SMALL_TABLE="0")
    assert (plan.code, "no online form" in plan.out) == (3, False), plan.out
    assert "CREATE INDEX CONCURRENTLY i ON public.members" in plan.out
    ran = difftool("apply", *at(now), "--yes", "--allow", "breaks-clients", DIFFTOOL_SMALL_TABLE="0")
    assert ran.code == 0, ran.err
    assert difftool("check", *at(now)).code == 0


def test_a_rename_that_nobody_told_of_is_refused_with_the_line_to_write(
    difftool: Run, server18: Server, tmp_path: Path
) -> None:
    now = server18.database("CREATE TABLE users (id int, name text)", "INSERT INTO users VALUES (1, 'a')")
    write(tmp_path, "CREATE TABLE users (id int, full_name text);")
    ran = difftool("apply", *at(now), "--yes", "--allow", "data-loss")
    assert ran.code == 4, ran.err
    assert "maybe-rename" in ran.err
    assert "-- difftool: renamed from name" in " ".join(ran.out.split())
    told = difftool("apply", *at(now), "--yes", "--allow", "breaks-clients", "--rename", "public.users.name=full_name")
    assert told.code == 0, told.err
    with session(now) as connection:
        assert rows(connection, "SELECT full_name FROM users") == [("a",)]


def test_a_table_that_may_have_another_name(difftool: Run, server18: Server, tmp_path: Path) -> None:
    now = server18.database("CREATE TABLE users (id int, name text)", "INSERT INTO users VALUES (1, 'a')")
    write(tmp_path, "CREATE TABLE members (id int, name text);")
    ran = difftool("apply", *at(now), "--yes", "--allow", "data-loss")
    assert (ran.code, "maybe-rename" in ran.err) == (4, True), ran.err
    ran = difftool("apply", *at(now), "--yes", "--allow", "data-loss", "--allow", "maybe-rename")
    assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    "sql, found",
    [
        ("-- difftool: renamed from a\nCREATE TABLE b ();", [("", "b"), "a"]),
        ('--difftool:renamed from  "A b"\n\nCREATE TABLE s."B" ();', [("s", "B"), "A b"]),
        ("CREATE TABLE b (x int, -- difftool: renamed from a\n y int);", [("", "b", "y"), "a"]),
        ("CREATE TYPE e AS ENUM (-- difftool: renamed from 'it''s'\n 'its');", [("", "e", "its"), "it's"]),
        ("-- difftool: renamed from i\nCREATE INDEX j ON s.t (a);", [("s", "j"), "i"]),
        ("-- difftool: renamed from c\nALTER TABLE t ADD CONSTRAINT d CHECK (a > 0);", [("", "t", "d"), "c"]),
        ("-- difftool: renamed from f\nCREATE FUNCTION s.g() RETURNS int LANGUAGE sql AS 'SELECT 1';", [("s", "g"), "f"]),
        ("SELECT '-- difftool: renamed from a';", []),
    ],
)  # fmt: skip
def test_what_a_comment_speaks_of(sql: str, found: list[object]) -> None:
    assert [part for r in read_annotations(steps(Files("f", (("f.sql", sql),)))) for part in (r.names, r.old)] == found


@pytest.mark.parametrize(
    "sql, message",
    [
        ("-- difftool: renmaed from a\nCREATE TABLE b ();", "f.sql:2: -- difftool: renmaed from a is not understood"),
        ("-- difftool: renamed from\nCREATE TABLE b ();", "f.sql:2: -- difftool: renamed from is not understood"),
        ("-- difftool: renamed from a b\nCREATE TABLE c ();", "f.sql:2: -- difftool: renamed from a b is not understood"),
        ("CREATE TABLE b ();\n-- difftool: renamed from a\n", "f.sql:2: -- difftool: renamed from a stands above nothing"),
        ("-- difftool: renamed from a\nSET search_path = x;", "f.sql:2: -- difftool: renamed from a stands above nothing"),
        ("-- difftool: renamed from a\nGRANT SELECT ON b TO c;", "stands above nothing that difftool can rename"),
    ],
)  # fmt: skip
def test_a_comment_that_nobody_understands_is_an_error(sql: str, message: str) -> None:
    with pytest.raises(SchemaError) as error:
        read_annotations(steps(Files("f", (("f.sql", sql),))))
    assert message in error.value.message


def test_the_option() -> None:
    assert asked('public."Us.ers".name=full_name') == Renamed(("public", "Us.ers", "full_name"), "name", "--rename")
    assert asked("app.a=b") == Renamed(("app", "b"), "a", "--rename")
    for wrong in ("a=b", "a.b.c.d=e", "public.a", "public.a="):
        with pytest.raises(UsageError, match="not SCHEMA"):
            asked(wrong)


ASKED = "is public.t.full_name the old public.t.name? [y/N] "


def a_name_of_two(server: Server, tmp_path: Path) -> tuple[Conninfo, list[str]]:
    """A table with a row, and files in which one of its columns has another name."""
    (tmp_path / "schema.sql").write_text("CREATE TABLE t (id int, full_name text);")
    info = server.database("CREATE TABLE t (id int, name text)", "INSERT INTO t VALUES (1, 'Ann')")
    return info, ["--target", info.url(secrets=True), "--schema", "schema.sql"]


def test_a_terminal_is_asked_whether_it_is_the_same(server18: Server, tmp_path: Path) -> None:
    info, on = a_name_of_two(server18, tmp_path)
    missed = ["--allow", "breaks-clients:public.t.name"]
    screen = at_terminal(["apply", *on, *missed], tmp_path, (ASKED, "y\n"), ("apply 1 statement", "y\n"))
    assert screen.code == 0, screen.text
    assert ASKED in screen.text
    with session(info) as connection:
        assert rows(connection, "SELECT full_name FROM t") == [("Ann",)]


def test_what_is_not_the_same_may_go_if_its_loss_is_allowed(server18: Server, tmp_path: Path) -> None:
    info, on = a_name_of_two(server18, tmp_path)
    screen = at_terminal(["apply", *on], tmp_path, (ASKED, "\n"))
    assert screen.code == 4, screen.text
    assert "the plan carries data-loss: " in screen.text
    assert columns(info) == ["id", "name"]
    allowed = ["--allow", "data-loss:public.t.name"]
    screen = at_terminal(["apply", *on, *allowed], tmp_path, (ASKED, "n\n"), ("apply 2 statements", "y\n"))
    assert screen.code == 0, screen.text
    assert columns(info) == ["id", "full_name"]


def test_a_plan_that_is_saved_asks_first(server18: Server, tmp_path: Path) -> None:
    info, on = a_name_of_two(server18, tmp_path)
    screen = at_terminal(["plan", *on, "--out", "plan.json"], tmp_path, (ASKED, "y\n"))
    assert screen.code == 3, screen.text
    assert '"sql": "ALTER TABLE public.t RENAME COLUMN name TO full_name"' in (tmp_path / "plan.json").read_text()
    assert columns(info) == ["id", "name"]


def test_nobody_is_asked_without_a_terminal(difftool: Run, server18: Server, tmp_path: Path) -> None:
    info, on = a_name_of_two(server18, tmp_path)
    ran = difftool("apply", *on, "--allow", "data-loss")
    assert ran.code == 4
    assert ran.err.endswith("; if it is the same one: --rename public.t.name=full_name\n")
    assert columns(info) == ["id", "name"]
