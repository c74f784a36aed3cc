"""ALTER INDEX … ATTACH PARTITION: https://www.postgresql.org/docs/current/sql-alterindex.html."""

from __future__ import annotations

from collections.abc import Container, Iterable

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import name_of, qualified
from difftool.objects import Key, Object, Objects, Sides, comes_as_part
from difftool.pairing import owner


def create(o: Object, sides: Sides) -> Statements:
    """Says nothing new where attaching the table has attached its index; one that excludes came as a part."""
    constraint = sides.want.by_key["index", *o.names].parent
    if constraint and comes_as_part(sides.want.by_key[constraint]):
        return ()
    return (f"ALTER INDEX {qualified(*o['of'])} ATTACH PARTITION {name_of(o)}",)


def drop(o: Object, sides: Sides) -> Statements:
    """There is no way back: it goes with either index, or when the table is detached."""
    return ()


def takes_along(o: Object, sides: Sides) -> Iterable[Key]:
    """The whole index, where a partition stays and its index is to stand alone."""
    index = sides.want.get("index", *o.names)
    if index and index.key in sides.now:
        link = ("partition", *index["_on"])
        yield from (k for k in sides.want.lacking.get(link, ()) if link in sides.now and k in _whole(o, sides.now))


def parts_from(o: Object, sides: Sides) -> Iterable[Key]:
    """The partition's place, where one of both indexes goes without the other, or they go by different statements."""
    part, whole = sides.now.by_key["index", *o.names], sides.now.by_key["index", *o["of"]]
    goes, whole_goes = (owner(i) in sides.going for i in (part, whole))
    if (goes and not whole_goes) or (whole_goes and part["_constraint"] and not whole["_constraint"]):
        yield ("partition", *part["_on"])


def dropped_within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """Where the partition is detached, its index is as well."""
    link = ("partition", *side.by_key["index", *o.names]["_on"])
    return link if link in moving else None


def _whole(o: Object, side: Objects) -> tuple[Key | None, ...]:
    """The index that it is a part of, and the constraint of that."""
    whole = side.by_key["index", *o["of"]]
    return whole.key, whole.parent


KIND = Kind(
    rank=56, create=create, drop=drop, takes_along=takes_along, parts_from=parts_from, dropped_within=dropped_within
)
