"""Sequences: https://www.postgresql.org/docs/current/sql-createsequence.html."""

from __future__ import annotations

from collections.abc import Container, Iterable

from difftool.kinds import Kind, Statements
from difftool.kinds.identity import brought_in, handed_over, out_of_reach
from difftool.kinds.sql import alter_table, name_of, quoted
from difftool.objects import Key, Object, Objects, Sides


def phrase(o: Object) -> str:
    """``SEQUENCE app.users_id_seq``."""
    return f"SEQUENCE {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """A new one; where it takes an identity's place, it goes on from there."""
    old = _identity(o, sides.want, sides.now, sides.going)
    make = f"CREATE {'UNLOGGED ' if o['persistence'] == 'u' else ''}{phrase(o)} {_options(o)}"
    if old is None:
        return (make,)
    done = alter_table(old, f"ALTER COLUMN {quoted(old.names[-1])} DROP IDENTITY")
    return (*handed_over((old.names[0], old["sequence"]), o.names, make), done)


def _options(o: Object) -> str:
    return (
        f"AS {o['type']} START WITH {o['start']} INCREMENT BY {o['increment']} MINVALUE {o['min']} "
        f"MAXVALUE {o['max']} CACHE {o['cache']}{' CYCLE' if o['cycle'] else ''}"
    )


def _identity(o: Object, own: Objects, other: Objects, moving: Container[Key]) -> Object | None:
    """The identity, on the other side, of the column that owns this sequence."""
    owner = own.get("sequence_owner", *o.names)
    found = other.get("identity", *owner["column"]) if owner else None
    return found if found and found.key in moving else None


def drop(o: Object, sides: Sides) -> Statements:
    """Not when an identity column takes its place, and its position with it."""
    taken = _identity(o, sides.now, sides.want, sides.coming)
    return () if taken and taken.parent in sides.now else (f"DROP {phrase(o)}",)


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """Every option in place; where it stands is kept, if it can stand there."""
    words = []
    if now["type"] != want["type"]:
        words.append(f"AS {want['type']}")
    for option, word in (
        ("increment", "INCREMENT BY"),
        ("min", "MINVALUE"),
        ("max", "MAXVALUE"),
        ("start", "START WITH"),
        ("cache", "CACHE"),
    ):
        if now[option] != want[option] or (words and option in ("min", "max")):
            words.append(f"{word} {want[option]}")
    if now["cycle"] != want["cycle"]:
        words.append("CYCLE" if want["cycle"] else "NO CYCLE")
    words += ["RESTART"] if out_of_reach(now, want) else []
    found = [*brought_in(now, want, name_of(want)), f"ALTER {phrase(want)} {' '.join(words)}"] if words else []
    if now["persistence"] != want["persistence"]:
        found.append(f"ALTER {phrase(want)} SET {'UNLOGGED' if want['persistence'] == 'u' else 'LOGGED'}")
    return tuple(found)


def occupies(o: Object) -> Iterable[Key]:
    """Its name among relations."""
    return (("relation", *o.names),)


KIND = Kind(rank=25, create=create, phrase=phrase, drop=drop, alter=alter, occupies=occupies, holds_rows=True)
