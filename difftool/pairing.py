"""What ATTACH PARTITION cannot tell apart: of indexes alike, it takes the oldest for a part of the oldest.

A foreign key of the partition's own, like one of the whole table, it takes for its share of that; and so 18.6 does with
a constraint that excludes, where 18.4 makes another one. Since 17, of a primary key it takes no UNIQUE constraint for a
share, nor the other way round, as ADD PRIMARY KEY does, and ALTER INDEX: such a share is made when the partition is in
its place, and then the whole key.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ATTACH-PARTITION
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import replace
from itertools import pairwise

from difftool.objects import NOTHING, Key, Object, Objects, Sides, comes_as_part

DIRECTION = re.compile(r"( ASC| DESC)?( NULLS (FIRST|LAST))?(?=[,)])")
"""What makes no difference to ATTACH."""
TYPES_MATTER = 17
"""The major version since which ATTACH takes a key only for a share of a key of the same type."""


def indexes_of(table: Key, side: Objects) -> Iterator[Object]:
    """A table's indexes, those of its constraints too."""
    yield from side.parts_of(table, "index")
    for constraint in side.parts_of(table, "constraint"):
        yield from side.parts_of(constraint.key, "index")


def shape(index: Object, side: Objects) -> str:
    """What an index is over; of two that ATTACH might take for each other, or name alike, it is the same."""
    constraint = side.by_key[index.parent] if index["_constraint"] and index.parent else None
    if constraint and comes_as_part(constraint):
        return f"{constraint['type']} {constraint['_index_columns']}"
    definition = index["definition"] or (side.by_key[index.parent]["definition"] if index.parent else "")
    return DIRECTION.sub("", str(definition).partition(" (")[2])


def like_above(own: Object, side: Objects) -> list[Key]:
    """The constraints of the tables above, at any remove, that a partition's own foreign key, or exclusion, is like."""
    if own["_clone"] or not (own["type"] == "f" or own["_excludes"]):
        return []
    above = (c for t in sorted(side.ancestors(own.names[:2])) for c in side.parts_of(t, "constraint"))
    return [c.key for c in above if c["definition"] == own["definition"]]


def own_below(whole: Object, sides: Sides) -> Iterator[Key]:
    """Those of its table's partitions that are like it, and are and stay theirs: it would take them for its shares."""
    waiting = [whole.parent] if whole.parent and (whole["type"] == "f" or whole["_excludes"]) else []
    while waiting:
        for child in sides.want.below.get(waiting.pop(), ()):
            table = ("table", *child)
            waiting.append(table)
            own_ones = (c for c in sides.want.parts_of(table, "constraint") if not c["_clone"])
            yield from (c.key for c in own_ones if c["definition"] == whole["definition"] and c.key in sides.now)


def of_another_type(share: Object, side: Objects) -> Key | None:
    """For a UNIQUE constraint that is a share of a primary key, or the other way round: the whole key."""
    for index in side.parts_of(share.key, "index") if _type_matters(share, side) else ():
        whole = _whole(index, side).parent
        if whole and whole[0] == "constraint" and side.by_key[whole]["type"] != share["type"]:
            return whole
    return None


def shares_of_another_type(whole: Object, side: Objects) -> Iterator[Object]:
    """A key's shares that are keys of another type, in the partitions right below."""
    for child in side.below.get(whole.parent, ()) if whole.parent and _type_matters(whole, side) else ():
        for share in side.parts_of(("table", *child), "constraint"):
            if of_another_type(share, side) == whole.key:
                yield share


def _type_matters(key: Object, side: Objects) -> bool:
    return side.major >= TYPES_MATTER and key["type"] in ("p", "u") and not key["_excludes"]


def owner(index: Object) -> Key:
    """What is dropped to drop an index."""
    return index.parent if index["_constraint"] and index.parent else index.key


def alike(table: Key, now: Objects, want: Objects) -> Iterator[list[Object]]:
    """Indexes of a partition that are alike, and parts of its table's: in the order of those."""
    found: dict[str, list[Object]] = {}
    for index in indexes_of(table, want):
        if index["_attached"]:
            found.setdefault(shape(index, want), []).append(index)
    for group in found.values():
        if len(group) > 1:
            yield sorted(group, key=lambda i: (_age(_whole(i, want), now, want), i.key))


def shares_before(share: Object, now: Objects, want: Objects) -> int:
    """How many of a partition's shares of constraints are named like this one, but for a number, and made before."""
    for group in alike(("table", *share.names[:2]), now, want):
        found = [owner(index) for index in group]
        if share.key in found:
            return found.index(share.key)
    return 0


def misplaced(table: Key, now: Objects, want: Objects) -> Iterator[Key]:
    """Those of a table that is there that are too old, or too young, for what they are to be a part of."""
    for group in alike(table, now, want):
        newest, gap = 0, False
        for index in group:
            was = now.by_key.get(index.key)
            if was is None or gap or int(was["_age"] or 0) < newest:
                gap = True
                yield owner(index)
            else:
                newest = int(was["_age"] or 0)


def in_their_order(now: Objects, want: Objects) -> Objects:
    """The wanted side, in which what is alike waits for each other as ATTACH will find it."""
    after: dict[Key, Set[Key]] = {}
    for child in (o.names for o in want.by_key.values() if o.kind == "partition"):
        for group in alike(("table", *child), now, want):
            wholes = [_whole(i, want) for i in group]
            for pair in (*pairwise(group), *pairwise(wholes)):
                first, then = (i.key for i in pair)
                after[then] = after.get(then, want.after.get(then, NOTHING)) | {first}
    return replace(want, after={**want.after, **after}) if after else want


def _whole(index: Object, side: Objects) -> Object:
    """What an index is a part of; itself, where it is none."""
    for link in side.parts_of(index.key, "attached_index"):
        return side.by_key["index", *link["of"]]
    return index


def _age(index: Object, now: Objects, want: Objects) -> tuple[bool, int]:
    """What is there is the oldest; what comes, comes in the order that it has in the wanted schema."""
    was = now.by_key.get(index.key)
    whole = _whole(index, want)
    if was is None and whole is not index:
        return _age(whole, now, want)
    return was is None, int((was or index)["_age"] or 0)
