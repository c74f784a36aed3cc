"""NOT NULL, since PostgreSQL 18 with a name of its own.

https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import alter_table, qualified, quoted
from difftool.objects import Key, Object, Objects, Sides, inherited_with, made_local, own, same_above

NAME = "not_null"


def phrase(o: Object) -> str:
    """``CONSTRAINT users_email_not_null ON app.users``, as COMMENT ON takes it."""
    return f"CONSTRAINT {quoted(o['_name'] or '')} ON {qualified(*o.names[:2])}"


def written(o: Object) -> str:
    """``NOT NULL``, with its name and NO INHERIT where they matter."""
    name = f"CONSTRAINT {quoted(o['name'])} " if o["name"] else ""
    return f"{name}NOT NULL{' NO INHERIT' if o['no_inherit'] else ''}"


def create(o: Object, sides: Sides) -> Statements:
    """SET NOT NULL, or what 18 has for a name, for NO INHERIT and for NOT VALID."""
    column = quoted(o.names[-1])
    fills = (filled(o, sides),) if o.parent in sides.values.backfill and o.parent not in sides.coming else ()
    if o["valid"] and not o["name"] and not o["no_inherit"]:
        return (*fills, alter_table(o, f"ALTER COLUMN {column} SET NOT NULL"))
    words = (" NO INHERIT" if o["no_inherit"] else "") + ("" if o["valid"] else " NOT VALID")
    name = quoted(o["name"] or o["_name"])
    return (*fills, alter_table(o, f"ADD CONSTRAINT {name} NOT NULL {column}{words}"))


def filled(o: Object, sides: Sides) -> str:
    """The rows without a value in the column get the one that the files say."""
    table, column = qualified(*o.names[:2]), quoted(o.names[-1])
    value = sides.values.backfill["column", *o.names]
    return f"UPDATE {table} SET {column} = {value} WHERE {column} IS NULL"


def drop(o: Object, sides: Sides) -> Statements:
    """The column takes NULL again."""
    return (alter_table(o, f"ALTER COLUMN {quoted(o.names[-1])} DROP NOT NULL"),)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Validated, renamed and inherited in place; never made NOT VALID, nor merely inherited, again."""
    if (now["valid"] and not want["valid"]) or (own(now) and want["inherited"]):
        return None
    before, after = quoted(now["_name"]), quoted(want["_name"])
    found = []
    link = ("partition", *want.names[:2])
    apart = link in sides.going or link in sides.coming
    if before != after and (want["_local"] or not want["_inherited"] or apart):
        found.append(alter_table(want, f"RENAME CONSTRAINT {before} TO {after}"))
    if now["no_inherit"] != want["no_inherit"]:
        found.append(alter_table(want, f"ALTER CONSTRAINT {after} {'NO ' if want['no_inherit'] else ''}INHERIT"))
    if not now["valid"]:
        found.append(alter_table(want, f"VALIDATE CONSTRAINT {after}"))
    return tuple(found)


def within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """The column's own statement, or that of the table that it is inherited from."""
    column = side.by_key[o.parent] if o.parent else None
    if column is None or column.key not in moving:
        return inherited_with(o, side, moving)
    if column["_typed"] or not o["valid"]:
        return None
    brought = bool(column["_inherited"]) and not column["_partition"] and not column["_local"]
    return column.key if not brought or any(same_above(o, side)) else None


def takes_along(o: Object, sides: Sides) -> Iterable[Key]:
    """DROP NOT NULL goes down to the tables that inherit the column; those that are to leave are let go before."""
    table = ("table", *o.names[:2])
    stay = [child for child in sides.now.below.get(table, ()) if child in sides.want.below.get(table, ())]
    return [k for child in stay if (k := (o.kind, *child, o.names[-1])) in sides.now]


def disturbs(now: Object | None, want: Object, sides: Sides) -> Iterable[Key]:
    """What ties its table to those above, when it becomes its own, or a partition's has another name than theirs."""
    yield from made_local(now, want, sides)
    link = ("partition", *want.names[:2])
    if now and now["_name"] != want["_name"] and want["_inherited"] and link in sides.now and link in sides.want:
        above = [(sides.now.get(*k), sides.want.get(*k)) for k in same_above(want, sides.want)]
        renamed = [a and b and (a["_name"], b["_name"]) == (now["_name"], want["_name"]) for a, b in above]
        yield from () if renamed and all(renamed) else (link,)


def altered_within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """What is inherited changes with what it is inherited from."""
    return inherited_with(o, side, moving)


def claims(o: Object) -> Iterable[Key]:
    """Nothing below its table that is to go: there may be NULLs."""
    return (("below", *o.names[:2]),)


KIND = Kind(
    claims=claims,
    rank=44,
    create=create,
    phrase=phrase,
    drop=drop,
    alter=alter,
    within=within,
    altered_within=altered_within,
    disturbs=disturbs,
    takes_along=takes_along,
)
