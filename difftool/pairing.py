"""Indexes that ATTACH PARTITION cannot tell apart: of those alike, it takes the oldest for a part of the oldest.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ATTACH-PARTITION
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import replace
from itertools import pairwise

from difftool.objects import NOTHING, Key, Object, Objects

DIRECTION = re.compile(r"( ASC| DESC)?( NULLS (FIRST|LAST))?(?=[,)])")
"""What makes no difference to ATTACH."""


def indexes_of(table: Key, side: Objects) -> Iterator[Object]:
    """A table's indexes, those of its constraints too."""
    yield from side.parts_of(table, "index")
    for constraint in side.parts_of(table, "constraint"):
        yield from side.parts_of(constraint.key, "index")


def shape(index: Object, side: Objects) -> str:
    """What an index is over; of two that ATTACH might take for each other it is the same."""
    definition = index["definition"] or (side.by_key[index.parent]["definition"] if index.parent else "")
    return DIRECTION.sub("", str(definition).partition(" (")[2])


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
