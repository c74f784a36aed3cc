"""What a schema consists of, one kind a pair of files: ``<kind>.sql`` reads it, ``<kind>.py`` writes it.

A query gives one row an object, in five columns:

    class, oid, sub   its address in the catalog, as pg_depend gives it: a regclass, an oid, and a column's number or 0
    names             text[]: what addresses it among its kind ({public,users,email})
    data              json: its attributes; names that start with "_" are not compared

In ``data``, some names are taken out again: ``parent`` (json array: kind and names of what it is part of; or a kind
alone, whose names are then the first of the object's own: three of a column, two of all else), ``owner`` (a role's
name), ``acl`` (``to_json(acl::text[])``, with ``acl_type`` the letter that acldefault takes: r s n f l T F S c),
``needs`` (a json array of keys: dependencies that pg_depend does not have) and ``after`` (the same, where only the
order matters). Owner and grants become objects of their own. ``more`` is a json object of further attributes, or null:
the name of a value costs the server as much as the value, so what few objects of a numerous kind have stands there.

``<kind>.<major>.sql`` is read instead from that major version on. A module has one value of ``Kind``, called KIND.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from difftool.objects import Key, Object, Objects, Sides

FOLDER = Path(__file__).parent

Statements = Sequence[str]


class Refused(Exception):
    """PostgreSQL has no way to make this change: why, and how it can be done; ``whole`` is what must be made anew."""

    def __init__(self, why: str, whole: Key | None = None) -> None:
        super().__init__(why)
        self.whole = whole


def _phrase_needed(o: Object) -> str:
    raise AssertionError(f"{o.kind} has no name in SQL")


def _nothing(o: Object, sides: Sides) -> Statements:
    return ()


def _anew(now: Object, want: Object, sides: Sides) -> Statements | None:
    return None


def _undisturbed(now: Object | None, want: Object, sides: Sides) -> Iterable[Key]:
    return ()


def _takes_nothing(o: Object, sides: Sides) -> Iterable[Key]:
    return ()


def _names_only_itself(o: Object) -> Iterable[Key]:
    return ()


def _by_itself(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    return None


def _needs_no_other(o: Object, side: Objects) -> Iterable[Key]:
    return ()


def _goes_along(o: Object, side: Objects, moving: Container[Key]) -> bool:
    return False


def _never(o: Object) -> bool:
    return False


def _its_phrase(o: Object) -> str:
    return KINDS()[o.kind].phrase(o)


def _drop_its_phrase(o: Object, sides: Sides) -> Statements:
    return (f"DROP {_its_phrase(o)}",)


@dataclass(frozen=True, slots=True)
class Kind:
    """How objects of one kind are written."""

    rank: int
    """Its place among statements that no dependency orders."""
    create: Callable[[Object, Sides], Statements]
    """The statements that make it; none when its parent's statement does."""
    phrase: Callable[[Object], str] = _phrase_needed
    """How DROP, COMMENT ON, ALTER … OWNER TO name it: ``TABLE public.users``."""
    drop: Callable[[Object, Sides], Statements] = _drop_its_phrase
    alter: Callable[[Object, Object, Sides], Statements | None] = _anew
    """From one to the other in place; None where it must be dropped and created. May raise Refused."""
    disturbs: Callable[[Object | None, Object, Sides], Iterable[Key]] = _undisturbed
    """What ``alter``, or ``create`` where the first is None, needs out of its way: dropped before, made anew after."""
    granted_on: Callable[[Object], str] = _its_phrase
    """How GRANT and REVOKE name it: ``TABLE public.a_view``."""
    takes_along: Callable[[Object, Sides], Iterable[Key]] = _takes_nothing
    """What goes with it when it is dropped, though it is no part of it: it is made anew where it is wanted."""
    occupies: Callable[[Object], Iterable[Key]] = _names_only_itself
    """Names that it shares with other kinds: a view's name is taken while a table has it."""
    claims: Callable[[Object], Iterable[Key]] | None = None
    """What it needs free to be created, where that is not what it occupies."""
    within: Callable[[Object, Objects, Container[Key]], Key | None] = _by_itself
    """The object, among those that move on that side, whose own statement creates, alters or drops this one as well."""
    made_after: Callable[[Object, Objects], Iterable[Key]] = _needs_no_other
    """What, where it comes or changes too, does so before this one comes, and comes after this one went: else one is
    taken for the other, or does not fit it."""
    holds_rows: bool = False
    """Whether dropping it loses data."""
    rename: Callable[[Object, str], str] | None = None
    """For a type that columns use: how it steps aside, under another name, until they have the new one."""
    nameless: bool = False
    """Whether it is such a type and its owner cannot rename it: columns hold its values as text until then."""
    altered_within: Callable[[Object, Objects, Container[Key]], Key | None] = _by_itself
    """The same for an alteration."""
    dropped_within: Callable[[Object, Objects, Container[Key]], Key | None] = _by_itself
    """The same for a drop alone."""
    parts_from: Callable[[Object, Sides], Iterable[Key]] = _takes_nothing
    """What must be made anew for it to go, once it is known what else goes."""
    drop_apart: Callable[[Object, Objects, Container[Key]], bool] = _goes_along
    """Whether it must be dropped by its own statement though what it follows is dropped too."""
    derived: Callable[[Object], bool] = _never
    """Of a kind that holds rows: whether this one's can be computed again."""
    alter_first: bool = False
    """Whether ``alter`` is in nobody's way and waits for nothing: it then begins the plan, for it may need a commit."""
    drop_last: bool = False
    """Whether dropping it can wait until everything else is in place."""
    fold: Callable[[Object, Sides], str] | None = None
    """What of a CREATE TABLE this can be instead, when nothing stands between the two statements."""

    @property
    def steps_aside(self) -> bool:
        """Whether columns that use a type of this kind stay when it is made anew."""
        return self.rename is not None or self.nameless


@cache
def KINDS() -> dict[str, Kind]:  # noqa: N802 (a registry, read once)
    """Every kind by its name: whatever module in this folder has a KIND."""
    names = sorted(f.stem for f in FOLDER.glob("*.py") if f.stem not in ("__init__", "sql"))
    return {n: importlib.import_module(f"difftool.kinds.{n}").KIND for n in names}


@cache
def queries(major: int) -> dict[str, str]:
    """The query of each kind that a server of this major version has, by the kind's name."""
    found: dict[str, tuple[int, Path]] = {}
    for file in FOLDER.glob("*.sql"):
        name, _, since = file.stem.partition(".")
        version = int(since or 0)
        if version <= major and version >= found.get(name, (0, file))[0]:
            found[name] = (version, file)
    return {n: found[n][1].read_text("utf-8").strip().rstrip(";") for n in sorted(found)}
