"""Roles, memberships and the database's own matters, where --scope takes them in; without it all is left alone."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from conftest import Ran, Server

from difftool import api, planfile
from difftool.errors import DifftoolError, Refused, SchemaError
from difftool.model import Applied, Plan, Statement
from difftool.pg.connection import identifier, rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.scratch import own
from difftool.scratch.provider import SUPERUSER, Need
from difftool.secrets import masked
from difftool.settings import ScratchSettings, Settings, load

Run = Callable[..., Ran]
BOTH = ("roles", "database")


@dataclass
class Desk:
    """A database, a folder with its desired schema, and roles with names of their own that go away in the end."""

    server: Server
    folder: Path
    info: Conninfo
    token: str = field(default_factory=lambda: secrets.token_hex(4))

    def name(self, role: str) -> str:
        return f"cs_{self.token}_{role}"

    def sql(self, text: str) -> str:
        """``$role`` for a role of this desk, ``@`` for the database."""
        for word in ("app", "reader", "boss", "other", "person", "helper"):
            text = text.replace(f"${word}", self.name(word))
        return text.replace("@db", self.info.database)

    def run(self, *statements: str) -> None:
        with session(self.info) as connection:
            for sql in statements:
                run(connection, self.sql(sql))

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with session(self.info) as connection:
            return rows(connection, self.sql(sql))

    def settings(self, wanted: str, scope: tuple[str, ...] = BOTH, **more: object) -> Settings:
        (self.folder / "schema.sql").write_text(self.sql(wanted))
        flags = {
            "target": self.info.url(secrets=True),
            "schema": str(self.folder / "schema.sql"),
            "scope": list(scope),
        }
        environ = {"DIFFTOOL_OWNER": str(more.pop("owner"))} if "owner" in more else {}
        return load(start=self.folder, flags={**flags, **more}, environ=environ)

    def plan(self, wanted: str, scope: tuple[str, ...] = BOTH, **more: object) -> Plan:
        return api.plan(self.settings(wanted, scope, **more))

    def apply(self, wanted: str, *allow: str, **more: object) -> Applied:
        return api.apply(settings=self.settings(wanted, **more), allow=allow, snapshot=False)

    def check(self, wanted: str, scope: tuple[str, ...] = BOTH) -> list[tuple[str, str, str]]:
        plan = api.check(self.settings(wanted, scope))
        return [(u.kind, u.name, u.detail) for u in plan.unhandled]

    def texts(self, plan: Plan) -> list[str]:
        """The statements, with short names again."""
        return [s.sql.replace(f"cs_{self.token}_", "$").replace(self.info.database, "@db") for s in plan.statements]

    def settled(self, wanted: str) -> bool:
        """Whether nothing is left to do."""
        return self.check(wanted) == []


@pytest.fixture(scope="module")
def apart(server: Server) -> Iterator[Server]:
    """A cluster that no scratch database is made in: roles that scratch makes there would be the target's, too."""
    if server.admin.user != SUPERUSER:
        yield server
        return
    with own.embedded(Need(ScratchSettings(), server.major, trusted=True)) as scratch:
        yield Server(scratch.admin, server.major)


@pytest.fixture
def desk(apart: Server, tmp_path: Path) -> Iterator[Desk]:
    server = apart
    made = Desk(server, tmp_path, server.database(owner=False))
    yield made
    with session(server.admin) as connection:
        run(connection, f"DROP DATABASE {identifier(made.info.database)} WITH (FORCE)")
        for (role,) in rows(connection, f"SELECT rolname FROM pg_roles WHERE rolname ~ '^cs_{made.token}_'"):
            run(connection, f"DROP OWNED BY {identifier(role)}")
            run(connection, f"DROP ROLE {identifier(role)}")


APP = """
CREATE ROLE $reader;
CREATE USER $app PASSWORD 'hunter2' CONNECTION LIMIT 5 VALID UNTIL '2030-01-01' IN ROLE $reader;
COMMENT ON ROLE $app IS 'the app''s';
ALTER ROLE $app SET search_path = '$user', app, "We, ""ird";
ALTER ROLE $app IN DATABASE @db SET work_mem = '8MB';
GRANT pg_monitor TO $app WITH ADMIN OPTION;
CREATE TABLE t (a int);
GRANT SELECT ON t TO $reader;
"""


def test_roles_are_made_before_the_schema_that_grants_to_them(desk: Desk) -> None:
    plan = desk.plan(APP)
    assert desk.texts(plan)[:7] == [
        "CREATE ROLE $app LOGIN CONNECTION LIMIT 5 VALID UNTIL '2030-01-01 00:00:00+00' PASSWORD 'hunter2'",
        "COMMENT ON ROLE $app IS 'the app''s'",
        "ALTER ROLE $app SET search_path TO '$user', 'app', 'We, \"ird'",
        "ALTER ROLE $app IN DATABASE @db SET work_mem TO '8MB'",
        "CREATE ROLE $reader",
        "GRANT $reader TO $app",
        f"GRANT pg_monitor TO $app WITH ADMIN {'TRUE' if desk.server.major >= 16 else 'OPTION'}",
    ]
    assert [(s.kind, s.action) for s in plan.statements[:1]] == [("role", "create")]
    assert (plan.proven, plan.unhandled, plan.ignored) == (True, (), ())
    assert "hunter2" not in repr(masked(plan))
    assert desk.apply(APP).left == ()
    assert desk.settled(APP)
    assert not (again := desk.plan(APP)).differs
    assert again.notes == (f"passwords of roles that exist are not compared: {desk.name('app')}",)
    assert desk.ask("SELECT rolpassword IS NOT NULL FROM pg_authid WHERE rolname = '$app'") == [(True,)]
    with session(desk.info.but(user=desk.name("app"), password="hunter2")) as connection:
        assert rows(connection, "SHOW search_path") == [('"$user", app, "We, ""ird"',)]


def test_without_scope_all_is_as_it_was(desk: Desk) -> None:
    plan = desk.plan("CREATE ROLE $app; ALTER DATABASE @db SET work_mem = '8MB';", ())
    assert plan.statements == ()
    assert [(u.kind, u.name) for u in plan.unhandled] == [("role", desk.name("app"))]
    assert [i.kind for i in plan.ignored] == ["cluster", "cluster"]
    assert plan.fingerprints.target_cluster == ()


def test_scope_takes_in_what_it_names(desk: Desk) -> None:
    wanted = "CREATE ROLE $app; ALTER DATABASE @db SET work_mem = '8MB';"
    assert desk.texts(desk.plan(wanted, ("roles",))) == ["CREATE ROLE $app"]
    only = desk.plan(wanted, ("database",))
    assert desk.texts(only) == ["ALTER DATABASE @db SET work_mem TO '8MB'"]
    assert [(u.kind, u.name) for u in only.unhandled] == [("role", desk.name("app"))]


def test_what_the_files_create_is_compared_whole(desk: Desk) -> None:
    desk.run(
        "CREATE ROLE $app SUPERUSER NOINHERIT LOGIN CONNECTION LIMIT 9 VALID UNTIL '2031-01-01'",
        "COMMENT ON ROLE $app IS 'old'",
        "ALTER ROLE $app SET jit = off",
        "ALTER ROLE $app IN DATABASE @db SET work_mem = '9MB'",
        "CREATE ROLE $reader",
        "GRANT $reader TO $app",
    )
    wanted = "CREATE ROLE $app CREATEDB CONNECTION LIMIT 3; ALTER ROLE $app SET work_mem = '1MB';"
    assert desk.check(wanted) == [
        ("membership", f"{desk.name('reader')} to {desk.name('app')}", "not in the desired schema"),
        (
            "role",
            desk.name("app"),
            "differs: superuser, inherit, createdb, login, connection limit, valid until, comment, settings, "
            "settings in this database",
        ),
    ]
    plan = desk.plan(wanted)
    assert plan.proven
    assert desk.texts(plan) == [
        "ALTER ROLE $app INHERIT CREATEDB VALID UNTIL 'infinity'",
        "COMMENT ON ROLE $app IS NULL",
        "ALTER ROLE $app RESET jit",
        "ALTER ROLE $app SET work_mem TO '1MB'",
        "ALTER ROLE $app IN DATABASE @db RESET work_mem",
        "ALTER ROLE $app NOSUPERUSER NOLOGIN CONNECTION LIMIT 3",
        "REVOKE $reader FROM $app",
    ]
    assert {h.kind for _, _, h in plan.hazards()} == {"breaks-clients"}
    assert plan.notes == (f"role {desk.name('app')} gets CREATEDB",)
    with pytest.raises(Refused, match="breaks-clients"):
        desk.apply(wanted)
    assert desk.apply(wanted, "breaks-clients").left == ()
    assert desk.settled(wanted)


def test_of_other_roles_only_what_is_said_changes(desk: Desk) -> None:
    """Who is not created in the files keeps what these do not speak of; members that they do not name stay members."""
    desk.run(
        "CREATE ROLE $person LOGIN CREATEDB",
        "ALTER ROLE $person SET jit = off",
        "CREATE ROLE $reader",
        "CREATE ROLE $other",
        "GRANT $reader TO $person",
        "GRANT $other TO $person",
        "GRANT $reader TO $other",
    )
    wanted = "CREATE ROLE $reader; ALTER ROLE $person SET work_mem = '1MB';"
    assert desk.texts(desk.plan(wanted)) == ["ALTER ROLE $person SET work_mem TO '1MB'"]
    assert desk.apply(wanted).left == ()
    assert desk.ask("SELECT rolcreatedb FROM pg_roles WHERE rolname = '$person'") == [(True,)]
    assert desk.settled(wanted)
    more = "CREATE ROLE $reader; ALTER ROLE $person SET work_mem = '1MB'; REVOKE $other FROM $person; ALTER ROLE $person RESET jit;"
    assert desk.texts(desk.plan(more)) == ["ALTER ROLE $person RESET jit", "REVOKE $other FROM $person"]


def test_a_role_that_nobody_makes_is_named(desk: Desk) -> None:
    plan = desk.plan("CREATE ROLE $reader; GRANT $reader TO $person; GRANT CONNECT ON DATABASE @db TO $other;")
    why = "does not exist on the target's server, and this plan does not create it"
    found = [(u.kind, u.name, u.detail) for u in plan.unhandled]
    assert found == [("role", desk.name("other"), why), ("role", desk.name("person"), why)]
    assert desk.texts(plan) == ["CREATE ROLE $reader"]
    assert plan.proven is False


def test_no_role_is_dropped(desk: Desk) -> None:
    desk.run("CREATE ROLE $app")
    wanted = "DROP ROLE IF EXISTS $app; DROP ROLE IF EXISTS $other;"
    plan = desk.plan(wanted)
    assert plan.statements == ()
    assert [(u.kind, u.name) for u in plan.unhandled] == [("role", desk.name("app"))]
    assert "no role is dropped" in plan.unhandled[0].detail
    assert not desk.plan("CREATE TABLE t (a int); DROP TABLE t;").differs


def test_options_and_grantors_of_a_membership(desk: Desk) -> None:
    if desk.server.major < 16:
        pytest.skip("memberships have options since PostgreSQL 16")
    desk.run(
        "CREATE ROLE $boss",
        "CREATE ROLE $reader",
        "CREATE ROLE $app",
        "GRANT $reader TO $boss WITH ADMIN OPTION",
        "GRANT $reader TO $app GRANTED BY $boss",
    )
    plain = "CREATE ROLE $reader; CREATE ROLE $app; GRANT $reader TO $app"
    assert desk.plan(plain + ";").statements == (), "who granted it is not said"
    weaker = f"{plain} WITH INHERIT FALSE;"
    plan = desk.plan(weaker)
    assert desk.texts(plan) == ["GRANT $reader TO $app WITH INHERIT FALSE GRANTED BY $boss"]
    assert [h.kind for _, _, h in plan.hazards()] == ["breaks-clients"]
    assert desk.apply(weaker, "breaks-clients").left == ()
    assert desk.settled(weaker)
    other = "CREATE ROLE $other; GRANT $reader TO $other WITH ADMIN OPTION;"
    by = f"{other}{plain} GRANTED BY $other;"
    plan = desk.plan(by)
    assert plan.proven
    assert desk.texts(plan) == [
        "CREATE ROLE $other",
        "GRANT $reader TO $other WITH ADMIN TRUE",
        "GRANT $reader TO $app GRANTED BY $other",
        "REVOKE $reader FROM $app GRANTED BY $boss",
    ]
    assert desk.apply(by, "breaks-clients").left == ()
    assert desk.settled(by)


def test_several_grantors_of_the_same_membership(desk: Desk) -> None:
    if desk.server.major < 16:
        pytest.skip("a membership has several grantors since PostgreSQL 16")
    desk.run(
        "CREATE ROLE $boss",
        "CREATE ROLE $reader",
        "CREATE ROLE $person",
        "CREATE ROLE $app",
        "GRANT $reader TO $boss WITH ADMIN OPTION",
        "GRANT $reader TO $person GRANTED BY $boss",
        "GRANT $reader TO $person WITH SET FALSE",
        "GRANT $reader TO $app GRANTED BY $boss",
        "GRANT $reader TO $app WITH SET FALSE",
    )
    assert desk.texts(desk.plan("ALTER ROLE $person CREATEDB;")) == ["ALTER ROLE $person CREATEDB"]
    wanted = "CREATE ROLE $app; GRANT $reader TO $app;"
    plan = desk.plan(wanted)
    assert plan.proven, plan.unhandled
    assert desk.texts(plan) == ["GRANT $reader TO $app WITH SET TRUE"]
    assert desk.apply(wanted).left == ()
    assert desk.settled(wanted)
    gone = desk.plan("CREATE ROLE $app;")
    assert gone.proven, gone.unhandled
    assert sorted(desk.texts(gone)) == ["REVOKE $reader FROM $app", "REVOKE $reader FROM $app GRANTED BY $boss"]


def test_what_is_granted_to_a_role_that_inherits_no_more(desk: Desk) -> None:
    """Attributes are taken last, memberships given first: what a membership inherits is then said outright."""
    desk.run("CREATE ROLE $app")
    wanted = "CREATE ROLE $reader; CREATE ROLE $app NOINHERIT LOGIN; ALTER ROLE $app NOLOGIN; GRANT $reader TO $app;"
    plan = desk.plan(wanted + "ALTER ROLE $app LOGIN; ALTER ROLE $app NOLOGIN;")
    assert plan.proven, plan.unhandled
    option = " WITH INHERIT FALSE" if desk.server.major >= 16 else ""
    assert desk.texts(plan) == ["CREATE ROLE $reader", f"GRANT $reader TO $app{option}", "ALTER ROLE $app NOINHERIT"]
    assert desk.apply(wanted, "breaks-clients").left == ()
    assert desk.settled(wanted)


def test_the_first_superuser_is_no_grantor_of_his_own(desk: Desk) -> None:
    wanted = "CREATE ROLE $reader; CREATE ROLE $app; GRANT $reader TO $app GRANTED BY CURRENT_USER;"
    assert desk.apply(wanted).left == ()
    assert desk.settled(wanted)
    assert desk.settled(wanted.replace("CURRENT_USER", f'"{desk.info.user}"'))


def test_admin_option_comes_and_goes(desk: Desk) -> None:
    plain = "CREATE ROLE $reader; CREATE ROLE $app; GRANT $reader TO $app"
    assert desk.apply(f"{plain};").left == ()
    assert desk.apply(f"{plain} WITH ADMIN OPTION;").left == ()
    assert desk.settled(f"{plain} WITH ADMIN OPTION;")
    assert desk.apply(f"{plain};").left == ()
    assert desk.settled(f"{plain};")


def test_current_user_is_the_owner_and_a_password_is_left_as_it_is(desk: Desk) -> None:
    desk.run("CREATE ROLE $person LOGIN PASSWORD 'p'", "ALTER DATABASE @db OWNER TO $person")
    secret = "SELECT rolpassword FROM pg_authid WHERE rolname = '$person'"
    before = desk.ask(secret)
    wanted = """
        CREATE ROLE $reader; GRANT $reader TO CURRENT_USER; ALTER ROLE CURRENT_USER SET jit = off;
        ALTER ROLE $person PASSWORD 'another';
    """
    plan = desk.plan(wanted, owner=desk.name("person"))
    assert desk.texts(plan) == [
        "RESET ROLE",
        "ALTER ROLE $person SET jit TO 'off'",
        "CREATE ROLE $reader",
        "GRANT $reader TO $person",
        'SET ROLE "$person"',
    ]
    assert plan.proven
    assert f"passwords of roles that exist are not compared: {desk.name('person')}" in plan.notes
    assert desk.apply(wanted, owner=desk.name("person")).left == ()
    assert desk.ask(secret) == before


DATABASE = """
CREATE ROLE $app;
ALTER DATABASE @db SET search_path = app, public;
ALTER DATABASE current_database SET statement_timeout = '5s';
COMMENT ON DATABASE @db IS 'ours';
REVOKE ALL ON DATABASE @db FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE @db TO $app WITH GRANT OPTION;
ALTER DATABASE @db CONNECTION LIMIT 50;
ALTER DATABASE @db OWNER TO $app;
ALTER DATABASE elsewhere SET work_mem = '1MB';
ALTER DATABASE @db IS_TEMPLATE true;
ALTER SYSTEM SET work_mem = '1MB';
"""


def test_the_database_has_what_the_files_say_of_it(desk: Desk) -> None:
    desk.run("ALTER DATABASE @db SET jit = off", "CREATE ROLE $person", "GRANT CREATE ON DATABASE @db TO $person")
    plan = desk.plan(DATABASE)
    assert plan.proven, plan.unhandled
    assert desk.texts(plan) == [
        "CREATE ROLE $app",
        "ALTER DATABASE @db OWNER TO $app",
        "ALTER DATABASE @db CONNECTION LIMIT 50",
        "COMMENT ON DATABASE @db IS 'ours'",
        "ALTER DATABASE @db RESET jit",
        "ALTER DATABASE @db SET search_path TO 'app', 'public'",
        "ALTER DATABASE @db SET statement_timeout TO '5s'",
        "GRANT CONNECT, TEMPORARY ON DATABASE @db TO $app WITH GRANT OPTION",
        "REVOKE CONNECT, TEMPORARY ON DATABASE @db FROM PUBLIC",
        "REVOKE CREATE ON DATABASE @db FROM $person",
    ]
    assert [i.name.split()[:3] for i in plan.ignored] == [
        ["ALTER", "DATABASE", "elsewhere"],
        ["ALTER", "DATABASE", desk.info.database],
        ["ALTER", "SYSTEM", "SET"],
    ]
    assert desk.apply(DATABASE, "breaks-clients").left == ()
    assert desk.settled(DATABASE)


def test_what_the_files_do_not_say_of_the_database_stays(desk: Desk) -> None:
    desk.run("ALTER DATABASE @db SET jit = off", "REVOKE CONNECT ON DATABASE @db FROM PUBLIC")
    wanted = "COMMENT ON DATABASE @db IS 'ours';"
    assert desk.texts(desk.plan(wanted)) == ["COMMENT ON DATABASE @db IS 'ours'"]
    assert desk.apply(wanted).left == ()
    assert desk.settled(wanted)


def test_privileges_that_others_granted_are_not_guessed_at(desk: Desk) -> None:
    desk.run(
        "CREATE ROLE $boss",
        "CREATE ROLE $app",
        "GRANT CONNECT ON DATABASE @db TO $boss WITH GRANT OPTION",
        "SET ROLE $boss",
        "GRANT CONNECT ON DATABASE @db TO $app",
    )
    with session(desk.info) as connection:
        run(connection, desk.sql("SET ROLE $boss"))
        run(connection, desk.sql("GRANT CONNECT ON DATABASE @db TO $app"))
    plan = desk.plan("GRANT TEMPORARY ON DATABASE @db TO PUBLIC;")
    assert plan.statements == ()
    assert [u.kind for u in plan.unhandled] == ["privileges of database"]
    assert desk.name("boss") in plan.unhandled[0].detail


def test_a_plan_whose_roles_changed_is_stale(desk: Desk) -> None:
    desk.run("CREATE ROLE $app")
    settings = desk.settings("CREATE ROLE $app LOGIN; COMMENT ON DATABASE @db IS 'ours';")
    plan = api.plan(settings)
    path = desk.folder / "plan.json"
    planfile.write(plan, path)
    assert planfile.read(path) == plan
    desk.run("ALTER ROLE $app CREATEDB")
    with pytest.raises(Refused, match=f"role {desk.name('app')} is different"):
        api.apply(path, settings, snapshot=False)
    desk.run("ALTER ROLE $app NOCREATEDB", "COMMENT ON DATABASE @db IS 'theirs'")
    with pytest.raises(Refused, match="comment of database"):
        api.apply(path, settings, snapshot=False)
    desk.run("COMMENT ON DATABASE @db IS NULL")
    assert api.apply(path, settings, snapshot=False).left == ()


def test_roles_are_looked_at_again_after_an_apply(desk: Desk) -> None:
    """A statement that undoes another stands for whatever happens to a role meanwhile."""
    settings = desk.settings("CREATE ROLE $app LOGIN;")
    plan = api.plan(settings)
    undone = Statement(desk.sql("ALTER ROLE $app NOLOGIN"), "role", desk.name("app"), "alter")
    left = api.apply(replace(plan, statements=(*plan.statements, undone)), settings, snapshot=False).left
    assert [(u.kind, u.name, u.detail) for u in left] == [("role", desk.name("app"), "differs")]


def test_nothing_stays_on_the_scratch_server_and_nothing_is_loaded(desk: Desk) -> None:
    """A library that a role's setting names is only kept; no role of the trial is left, whatever fails in it."""
    wanted = "CREATE ROLE $app; ALTER ROLE $app SET session_preload_libraries = 'no_such_library', 'other';"
    assert desk.plan(wanted).proven
    assert desk.apply(wanted).left == ()
    assert desk.settled(wanted)
    with pytest.raises(SchemaError):
        desk.plan("CREATE ROLE $app; ALTER ROLE $app SET no_such_setting = 1;")
    assert desk.ask("SELECT rolname FROM pg_roles WHERE starts_with(rolname, 'difftool_c_')") == []


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ("CREATE ROLE $app; ALTER ROLE $app SET no_such_setting = 1;", r"schema.sql:1: unrecognized configuration"),
        ("CREATE ROLE $app;\nCREATE USER $app;", r"is defined twice: .*schema.sql:1 and .*schema.sql:2"),
        ("CREATE ROLE $app; ALTER ROLE $app SET work_mem FROM CURRENT;", "FROM CURRENT says no value"),
        ("CREATE ROLE $app; CREATE ROLE $reader; GRANT $app TO $reader; GRANT $reader TO $app;", "is a member of role"),
        ("CREATE ROLE pg_mine;", 'role name "pg_mine" is reserved'),
        ("CREATE ROLE $app PASSWORD 'hunter2' VALID UNTIL 'someday';", "invalid input syntax"),
    ],
)
def test_a_statement_that_cannot_stand_is_an_error_with_its_place(desk: Desk, wanted: str, why: str) -> None:
    with pytest.raises(SchemaError, match=why) as failure:
        desk.plan(wanted)
    assert "difftool_c_" not in failure.value.message


def test_hostile_names(desk: Desk) -> None:
    names = [f'"{desk.name("app")} {tail}"' for tail in ("A b", 'q""uote', "dot.ted", "ünï, x granted by y", "select")]
    made = "".join(f"CREATE ROLE {n} LOGIN; COMMENT ON ROLE {n} IS E'a\\nb\\\\';" for n in names)
    wanted = (
        made + "".join(f"GRANT {names[0]} TO {n};" for n in names[1:]) + f"GRANT ALL ON DATABASE @db TO {names[1]};"
    )
    plan = desk.plan(wanted)
    assert plan.proven, plan.unhandled
    assert desk.apply(wanted).left == ()
    assert desk.settled(wanted)


def test_a_role_that_may_not_is_refused_by_name(desk: Desk) -> None:
    desk.run("CREATE ROLE $person LOGIN PASSWORD 'p'", "ALTER DATABASE @db OWNER TO $person", "CREATE ROLE $other")
    desk.info = desk.info.but(user=desk.name("person"), password="p")
    with pytest.raises(Refused) as refused:
        desk.apply("CREATE ROLE $app; ALTER ROLE $other LOGIN;")
    assert f"it lacks CREATEROLE to create role {desk.name('app')}" in refused.value.message
    assert refused.value.message in desk.plan("CREATE ROLE $app; ALTER ROLE $other LOGIN;").notes
    with session(desk.server.admin) as connection:
        run(connection, desk.sql("ALTER ROLE $person CREATEROLE"))
    with pytest.raises(Refused, match="SUPERUSER to create role"):
        desk.apply("CREATE ROLE $app SUPERUSER;")
    lacks = "BYPASSRLS" if desk.server.major >= 16 else "SUPERUSER"
    with pytest.raises(Refused, match=f"{lacks} to create role"):
        desk.apply("CREATE ROLE $app BYPASSRLS;")
    if desk.server.major >= 16:
        with pytest.raises(Refused, match="the ADMIN OPTION of"):
            desk.apply("ALTER ROLE $other LOGIN;")
    wanted = (
        "CREATE ROLE $reader; CREATE ROLE $app LOGIN PASSWORD 'x'; GRANT $reader TO $app; COMMENT ON ROLE $app IS 'x';"
    )
    assert desk.apply(wanted).left == ()
    assert desk.settled(wanted), "whoever grants it: the files do not say"
    assert desk.apply("CREATE ROLE $reader; CREATE ROLE $app;", "breaks-clients").left == ()


def test_the_role_that_connects_changes_roles_where_another_owns_the_schema(desk: Desk) -> None:
    desk.run("CREATE ROLE $boss", "ALTER DATABASE @db OWNER TO $boss")
    wanted = "CREATE ROLE $app; CREATE TABLE t (a int); GRANT SELECT ON t TO $app; COMMENT ON DATABASE @db IS 'x';"
    plan = desk.plan(wanted, owner=desk.name("boss"))
    assert plan.proven, plan.unhandled
    texts = desk.texts(plan)
    assert (texts[0], texts[2]) == ("RESET ROLE", 'SET ROLE "$boss"')
    assert desk.apply(wanted, owner=desk.name("boss")).left == ()
    assert desk.ask("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 't'") == [(desk.name("boss"),)]


def test_a_scratch_server_of_others_is_refused(desk: Desk) -> None:
    url = desk.info.but(dbname="postgres").url(secrets=True)
    with pytest.raises(DifftoolError) as refused:
        desk.plan("CREATE ROLE $app;", scratch=url)
    assert isinstance(refused.value, Refused)
    assert "a scratch server of difftool's own" in refused.value.message
    assert "--scratch embedded" in refused.value.hint


def test_the_command_takes_it_as_an_option_and_a_setting(desk: Desk, difftool: Run) -> None:
    desk.settings("CREATE USER $app PASSWORD 'hunter2'; COMMENT ON DATABASE @db IS 'ours';")
    url = desk.info.url(secrets=True)

    def ran(*arguments: str, config: str = "") -> Ran:
        (desk.folder / "difftool.toml").write_text(f'schema = "schema.sql"\n{config}\n')
        return difftool(*arguments, cwd=desk.folder, DATABASE_URL=url)

    for options in (["--scope", "roles,database"], ["--scope", "roles", "--scope", "database"]):
        shown = ran("plan", *options)
        assert shown.code == 3
        assert "PASSWORD '***'" in shown.out
        assert "hunter2" not in shown.out + shown.err
    listed = json.loads(ran("plan", "--format", "json", config='scope = ["roles"]').out)
    assert [s["kind"] for s in listed["statements"]] == ["role"]
    wrong = ran("plan", "--scope", "tablespaces")
    assert (wrong.code, "not a list of these: roles, database" in wrong.err) == (2, True)
    assert ran("plan", "--scope", "roles,database", "-o", "plan.json").code == 3
    again = ran("apply", "plan.json", "--scope", "roles")
    assert (again.code, "--scope are for making one" in again.err) == (2, True)
    done = ran("apply", "plan.json", "--yes")
    assert (done.code, "hunter2" in done.out + done.err) == (0, False)
    assert ran("check", config='scope = ["roles", "database"]').code == 0
    assert ran("diff", url, "schema.sql", "--scope", "roles,database").code == 0
    desk.run("ALTER ROLE $app NOLOGIN")
    drifted = ran("check", "--scope", "roles")
    assert (drifted.code, f"role {desk.name('app')}: differs: login" in drifted.out) == (3, True)


def test_a_snapshot_keeps_no_password_of_a_role(desk: Desk) -> None:
    settings = desk.settings("CREATE ROLE $app PASSWORD 'hunter2';")
    kept = api.apply(settings=settings).snapshot
    files = [f for f in (desk.folder / ".difftool").rglob("*") if f.is_file()]
    assert any(kept in str(f) for f in files)
    assert not any(b"hunter2" in f.read_bytes() for f in files)
    back, _ = api.rollback_plan(kept, settings)
    assert back.statements == ()
    assert "scope: roles and databases are compared with files only" in back.notes


def test_what_has_no_cluster_says_so(desk: Desk) -> None:
    settings = desk.settings("CREATE TABLE t (a int);")
    url = desk.info.url(secrets=True)
    said = "scope: roles and databases are compared with files only"
    assert said in api.diff(url, url, settings).notes
    folder = str(desk.folder / "schema.sql")
    assert "scope: files have no cluster to compare with" in api.diff(folder, folder, settings).notes


DEFERS = "CREATE ROLE $boss LOGIN; CREATE ROLE $app; ALTER DATABASE @db SET search_path = app;"
"""Of a role that may create databases, and is a member of another, no word: it is to lose both."""


def test_what_is_put_off_of_roles_and_the_database(desk: Desk) -> None:
    """It is left out, on record, told apart by a check from what somebody changed, and made up for."""
    desk.run("CREATE ROLE $boss CREATEDB", "CREATE ROLE $other", "GRANT $other TO $boss", "CREATE TABLE gone ()")
    settings = desk.settings(DEFERS)
    plan = api.plan(settings, defer=["breaks-clients", "rewrites-table"])
    assert plan.proven is True, plan.unhandled
    assert desk.texts(plan) == ["CREATE ROLE $app", "ALTER ROLE $boss LOGIN"]
    assert {(d.statement.kind, d.hazard) for d in plan.deferred} == {
        ("role", "breaks-clients"),
        ("database", "breaks-clients"),
        ("table", "breaks-clients"),
        ("membership", "breaks-clients"),
    }
    assert [n for n in plan.notes if "to be deferred" in n] == [
        "rewrites-table is to be deferred, and nothing in this plan is"
    ]
    saved = planfile.loads(planfile.dumps(plan), "plan.json")
    assert saved == plan
    assert api.apply(plan, settings).left == ()
    checked = api.check(settings)
    assert checked.only_deferred, checked.unhandled
    assert checked.deferred == plan.deferred
    desk.run("ALTER ROLE $app CONNECTION LIMIT 3")
    checked = api.check(settings)
    assert [(u.kind, u.name) for u in checked.unhandled] == [("role", desk.name("app"))]
    assert checked.deferred == plan.deferred
    api.apply(settings=settings, allow=["all"])
    assert desk.settled(DEFERS)
    assert desk.ask("SELECT rolcreatedb FROM pg_roles WHERE rolname = '$boss'") == [(False,)]


def test_only_a_role_is_put_off(desk: Desk) -> None:
    """An apply that runs nothing puts it on record; what is missing by hand is drift all the same."""
    desk.run("CREATE ROLE $boss CREATEDB", "CREATE TABLE t ()")
    wanted = "CREATE ROLE $boss; CREATE TABLE t ();"
    settings = desk.settings(wanted)
    plan = api.plan(settings, defer=["breaks-clients"])
    assert (plan.statements, [d.statement.kind for d in plan.deferred]) == ((), ["role"])
    assert api.apply(plan, settings).snapshot
    assert api.apply(api.plan(settings, defer=["breaks-clients"]), settings).snapshot == "", "it is on record"
    assert api.check(settings).only_deferred
    desk.run("DROP TABLE t")
    checked = api.check(settings)
    assert [(u.kind, u.name) for u in checked.unhandled] == [("table", "public.t")]
    assert [d.statement.kind for d in checked.deferred] == ["role"]


def test_one_role_is_put_off_by_its_name(desk: Desk) -> None:
    desk.run("CREATE ROLE $boss CREATEDB", "CREATE ROLE $app CREATEDB")
    plan = api.plan(
        desk.settings("CREATE ROLE $boss; CREATE ROLE $app LOGIN;"), defer=[f"breaks-clients:{desk.name('boss')}"]
    )
    assert plan.proven is True
    assert desk.texts(plan) == ["ALTER ROLE $app LOGIN", "ALTER ROLE $app NOCREATEDB"]
    assert [d.statement.name for d in plan.deferred] == [desk.name("boss")]
