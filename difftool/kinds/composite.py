"""CREATE TYPE … AS (…): https://www.postgresql.org/docs/current/sql-createtype.html."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from difftool.kinds import Kind, Refused, Statements
from difftool.kinds.sql import name_of, qualified, quoted
from difftool.objects import Key, Object, Objects, Sides

CARRIERS = frozenset({"composite", "domain", "range"})
"""Types that may contain another."""

Attribute = dict[str, Any]
"""Its name, its type, and its collation where that is not the type's own."""


def phrase(o: Object) -> str:
    """``TYPE app.address``."""
    return f"TYPE {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """With all its attributes."""
    attributes = ",\n".join(f"    {quoted(a['name'])} {_type(a)}" for a in o["attributes"])
    return (f"CREATE {phrase(o)} AS (\n{attributes}\n)" if attributes else f"CREATE {phrase(o)} AS ()",)


def _type(attribute: Attribute) -> str:
    collation = attribute["collation"]
    return f"{attribute['type']} COLLATE {qualified(*collation)}" if collation else str(attribute["type"])


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Attribute by attribute; None where stored values must change; raises Refused where they would change places."""
    before, after = _by_name(now), _by_name(want)
    kept = [name for name in before if name in after]
    retyped = [name for name in kept if before[name] != after[name]]
    stored = stored_in(now.key, sides.now)
    if list(after)[: len(kept)] == kept and not (retyped and stored):
        return tuple(f"ALTER {phrase(now)} {action}" for action in _actions(before, after, retyped))
    if "table" in stored and list(before) != list(after):
        raise Refused(
            f"PostgreSQL cannot carry over the values that tables have of the composite type {name_of(now)} when its "
            "attributes change places, or types while others come or go; create a type under another name, "
            "change the columns to it with USING, then drop the old type"
        )
    return None


def _by_name(o: Object) -> dict[str, Attribute]:
    return {a["name"]: a for a in o["attributes"]}


def _actions(before: dict[str, Attribute], after: dict[str, Attribute], retyped: Iterable[str]) -> Iterator[str]:
    for name in before:
        if name not in after:
            yield f"DROP ATTRIBUTE {quoted(name)}"
    for name in retyped:
        yield f"ALTER ATTRIBUTE {quoted(name)} TYPE {_type(after[name])}"
    for name, attribute in after.items():
        if name not in before:
            yield f"ADD ATTRIBUTE {quoted(name)} {_type(attribute)}"


def stored_in(key: Key, side: Objects) -> frozenset[str]:
    """The kinds of relations that have values of a type, in a column of its own or inside another type's."""
    found, seen, waiting = set(), {key}, [key]
    while waiting:
        here = waiting.pop()
        for user in side.needed_by.get(here, ()):
            parent = side.by_key[user].parent
            if parent == here or user in seen:
                continue
            seen.add(user)
            if user[0] in CARRIERS:
                waiting.append(user)
            elif user[0] == "column" and parent and parent[0] == "view":
                waiting.append(parent)
            elif user[0] == "column" and parent:
                found.add(parent[0])
            elif user[0] == "index" and here[0] in CARRIERS:
                found.add("index")
    return frozenset(found)


def disturbs(now: Object | None, want: Object, sides: Sides) -> Iterable[Key]:
    """Tables of the type are plain ones meanwhile."""
    if now is None:
        return ()
    return (k for k in sides.now.needed_by.get(want.key, ()) if k[0] == "typed")


def rename(o: Object, name: str) -> str:
    """Out of the way of another of its name."""
    return f"ALTER {phrase(o)} RENAME TO {quoted(name)}"


def occupies(o: Object) -> Iterable[Key]:
    """Its name among types, and among relations: no table can have it."""
    return (("type", *o.names), ("relation", *o.names))


KIND = Kind(rank=24, create=create, phrase=phrase, alter=alter, disturbs=disturbs, occupies=occupies, rename=rename)
