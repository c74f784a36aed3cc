"""CREATE TRIGGER: https://www.postgresql.org/docs/current/sql-createtrigger.html.

A row trigger of a partitioned table has clones on the partitions, which come and go with it or with the partition.
A clone has no statement but for its state, which is at first that of the trigger above it.
"""

from __future__ import annotations

from collections.abc import Iterable

from difftool.deparsed import faithful
from difftool.kinds import Kind, Statements
from difftool.kinds.sql import alter_table, qualified, quoted
from difftool.objects import Key, Object, Objects, Sides

STATES = {"O": "ENABLE", "D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


def phrase(o: Object) -> str:
    """``TRIGGER audit ON public.users``."""
    return f"TRIGGER {quoted(o.names[2])} ON {qualified(*o.names[:2])}"


def create(o: Object, sides: Sides) -> Statements:
    """With its state, which the clones below take over."""
    if o["clone_of"]:
        return (_state(o),) if {o["state"]} != _above(o, sides) else ()
    return (faithful(o["definition"]), *(() if o["state"] == "O" else (_state(o),)))


def drop(o: Object, sides: Sides) -> Statements:
    """A clone goes with the trigger above it."""
    return () if o["clone_of"] else (f"DROP {phrase(o)}",)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Its state; its definition where PostgreSQL can replace it, which enables it and its clones."""
    if now["clone_of"] != want["clone_of"]:
        return None
    if now["definition"] == want["definition"]:
        return (_state(want, only=True),)
    if want["clone_of"]:
        return create(want, sides)
    if _replaceable(now, want) and not (now["_row"] != want["_row"] and _has_clones(now.key, sides.now)):
        return create(_replacing(want), sides)
    return None


def _replaceable(now: Object, want: Object) -> bool:
    return not now["_constraint"] and not want["_constraint"]


def _replacing(o: Object) -> Object:
    definition = o["definition"].replace("CREATE", "CREATE OR REPLACE", 1)
    return Object(o.key, {**o.attributes, "definition": definition}, o.parent)


def _has_clones(key: Key, side: Objects) -> bool:
    found = (side.by_key[k] for k in side.needed_by.get(key, ()))
    return any(o["clone_of"] and ("trigger", *o["clone_of"]) == key for o in found)


def _above(o: Object, sides: Sides) -> set[str]:
    """The states that the trigger above may have when the clone is made."""
    key = ("trigger", *o["clone_of"])
    before, after = sides.now.by_key.get(key), sides.want.by_key.get(key)
    if not before or not after or key in sides.going or before["definition"] != after["definition"]:
        return {after["state"]} if after else set()
    return {before["state"], after["state"]}


def _state(o: Object, *, only: bool = False) -> str:
    return alter_table(o, f"{STATES[o['state']]} TRIGGER {quoted(o.names[2])}", only=only)


def claims(o: Object) -> Iterable[Key]:
    """Nothing below its table that is to go: a partition would get a clone, whose name may be taken there."""
    return (("below", *o.names[:2]),)


KIND = Kind(rank=71, create=create, phrase=phrase, drop=drop, alter=alter, claims=claims)
