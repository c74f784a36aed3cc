"""difftool doctor: each thing that a new user has to get right, done right and done wrong."""

from __future__ import annotations

import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from difftool.doctor import examine
from difftool.doctor.examination import Examination, todo
from difftool.doctor.target import Reached, which_pg_dump
from difftool.errors import DumpError, ScratchError
from difftool.guard import ADVISORY
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.programs import programs, wheels
from difftool.pg.server import Server
from difftool.scratch import binaries, choose, home, postmaster
from difftool.scratch.folders import server_account
from difftool.scratch.initdb import make_cluster
from difftool.scratch.provider import SUPERUSER
from difftool.settings import load

PASSWORD = "Hunter2-and-more"
STEPS = (
    "configuration",
    "target",
    "desired schema",
    "connection",
    "server version",
    "takes changes",
    "pg_dump",
    "may read",
    "owner role",
    "may change",
    "apply lock",
    "scratch",
    "extensions",
    "snapshot store",
)
NEED_A_CONNECTION = STEPS[4:13]
HBA = f"host all {SUPERUSER} 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"

Doctor = Callable[..., "Said"]


class Said:
    """What the doctor printed: each step's mark and words, and the exit code."""

    def __init__(self, ran: Any) -> None:
        self.code, self.text = ran.code, ran.out + ran.err
        self.marks: dict[str, str] = {}
        self.words: dict[str, str] = {}
        name = ""
        for line in ran.out.splitlines():
            if found := next((s for s in STEPS if line[6:].startswith(f"{s}  ")), ""):
                name, self.marks[found] = found, line[2:4]
            if name and line.startswith("  "):
                self.words[name] = f"{self.words.get(name, '')} {line[22:]}".strip()

    def all_but(self, *bad: str, untried: tuple[str, ...] = ()) -> bool:
        """Whether exactly these were not ok, these not tried, all else was ok, and the exit code says so."""
        wanted = {s: "no" if s in bad else "--" if s in untried else "ok" for s in STEPS}
        return self.marks == wanted and self.code == (1 if bad else 0) and PASSWORD not in self.text


def folder() -> Path:
    """A short path that whoever runs servers for root may enter."""
    path = Path(tempfile.mkdtemp(prefix="difftool-t-"))
    path.chmod(0o755)
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def tcp() -> Iterator[Conninfo]:
    """The superuser of a PostgreSQL 18 that listens on a port and asks everybody else for a password."""
    place, account, port = folder(), server_account(), free_port()
    data = place / "data"
    program = binaries.runnable(next(i for i in binaries.embedded() if i.major == 18), account)
    make_cluster(program, data, account, durable=False)
    (data / "pg_hba.conf").write_text(HBA)
    options = ["listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", "fsync=off"]
    command: list[str | Path] = [program.bin / "postgres", "-D", data, *(part for o in options for part in ("-c", o))]
    assert postmaster.launch(command, data, place / "log", account), (place / "log").read_text()
    yield Conninfo.of({"host": "127.0.0.1", "port": port, "user": SUPERUSER, "dbname": "postgres"})
    postmaster.stop(data)
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def target(tcp: Conninfo) -> Iterator[Conninfo]:
    """A database of its own, owned by and reached as an ordinary role with a password."""
    with session(tcp) as connection:
        run(connection, f"CREATE ROLE app LOGIN PASSWORD '{PASSWORD}'")
        run(connection, "CREATE DATABASE app OWNER app TEMPLATE template0")
        yield tcp.but(dbname="app", user="app", password=PASSWORD)
        run(connection, "DROP DATABASE app WITH (FORCE)")
        for (name,) in rows(connection, "SELECT rolname FROM pg_roles WHERE rolname IN ('app', 'bob', 'boss')"):
            run(connection, f"DROP ROLE {name}")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "a.sql").write_text("CREATE TABLE a (i int);\n")
    return tmp_path


@pytest.fixture
def doctor(difftool: Callable[..., Any], project: Path) -> Doctor:
    """Runs difftool doctor on a target in a folder with a schema of one table."""

    def call(info: Conninfo | None = None, *arguments: str, **environ: str) -> Said:
        named = {"DATABASE_URL": info.url(secrets=True)} if info else {}
        return Said(difftool("doctor", *arguments, **{**named, **environ}))

    return call


@pytest.fixture
def dead() -> Conninfo:
    """Where nobody listens."""
    return Conninfo.of({"host": "127.0.0.1", "port": free_port(), "user": "app", "dbname": "app"})


@contextmanager
def superuser(target: Conninfo) -> Iterator[Callable[[str], None]]:
    with session(target.but(user=SUPERUSER, password=None)) as connection:
        yield lambda sql: run(connection, sql)


# all is well


def test_the_default_target_in_a_fresh_folder_is_well(difftool: Callable[..., Any]) -> None:
    place = folder()
    try:
        (place / "schema").mkdir()
        (place / "schema" / "a.sql").write_text("CREATE TABLE a (i int);\n")
        ran = difftool("doctor", cwd=place)
        said = Said(ran)
        assert said.all_but(), ran.out
        assert ran.out.endswith("\nall is well\n") and not ran.err
        assert said.words["desired schema"] == "schema (1 file), 1 statement"
        assert said.words["target"].startswith("local: (embedded")
        assert said.words["scratch"].startswith("embedded PostgreSQL 18.")
        kept = [p.name for p in (place / ".difftool" / "snapshots").rglob("*") if p.is_file()]
        assert kept == [".gitignore"], "the probe is gone"
    finally:
        for state in home.clusters(place):
            if state.what == "default target":
                home.stop(state)
        shutil.rmtree(place, ignore_errors=True)


def test_an_ordinary_owner_over_tcp_is_well_and_nothing_stays_behind(
    doctor: Doctor, tcp: Conninfo, target: Conninfo
) -> None:
    said = doctor(target, DIFFTOOL_SCRATCH=tcp.url())
    assert said.all_but(), said.text
    assert f"app @ 127.0.0.1:{tcp.port} as app (no CREATEDB), no TLS" in said.words["connection"]
    assert "app:***@127.0.0.1" in said.words["target"]
    assert said.words["server version"].startswith("PostgreSQL 18.")
    assert said.words["may read"].startswith("pg_dump read the schema of 0 tables")
    assert said.words["owner role"] == "app, who connects"
    with session(tcp) as connection:
        left = "SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_'"
        assert {n for (n,) in rows(connection, left)} == {"postgres", "template0", "template1", "app", SUPERUSER}


# the connection


def test_a_wrong_password(doctor: Doctor, target: Conninfo) -> None:
    said = doctor(target.but(password="wr0ng-secret"))
    assert said.all_but("connection", untried=NEED_A_CONNECTION), said.text
    assert 'refused user "app"' in said.words["connection"]
    assert "DATABASE_PASSWORD" in said.words["connection"]
    assert said.words["pg_dump"] == 'not tried until "connection" is ok'
    assert "1 thing to do" in said.text
    assert "wr0ng" not in said.text


def test_a_dead_port(doctor: Doctor, dead: Conninfo) -> None:
    said = doctor(dead)
    assert said.all_but("connection", untried=NEED_A_CONNECTION), said.text
    assert said.words["connection"].startswith(f"no PostgreSQL server answers at 127.0.0.1:{dead.port}")
    assert said.words["connection"].endswith("is the port right?"), "whoever reads it has run doctor"


def test_a_database_that_does_not_exist(doctor: Doctor, target: Conninfo) -> None:
    said = doctor(target.but(dbname="nowhere"))
    assert said.all_but("connection", untried=NEED_A_CONNECTION), said.text
    assert 'database "nowhere" does not exist' in said.words["connection"]
    assert "--create-database" in said.words["connection"]


def test_a_read_only_role(doctor: Doctor, target: Conninfo) -> None:
    with superuser(target) as run_as_superuser:
        run_as_superuser("ALTER ROLE app SET default_transaction_read_only = on")
    said = doctor(target)
    assert said.all_but("takes changes"), said.text
    assert 'ALTER ROLE "app"' in said.words["takes changes"]


def test_the_lock_of_another_apply_is_told_with_its_process(doctor: Doctor, target: Conninfo) -> None:
    with session(target) as other:
        rows(other, "SELECT pg_advisory_lock(%s)", (ADVISORY,))
        said = doctor(target)
        assert said.all_but("apply lock"), said.text
        assert f"pid {other.info.backend_pid}, user app" in said.words["apply lock"]
    assert doctor(target).all_but(), "once it is let go, and doctor itself kept nothing"


# privileges


def test_what_a_stranger_may_not_read_and_change_is_named(doctor: Doctor, target: Conninfo) -> None:
    with superuser(target) as run_as_superuser:
        run_as_superuser("CREATE ROLE bob LOGIN PASSWORD 'b0b'")
        run_as_superuser("CREATE ROLE boss")
        run_as_superuser("CREATE SCHEMA sales AUTHORIZATION boss")
        run_as_superuser("CREATE TABLE hidden (i int)")
        run_as_superuser("CREATE TABLE seen (i int)")
        run_as_superuser("CREATE TYPE mood AS ENUM ('good')")
        run_as_superuser("ALTER TYPE mood OWNER TO boss")
        run_as_superuser("GRANT SELECT ON seen TO bob")
        run_as_superuser("CREATE EXTENSION hstore")
    bob = target.but(user="bob", password="b0b")
    said = doctor(bob)
    assert said.all_but("may read", "may change"), said.text
    assert "bob may not SELECT from hidden," in said.words["may read"]
    assert 'GRANT pg_read_all_data TO "bob"' in said.words["may read"]
    changing = said.words["may change"]
    assert "may not create in schema public, sales" in changing
    assert f"type mood of boss, table hidden and 1 more object of {SUPERUSER}" in changing, "hstore's are its own"
    assert 'GRANT USAGE, CREATE ON SCHEMA public, sales TO "bob"' in changing
    assert 'GRANT boss TO "bob"' in changing
    assert f"GRANT {SUPERUSER}" not in changing, "nobody is told to hand out a superuser"
    assert said.words["extensions"] == "hstore: the scratch server has them"
    with superuser(target) as run_as_superuser:
        run_as_superuser("GRANT pg_read_all_data, boss, app TO bob")
        run_as_superuser("ALTER TABLE hidden OWNER TO app")
        run_as_superuser("ALTER TABLE seen OWNER TO app")
    assert doctor(bob).all_but(), "what was advised helps"


def test_an_owner_role_that_cannot_be_acted_as(doctor: Doctor, target: Conninfo) -> None:
    said = doctor(target, DIFFTOOL_OWNER="boss")
    assert said.all_but("owner role", untried=("may change",)), said.text
    assert 'CREATE ROLE "boss"' in said.words["owner role"]
    with superuser(target) as run_as_superuser:
        run_as_superuser("CREATE ROLE boss")
    said = doctor(target, DIFFTOOL_OWNER="boss")
    assert 'GRANT "boss" TO "app"' in said.words["owner role"], said.text
    with superuser(target) as run_as_superuser:
        run_as_superuser("GRANT boss TO app")
        run_as_superuser("ALTER DATABASE app OWNER TO boss")
    said = doctor(target, DIFFTOOL_OWNER="boss")
    assert said.all_but(), said.text
    assert said.words["owner role"] == "boss, as whom app may act"


# the desired schema and its extensions


def test_a_missing_schema_stops_nothing_else(doctor: Doctor, target: Conninfo, project: Path) -> None:
    shutil.rmtree(project / "schema")
    said = doctor(target)
    assert said.all_but("desired schema"), said.text
    assert "no desired schema at schema" in said.words["desired schema"]


def test_a_syntax_error_is_told_with_its_line(doctor: Doctor, dead: Conninfo, project: Path) -> None:
    (project / "schema" / "b.sql").write_text("CREATE TABLE b (i int);\n\nCREATE\n  TABEL c (i int);\n")
    said = doctor(dead)
    assert said.all_but("desired schema", "connection", untried=NEED_A_CONNECTION), said.text
    assert said.words["desired schema"].startswith("schema/b.sql:3: a syntax error, in: CREATE TABEL c (")


def test_an_object_that_two_files_define(doctor: Doctor, dead: Conninfo, project: Path) -> None:
    (project / "schema" / "b.sql").write_text("CREATE TABLE a (i int);\n")
    said = doctor(dead)
    assert said.all_but("desired schema", "connection", untried=NEED_A_CONNECTION), said.text
    assert "schema/a.sql:1 and schema/b.sql:1" in said.words["desired schema"]


def test_an_extension_that_no_server_has(doctor: Doctor, target: Conninfo, project: Path) -> None:
    (project / "schema" / "a.sql").write_text("CREATE EXTENSION nonesuch;\n")
    said = doctor(target, "--scratch", "embedded")
    assert said.all_but("extensions"), said.text
    assert "has no extension nonesuch" in said.words["extensions"]


def test_an_extension_that_only_a_superuser_may_create(doctor: Doctor, target: Conninfo, project: Path) -> None:
    (project / "schema" / "a.sql").write_text("CREATE EXTENSION file_fdw;\n")
    said = doctor(target)
    assert said.all_but("extensions"), said.text
    assert "DIFFTOOL_EXTENSIONS=file_fdw" in said.words["extensions"]
    assert doctor(target, DIFFTOOL_EXTENSIONS="file_fdw").all_but()


# scratch, pg_dump, snapshots


def test_a_scratch_server_that_is_down_and_one_that_makes_no_role(doctor: Doctor, target: Conninfo) -> None:
    down = doctor(target, DIFFTOOL_SCRATCH=f"postgresql://u:{PASSWORD}@127.0.0.1:{free_port()}/x")
    assert down.all_but("scratch", untried=("extensions",)), down.text
    with superuser(target) as run_as_superuser:
        run_as_superuser("ALTER ROLE app CREATEDB")
    unfit = doctor(target, DIFFTOOL_SCRATCH=target.url(secrets=True))
    assert unfit.all_but("scratch", untried=("extensions",)), unfit.text
    assert "may not create roles" in unfit.words["scratch"]
    assert "--trust-schema" in unfit.words["scratch"]


def test_why_the_ways_before_were_not_taken(tcp: Conninfo, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(need: Any) -> Any:
        raise ScratchError(f"nothing of PostgreSQL {need.major} here")

    for way in list(choose.WAYS):
        monkeypatch.setitem(choose.WAYS, way, refused)
    found = examine(lambda: load(start=project, environ={"DATABASE_URL": tcp.url()}))
    scratch = next(row for row in found if row.name == "scratch")
    assert scratch.ok, scratch
    assert scratch.detail.startswith("the target's own server, PostgreSQL 18.")
    assert scratch.detail.count("\nnot taken: nothing of PostgreSQL 18 here") == 3


@pytest.mark.skipif(
    any(p.major >= 18 and p.path.parent not in {i.bin for i in wheels()} for p in programs("pg_dump")),
    reason="this machine has a pg_dump 18 that speaks TLS",
)
def test_a_pg_dump_without_tls_is_not_enough_for_an_encrypted_connection() -> None:
    server = Server(180004, "app", "app", "7", False, False, False, False, False)
    remote = Conninfo.of({"host": "db.example.com", "dbname": "app"})
    with pytest.raises(DumpError, match="uses TLS") as refused:
        which_pg_dump(Reached(remote, server, True, ()), 18)
    assert "postgresql-client-18" in refused.value.hint
    assert which_pg_dump(Reached(remote, server, False, ()), 18)[1].major == 18
    assert which_pg_dump(Reached(remote.but(host="localhost"), server, True, ()), 18)[1].major == 18


def test_an_s3_store_that_is_down_is_told_in_bounded_time(doctor: Doctor, target: Conninfo) -> None:
    started = time.monotonic()
    said = doctor(
        target,
        DIFFTOOL_SNAPSHOT_STORE="s3://bucket/prefix",
        DIFFTOOL_S3_ENDPOINT=f"http://127.0.0.1:{free_port()}",
        AWS_ACCESS_KEY_ID="key",
        AWS_SECRET_ACCESS_KEY=PASSWORD,
    )
    assert time.monotonic() - started < 25
    assert said.all_but("snapshot store"), said.text
    assert "for s3://bucket/prefix" in said.words["snapshot store"]
    assert "DIFFTOOL_S3_ENDPOINT" in said.words["snapshot store"]


def test_a_folder_store_that_cannot_be_written(doctor: Doctor, dead: Conninfo, project: Path) -> None:
    (project / "file").write_text("")
    said = doctor(dead, DIFFTOOL_SNAPSHOT_STORE=str(project / "file"))
    assert said.all_but("connection", "snapshot store", untried=NEED_A_CONNECTION), said.text


# settings


def test_an_unknown_key_leaves_all_else_untried(doctor: Doctor, project: Path) -> None:
    (project / "difftool.toml").write_text('shema = "x"\n')
    said = doctor()
    assert said.all_but("configuration", untried=STEPS[1:]), said.text
    assert "did you mean schema?" in said.words["configuration"]
    assert said.words["snapshot store"] == 'not tried until "configuration" is ok'


def test_several_targets_and_none_chosen(doctor: Doctor, project: Path) -> None:
    (project / "difftool.toml").write_text(
        f'[targets.a]\nurl = "postgresql://u:{PASSWORD}@h/x"\n[targets.b]\nurl = "env:NOT_SET"\n'
    )
    said = doctor()
    assert said.all_but("target", untried=STEPS[3:13]), said.text
    assert "say --target a" in said.words["target"]
    said = doctor(None, "--target", "b")
    assert "the variable NOT_SET is not set" in said.words["target"]
    assert said.words["configuration"].endswith("difftool.toml")


def test_what_was_found_and_is_not_used_is_told(doctor: Doctor, dead: Conninfo, project: Path) -> None:
    (project / ".env").write_text("PGPORT=5432\n")
    said = doctor(dead)
    assert said.all_but("connection", untried=NEED_A_CONNECTION), said.text
    assert "and .env note: PGPORT in .env not used" in said.words["configuration"]


# the examination itself


def test_whatever_breaks_one_step_stops_no_other() -> None:
    heard: list[str] = []
    exam = Examination(heard.append)

    def breaks() -> tuple[str, int]:
        raise ValueError("line one\nline two")

    broken = exam.step("first", breaks)
    exam.step("second", lambda: ("", broken.value))
    exam.step("third", lambda: ("fine", 3))
    assert [(r.ok, r.detail) for r in exam.rows] == [
        (False, "ValueError: line one line two"),
        (None, 'not tried until "first" is ok'),
        (True, "fine"),
    ]
    assert heard == ["trying first", "trying second", "trying third"]


@pytest.mark.parametrize(
    ("hint", "left"),
    [
        (
            "is it running, and is the port right? difftool doctor tries every step",
            "is it running, and is the port right?",
        ),
        ("difftool doctor tries every step", ""),
        ("run difftool doctor", ""),
        ("try again; difftool doctor tries the store", "try again"),
        (
            "difftool doctor tries the store; use another one until it is repaired",
            "use another one until it is repaired",
        ),
        ("check DATABASE_USER; difftool config shows it", "check DATABASE_USER; difftool config shows it"),
    ],
)
def test_nobody_is_told_to_run_the_doctor_by_the_doctor(hint: str, left: str) -> None:
    assert todo(hint) == left
