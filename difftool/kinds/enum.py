"""CREATE TYPE … AS ENUM: https://www.postgresql.org/docs/current/sql-createtype.html."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import literal, name_of, quoted
from difftool.objects import Key, Object, Sides


def phrase(o: Object) -> str:
    """``TYPE app.mood``."""
    return f"TYPE {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """With all its labels."""
    labels = ",\n".join(f"    {literal(label)}" for label in o["labels"])
    return (f"CREATE {phrase(o)} AS ENUM (\n{labels}\n)" if labels else f"CREATE {phrase(o)} AS ENUM ()",)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Labels are added where they belong; PostgreSQL has no way to remove one or to move it."""
    if [label for label in want["labels"] if label in now["labels"]] != now["labels"]:
        return None
    return tuple(f"ALTER {phrase(now)} ADD VALUE {place}" for place in _places(now["labels"], want["labels"]))


def _places(now: list[str], want: list[str]) -> Iterator[str]:
    """Each new label with its neighbour, which is there by then: the one before it, or the first of all."""
    for i, label in enumerate(want):
        if label not in now:
            neighbour = f" AFTER {literal(want[i - 1])}" if i else f" BEFORE {literal(now[0])}" if now else ""
            yield literal(label) + neighbour


def rename(o: Object, name: str) -> str:
    """Out of the way of another of its name."""
    return f"ALTER {phrase(o)} RENAME TO {quoted(name)}"


def occupies(o: Object) -> Iterable[Key]:
    """Tables' row types have names in the same space."""
    return (("type", *o.names),)


KIND = Kind(rank=22, create=create, phrase=phrase, alter=alter, occupies=occupies, rename=rename, alter_first=True)
