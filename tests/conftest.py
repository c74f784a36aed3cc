"""Real servers for every test: the embedded PostgreSQL 18 and 16, started once, and one more where DIFFTOOL_TEST_URL names it."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from difftool.pg.connection import identifier, run, session
from difftool.pg.conninfo import Conninfo
from difftool.scratch import own
from difftool.scratch.provider import Need
from difftool.settings import ScratchSettings

MAJORS = (18, 16)
SCRUBBED = ("DIFFTOOL_", "DATABASE_", "PG", "AWS_")


@pytest.fixture(scope="session", autouse=True)
def _own_cache() -> Iterator[None]:
    """A cache folder for this run alone, with a short path; its servers are stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="difftool-test-"))
    folder.chmod(0o755)
    kept = {
        k: os.environ.pop(k) for k in list(os.environ) if k.startswith(SCRUBBED) and not k.startswith("DIFFTOOL_TEST_")
    }
    os.environ["DIFFTOOL_CACHE_DIR"] = str(folder / "cache")
    os.environ["COLUMNS"] = "200"
    # a script in the background leaves SIGINT ignored, and whatever is started here would inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    from difftool.scratch.home import clusters, stop

    for state in clusters(folder):
        if state.pid:
            stop(state)
    os.environ.update(kept)
    subprocess.run(["rm", "-rf", folder], check=False)  # hundreds of databases: shutil takes minutes


@dataclass(frozen=True)
class Server:
    """A server to test on: how to reach it as its superuser, and its major version."""

    admin: Conninfo
    major: int

    def database(self, *sql: str, owner: bool = True) -> Conninfo:
        """A fresh database, owned by and reached as a fresh ordinary role; the statements are run in it."""
        name = f"test_{secrets.token_hex(6)}"
        info = self.admin.but(dbname=name)
        with session(self.admin) as connection:
            if owner:
                run(connection, f"CREATE ROLE {name} LOGIN PASSWORD '{name}'")
                info = info.but(user=name, password=name)
            run(
                connection,
                f"CREATE DATABASE {identifier(name)} TEMPLATE template0" + (f" OWNER {name}" if owner else ""),
            )
        with session(info) as connection:
            for statement in sql:
                run(connection, statement)
        return info


def _embedded(major: int, stack: ExitStack) -> Server:
    scratch = stack.enter_context(own.embedded(Need(ScratchSettings(), major)))
    return Server(scratch.admin, major)


@pytest.fixture(scope="session")
def server18() -> Iterator[Server]:
    with ExitStack() as stack:
        yield _embedded(18, stack)


@pytest.fixture(
    scope="session", params=[*MAJORS, *(["DIFFTOOL_TEST_URL"] if "DIFFTOOL_TEST_URL" in os.environ else [])], ids=str
)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Each server in turn."""
    with ExitStack() as stack:
        if isinstance(request.param, int):
            yield _embedded(request.param, stack)
            return
        url = os.environ.get(request.param)
        if not url:
            pytest.skip("DIFFTOOL_TEST_URL names no further server")
        from difftool.pg.server import read_server

        info = Conninfo.parse(url)
        with session(info) as connection:
            yield Server(info, read_server(connection).major)


@pytest.fixture(scope="session")
def database18(server18: Server) -> Callable[..., Conninfo]:
    """Makes a fresh database on the embedded PostgreSQL 18."""
    return server18.database


@dataclass(frozen=True)
class Ran:
    """What a run of the command printed, and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture
def difftool(tmp_path: Path) -> Callable[..., Ran]:
    """Runs the installed command in a folder of its own, with nothing configured but what is given."""

    def call(
        *arguments: str, cwd: Path = tmp_path, stdin: str | None = None, timeout: float = 120, **environ: str
    ) -> Ran:
        command = Path(sys.executable).parent / "difftool"
        assert command.exists(), "the tests run the installed command: pip install -e '.[test]'"
        done = subprocess.run(
            [str(command), *arguments],
            cwd=cwd,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            timeout=timeout,
            env={**os.environ, **environ},
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    return call
