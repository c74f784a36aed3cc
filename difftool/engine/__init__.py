"""Engines: two databases in, the statements that turn the first into the second out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from difftool.errors import UsageError
from difftool.model import Unhandled
from difftool.objects import shown
from difftool.parse import qualified
from difftool.scope import NOTHING_KNOWN, UNLIMITED, Circumstances, Scope

if TYPE_CHECKING:
    from difftool.annotations import Computed, Renamed
    from difftool.objects import Key, Object, Objects
    from difftool.renames import Rename
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
    idle: tuple[str, ...] = ()
    """What might have been made anew, rows and all, and need not be."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """What was called otherwise, and a copy of what is, on which a new name can be tried."""

    renamed: tuple[Renamed, ...]
    run: Callable[[str], bool]
    """Runs a statement there; False where the server refuses it."""
    copy: Callable[[], Database]
    computed: tuple[Computed, ...] = ()
    """How columns get values that they do not have yet."""


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
    renaming: Renaming | None = None,
    scope: Scope = UNLIMITED,
) -> Proposal:
    """What ``engine`` would run, as ``role``.

    ``empty`` tells whether a table of the target holds no rows; ``recreate`` names what may go with its rows.
    """
    if engine == "native":
        return _native(now, want, role, empty, recreate, renaming, scope)
    if engine != "migra":
        raise UsageError(f'unknown engine "{engine}"', hint=f"known: {', '.join(ENGINES)}")
    from difftool.engine import migra

    try:
        return Proposal(migra.statements(now.database.user, want.database.user), idle=_idle(recreate, set()))
    except migra.EngineError as error:
        return Proposal(broken=f"the engine {engine} broke down ({error})")


def _native(
    now: Side,
    want: Side,
    role: str,
    empty: Callable[[str, str], bool],
    recreate: Collection[str],
    renaming: Renaming | None,
    scope: Scope,
) -> Proposal:
    from difftool.engine import native
    from difftool.renames import values
    from difftool.sparing import ours, spare
    from difftool.unseen import finishing

    used: set[str] = set()

    def allowed(o: Object) -> bool:
        named = {n for n in (qualified(*o.names), _dotted(o.names)) if n in recreate}
        used.update(named)
        return "all" in recreate or bool(named)

    @cache
    def known_empty(schema: str, table: str) -> bool:
        return empty(*was.get((schema, table), (schema, table)))

    second = native.read(want.database.admin, want.unseen)
    finished = tuple(sql for sql in finishing(now.unseen, want.unseen) if renaming and renaming.run(sql))
    now = replace(now, database=renaming.copy()) if renaming and finished else now
    first, renames = _renamed(now, second, renaming, lambda side: ours(side, now.circumstances, scope, role))
    was = {r.new[1:]: r.old[1:] for r in renames if r.new[0] == "table"}
    spared = spare((first, now.circumstances), (second, want.circumstances), scope, role)
    said = values(spared.want, renaming.computed if renaming else ())
    may = (lambda o: known_empty(*o.names[:2]), allowed)
    found = native.compare(spared.now, spared.want, role, *may, spared=spared, values=said)
    refused = tuple(Unhandled(*shown(k), _why(k, why)) for k, why in found.refused)
    in_the_way = tuple(Unhandled(*shown(k), why) for k, why in found.in_the_way)
    statements = (*finished, *(r.sql for r in renames), *found.statements)
    return Proposal(statements, (*refused, *in_the_way), wanted=second, idle=_idle(recreate, used))


def _renamed(
    now: Side, want: Objects, renaming: Renaming | None, less: Callable[[Objects], Objects]
) -> tuple[Objects, list[Rename]]:
    """What is, once everything of ours that only has another name has the wanted one; and the statements for that."""
    from difftool.engine import native
    from difftool.renames import told, twins

    found, done = native.read(now.database.admin, now.unseen), []
    if renaming is None:
        return found, []
    # the parts of what has another name are found under the new one, and so is what is called after it
    for seek in (told, told, twins):
        names = [r for r in (seek(less(found), want, renaming.renamed)) if renaming.run(r.sql)]
        if names:
            done += names
            found = native.read(renaming.copy().admin, now.unseen)
    return found, done


def _idle(recreate: Collection[str], used: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(n for n in recreate if n != "all" and n not in used))


def _dotted(names: Sequence[str]) -> str:
    """The names without quotes; with them where a dot in one would make them those of something else."""
    return qualified(*names) if any("." in n for n in names) else ".".join(names)


def _why(key: Key, reason: str) -> str:
    """Why something is not done, and the word that makes it be done."""
    if key[0] not in ("table", "column"):
        return reason or NO_WAY
    return f"{reason or NO_WAY}; --allow recreate:{_dotted(key[1:])} drops and creates it, and its rows are lost"
