"""What is somebody else's: rules by kind, name and circumstance, the schemas that are managed, and what extensions make."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from conftest import Ran, Server

from difftool import api
from difftool.catalog import Catalog, Entry, parse
from difftool.catalog import Key as DumpKey
from difftool.clone import read_catalog
from difftool.doctor import examine
from difftool.engine import native
from difftool.errors import Refused, ScratchError, UsageError
from difftool.ignore import (
    ANY,
    BUILT_IN,
    KINDS,
    NO_RULES,
    STATEFUL,
    WHEN,
    Installed,
    Rule,
    Rules,
    built_in,
    dotted,
    rule,
)
from difftool.judging import Judging, plain
from difftool.kinds import KINDS as NATIVE_KINDS
from difftool.model import Plan
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.dump import Dump, find_pg_dump
from difftool.pg.types import Connection, Error
from difftool.scope import NOTHING_KNOWN, UNLIMITED
from difftool.seen import as_desired, see
from difftool.settings import Settings, load
from difftool.settings.table import IGNORE_KEYS
from difftool.subjects import Subjects, items
from difftool.syntax import split

Run = Callable[..., Ran]
ROOT = Path(__file__).parent.parent
EVENTS = "CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);"
PARTITIONS = '[[ignore]]\nkind = "table"\nname = "public.events_*"\nwhen = "partition"\n'


class Desk:
    """A folder with settings and a desired schema, and what is done from there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def settings(
        self, target: Conninfo, wanted: str, rules: str, environ: Mapping[str, str] | None = None, **flags: object
    ) -> Settings:
        (self.folder / "schema.sql").write_text(wanted)
        (self.folder / "difftool.toml").write_text(rules)
        flags = {"target": target.url(secrets=True), "schema": str(self.folder / "schema.sql"), **flags}
        return load(start=self.folder, flags=flags, environ=environ or {})

    def plan(self, target: Conninfo, wanted: str, rules: str, **flags: object) -> Plan:
        return api.plan(self.settings(target, wanted, rules, None, **flags))

    def check(self, target: Conninfo, wanted: str, rules: str) -> Plan:
        return api.check(self.settings(target, wanted, rules))

    def apply(self, target: Conninfo, wanted: str, rules: str, plan: Plan | None = None) -> Plan:
        """Apply, with nothing left to do, and return what was applied."""
        settings = self.settings(target, wanted, rules)
        plan = plan or api.plan(settings)
        assert plan.proven is True, plan.unhandled
        applied = api.apply(plan, settings, allow=["all"], snapshot=False)
        assert not applied.left
        again = api.plan(settings)
        assert (again.statements, again.unhandled, again.proven) == ((), (), True)
        return plan


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def ignored(plan: Plan) -> list[tuple[str, str]]:
    """Each rule and what it took out."""
    return [(i.name, i.detail) for i in plan.ignored]


def sql(plan: Plan) -> list[str]:
    return [s.sql for s in plan.statements]


def do(info: Conninfo, *statements: str) -> None:
    with session(info) as connection:
        for statement in statements:
            run(connection, statement)


def ask(info: Conninfo, query: str) -> list[tuple[object, ...]]:
    with session(info) as connection:
        return list(rows(connection, query))


def role(server: Server, name: str) -> str:
    """A role of the server's, made when it is missing; it is left there."""
    with session(server.admin) as connection:
        if not rows(connection, "SELECT 1 FROM pg_roles WHERE quote_ident(rolname) = %s", (name,)):
            run(connection, f"CREATE ROLE {name}")
    return name


# partitions


def partition(month: int) -> str:
    bounds = f"FROM ('2026-0{month}-01') TO ('2026-0{month + 1}-01')"
    return f"CREATE TABLE events_p2026_0{month} PARTITION OF events FOR VALUES {bounds}"


def test_partitions_made_at_run_time(server: Server, desk: Desk) -> None:
    target = server.database(EVENTS, "CREATE INDEX events_at ON events (at)", partition(1), partition(2))
    do(target, "COMMENT ON TABLE events_p2026_01 IS 'a'", "CREATE INDEX one ON events_p2026_01 (id)")
    wanted = EVENTS + "CREATE INDEX events_at ON events (at);"
    plan = desk.plan(target, wanted, PARTITIONS)
    assert (plan.statements, plan.unhandled, plan.proven) == ((), (), True)
    two = "2 objects: table public.events_p2026_01, table public.events_p2026_02"
    assert ignored(plan) == [("table public.events_* (partition)", two)]
    assert ignored(desk.check(target, wanted, PARTITIONS)) == ignored(plan)
    assert not desk.check(target, wanted, PARTITIONS).differs
    assert desk.check(target, wanted, "").differs, "without a rule they are a difference"


@pytest.mark.parametrize("small", ["10MB", "0"])
def test_a_change_reaches_ignored_partitions_and_leaves_no_index_invalid(
    server: Server, desk: Desk, small: str
) -> None:
    """In the online form, too."""
    rules = f'small_table = "{small}"\n{PARTITIONS}'
    target = server.database(EVENTS, partition(1), "CREATE TABLE events_rest PARTITION OF events DEFAULT")
    wanted = (
        "CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, note text DEFAULT 'x', PRIMARY KEY (id, at))"
        " PARTITION BY RANGE (at);"
        "CREATE INDEX events_note ON events (note) WITH (fillfactor = 70);"
        "CREATE TABLE events_rest PARTITION OF events DEFAULT; COMMENT ON INDEX events_rest_note_idx IS 'ours';"
    )
    plan = desk.plan(target, wanted, rules)
    do(target, partition(2))  # made by whoever makes them, between plan and apply
    desk.apply(target, wanted, rules, plan)
    assert ask(
        target, "SELECT count(*) FROM pg_index WHERE indrelid::regclass::text ~ 'events' AND NOT indisvalid"
    ) == [(0,)]
    parts = "SELECT indrelid::regclass::text, count(*) FROM pg_index GROUP BY 1 HAVING indrelid::regclass::text ~ '^events' ORDER BY 1"
    assert ask(target, parts) == [("events", 2), ("events_p2026_01", 2), ("events_p2026_02", 2), ("events_rest", 2)]
    assert not desk.check(target, wanted, rules).differs


def test_the_fingerprint_leaves_out_what_is_ignored(server18: Server, desk: Desk) -> None:
    target = server18.database(EVENTS)
    first = desk.plan(target, EVENTS, PARTITIONS)
    do(target, partition(1))
    second = desk.plan(target, EVENTS, PARTITIONS)
    assert first.fingerprints == second.fingerprints
    assert first.fingerprints.target == first.fingerprints.desired
    assert first.fingerprints.method != desk.plan(target, EVENTS, "").fingerprints.method
    settings = desk.settings(target, EVENTS, "")
    with pytest.raises(Refused, match=r"the plan was made with pg_dump [0-9]+, rules [0-9a-f]+, here is pg_dump"):
        api.check_fresh(first, settings)


def test_an_ignored_partition_that_is_taken_away_or_detached_is_named(server18: Server, desk: Desk) -> None:
    target = server18.database(EVENTS, partition(1))
    plan = desk.plan(target, "-- nothing", PARTITIONS.replace('\nwhen = "partition"', ""))
    assert any((u.kind, u.name) == ("table", "public.events_p2026_01") for u in plan.unhandled), plan.unhandled
    assert plan.proven is False


# tables of another tool


OTHERS = (
    'CREATE SCHEMA "Other Tool"',
    'CREATE TABLE "Other Tool"."T x" (id serial PRIMARY KEY, "a.b" text UNIQUE, CHECK (id > 0))',
    'CREATE INDEX "an index" ON "Other Tool"."T x" ("a.b")',
    'COMMENT ON COLUMN "Other Tool"."T x"."a.b" IS \'theirs\'',
    'CREATE FUNCTION "Other Tool"."f n"() RETURNS trigger LANGUAGE plpgsql AS \'BEGIN RETURN new; END\'',
    'CREATE TRIGGER "t g" BEFORE UPDATE OF "a.b" ON "Other Tool"."T x" FOR EACH ROW EXECUTE FUNCTION "Other Tool"."f n"()',
    'ALTER TABLE "Other Tool"."T x" ENABLE ROW LEVEL SECURITY',
    'CREATE POLICY "p y" ON "Other Tool"."T x" USING (true)',
    'CREATE STATISTICS "Other Tool".s ON id, "a.b" FROM "Other Tool"."T x"',
    'CREATE VIEW "Other Tool".v AS SELECT * FROM "Other Tool"."T x"',
    'GRANT SELECT ("a.b") ON "Other Tool"."T x" TO PUBLIC',
    'CREATE PUBLICATION theirs FOR TABLE "Other Tool"."T x"',
    "CREATE TYPE \"Other Tool\".e AS ENUM ('a')",
)


@pytest.mark.parametrize(
    ("rules", "first"),
    [
        ('schemas = ["public"]\n', "schemas"),
        (
            '[[ignore]]\nkind = "*"\nname = "Other Tool*"\n[[ignore]]\nkind = "publication"\nname = "theirs"\n',
            "* Other Tool*",
        ),
        ('[[ignore]]\nkind = "*"\nwhen = "extra"\n', "* (extra)"),
        ('[[ignore]]\nkind = "schema"\nwhen = "extra"\n[[ignore]]\nkind = ["publication", "cast"]\n', "schema (extra)"),
    ],
)
def test_another_tools_schema(server: Server, desk: Desk, rules: str, first: str) -> None:
    target = server.database("CREATE TABLE mine (a int)", *OTHERS)
    wanted = "CREATE TABLE mine (a int);"
    plan = desk.plan(target, wanted, rules)
    assert (plan.statements, plan.unhandled, plan.proven) == ((), (), True)
    assert plan.ignored[0].name == first
    desk.apply(target, "CREATE TABLE mine (a int, b int); CREATE VIEW v AS SELECT a FROM mine;", rules)
    assert ask(target, 'SELECT count(*) FROM "Other Tool".v') == [(0,)]
    bare = desk.plan(target, wanted, "")
    assert any("Other Tool" in s for s in sql(bare)), "without a rule, it would go"


def test_tables_beside_ones_own(server: Server, desk: Desk) -> None:
    target = server.database(
        "CREATE TABLE flyway_history (id serial PRIMARY KEY)",
        "CREATE INDEX history ON flyway_history (id)",
        "CREATE TABLE flyway_lock (a int REFERENCES flyway_history)",
        "CREATE TABLE mine (a int)",
    )
    rules = '[[ignore]]\nkind = "table"\nname = "*.flyway_*"\n'
    plan = desk.apply(target, "CREATE TABLE mine (a bigint);", rules)
    assert sql(plan) == ["ALTER TABLE public.mine ALTER COLUMN a TYPE bigint"]
    tables = "2 objects: table public.flyway_history, table public.flyway_lock"
    assert ignored(plan) == [("table *.flyway_*", tables)], "parts are not counted: their indexes, sequences and keys"


def test_what_is_ignored_is_not_created_either(server18: Server, desk: Desk) -> None:
    target = server18.database()
    wanted = "CREATE TABLE a (b int); CREATE TABLE theirs (b int); COMMENT ON TABLE theirs IS 'x';"
    plan = desk.apply(target, wanted, '[[ignore]]\nkind = "table"\nname = "public.theirs"\n')
    assert [s.name for s in plan.statements] == ["public.a"]
    assert ignored(plan) == [("table public.theirs", "1 object: table public.theirs")]


def test_a_rule_that_finds_nothing_is_named(server18: Server, desk: Desk) -> None:
    target = server18.database("CREATE TABLE a (b int)", "CREATE TABLE gone (b int)")
    rules = '[[ignore]]\nkind = "view"\nname = "public.gone"\n[[ignore]]\nkind = "table"\nname = "public.GONE"\n'
    plan = desk.plan(target, "CREATE TABLE a (b int);", rules)
    assert sql(plan) == ["DROP TABLE public.gone"]
    assert ignored(plan) == [("view public.gone", "0 objects"), ("table public.GONE", "0 objects")]


def test_schemas_manage_what_the_files_name_outside_of_any(server18: Server, desk: Desk) -> None:
    target = server18.database("CREATE SCHEMA app", "CREATE EXTENSION citext", "CREATE TABLE public.theirs (a citext)")
    rules = 'schemas = ["app"]\n'
    wanted = (
        "CREATE SCHEMA app; CREATE EXTENSION pg_trgm SCHEMA app; CREATE TABLE app.t (a text); CREATE TABLE no (a int);"
    )
    plan = desk.apply(target, wanted, rules)
    assert {s.name for s in plan.statements} == {"pg_trgm", "app.t"}
    assert ignored(plan) == [("schemas", "3 objects: extension citext, table public.no, table public.theirs")]


# grants and owners


def test_grants_to_roles_that_one_side_lacks(server: Server, desk: Desk) -> None:
    reader = role(server, '"Local reader"')
    target = server.database(
        "CREATE TABLE t (a int, b int)",
        f"GRANT SELECT, INSERT ON t TO {reader} WITH GRANT OPTION",
        f"GRANT SELECT (a) ON t TO {reader}",
        f"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {reader}",
        "GRANT SELECT ON t TO PUBLIC",
    )
    rules = '[[ignore]]\nkind = "*"\nwhen = "absent-role"\n'
    far = f"far_{secrets.token_hex(4)}"  # the scratch server is the target's: once loaded, the role is there
    wanted = f"CREATE ROLE {far}; CREATE TABLE t (a int, b int); GRANT SELECT ON t TO PUBLIC, {far};"
    plan = desk.plan(target, wanted, rules)
    assert (sql(plan), plan.unhandled, plan.proven) == ([], (), True)
    assert [i.name for i in plan.ignored] == [f"CREATE ROLE {far}", "* (absent-role)"]
    assert plan.ignored[1].detail == f"2 objects: default privileges of {target.user}, grant on public.t"
    assert {"acl", "default acl"} <= {u.kind for u in desk.check(target, wanted, "").unhandled}
    changed = wanted.replace("TO PUBLIC,", "TO").replace("b int", "b bigint") + "GRANT UPDATE ON t TO PUBLIC;"
    desk.apply(target, changed, rules)
    held = ask(
        target, "SELECT grantee, privilege_type FROM information_schema.role_table_grants WHERE table_name = 't'"
    )
    assert ("Local reader", "INSERT") in held
    assert ("PUBLIC", "UPDATE") in held
    assert ("PUBLIC", "SELECT") not in held


def test_a_role_that_is_nowhere_is_ignored_in_grants_and_named_elsewhere(server18: Server, desk: Desk) -> None:
    target, far = server18.database("CREATE TABLE t (a int)"), f"far_{secrets.token_hex(4)}"
    rules = '[[ignore]]\nkind = "grant"\nwhen = "absent-role"\n'
    wanted = f"CREATE TABLE t (a int); GRANT SELECT ON t TO {far};"
    plan = desk.plan(target, wanted, rules)
    assert (sql(plan), plan.unhandled, plan.proven) == ([], (), True)
    assert ignored(plan) == [("grant (absent-role)", "1 object: grant on public.t")]
    far = f"far_{secrets.token_hex(4)}"
    plan = desk.plan(target, f"CREATE TABLE t (a int); CREATE POLICY p ON t TO {far};", rules)
    assert [(u.kind, u.name) for u in plan.unhandled] == [("role", far)]


def test_ignored_grants_come_back_with_a_view_made_anew(server: Server, desk: Desk) -> None:
    reader = role(server, "view_reader")
    target = server.database(
        "CREATE TABLE t (a int)",
        "CREATE VIEW v AS SELECT a FROM t",
        f"GRANT SELECT ON v TO {reader}",
        "COMMENT ON VIEW v IS 'x'",
    )
    rules = '[[ignore]]\nkind = ["grant", "comment"]\nname = "public.v"\n'
    plan = desk.apply(target, "CREATE TABLE t (a bigint); CREATE VIEW v AS SELECT a FROM t;", rules)
    assert any(s.startswith("DROP VIEW") for s in sql(plan))
    assert ask(target, "SELECT has_table_privilege('view_reader', 'v', 'SELECT')") == [(True,)]
    assert ask(target, "SELECT obj_description('v'::regclass)") == [("x",)]


def test_owners(server: Server, desk: Desk) -> None:
    other = role(server, "other_owner")
    wanted = "CREATE TABLE t (id serial, a int GENERATED ALWAYS AS IDENTITY); CREATE VIEW v AS SELECT 1 AS a;"
    target = server.database(wanted)
    admin = server.admin.but(dbname=target.database)
    do(admin, f"ALTER TABLE t OWNER TO {other}", f"ALTER VIEW v OWNER TO {other}")
    rules = f'owner = "{target.user}"\n'
    bare = desk.check(admin, wanted, rules)
    assert {u.name for u in bare.unhandled} >= {"public.t", "public.v"}
    rules += '[[ignore]]\nkind = "owner"\n'
    plan = desk.plan(admin, wanted, rules)
    assert (sql(plan), plan.unhandled, plan.proven) == ([], (), True)
    assert ignored(plan) == [("owner", "2 objects: owner of public.t, owner of public.v")]
    anew = desk.plan(admin, wanted.replace("1 AS a", "'x'::text AS a"), rules)  # here, nobody may give it to them
    lost = f'it is ignored ("owner"), and would not stay as it is: ALTER VIEW public.v OWNER TO {other}'
    assert [(u.kind, u.name, u.detail) for u in anew.unhandled] == [("view", "public.v", lost)]
    desk.apply(admin, wanted + "CREATE TABLE n (a int);", rules)
    assert ask(target, "SELECT relowner::regrole::text FROM pg_class WHERE oid = 't'::regclass") == [(other,)]


# what stands in the way


def test_an_ignored_view_in_the_way_is_named_and_stays(server: Server, desk: Desk) -> None:
    target = server.database("CREATE TABLE t (a int)", "CREATE VIEW theirs AS SELECT a FROM t")
    rules = '[[ignore]]\nkind = "view"\nname = "public.theirs"\n'
    for wanted in ("CREATE TABLE t (a bigint);", "-- nothing"):
        plan = desk.plan(target, wanted, rules)
        assert not any("theirs" in s for s in sql(plan)), sql(plan)
        assert ("view", "public.theirs") in [(u.kind, u.name) for u in plan.unhandled]
        assert next(u for u in plan.unhandled if u.kind == "view").detail.startswith(
            'it is ignored ("view public.theirs"), and stands in the way: this plan '
        )
        assert plan.proven is False


def test_ignored_parts_of_a_managed_table(server: Server, desk: Desk) -> None:
    target = server.database(
        "CREATE TABLE t (a int, b int, theirs int, CONSTRAINT theirs_check CHECK (b > 0))",
        "CREATE INDEX theirs_index ON t (b)",
        "COMMENT ON COLUMN t.theirs IS 'x'",
        "ALTER TABLE t ALTER theirs SET STATISTICS 5",
    )
    rules = 'schemas = ["public"]\n[[ignore]]\nkind = ["column", "constraint", "index"]\nname = "public.*theirs*"\n'
    plan = desk.apply(target, "CREATE TABLE t (a bigint, b int);", rules)
    assert sql(plan) == ["ALTER TABLE public.t ALTER COLUMN a TYPE bigint"]
    assert ignored(plan)[0][1].startswith("3 objects: column public.t.theirs, constraint public.t.theirs_check, ")
    gone = desk.plan(target, "CREATE TABLE t (a bigint);", rules)
    named = {(u.kind, u.name) for u in gone.unhandled}
    assert {("index", "public.theirs_index"), ("constraint", "public.t.theirs_check")} <= named


def test_extra_parts_of_a_managed_table(server: Server, desk: Desk) -> None:
    target = server.database("CREATE TABLE t (a int, CONSTRAINT theirs CHECK (a > 0))", "CREATE INDEX i ON t (a)")
    rules = '[[ignore]]\nkind = ["constraint", "index"]\nwhen = "extra"\n'
    plan = desk.plan(target, "CREATE TABLE t (a int);", rules)
    assert (sql(plan), plan.unhandled, plan.proven) == ([], (), True)
    api.check_fresh(plan, desk.settings(target, "CREATE TABLE t (a int);", rules))
    wanted = "CREATE TABLE t (a int, CONSTRAINT ours CHECK (a > 1)); CREATE UNIQUE INDEX i ON t (a);"
    plan = desk.apply(target, wanted, rules)
    assert ignored(plan) == [("constraint, index (extra)", "1 object: constraint public.t.theirs")]


def test_ignored_parts_go_with_what_is_dropped(server: Server, desk: Desk) -> None:
    """But nothing goes with its schema."""
    other = role(server, "parts_owner")
    target = server.database(
        "CREATE SCHEMA s",
        "CREATE TABLE s.t (a int, b int)",
        "CREATE INDEX i ON s.t (b)",
        "GRANT SELECT ON s.t TO PUBLIC",
        "COMMENT ON COLUMN s.t.a IS 'x'",
        "CREATE TYPE s.e AS ENUM ('a')",
        "CREATE VIEW s.v AS SELECT 1 AS a",
    )
    admin = server.admin.but(dbname=target.database)
    do(admin, f"ALTER TYPE s.e OWNER TO {other}", f"GRANT USAGE ON TYPE s.e TO {other}")
    rules = f'owner = "{target.user}"\n[[ignore]]\nkind = ["grant", "owner", "comment", "index"]\nname = "s.*"\n'
    plan = desk.plan(admin, "CREATE SCHEMA s; CREATE VIEW s.v AS SELECT 1 AS a;", rules)
    assert (sorted(sql(plan)), plan.unhandled, plan.proven) == (["DROP TABLE s.t", "DROP TYPE s.e"], (), True)
    do(target, "GRANT SELECT (b) ON s.t TO PUBLIC")
    rules = rules.replace('"s.*"', '"s.[et]*"')
    plan = desk.plan(
        admin,
        "CREATE SCHEMA s; CREATE TABLE s.t (); CREATE TYPE s.e AS ENUM ('a'); CREATE VIEW s.v AS SELECT 1 AS a;",
        rules,
    )
    assert (len(sql(plan)), plan.unhandled, plan.proven) == (2, (), True)
    plan = desk.plan(admin, "-- nothing", rules + '[[ignore]]\nkind = "view"\n')
    assert [(u.kind, u.name) for u in plan.unhandled if u.detail.startswith("it is ignored")] == [("view", "s.v")]
    assert plan.proven is False


def test_a_new_name_keeps_ignored_partitions_and_is_not_given_to_what_is_ignored(server: Server, desk: Desk) -> None:
    target = server.database(EVENTS, partition(1), "CREATE TABLE t (a int)", "CREATE INDEX theirs ON t (a)")
    rules = PARTITIONS + '[[ignore]]\nkind = "index"\nwhen = "extra"\n'
    wanted = EVENTS.replace("events", "facts") + "CREATE TABLE t (a int); CREATE INDEX ours ON t (a);"
    settings = desk.settings(target, wanted, rules, rename=["public.events=facts"])
    plan = api.plan(settings)
    assert (plan.unhandled, plan.proven) == ((), True)
    assert any(s.startswith("ALTER TABLE public.events RENAME TO facts") for s in sql(plan)), sql(plan)
    assert not any("theirs" in s for s in sql(plan)), sql(plan)
    assert not api.apply(plan, settings, allow=["all"], snapshot=False).left
    assert ask(target, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'facts'::regclass") == [(1,)]
    assert ask(target, "SELECT to_regclass('theirs') IS NULL, to_regclass('ours') IS NULL") == [(False, False)]


def test_a_new_name_below_an_ignored_view(server: Server, desk: Desk) -> None:
    """Which names the table by what it is called, and stays the same for all that."""
    target = server.database("CREATE TABLE t (a int)", "CREATE VIEW theirs AS SELECT a FROM t")
    rules = '[[ignore]]\nkind = "view"\nname = "*.theirs"\n'
    settings = desk.settings(target, "CREATE TABLE u (b int, c int);", rules, rename=["public.t=u", "public.u.a=b"])
    plan = api.plan(settings)
    assert (plan.unhandled, plan.proven) == ((), True)
    assert not api.apply(plan, settings, allow=["all"], snapshot=False).left
    assert ask(target, "SELECT attname FROM pg_attribute WHERE attrelid = 'theirs'::regclass") == [("a",)]


# engines, commands, snapshots


def test_migra_drops_nothing_that_is_ignored(server18: Server, desk: Desk) -> None:
    target = server18.database("CREATE TABLE mine (a int)", 'CREATE TABLE "their table" (a serial)', *OTHERS)
    rules = 'schemas = ["public"]\n[[ignore]]\nkind = "table"\nname = "public.their table"\n'
    plan = desk.plan(target, "CREATE TABLE mine (a int, b int);", rules, engine="migra")
    assert (len(plan.statements), plan.unhandled, plan.proven) == (1, (), True), sql(plan)


def test_commands_and_exit_codes(server18: Server, difftool: Run, tmp_path: Path) -> None:
    target = server18.database("CREATE TABLE t (a int)", "CREATE TABLE theirs (a int)")
    (tmp_path / "schema.sql").write_text("CREATE TABLE t (a int);")
    (tmp_path / "difftool.toml").write_text('schema = "schema.sql"\n[[ignore]]\nkind = "table"\nname = "*.theirs"\n')
    url = target.url(secrets=True)
    for command in ("check", "plan"):
        ran = difftool(command, DATABASE_URL=url)
        assert ran.code == 0
        assert "\nignored\n\n  - table *.theirs: 1 object: table public.theirs\n" in ran.out
    shown = json.loads(difftool("plan", "--format", "json", DATABASE_URL=url).out)
    assert shown["ignored"] == [{"kind": "rule", "name": "table *.theirs", "detail": "1 object: table public.theirs"}]
    assert "ignore[1]" in difftool("config", DATABASE_URL=url).out
    assert difftool("apply", "--yes", DATABASE_URL=url).code == 0
    assert difftool("diff", url, "schema.sql").code == 0
    (tmp_path / "schema.sql").write_text("CREATE TABLE t (a int, b int);")
    assert difftool("check", DATABASE_URL=url).code == 3
    assert difftool("plan", "-o", "plan.json", DATABASE_URL=url).code == 3
    with session(target) as connection:
        run(connection, "ALTER TABLE theirs ADD b int")
    ran = difftool("apply", "plan.json", "--yes", DATABASE_URL=url)
    assert ran.code == 0, ran.err
    ran = difftool("rollback", "--yes", "--allow", "data-loss", DATABASE_URL=url)
    assert ran.code == 0, ran.err + ran.out
    assert ask(target, "SELECT count(*) FROM pg_attribute WHERE attrelid = 'theirs'::regclass AND attnum > 0") == [(2,)]


def test_tables_that_may_not_be_read(server: Server, desk: Desk) -> None:
    owner = server.database("CREATE TABLE t (a int)")
    admin = server.admin.but(dbname=owner.database)
    do(admin, 'CREATE TABLE "Secret.x" (a int)', "CREATE SCHEMA hidden", "CREATE TABLE hidden.t (a int)")
    for rules in (
        '[[ignore]]\nkind = ["table", "schema"]\nname = "*[xn]"\n',
        '[[ignore]]\nkind = "table"\nname = "public.Secret.x"\n[[ignore]]\nkind = "schema"\nname = "hidden"\n',
    ):
        plan = desk.plan(owner, "CREATE TABLE t (a int);", rules)
        assert (plan.statements, plan.unhandled) == ((), ())
        assert sum(i.detail.count("table") for i in plan.ignored) == 2, plan.ignored
    desk.apply(owner, "CREATE TABLE t (a int, b int);", rules)
    settings = desk.settings(owner, "CREATE TABLE t (a int, b int);", rules)
    found = {row.name: row for row in examine(lambda: settings)}
    assert found["may read"].ok is True


def test_rollback_makes_and_drops_nothing_that_is_ignored(server18: Server, desk: Desk) -> None:
    """But what the desired schema named since, a partition too, goes."""
    rules = PARTITIONS + '[[ignore]]\nkind = "view"\nwhen = "extra"\n'
    target = server18.database(EVENTS, partition(1), partition(2), "CREATE VIEW theirs AS SELECT 1 AS a")
    wanted = EVENTS + "CREATE TABLE events_rest PARTITION OF events DEFAULT; CREATE VIEW ours AS SELECT 2 AS a;"
    settings = desk.settings(target, wanted, rules)
    applied = api.apply(api.plan(settings), settings, allow=["all"])
    assert not applied.left
    do(target, "DROP TABLE events_p2026_01", partition(3), "DROP VIEW theirs", "CREATE VIEW new AS SELECT 1 AS a")
    plan, _ = api.rollback_plan("", settings)
    assert (plan.unhandled, plan.proven) == ((), True)
    assert sorted(s.name for s in plan.statements) == ["public.events_rest", "public.ours"], sql(plan)
    assert not api.apply(plan, settings, allow=["all"], reason="rollback").left
    tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    assert [r[0] for r in ask(target, tables)] == ["events", "events_p2026_02", "events_p2026_03", "new"]


def test_a_database_as_the_desired_schema_brings_no_partitions_of_its_own(server18: Server, desk: Desk) -> None:
    target, other = (server18.database(EVENTS, partition(n), owner=False) for n in (1, 2))
    settings = desk.settings(target, "", PARTITIONS)
    found = api.diff(target.url(secrets=True), other.url(secrets=True), settings)
    assert (sql(found), found.unhandled) == ([], ())
    assert api.diff(target.url(secrets=True), other.url(secrets=True), desk.settings(target, "", "")).differs


def test_dump_writes_nothing_that_is_ignored(server: Server, desk: Desk) -> None:
    made = ("CREATE INDEX events_at ON events (at)", partition(1), "CREATE VIEW latest AS SELECT * FROM events")
    target = server.database(EVENTS, *made, *OTHERS)
    rules = PARTITIONS + '[[ignore]]\nkind = ["schema", "publication"]\nname = "[Ot]*"\n'
    settings = desk.settings(target, "", rules)
    found = api.dump(desk.folder / "dumped", settings)
    assert "Other Tool" not in found.script
    assert "p2026_01" not in found.script
    assert [(i.name, i.detail) for i in found.ignored] == [
        ("table public.events_* (partition)", "1 object: table public.events_p2026_01"),
        ("schema, publication [Ot]*", "2 objects: publication theirs, schema Other Tool"),
    ]
    plan = api.plan(desk.settings(target, "", rules, schema=str(desk.folder / "dumped")))
    assert (sql(plan), plan.unhandled, plan.proven) == ([], (), True)
    api.dump(desk.folder / "app", desk.settings(target, "", 'schemas = ["Other Tool"]'))
    plan = api.plan(desk.settings(target, "", 'schemas = ["Other Tool"]', schema=str(desk.folder / "app")))
    assert (sql(plan), plan.unhandled, plan.proven) == ([], (), True)


def test_what_is_granted_on_an_extensions_own_is_ignored_like_any_other(server18: Server, desk: Desk) -> None:
    reader, wanted = role(server18, "member_reader"), "CREATE EXTENSION citext; CREATE TABLE t (a int);"
    target = server18.database("CREATE EXTENSION citext", "CREATE TABLE t (a int)")
    admin = server18.admin.but(dbname=target.database)
    do(
        admin,
        "REVOKE EXECUTE ON FUNCTION citext_hash(citext) FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION citext_cmp(citext, citext) TO {reader}",
    )
    assert desk.check(target, wanted, "").differs
    rules = (
        '[[ignore]]\nkind = "grant"\nname = "public.citext_hash"\n[[ignore]]\nkind = "grant"\nwhen = "absent-role"\n'
    )
    plan = desk.apply(target, wanted.replace("a int", "a bigint"), rules)
    assert sql(plan) == ["ALTER TABLE public.t ALTER COLUMN a TYPE bigint"]
    assert [detail.partition(":")[0] for _, detail in ignored(plan)] == ["1 object", "1 object"]


def test_default_privileges_go_by_the_name_of_the_target_s_owner_role(server18: Server, desk: Desk) -> None:
    target = server18.database("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC", "CREATE TABLE t (a int)")
    rules = f'[[ignore]]\nkind = "default_privileges"\nname = "{target.user}*"\n'
    desk.apply(target, "CREATE TABLE t (a bigint);", rules)
    assert ask(target, "SELECT count(*) FROM pg_default_acl") == [(1,)]


# what extensions make

EXTENSIONS = {
    "pg_partman": "CREATE TABLE @extschema@.part_config (parent_table text PRIMARY KEY);",
    "pgmq": "CREATE TABLE pgmq.meta (queue_name text);",
    "pg_cron": "CREATE SCHEMA cron; GRANT ALL ON SCHEMA cron TO PUBLIC; CREATE TABLE cron.job (id bigint);",
    "timescaledb": "CREATE SCHEMA _timescaledb_internal; GRANT ALL ON SCHEMA _timescaledb_internal TO PUBLIC;",
    "postgis_topology": "CREATE SCHEMA topology; CREATE TABLE topology.topology (name text);",
    "postgis_tiger_geocoder": "CREATE SCHEMA tiger; CREATE SCHEMA tiger_data; GRANT ALL ON SCHEMA tiger_data TO PUBLIC;",
}
AT_RUN_TIME = {
    "pg_partman": (
        f"{EVENTS} CREATE TABLE events_p20260101 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-01-02');",
        "CREATE TABLE events_p20250101 (id bigint, at date NOT NULL)",
        "CREATE TABLE events_default PARTITION OF events DEFAULT; CREATE TABLE partman.template_public_events (id bigint)",
    ),
    "pgmq": ("CREATE TABLE pgmq.q_jobs (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at date)",
             "CREATE INDEX q_at ON pgmq.q_jobs (at); CREATE TABLE pgmq.a_jobs (id bigint)"),
    "pg_cron": ("CREATE TABLE cron.backup (id bigint)",),
    "timescaledb": (
        "CREATE TABLE metrics (at timestamptz NOT NULL)",
        "CREATE TABLE _timescaledb_internal._hyper_1_1_chunk (CHECK (at < '2026-01-01')) INHERITS (metrics)",
        "CREATE FUNCTION insert_blocker() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TRIGGER ts_insert_blocker BEFORE INSERT ON metrics FOR EACH ROW EXECUTE FUNCTION insert_blocker()",
    ),
    "postgis_topology": (
        "CREATE SCHEMA city; CREATE TABLE city.edge_data (); CREATE TABLE city.face (); CREATE TABLE city.node ();",
        "CREATE TABLE city.relation (); CREATE SEQUENCE city.layer_id_seq; CREATE VIEW city.edge AS SELECT 1 AS a",
    ),
    "postgis_tiger_geocoder": ("CREATE TABLE tiger_data.ma_edges (id bigint)",),
}  # fmt: skip
FILES = {
    "pg_partman": EVENTS,
    "timescaledb": "CREATE TABLE metrics (at timestamptz NOT NULL);"
    "CREATE FUNCTION insert_blocker() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';",
}
MEANWHILE = {
    "pg_partman": (
        "CREATE TABLE events_p20260102 PARTITION OF events FOR VALUES FROM ('2026-01-02') TO ('2026-01-03') PARTITION BY LIST (id)",
        "CREATE TABLE events_p20260102_p1 PARTITION OF events_p20260102 FOR VALUES IN (1)",
        "ALTER TABLE events DETACH PARTITION events_p20260101",
    ),
    "pgmq": ("CREATE TABLE pgmq.q_more (id bigint)",),
    "postgis_topology": (
        "CREATE SCHEMA town; CREATE TABLE town.edge_data (); CREATE TABLE town.face (); CREATE TABLE town.node ();"
        "CREATE TABLE town.relation ()",
    ),
}
"""Made between plan and apply."""
TAKEN_OUT = {
    "pg_partman": [
        ("pg_partman: partitions", "2 objects: table public.events_default, table public.events_p20260101"),
        ("pg_partman: template tables", "1 object: table partman.template_public_events"),
        ("pg_partman: detached partitions", "1 object: table public.events_p20250101"),
    ],
    "pgmq": [("pgmq: queues", "2 objects: table pgmq.a_jobs, table pgmq.q_jobs")],
    "pg_cron": [("pg_cron: what lies in its schema", "1 object: table cron.backup")],
    "timescaledb": [
        ("timescaledb: chunks and materializations", "1 object: table _timescaledb_internal._hyper_1_1_chunk"),
        ("timescaledb: triggers", "1 object: trigger public.metrics.ts_insert_blocker"),
    ],
    "postgis_topology": [("postgis_topology: topologies", "1 object: schema city")],
    "postgis_tiger_geocoder": [("postgis_tiger_geocoder: loaded tables", "1 object: table tiger_data.ma_edges")],
}


ONE_DATABASE = """CREATE SCHEMA one_place; CREATE TABLE one_place.job (id bigint);
DO $$ BEGIN IF current_database() !~ '^test_' THEN RAISE 'can only be created in one database'; END IF; END $$;"""
"""As pg_cron is."""


@pytest.fixture(scope="module")
def stateful(server18: Server) -> Iterator[Server]:
    """PostgreSQL 18 with stand-ins for the extensions, which make what the real ones make."""
    folder = Path(tempfile.mkdtemp(prefix="difftool-test-"))
    folder.chmod(0o755)
    (folder / "extension").mkdir(mode=0o755)
    for name, script in {**EXTENSIONS, "one_place": ONE_DATABASE}.items():
        own = "schema = pgmq\n" if name == "pgmq" else ""
        (folder / "extension" / f"{name}.control").write_text(f"default_version = '1'\ntrusted = true\n{own}")
        (folder / "extension" / f"{name}--1.sql").write_text(script)
    do(server18.admin, f"ALTER SYSTEM SET extension_control_path = '{folder}:$system'", "SELECT pg_reload_conf()")
    query = "SELECT count(*) FROM pg_available_extensions WHERE name = 'pgmq'"
    until = time.monotonic() + 30
    while ask(server18.admin, query) != [(1,)] and time.monotonic() < until:
        time.sleep(0.05)
    yield server18
    do(server18.admin, "ALTER SYSTEM RESET extension_control_path", "SELECT pg_reload_conf()")
    shutil.rmtree(folder)


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_what_an_extension_makes_while_it_runs(stateful: Server, desk: Desk, extension: str) -> None:
    schema = "CREATE SCHEMA partman;" if extension == "pg_partman" else ""
    create = f"{schema} CREATE EXTENSION {extension}{' SCHEMA partman' if schema else ''};"
    target = stateful.database(create)
    do(target, *AT_RUN_TIME[extension])
    wanted, scratch = create + FILES.get(extension, ""), stateful.admin.url(secrets=True)
    environ = {"DIFFTOOL_EXTENSIONS": extension}
    settings = desk.settings(target, wanted, "", environ=environ, scratch=scratch)
    plan = api.plan(settings)
    assert (sql(plan), plan.unhandled, plan.proven) == ([], (), True)
    assert ignored(plan) == TAKEN_OUT[extension]
    settings = desk.settings(target, wanted + "CREATE TABLE more (a int);", "", environ=environ, scratch=scratch)
    plan = api.plan(settings)
    assert plan.proven is True, plan.unhandled
    assert sql(plan) == ["CREATE TABLE public.more (\n    a integer\n)"]
    do(target, *MEANWHILE.get(extension, ()))
    assert not api.apply(plan, settings, snapshot=False).left


def test_what_is_granted_on_an_extensions_own_tables_is_no_ones_but_ours(stateful: Server, desk: Desk) -> None:
    target = stateful.database("CREATE EXTENSION pgmq")
    do(target, "GRANT USAGE ON SCHEMA pgmq TO PUBLIC", "CREATE TABLE pgmq.q_jobs (id bigint)")
    do(stateful.admin.but(dbname=target.database), "GRANT SELECT ON pgmq.meta TO PUBLIC")
    found = api.dump(None, desk.settings(target, "", ""))
    assert [(i.name, i.detail) for i in found.ignored] == [("pgmq: queues", "1 object: table pgmq.q_jobs")]
    assert "GRANT SELECT ON TABLE pgmq.meta TO PUBLIC" in found.script
    names = as_desired(NO_RULES, read_catalog(target, 18, find_pg_dump(18))).by_key
    assert DumpKey("ACL", "pgmq", "TABLE meta") in names
    assert DumpKey("TABLE", "pgmq", "q_jobs") not in names


def test_an_ignored_extension_need_not_be_on_the_scratch_server(stateful: Server, desk: Desk) -> None:
    target = stateful.database("CREATE EXTENSION one_place", "CREATE TABLE t (a int)", "CREATE TABLE theirs (b int)")
    do(stateful.admin.but(dbname=target.database), "CREATE VIEW theirs_too AS SELECT * FROM one_place.job")
    rules = (
        '[[ignore]]\nkind = ["extension", "view"]\nname = "*one_place*"\n[[ignore]]\nkind = "*"\nname = "*theirs*"\n'
    )
    plan = desk.apply(target, "CREATE TABLE t (a bigint);", rules)
    assert sql(plan) == ["ALTER TABLE public.t ALTER COLUMN a TYPE bigint"]
    assert any(n.startswith("ignored, and not in the clone: extension one_place, ") for n in plan.notes), plan.notes
    bare = desk.settings(target, "CREATE TABLE t (a bigint);", "", scratch=stateful.admin.url(secrets=True))
    with pytest.raises(ScratchError, match="can only be created in one database"):
        api.plan(bare)


def test_without_the_extension_the_same_names_are_nothing_special(server18: Server, desk: Desk) -> None:
    target = server18.database("CREATE SCHEMA pgmq", "CREATE TABLE pgmq.q_jobs (id bigint)")
    plan = desk.plan(target, "CREATE SCHEMA pgmq;", "")
    assert (sql(plan), plan.ignored) == (["DROP TABLE pgmq.q_jobs"], ())


def test_built_in_rules_ask_for_what_only_the_target_has() -> None:
    assert {extension for extension, _, _ in BUILT_IN} < STATEFUL == set(EXTENSIONS)
    assert all(found.when in WHEN for _, _, found in BUILT_IN)
    assert list(built_in(Installed({"citext": "public"}))) == []
    odd = list(built_in(Installed({"pg_partman": "a[b]*"})))[-1]
    assert odd.matches(("table", "a[b]*", "template_x"))
    assert not odd.matches(("table", "ab", "template_x"))


# names


HOSTILE = """
CREATE SCHEMA "Odd. ""s"" x"; SET search_path = "Odd. ""s"" x";
CREATE TABLE "a b" ("c d" serial PRIMARY KEY, "select" int GENERATED ALWAYS AS IDENTITY, "e, f" text CONSTRAINT "CHECK (" CHECK ("e, f" <> ''));
ALTER TABLE "a b" ADD CONSTRAINT " ON x.y " UNIQUE ("e, f"), ADD CONSTRAINT self FOREIGN KEY ("c d") REFERENCES "a b";
ALTER TABLE "a b" ADD CONSTRAINT later CHECK ("c d" > 0) NOT VALID;
CREATE INDEX "i ON ONLY t" ON "a b" ("e, f"); CREATE STATISTICS "s FROM t" ON "c d", "e, f" FROM "a b";
CREATE FUNCTION "f(x"("the arg" int, VARIADIC b text[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION "f(x"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER "t ON z.z " BEFORE UPDATE OF "e, f" ON "a b" FOR EACH ROW EXECUTE FUNCTION "f(x"();
CREATE RULE "r ON INSERT TO z" AS ON INSERT TO "a b" DO ALSO NOTHING; ALTER TABLE "a b" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "p ON z" ON "a b"; CREATE VIEW "v v" AS SELECT * FROM "a b"; ALTER VIEW "v v" ALTER "e, f" SET DEFAULT 'x';
CREATE MATERIALIZED VIEW "m m" AS SELECT 1 AS "x y"; CREATE INDEX "on m" ON "m m" ("x y");
CREATE TABLE "p p" (a int, b int PRIMARY KEY) PARTITION BY RANGE (b); CREATE INDEX "p i" ON "p p" (a);
CREATE TABLE "p 1" PARTITION OF "p p" FOR VALUES FROM (1) TO (2) PARTITION BY LIST (b); CREATE TABLE "p 1 1" PARTITION OF "p 1" FOR VALUES IN (1);
CREATE TRIGGER rows AFTER INSERT ON "p p" FOR EACH ROW EXECUTE FUNCTION "f(x"(); ALTER TABLE "p 1 1" DISABLE TRIGGER rows;
CREATE TABLE "child, x" ("own" int) INHERITS ("a b"); CREATE SEQUENCE "seq s" OWNED BY "a b"."c d";
CREATE DOMAIN "d d" AS int CONSTRAINT "d c" CHECK (VALUE > 0); CREATE TYPE "e e" AS ENUM ('a'); CREATE TYPE "c c" AS ("at a" int);
CREATE TYPE "r r" AS RANGE (SUBTYPE = int); CREATE COLLATION "col l" FROM "C"; CREATE TYPE "shell s";
COMMENT ON CONSTRAINT "CHECK (" ON "a b" IS 'x'; COMMENT ON CONSTRAINT "d c" ON DOMAIN "d d" IS 'x'; COMMENT ON TRIGGER "t ON z.z " ON "a b" IS 'x';
COMMENT ON COLUMN "c c"."at a" IS 'x'; COMMENT ON COLUMN "v v"."e, f" IS 'x'; COMMENT ON INDEX "i ON ONLY t" IS 'x'; COMMENT ON INDEX " ON x.y " IS 'x';
COMMENT ON FUNCTION "f(x"(int, text[]) IS 'x'; COMMENT ON POLICY "p ON z" ON "a b" IS 'x'; COMMENT ON RULE "r ON INSERT TO z" ON "a b" IS 'x';
COMMENT ON TYPE "c c" IS 'x'; COMMENT ON TYPE "e e" IS 'x'; COMMENT ON STATISTICS "s FROM t" IS 'x'; COMMENT ON SEQUENCE "seq s" IS 'x';
GRANT SELECT ON "a b", "v v", "m m" TO PUBLIC; GRANT SELECT ("e, f") ON "a b" TO PUBLIC; GRANT USAGE ON SEQUENCE "seq s" TO PUBLIC;
REVOKE ALL ON FUNCTION "f(x"(int, text[]) FROM PUBLIC; REVOKE ALL ON TYPE "e e" FROM PUBLIC; GRANT USAGE ON SCHEMA "Odd. ""s"" x" TO PUBLIC;
GRANT SELECT ON SEQUENCE "a b_select_seq" TO PUBLIC; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA "Odd. ""s"" x" GRANT USAGE ON SEQUENCES TO PUBLIC; CREATE PUBLICATION "pub p" FOR TABLE "a b";
CREATE FOREIGN DATA WRAPPER "w w"; CREATE SERVER "srv s" FOREIGN DATA WRAPPER "w w"; CREATE USER MAPPING FOR PUBLIC SERVER "srv s";
CREATE USER MAPPING FOR CURRENT_USER SERVER "srv s"; CREATE FOREIGN TABLE "far t" (a int) SERVER "srv s"; GRANT USAGE ON FOREIGN SERVER "srv s" TO PUBLIC;
CREATE AGGREGATE "hyp h"(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
REVOKE ALL ON FUNCTION "hyp h"("any") FROM PUBLIC; CREATE AGGREGATE "agg g"(int) (SFUNC = int4pl, STYPE = int); COMMENT ON AGGREGATE "agg g"(int) IS 'x'; CREATE CAST ("c c" AS "e e") WITH INOUT;
COMMENT ON CAST ("c c" AS "e e") IS 'x'; CREATE TEXT SEARCH DICTIONARY "dict d" (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION "conf c" (COPY = simple); COMMENT ON TEXT SEARCH CONFIGURATION "conf c" IS 'x';
"""


def test_a_dump_and_the_catalog_have_the_same_names_for_everything(server: Server) -> None:
    """A rule means the same to both judges: what a thing is, what it is called, what it is a part of."""
    target = server.database(owner=False)
    with session(target) as connection:
        for piece in split(HOSTILE):
            run(connection, piece.sql)
        for pair in sorted((Path(__file__).parent / "pairs").iterdir()):
            run(connection, f"CREATE SCHEMA {pair.name}")
            run(connection, f"SET search_path = {pair.name}")
            for piece in split((pair / "after.sql").read_text()):
                _runs(connection, piece.sql)  # what is there already, or needs a role, is left out
        for (trigger,) in rows(connection, "SELECT quote_ident(evtname) FROM pg_event_trigger"):
            run(connection, f"ALTER EVENT TRIGGER {trigger} DISABLE")
    _same_names(target, server.major)


def _same_names(target: Conninfo, major: int) -> None:
    subjects = Subjects(read_catalog(target, major, find_pg_dump(major)))
    dumped = {subjects.chain(e)[0]: subjects.chain(e) for e in subjects.catalog.entries}
    inside = {i.key for e in subjects.catalog.entries for i in items(e)}
    objects = native.read(target)
    judging = Judging(objects, NOTHING_KNOWN, UNLIMITED)
    read = {plain(k): judging.chain(k) for k in objects.by_key}
    assert {k[0] for k in dumped} >= set(KINDS) - {"column", "extension", "owner", "security_label", "subscription"}
    assert {k: c for k, c in dumped.items() if k in read and read[k] != c} == {}
    assert {k for k in dumped if k not in read and k[:1] != ("schema",)} == set()
    unnamed = {k for k in read if k not in dumped and k not in inside and k[0] in KINDS}
    by_themselves = {k for k in unnamed if not _part_of_a_part(k, read[k])}
    assert by_themselves <= {("extension", "plpgsql"), ("schema", "public"), ("comment", "schema", "public")}


def _part_of_a_part(key: tuple[str, ...], chain: tuple[tuple[str, ...], ...]) -> bool:
    """What pg_dump says with something else: owners, grants as they are by themselves, what a child inherits."""
    inherited = key[0] in ("column", "constraint", "trigger") or key[-1] == "_RETURN"
    shell = key[0] == "operator"  # that another names as its negator, say
    return key[0] in ("owner", "grant") or inherited or shell or (key[0] == "index" and chain[1][0] == "constraint")


def _runs(connection: Connection, sql: str) -> bool:
    try:
        run(connection, sql)
    except Error:
        return False
    return True


# rules by themselves


@pytest.mark.parametrize(
    ("found", "key", "does"),
    [
        (Rule(("table",), "public.a*"), ("table", "public", "abc"), True),
        (Rule(("table",), "public.a*"), ("table", "public", "Abc"), False),
        (Rule(("table",), "public.a*"), ("view", "public", "abc"), False),
        (Rule((ANY,), "app.*"), ("index", "app", "i"), True),
        (Rule((ANY,), "app.*"), ("column", "app", "t", "a"), False),
        (Rule(("column",), "app.*.a"), ("column", "app", "t", "a"), True),
        (Rule((ANY,), "app.*"), ("default", "app", "t", "a"), False),
        (Rule(("function",), "app.f"), ("function", "app", "f(integer, text)"), True),
        (Rule(("function",), "app.f(int*"), ("function", "app", "f(integer, text)"), True),
        (Rule(("function",), "app.f()"), ("function", "app", "f(integer, text)"), False),
        (Rule(("comment",), "app.f"), ("comment", "function", "app", "f(integer)"), True),
        (Rule(("grant",), "app.t"), ("grant", "table", "app", "t"), True),
        (Rule(("grant",), when="absent-role"), ("table", "app", "t"), False),
        (Rule((ANY,), when="partition"), ("view", "app", "t"), False),
        (Rule(("schema",), "[ab]?"), ("schema", "b1"), True),
        (Rule(("table",), "public.two words"), ("table", "public", "two words"), True),
    ],
)
def test_what_a_rule_is_about(found: Rule, key: tuple[str, ...], does: bool) -> None:
    assert found.matches(key) is does


def test_every_kind_of_a_rule_is_one_of_the_engines() -> None:
    assert set(KINDS) <= set(NATIVE_KINDS())
    assert set().union(*WHEN.values()) <= set(KINDS)


def rows_under(heading: str) -> list[list[str]]:
    """Cells of the table that follows a heading of docs/configuration.md."""
    after = (ROOT / "docs/configuration.md").read_text().partition(f"| {heading} |")[2]
    lines = after.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines]


def test_docs_have_every_key_kind_circumstance_and_extension() -> None:
    assert rows_under("Key of `[[ignore]]` | What it is") == [[k.name, k.sentence] for k in IGNORE_KEYS]
    assert [extension for extension, _ in rows_under("Extension | What is ignored")] == list(EXTENSIONS)
    text = (ROOT / "docs/configuration.md").read_text().partition("## What is ignored")[2].partition("\n## ")[0]
    kinds, _, circumstances = text.partition("- **Kinds**")[2].partition("- **Circumstances**")
    assert re.findall(r"`(\w+)`", kinds.partition("- **Names**")[0]) == list(KINDS)
    assert set(re.findall(r"`([a-z-]+)` is\s", circumstances)) >= set(WHEN)


def test_rules_are_told_apart_by_what_they_say() -> None:
    a, b = Rules((rule("table", "a", ""),)), Rules((rule("table", "b", ""),))
    assert len({NO_RULES.digest, a.digest, b.digest, Rules((), ("a",)).digest}) == 4
    assert a.digest == Rules((rule(["table"], "a", ""),)).digest
    assert not NO_RULES
    assert dotted(("grant", "table", "a", "b")) == "a.b"


TOML = '[[ignore]]\nkind = "table"\nname = "a.*"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[ignore]\nkind = 'table'", "ignore is not a list of tables"),
        ("ignore = 'x'", "ignore is not a list of tables"),
        ("[[ignore]]\nname = 'x'", "ignore[1] has no kind"),
        (f"{TOML}[[ignore]]\nkind = 'tabel'", "ignore[2].kind is tabel, not * or one or more of access_method, "),
        ("[[ignore]]\nkind = 'partition'", '("partition" is a table, when = "partition")'),
        ("[[ignore]]\nkind = []", "ignore[1].kind is [], not * or one"),
        ("[[ignore]]\nkind = ['table', 1]", "ignore[1].kind is not text"),
        ("[[ignore]]\nkind = 'table'\nname = 3", "ignore[1].name is not text"),
        ("[[ignore]]\nkind = 'table'\nwhen = 'new'", "ignore[1].when is new, not one of partition, extra, absent-role"),
        ("[[ignore]]\nkind = 'view'\nwhen = 'partition'", "partition is one of table"),
        ("[[ignore]]\nkind = 'owner'\nwhen = 'extra'", "extra is one of other kinds"),
        ("[[ignore]]\nkind = '*'", "ignore[1].name is missing, not a pattern"),
        ("[[ignore]]\nkind = '*'\nnames = 'x'", "ignore.names is not a known key: did you mean ignore.name?"),
        ("column_order = 'loose'", 'column_order is "loose", not one of any, strict'),
        ("schemas = 3", "schemas is a number, not a list of names"),
    ],
)
def test_settings_that_cannot_be_meant(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "difftool.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        load(start=tmp_path, environ={})
    assert said in caught.value.message
    assert caught.value.hint


def test_settings_of_a_pyproject(tmp_path: Path) -> None:
    text = "[tool.difftool]\nschemas = ['app']\n[[tool.difftool.ignore]]\nkind = ['table', 'view']\nwhen = 'extra'\n"
    (tmp_path / "pyproject.toml").write_text(text)
    found = load(start=tmp_path, environ={}).rules
    assert found == Rules((Rule(("table", "view"), ANY, "extra"),), ("app",))
    assert load(start=tmp_path, environ={"DIFFTOOL_SCHEMAS": "a, b"}).rules.schemas == ("a", "b")


def test_nothing_is_gone_through_where_there_is_no_rule() -> None:
    catalog = Catalog((Entry(DumpKey("EXTENSION", "", "citext"), ("CREATE EXTENSION citext",)),), 18)
    seen = see(NO_RULES, catalog, catalog, "me", frozenset())
    assert seen.now.catalog is catalog
    assert (seen.ignored, seen.known, seen.now.catalog.method) == ((), (), "pg_dump 18")
    assert parse(Dump("", (), 18)).method == "pg_dump 18"
