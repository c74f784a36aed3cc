"""Scratch servers in Docker, on a real daemon where one answers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from difftool.errors import ScratchError
from difftool.pg.connection import rows, session
from difftool.scratch.choose import choose
from difftool.scratch.provider import Scratch
from difftool.settings import ScratchSettings

MAJORS = (18, 17, 16, 15, 14)
DOCKER = ScratchSettings(choice="docker")


@pytest.fixture(scope="module")
def docker() -> Any:
    """The daemon's client, as testcontainers finds it."""
    pytest.importorskip("testcontainers", reason="the Python package testcontainers is not installed")
    from testcontainers.core.docker_client import DockerClient

    try:
        client = DockerClient(timeout=5).client
        client.ping()
    except Exception as error:
        pytest.skip(f"no Docker daemon answers: {error}")
    return client


@pytest.fixture(scope="module")
def major(docker: Any) -> int:
    """The newest major of which there is an image here, or can be had."""
    here = {tag for image in docker.images.list() for tag in image.tags}
    for number in MAJORS:
        if f"postgres:{number}" in here:
            return number
    try:
        docker.images.pull("postgres", tag=str(MAJORS[0]))
    except Exception as error:
        pytest.skip(f"no image of PostgreSQL, and none can be pulled: {error}")
    return MAJORS[0]


@pytest.fixture
def containers(docker: Any) -> Iterator[set[str]]:
    """The containers before the test; afterwards there must be no more."""
    before = {c.id for c in docker.containers.list(all=True)}
    yield before
    assert {c.id for c in docker.containers.list(all=True)} == before


def test_a_container_serves_and_is_removed(docker: Any, major: int, containers: set[str]) -> None:
    with choose(DOCKER, major=major, extensions=["hstore"]) as chosen:
        assert (chosen.kind, chosen.own, chosen.version // 10000) == ("docker", True, major)
        assert chosen.label.endswith(f"in Docker (postgres:{major})")
        with session(chosen.admin) as connection:
            query = "SELECT current_user, current_database(), current_setting('fsync'), current_setting('is_superuser')"
            assert rows(connection, query) == [("difftool_super", "postgres", "off", "on")]
        assert len({c.id for c in docker.containers.list()} - containers) == 1


def test_a_container_is_removed_when_the_run_fails(major: int, containers: set[str]) -> None:
    with pytest.raises(KeyboardInterrupt), choose(DOCKER, major=major):
        raise KeyboardInterrupt


def test_an_extension_that_the_image_lacks_is_named(major: int, containers: set[str]) -> None:
    with (
        pytest.raises(ScratchError, match="has no extension nosuchthing"),
        choose(DOCKER, major=major, extensions=["nosuchthing"]),
    ):
        pass


def test_an_image_of_another_major_is_refused(major: int, containers: set[str]) -> None:
    settings = ScratchSettings(choice="docker", image=f"postgres:{major}")
    with (
        pytest.raises(ScratchError, match=f"is PostgreSQL {major} and the target {major + 1}"),
        choose(settings, major=major + 1),
    ):
        pass


def test_an_image_that_ends_at_once_is_reported_soon_with_what_it_said(
    docker: Any, major: int, containers: set[str]
) -> None:
    import io

    recipe = f'FROM postgres:{major}\nENTRYPOINT ["/bin/sh", "-c", "echo out of order; exit 3"]\n'
    image, _ = docker.images.build(fileobj=io.BytesIO(recipe.encode()), tag="difftool-test-broken", rm=True)
    started = time.monotonic()
    try:
        with pytest.raises(ScratchError, match="it said: out of order") as failed:
            serve(ScratchSettings(choice="docker", image="difftool-test-broken"), major)
    finally:
        docker.images.remove(image.id, force=True)
    assert "PASSWORD" not in failed.value.message
    assert time.monotonic() - started < 20


def test_an_image_that_does_not_exist_is_named(docker: Any, containers: set[str]) -> None:
    with pytest.raises(ScratchError, match=r"image nosuch\.invalid/postgres:1 did not start"):
        serve(ScratchSettings(choice="docker", image="nosuch.invalid/postgres:1"), 18)


def serve(settings: ScratchSettings, major: int) -> Scratch:
    with choose(settings, major=major) as chosen:
        return chosen


# without a daemon


def test_a_daemon_that_does_not_answer_is_named_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("testcontainers", reason="the Python package testcontainers is not installed")
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    started = time.monotonic()
    with pytest.raises(ScratchError, match=r"no Docker daemon answers at unix:///nowhere/docker\.sock") as failed:
        serve(DOCKER, 18)
    assert "DOCKER_HOST" in failed.value.hint
    assert time.monotonic() - started < 10


def test_without_testcontainers_the_package_to_install_is_named() -> None:
    script = (
        "import sys; sys.modules['testcontainers'] = None\n"
        "from difftool.errors import ScratchError; from difftool.scratch.choose import choose\n"
        "from difftool.settings import ScratchSettings\n"
        "try:\n"
        "    with choose(ScratchSettings(choice='docker'), major=18): pass\n"
        "except ScratchError as error: print(error.message, '|', error.hint)"
    )
    environment = {**os.environ, "DOCKER_HOST": "unix:///nowhere/docker.sock"}
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True)
    assert said.stdout == "the Python package testcontainers is not installed | pip install 'difftool[docker]'\n"
