"""The door to testcontainers: a scratch server in a container, removed afterwards."""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from difftool.errors import ConnectionFailed, ScratchError
from difftool.pg.connection import session
from difftool.pg.conninfo import Conninfo
from difftool.scratch.cluster import SCRATCH_OPTIONS
from difftool.scratch.provider import SUPERUSER, Need, Scratch, check_extensions, release

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

PING_SECONDS = 3
START_SECONDS = 60.0
PORT = 5432
SIGNS = (
    "/var/run/docker.sock",
    "~/.docker/run/docker.sock",
    "~/.docker/desktop/docker.sock",
    "~/.docker/contexts",
)


@contextmanager
def container(need: Need) -> Iterator[Scratch]:
    """A PostgreSQL in a container: ``postgres:<major>`` or the configured image; raises ScratchError."""
    image = need.settings.image or f"postgres:{need.major}"
    _check_daemon()
    password = secrets.token_urlsafe(24)
    box = _box(image, password)
    try:
        admin, version = _started(box, image, password)
        if version // 10000 != need.major:
            raise ScratchError(
                f"image {image} is PostgreSQL {version // 10000} and the target {need.major}: their view texts differ",
                hint=f"configure an image of PostgreSQL {need.major}",
            )
        label = f"PostgreSQL {release(version)} in Docker ({image})"
        check_extensions(admin, need.extensions, label)
        yield Scratch("docker", label, admin, version, own=True)
    finally:
        box.stop()


def _check_daemon() -> None:
    """Raise ScratchError unless a Docker daemon answers soon; testcontainers is imported only where one may be."""
    if not _may_have_daemon():
        raise ScratchError(
            "no Docker daemon: DOCKER_HOST is not set, and there is no /var/run/docker.sock",
            hint="start Docker, or set DOCKER_HOST",
        )
    try:
        from testcontainers.core.docker_client import DockerClient
    except ImportError:
        raise ScratchError(
            "the Python package testcontainers is not installed", hint="pip install 'difftool[docker]'"
        ) from None
    try:
        client = DockerClient(timeout=PING_SECONDS).client
        client.ping()
        client.close()
    except _errors() as error:
        where = os.environ.get("DOCKER_HOST", "its socket")
        raise ScratchError(
            f"no Docker daemon answers at {where}: {_brief(error)}", hint="start Docker, or set DOCKER_HOST"
        ) from None


def _may_have_daemon() -> bool:
    """Whether anything hints at a daemon: the environment, testcontainers' settings, a socket where one is."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    places = [*SIGNS, *([f"{runtime}/docker.sock"] if runtime else []), "~/.testcontainers.properties"]
    named = "DOCKER_HOST" in os.environ or "DOCKER_CONTEXT" in os.environ
    return named or any(Path(p).expanduser().exists() for p in places)


def _box(image: str, password: str) -> DockerContainer:
    """The container, not started yet, with the settings of a throw-away server."""
    from testcontainers.core.container import DockerContainer

    for name in [n for n in logging.root.manager.loggerDict if n.startswith("testcontainers")]:
        logging.getLogger(name).setLevel(logging.WARNING)
    options = [part for option in SCRATCH_OPTIONS for part in ("-c", option)]
    box = DockerContainer(image).with_exposed_ports(PORT).with_command(["postgres", *options])
    settings = {"POSTGRES_USER": SUPERUSER, "POSTGRES_PASSWORD": password, "POSTGRES_DB": "postgres"}
    for name, value in settings.items():
        box.with_env(name, value)
    return box


def _started(box: DockerContainer, image: str, password: str) -> tuple[Conninfo, int]:
    """How to reach the server in the container, once it answers, and its version."""
    try:
        box.start()
        host, port = box.get_container_host_ip(), box.get_exposed_port(PORT)
        place = {"host": host, "port": port, "user": SUPERUSER, "password": password, "dbname": "postgres"}
        return Conninfo.of(place), _version(box, Conninfo.of(place))
    except _errors() as error:
        raise ScratchError(
            f"image {image} did not start: {_brief(error)}{_last_log(box)}",
            hint=f"try it: docker run --rm -e POSTGRES_PASSWORD=x {image}",
        ) from None


def _version(box: DockerContainer, admin: Conninfo) -> int:
    """The version of the server, as soon as it answers; not longer than its container lives."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with session(admin) as connection:
                return int(connection.server_version)
        except ConnectionFailed:
            inner = box.get_wrapped_container()
            inner.reload()
            if inner.status not in {"created", "running"} or time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def _errors() -> tuple[type[Exception], ...]:
    """What is raised when Docker, or the server in its container, does not do as told."""
    return (import_module("docker.errors").DockerException, ConnectionFailed, OSError, RuntimeError)


def _last_log(box: DockerContainer) -> str:
    with suppress(Exception):
        out = b"".join(box.get_logs()).decode(errors="replace").strip()
        return f"; it said: {out.splitlines()[-1]}" if out else ""
    return ""


def _brief(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
