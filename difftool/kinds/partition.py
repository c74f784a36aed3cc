"""ATTACH and DETACH PARTITION: https://www.postgresql.org/docs/current/sql-altertable.html."""

from __future__ import annotations

from collections.abc import Container, Iterable

from difftool.kinds import Kind, Statements
from difftool.kinds.constraint import has_name_of_its_own
from difftool.kinds.sql import name_of, qualified
from difftool.objects import Key, Object, Objects, Sides, comes_as_part
from difftool.pairing import (
    indexes_of,
    like_above,
    misplaced,
    of_another_type,
    owner,
    shape,
    shares_of_another_type,
)


def create(o: Object, sides: Sides) -> Statements:
    """The table exists by then, with everything that its place asks for."""
    return (f"ALTER TABLE ONLY {qualified(*o['of'])} ATTACH PARTITION {name_of(o)} {o['bound']}",)


def drop(o: Object, sides: Sides) -> Statements:
    """The table stays, with its rows."""
    return (f"ALTER TABLE {qualified(*o['of'])} DETACH PARTITION {name_of(o)}",)


def disturbs(now: Object | None, want: Object, sides: Sides) -> Iterable[Key]:
    """Foreign keys to its rows, for DETACH checks them; indexes that ATTACH would take for the parent's wrongly.

    Also indexes of the parent that it is to have no part of, for ATTACH would make one, as it does where the part is to
    be a key of another type.
    """
    yield from (k for k in sides.want.lacking.get(want.key, ()) if k in sides.now)
    above = sides.now.ancestors(want.names) & sides.want.ancestors(want.names)
    yield from (k for table in above for k in sides.now.pointing.get(table, ()))
    table = ("table", *want.names)
    constraints = sides.want.parts_of(table, "constraint")
    yield from (whole for c in constraints if (whole := of_another_type(c, sides.want)) and whole in sides.now)
    yield from (c.key for c in constraints if c.key in sides.now and (comes_as_part(c) or like_above(c, sides.want)))
    indexes = [(shape(o, sides.want), o) for o in indexes_of(table, sides.want)]
    meant = {s for s, o in indexes if o["_attached"]}
    yield from (owner(o) for s, o in indexes if not o["_attached"] and s in meant and o.key in sides.now)
    yield from (k for k in misplaced(table, sides.now, sides.want) if k in sides.now)


def made_after(o: Object, side: Objects) -> Iterable[Key]:
    """Shares of foreign keys that are not named like those: ATTACH takes what is there, of keys what is complete."""
    for constraint in side.parts_of(("table", *o.names), "constraint"):
        if has_name_of_its_own(constraint, side):
            yield constraint.key
        for share in shares_of_another_type(constraint, side):
            yield from (constraint.key, ("attached_index", share.names[0], share.names[-1]))


def drop_apart(o: Object, side: Objects, moving: Container[Key]) -> bool:
    """A partition of a table that a foreign key points at is not dropped before it is detached."""
    table = ("table", *o["of"])
    if table in moving:
        return False
    return any(t in side.pointing for t in side.ancestors(o.names))


def occupies(o: Object) -> Iterable[Key]:
    """Its share of the whole table's rows, for no two may overlap; its own columns; a place below the whole."""
    return (("bounds", *o["of"]), ("partition", *o.names), ("below", *o["of"]))


def claims(o: Object) -> Iterable[Key]:
    """Both tables without the columns that are to go, the whole without such indexes: they would get new parts."""
    return (("bounds", *o["of"]), ("columns", *o.names[:2]), ("columns", *o["of"]), ("indexes", *o["of"]))


KIND = Kind(
    made_after=made_after,
    occupies=occupies,
    disturbs=disturbs,
    drop_apart=drop_apart,
    claims=claims,
    rank=57,
    create=create,
    drop=drop,
)
