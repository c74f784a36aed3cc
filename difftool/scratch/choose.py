"""Which scratch server a run uses: the one asked for, or the first that has the target's major and extensions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from difftool.errors import DifftoolError, ScratchError, UsageError
from difftool.pg.conninfo import Conninfo, is_url
from difftool.scratch import own, server
from difftool.scratch.provider import Need, Scratch

if TYPE_CHECKING:
    from difftool.pg.server import Server
    from difftool.settings import ScratchSettings

Way = Callable[[Need], AbstractContextManager[Scratch]]


def in_docker(need: Need) -> AbstractContextManager[Scratch]:
    """A container; the door to Docker is opened only here."""
    from difftool.scratch.docker import container

    return container(need)


WAYS: dict[str, Way] = {"embedded": own.embedded, "local": own.local, "docker": in_docker}
"""What ``auto`` tries, in this order."""


@contextmanager
def choose(
    settings: ScratchSettings,
    *,
    major: int,
    extensions: Collection[str] = (),
    target: Conninfo | None = None,
    target_server: Server | None = None,
    trusted: bool = False,
) -> Iterator[Scratch]:
    """A running scratch server of the target's major with these extensions, for the length of a ``with``.

    ``trusted`` code gets a cluster apart, where it cannot prepare anything for a sandboxed run. Raises ScratchError:
    for a choice by name why it cannot serve, for ``auto`` every way and why it was not taken.
    """
    need = Need(settings, major, frozenset(extensions), trusted)
    with ExitStack() as stack:
        if is_url(settings.choice):
            scratch = stack.enter_context(server.given(need, target_server))
        elif settings.choice in WAYS:
            scratch = stack.enter_context(WAYS[settings.choice](need))
        elif settings.choice == "auto":
            scratch = _first(need, _ways(target, target_server), stack)
        else:
            raise UsageError(
                f"unknown scratch server: {settings.choice}",
                hint=f"write auto, {', '.join(WAYS)} or a postgresql:// URL",
            )
        yield scratch


def _ways(target: Conninfo | None, target_server: Server | None) -> list[Way]:
    """The ways of ``auto``: those without anybody else's server, then the target's own."""
    if target is None or target_server is None:
        return [*WAYS.values()]
    return [*WAYS.values(), lambda need: server.of_target(need, target, target_server)]


def _first(need: Need, ways: Sequence[Way], stack: ExitStack) -> Scratch:
    skipped: list[str] = []
    for way in ways:
        try:
            return replace(stack.enter_context(way(need)), skipped=tuple(skipped))
        except DifftoolError as error:
            skipped.append(error.message)
    wanted = f" with {', '.join(sorted(need.extensions))}" if need.extensions else ""
    raise ScratchError(
        f"no scratch server of PostgreSQL {need.major}{wanted} could be had: {'; '.join(skipped)}",
        hint=f"install PostgreSQL {need.major}'s server programs, start Docker, or give such a server: --scratch URL",
    )
