"""What a user will meet first: each is one error that says what was found, a hint what to type, and an exit code."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from conftest import Ran, Server
from shell import columns, nothing_left

from difftool.errors import TargetUnfit
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.server import Server as Facts
from difftool.scratch import own
from difftool.scratch.provider import Need, Scratch
from difftool.scratch.workspace import MARK_SCRATCH, open_workspace
from difftool.settings import ScratchSettings

Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(server18: Server) -> Iterator[None]:
    yield
    nothing_left(server18.admin)


@pytest.fixture(scope="module")
def target(server18: Server) -> Conninfo:
    """One empty database for all who change nothing; its owner may neither create databases nor roles."""
    return server18.database()


@pytest.fixture
def run_on(difftool: Run, tmp_path: Path) -> Run:
    """Runs a command with a desired schema of one table, unless the test made another."""
    if not (tmp_path / "schema").exists():
        (tmp_path / "schema").mkdir()
        (tmp_path / "schema" / "t.sql").write_text("CREATE TABLE t (a int);\n")

    def call(target: Conninfo | str, *arguments: str, **environ: str) -> Ran:
        url = target if isinstance(target, str) else target.url(secrets=True)
        return difftool(*arguments, DATABASE_URL=url, **environ)

    return call


def said(message: str, hint: str) -> str:
    return f"error: {message}\nhint: {hint}\n"


# connecting


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("command", ["plan", "check", "apply", "rollback", "snapshots"])
def test_server_not_running_or_wrong_port(command: str, run_on: Run) -> None:
    port = free_port()
    ran = run_on(f"postgresql://app:secret@127.0.0.1:{port}/app", command)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == said(
        f"no PostgreSQL server answers at 127.0.0.1:{port}",
        "is it running, and is the port right? difftool doctor tries every step",
    )


@pytest.fixture(scope="module")
def with_password(server18: Server) -> Iterator[Conninfo]:
    """A database whose owner must give a password: one line of pg_hba.conf more, as long as the tests here last."""
    info = server18.database()
    with session(server18.admin) as connection:
        hba = Path(rows(connection, "SHOW hba_file")[0][0])
        before = hba.read_bytes()
        hba.write_bytes(f"local all {info.user} scram-sha-256\n".encode() + before)
        run(connection, "SELECT pg_reload_conf()")
    yield info
    hba.write_bytes(before)
    with session(server18.admin) as connection:
        run(connection, "SELECT pg_reload_conf()")


def test_wrong_password(with_password: Conninfo, run_on: Run) -> None:
    assert run_on(with_password, "plan").code == 3
    ran = run_on(with_password.but(password="hunter2"), "plan")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == said(
        f'{with_password.host} refused user "{with_password.user}": '
        f'FATAL: password authentication failed for user "{with_password.user}"',
        "check the user and the password: DATABASE_USER and DATABASE_PASSWORD, the URL, or ~/.pgpass",
    )


def test_no_password(with_password: Conninfo, run_on: Run) -> None:
    ran = run_on(with_password.but(password=None), "plan", HOME="/nowhere")
    assert ran.code == 1
    assert "no password supplied" in ran.err


def test_unknown_user(target: Conninfo, run_on: Run) -> None:
    ran = run_on(target.but(user="nobody_knows_me"), "plan")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == said(
        f'{target.host} has no user "nobody_knows_me"',
        "check DATABASE_USER or the user in the URL; difftool config shows both",
    )


def test_database_does_not_exist(target: Conninfo, run_on: Run) -> None:
    ran = run_on(target.but(dbname="nowhere"), "apply", "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == said(
        f'database "nowhere" does not exist on {target.host}',
        "difftool apply --create-database makes it, after asking",
    )


# scratch


def test_no_createdb(target: Conninfo, run_on: Run) -> None:
    ran = run_on(target, "plan", "--scratch", target.url(secrets=True))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == said(
        f'user "{target.user}" may not create databases on the scratch server',
        f'ALTER ROLE "{target.user}" CREATEDB on {target.host}, or another user in the URL',
    )


def test_no_createrole(server18: Server, run_on: Run) -> None:
    target = server18.database()
    with session(server18.admin) as connection:
        run(connection, f"ALTER ROLE {target.user} CREATEDB")
    ran = run_on(target, "plan", "--scratch", target.url(secrets=True))
    assert (ran.code, ran.out) == (4, "")
    assert ran.err.startswith(f'error: "{target.user}" may not create roles on PostgreSQL 18.')
    assert ran.err.endswith(
        "hint: give it CREATEROLE, use another scratch server, or run them as that user with --trust-schema\n"
    )


def test_what_another_user_left_on_the_scratch_server_is_left_alone(server18: Server, run_on: Run) -> None:
    """A killed run's database and a role of the same work belong to whoever made them; only that user may drop them."""
    left, key = "difftool_s_00000000000000aa", "source and target"
    one, other = server18.database(), server18.database()
    with session(server18.admin) as connection:
        run(connection, f"CREATE DATABASE {left} TEMPLATE template0")
        run(connection, f"COMMENT ON DATABASE {left} IS '{MARK_SCRATCH}'")
        for user in (one.user, other.user):
            run(connection, f"ALTER ROLE {user} CREATEDB CREATEROLE")
    try:
        assert run_on(other, "plan", "--scratch", other.url(secrets=True)).code == 3
        with ExitStack() as stack:
            for user in (one, other):
                scratch = Scratch("server", user.host, user, server18.major, own=False)
                made = stack.enter_context(open_workspace(scratch, key=key))
                assert made.create().name.startswith("difftool_s_")
        with session(server18.admin) as connection:
            assert rows(connection, "SELECT 1 FROM pg_database WHERE datname = %s", (left,)), "it is not theirs"
    finally:
        with session(server18.admin) as connection:
            run(connection, f"DROP DATABASE {left}")


def test_major_not_available_for_scratch(target: Conninfo, run_on: Run) -> None:
    with ExitStack() as stack:
        other = stack.enter_context(own.embedded(Need(ScratchSettings(), 16))).admin
    ran = run_on(target, "plan", "--scratch", other.url())
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == said(
        "the scratch server is PostgreSQL 16 and the target 18: their view texts differ",
        "give the URL of a PostgreSQL 18 server, or --scratch auto",
    )


def test_no_docker(target: Conninfo, run_on: Run) -> None:
    ran = run_on(target, "plan", "--scratch", "docker", DOCKER_HOST="unix:///nowhere.sock")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: no Docker daemon answers at unix:///nowhere.sock: ")
    assert ran.err.endswith("hint: start Docker, or set DOCKER_HOST\n")


def test_unsupported_server_version() -> None:
    old = Facts(130014, "app", "app", "7", False, False, False, False, False)
    with pytest.raises(TargetUnfit) as failure:
        old.check_supported()
    assert failure.value.message == "PostgreSQL 13 is not supported: difftool works with 14 and newer"
    assert failure.value.exit_code == 1
    Facts(140000, "app", "app", "7", False, False, False, False, False).check_supported()


# the schema's files


def test_schema_folder_missing(target: Conninfo, run_on: Run) -> None:
    ran = run_on(target, "plan", "--schema", "nowhere")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == said(
        "no desired schema at nowhere", "create the folder with one .sql file in it, or say --schema PATH"
    )


@pytest.mark.parametrize(
    ("files", "found"),
    [((), "no .sql file"), (("readme.txt",), "no .sql file"), (("a.sql", "b.sql"), "2 empty .sql files")],
)
def test_schema_folder_empty(files: tuple[str, ...], found: str, server18: Server, run_on: Run, tmp_path: Path) -> None:
    target = server18.database("CREATE TABLE precious (a int)")
    (tmp_path / "none").mkdir()
    for file in files:
        (tmp_path / "none" / file).write_text("\n")
    ran = run_on(target, "apply", "--yes", "--allow", "all", "--schema", "none")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == said(
        f"the desired schema none is empty: {found} in it",
        "an empty schema would drop everything; to mean that, write a file with only a comment in it",
    )
    assert columns(target, "precious") == ["a"]


def test_a_file_that_is_named_may_be_empty(server18: Server, run_on: Run, tmp_path: Path) -> None:
    """Whoever says so wants an empty schema, and still has to allow what is lost."""
    target = server18.database("CREATE TABLE precious (a int)", "INSERT INTO precious VALUES (1)")
    (tmp_path / "empty.sql").write_text("\n")
    ran = run_on(target, "apply", "--yes", "--schema", "empty.sql")
    assert (ran.code, "data-loss" in ran.err) == (4, True), ran.err
    assert columns(target, "precious") == ["a"]
    ran = run_on(target, "apply", "--yes", "--schema", "empty.sql", "--allow", "data-loss")
    assert ran.code == 0, ran.err
    assert columns(target, "precious") == []


def test_sql_error_in_a_file(target: Conninfo, run_on: Run, tmp_path: Path) -> None:
    (tmp_path / "schema" / "u.sql").write_text(
        "CREATE TABLE u (a int);\n\nCREATE TABLE v (\n  a int,\n  b nosuchtype\n);\n"
    )
    ran = run_on(target, "plan")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == said(
        'schema/u.sql:5: type "nosuchtype" does not exist\n'
        "    CREATE TABLE v (\n      a int,\n      b nosuchtype\n    )",
        "correct the file and run the same command again",
    )


def test_syntax_error_in_a_file(target: Conninfo, run_on: Run, tmp_path: Path) -> None:
    (tmp_path / "schema" / "u.sql").write_text("CREATE TABLE u (a int);\n\nCREATE TABEL v (a int);\n")
    ran = run_on(target, "plan")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith('error: schema/u.sql:3: syntax error at or near "TABEL"\n')


def test_two_files_define_the_same_object(target: Conninfo, run_on: Run, tmp_path: Path) -> None:
    (tmp_path / "schema" / "u.sql").write_text("\nCREATE TABLE public.t (b text);\n")
    ran = run_on(target, "plan")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == said(
        "relation public.t is defined twice: schema/t.sql:1 and schema/u.sql:2", "keep one of the two definitions"
    )


def test_an_error_of_a_check_is_an_annotation_too(target: Conninfo, run_on: Run, tmp_path: Path) -> None:
    (tmp_path / "schema" / "u.sql").write_text("\nCREATE TABLE public.u (b nosuchtype);\n")
    ran = run_on(target, "check", "--format", "github")
    assert ran.code == 1
    assert ran.out.startswith(
        '::error file=schema/u.sql,line=2,title=difftool::schema/u.sql:2: type "nosuchtype" does not exist'
    )
    assert ran.err.startswith('error: schema/u.sql:2: type "nosuchtype" does not exist\n')


# snapshots


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
NO_SNAPSHOT = "error: no snapshot, so nothing was applied: "
GO_ON = "; nothing was applied; --no-snapshot applies without one\n"


def s3(endpoint: str) -> dict[str, str]:
    return {"DIFFTOOL_SNAPSHOT_STORE": "s3://nowhere/app", "DIFFTOOL_S3_ENDPOINT": endpoint}


def test_s3_bucket_missing(moto: str, target: Conninfo, run_on: Run) -> None:
    ran = run_on(target, "apply", "--yes", **s3(moto), **KEYS)
    assert ran.code == 1
    message, hint = ran.err.splitlines(keepends=True)[-2:]
    assert message == f'{NO_SNAPSHOT}there is no bucket "nowhere" at {moto}\n'
    assert hint.startswith("hint: create it (aws s3 mb s3://nowhere)")
    assert hint.endswith(GO_ON)
    assert columns(target) == []


def test_s3_without_credentials(moto: str, target: Conninfo, run_on: Run) -> None:
    ran = run_on(target, "apply", "--yes", **s3(moto), HOME="/nowhere")
    assert ran.code == 1
    message, hint = ran.err.splitlines(keepends=True)[-2:]
    assert message.startswith(f"{NO_SNAPSHOT}no AWS credentials for s3://nowhere/app: ")
    assert hint.startswith("hint: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE")
    assert columns(target) == []


def test_s3_endpoint_down_and_no_snapshot(server18: Server, run_on: Run) -> None:
    target, endpoint = server18.database(), f"http://127.0.0.1:{free_port()}"
    ran = run_on(target, "apply", "--yes", **s3(endpoint), **KEYS)
    assert ran.code == 1
    message, hint = ran.err.splitlines(keepends=True)[-2:]
    assert message == f"{NO_SNAPSHOT}nothing answers at {endpoint} for s3://nowhere/app\n"
    assert hint == f"hint: is it running, and is DIFFTOOL_S3_ENDPOINT right? difftool doctor tries it{GO_ON}"
    assert columns(target) == []

    ran = run_on(target, "apply", "--yes", "--no-snapshot", **s3(endpoint), **KEYS)
    assert ran.code == 0, ran.err
    assert "taking a snapshot" not in ran.out + ran.err
    assert columns(target) == ["a"]


def test_without_a_snapshot_no_store_is_opened(server18: Server, run_on: Run) -> None:
    target = server18.database()
    assert run_on(target, "plan", "--out", "plan.json").code == 3
    ran = run_on(
        target, "apply", "plan.json", "--yes", "--no-snapshot", DIFFTOOL_SNAPSHOT_STORE="s3://a/b", AWS_PROFILE="nobody"
    )
    assert ran.code == 0, ran.err
    assert columns(target) == ["a"]


# the command line itself


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("plan", "--schem", "x"), "No such option"),
        (("plan", "--format", "yaml"), "yaml"),
        (("aply",), "aply"),
        (("apply", "--allow", "dataloss"), "data-loss"),
        (("apply", "--lock-timeout", "soon"), "soon"),
        (("plan", "--engine", "other"), "other"),
    ],
)
def test_usage(arguments: tuple[str, ...], found: str, target: Conninfo, run_on: Run) -> None:
    ran = run_on(target, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert found in ran.err


def test_whoever_reads_only_the_beginning_gets_no_traceback(target: Conninfo, difftool: Run, tmp_path: Path) -> None:
    import subprocess
    import sys

    (tmp_path / "schema").mkdir()
    tables = "".join(f"CREATE TABLE t{n} (a int, b text, c text, d text);\n" for n in range(300))
    (tmp_path / "schema" / "t.sql").write_text(tables)
    command = Path(sys.executable).parent / "difftool"
    done = subprocess.run(
        ["sh", "-c", f"{command} plan --format sql | head -1"],
        cwd=tmp_path, env={**os.environ, "DATABASE_URL": target.url(secrets=True)}, capture_output=True, text=True,
    )  # fmt: skip
    assert re.match("-- difftool plan for default: 300 to create\n", done.stdout)
    assert done.stderr == ""


def test_server_that_never_answers(run_on: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        ran = run_on(f"postgresql://app@127.0.0.1:{port}/app?sslmode=disable&connect_timeout=2", "plan")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == said(
        f"127.0.0.1:{port} did not answer within 2 s", "check the host, the network and the firewall"
    )


def test_second_host_is_tried_when_the_first_never_answers(target: Conninfo, run_on: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        both = target.but(host=f"127.0.0.1,{target.host}", port=f"{silent.getsockname()[1]},{target.port}")
        ran = run_on(both.but(connect_timeout="1", sslmode="disable", gssencmode="disable"), "snapshots")
    assert ran.code == 0, ran.err
