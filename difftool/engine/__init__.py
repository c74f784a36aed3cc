"""Engines: two databases in, the statements that turn the first into the second out."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from difftool.errors import UsageError
from difftool.model import Unhandled
from difftool.objects import shown
from difftool.scope import NOTHING_KNOWN, UNLIMITED, Circumstances, Scope

if TYPE_CHECKING:
    from difftool.objects import Key, Object, Objects
    from difftool.scratch.workspace import Database
    from difftool.unseen import Unseen

NO_WAY = "it would have to be dropped and created anew, and it holds rows"
ENGINES = ("native", "migra")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an engine would run, what it will not do, and its own words when it broke down."""

    statements: tuple[str, ...] = ()
    refused: tuple[Unhandled, ...] = ()
    broken: str = ""
    wanted: Objects | None = None
    """The wanted schema as the native engine has read it."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two databases, on the scratch server; and what the one that it stands for has otherwise."""

    database: Database
    unseen: frozenset[Unseen] = frozenset()
    circumstances: Circumstances = NOTHING_KNOWN
    """What the rules of ``ignore`` ask about it."""


def propose(
    engine: str,
    now: Side,
    want: Side,
    role: str,
    empty: Callable[[str, str], bool],
    recreate: Collection[str] = (),
    scope: Scope = UNLIMITED,
) -> Proposal:
    """What ``engine`` would run, as ``role``.

    ``empty`` tells whether a table of the target holds no rows; ``recreate`` names what may go with its rows.
    """
    if engine == "native":
        return _native(now, want, role, empty, recreate, scope)
    if engine != "migra":
        raise UsageError(f'unknown engine "{engine}"', hint=f"known: {', '.join(ENGINES)}")
    from difftool.engine import migra

    try:
        return Proposal(migra.statements(now.database.user, want.database.user))
    except migra.EngineError as error:
        return Proposal(broken=f"the engine {engine} broke down ({error})")


def _native(
    now: Side,
    want: Side,
    role: str,
    empty: Callable[[str, str], bool],
    recreate: Collection[str],
    scope: Scope,
) -> Proposal:
    from difftool.engine import native
    from difftool.sparing import spare

    def allowed(o: Object) -> bool:
        return "all" in recreate or ".".join(o.names) in recreate

    @cache
    def known_empty(schema: str, table: str) -> bool:
        return empty(schema, table)

    first = native.read(now.database.admin, now.unseen)
    second = native.read(want.database.admin, want.unseen)
    spared = spare((first, now.circumstances), (second, want.circumstances), scope, role)
    found = native.compare(spared.now, spared.want, role, lambda o: known_empty(*o.names[:2]), allowed, spared=spared)
    refused = tuple(Unhandled(*shown(k), _why(k, why)) for k, why in found.refused)
    in_the_way = tuple(Unhandled(*shown(k), why) for k, why in found.in_the_way)
    return Proposal(found.statements, (*refused, *in_the_way), wanted=second)


def _why(key: Key, reason: str) -> str:
    """Why something is not done, and the word that makes it be done."""
    if key[0] not in ("table", "column"):
        return reason or NO_WAY
    return f"{reason or NO_WAY}; --allow recreate:{'.'.join(key[1:])} drops and creates it, and its rows are lost"
