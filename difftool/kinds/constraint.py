"""Constraints of tables: https://www.postgresql.org/docs/current/ddl-constraints.html."""

from __future__ import annotations

from collections.abc import Container, Iterable

from difftool.kinds import Kind, Statements, index
from difftool.kinds.sql import alter_table, name_made_of, options, qualified, quoted
from difftool.objects import (
    NOTHING,
    Key,
    Object,
    Objects,
    Sides,
    comes_as_part,
    inherited_with,
    own,
    same_above,
    stays_below,
)
from difftool.pairing import like_above, of_another_type, own_below, shares_before, shares_of_another_type

LABELS = {"p": "pkey", "u": "key", "x": "excl"}
"""How the names that PostgreSQL makes up for constraints end."""


def phrase(o: Object) -> str:
    """``CONSTRAINT users_pkey ON app.users``, as COMMENT ON takes it."""
    return f"CONSTRAINT {quoted(o.names[-1])} ON {qualified(*o.names[:2])}"


def written(o: Object, sides: Sides) -> str:
    """The constraint as ADD and CREATE TABLE take it, a key with its index's storage parameters."""
    indexes = sides.want.parts_of(o.key, "index") if o["type"] in "pu" else ()
    stored = "".join(f" WITH ({options(i['options'])})" for i in indexes if i["options"])
    return f"CONSTRAINT {quoted(o.names[-1])} {o['definition']}{stored}{_state(o)}"


def _state(o: Object) -> str:
    """What follows the definition."""
    words = " DEFERRABLE" if o["deferrable"] else ""
    words += " INITIALLY DEFERRED" if o["deferred"] else ""
    if not o["enforced"]:
        return f"{words} NOT ENFORCED"
    return words if o["valid"] else f"{words} NOT VALID"


def create(o: Object, sides: Sides) -> Statements:
    """ALTER TABLE … ADD; for a key of a partitioned table that has partitions, of the parent alone."""
    if o["type"] in "pux":
        only = bool(o["_partitioned"]) and o.parent in sides.want.below and not o["_excludes"]
        written_so = not comes_as_part(o) or bool(o["_partitioned"])
        extras = (s for i in sides.want.parts_of(o.key, "index") for s in index.settings(i, written=written_so))
        made = _renamed(o, sides) if comes_as_part(o) else (alter_table(o, f"ADD {written(o, sides)}", only=only),)
        return (*made, *extras)
    return (alter_table(o, f"ADD {written(o, sides)}"),)


def _renamed(o: Object, sides: Sides) -> Statements:
    """From the name that PostgreSQL gives to a partition's share of a constraint that excludes."""
    columns = () if o["type"] == "p" else o["_index_columns"]
    label = LABELS[o["type"]] + str(shares_before(o, sides.now, sides.want) or "")
    came, name = name_made_of(o.names[1], *columns, label=label), o.names[-1]
    return () if came == name else (alter_table(o, f"RENAME CONSTRAINT {quoted(came)} TO {quoted(name)}"),)


def fold(o: Object, sides: Sides) -> str:
    """The constraint inside CREATE TABLE: no foreign key, which needs another table, nor one that is not valid."""
    table = sides.want.by_key[o.parent] if o.parent else None
    by_itself = o["type"] == "f" or not o["valid"] or bool(made_after(o, sides.want))
    apart = by_itself or len(create(o, sides)) > 1 or (table and table["_typed"])
    return "" if apart or _over_inherited(o, sides.want) or _has_twin(o, sides.want) else written(o, sides)


def _has_twin(o: Object, side: Objects) -> bool:
    """Whether the table has another key of the same columns: of two, CREATE TABLE makes one."""
    keys = side.parts_of(o.parent, "constraint") if o.parent and o["type"] in "pux" else ()
    return sum(k["type"] in "pux" and _columns(k) == _columns(o) for k in keys) > 1


def _columns(key: Object) -> str:
    return str(key["definition"]).partition(" (")[2]


def _over_inherited(o: Object, side: Objects) -> bool:
    """Whether it is a primary key whose NOT NULL is merely inherited: CREATE TABLE would make that the table's own."""
    needed = (side.by_key[n] for n in side.after.get(o.key, NOTHING) if n[0] == "not_null")
    return o["type"] == "p" and any(n["_inherited"] and not n["_local"] for n in needed)


def drop(o: Object, sides: Sides) -> Statements:
    """ALTER TABLE … DROP CONSTRAINT."""
    only = o["type"] == "c" and o.key not in sides.coming and stays_below(o, sides)
    return (alter_table(o, f"DROP CONSTRAINT {quoted(o.names[-1])}", only=only),)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Validated in place; a foreign key made deferrable or enforced; else None."""
    if (
        any(now[x] != want[x] for x in ("type", "definition"))
        or _let_go(now, want)
        or (now["valid"] and not want["valid"] and want["enforced"])
    ):
        return None
    name = quoted(want.names[-1])
    if now["enforced"] != want["enforced"]:
        if want["type"] != "f" or now["deferrable"] != want["deferrable"] or now["deferred"] != want["deferred"]:
            return None
        if want["enforced"] and not want["valid"]:
            return None
        return (alter_table(want, f"ALTER CONSTRAINT {name} {'' if want['enforced'] else 'NOT '}ENFORCED"),)
    found = []
    let_go = any(link in sides.going for link, _ in sides.now.above.get(want.names[:2], ()))
    if want["local"] and not own(now) and not let_go:
        found.append(alter_table(want, f"ADD {written(want, sides)}"))
    if now["deferrable"] != want["deferrable"] or now["deferred"] != want["deferred"]:
        if want["type"] != "f":
            return None
        when = "DEFERRED" if want["deferred"] else "IMMEDIATE"
        words = f"DEFERRABLE INITIALLY {when}" if want["deferrable"] else "NOT DEFERRABLE"
        found.append(alter_table(want, f"ALTER CONSTRAINT {name} {words}"))
    if now["valid"] != want["valid"]:
        found.append(alter_table(want, f"VALIDATE CONSTRAINT {name}"))
    return tuple(found)


def within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """The same constraint of the table above; a foreign key also comes and goes with a partition's place."""
    if not o["_inherited"] or o["type"] not in "cf" or o["local"]:
        return None
    if came_later(o, side):
        return min((k for k in same_above(o, side) if k in moving), default=None)
    found = inherited_with(o, side, moving)
    if found is None and o["type"] == "c" and not o["_local"] and _inherits(o, side) and o.parent in moving:
        return o.parent
    if found or o["type"] == "c":
        return found
    partition = ("partition", *o.names[:2])
    if partition in moving and has_name_of_its_own(o, side):
        return None
    above = next((k for k in _above(o, side) if k in moving), None)
    return above or (partition if partition in moving else None)


def dropped_within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """The table that has it from another, whatever becomes of that, unless a foreign key is dropped there by itself."""
    share = o["type"] == "f" and o["_clone"] and not any(_dropped_by_itself(k, side, moving) for k in _above(o, side))
    return o.parent if (share or came_later(o, side)) and o.parent in moving else None


def came_later(o: Object, side: Objects) -> bool:
    """Whether the table above got it when the table was there: CREATE TABLE … INHERITS makes none that is not valid."""
    merely_inherited = o["_inherited"] and not o["_local"] and _inherits(o, side)
    return bool(o["type"] == "c" and merely_inherited and o["enforced"] and not o["valid"])


def disturbs(now: Object | None, want: Object, sides: Sides) -> Iterable[Key]:
    """What it is inherited from, where only that makes it merely inherited, or not valid; its like below."""
    if now is None and want["type"] != "c":
        return own_below(want, sides)
    was = sides.now.get(*want.key)
    if was and _let_go(was, want):
        return same_above(want, sides.now)
    return same_above(want, sides.want) if not was and came_later(want, sides.want) else ()


def made_after(o: Object, side: Objects) -> tuple[Key, ...]:
    """Its table's place, for what comes by that, and for what is like one from above, which comes after that.

    For a key with shares that are keys of another type also the places of those partitions.
    """
    places = tuple(("partition", *share.names[:2]) for share in shares_of_another_type(o, side))
    link = ("partition", *o.names[:2])
    if link not in side:
        return places
    if comes_as_part(o) or of_another_type(o, side):
        return (link, *places)
    like = like_above(o, side)
    return (link, *like, *places) if like else places


def _let_go(now: Object, want: Object) -> bool:
    """Whether it stops being its table's own and is merely inherited."""
    return want["type"] == "c" and own(now) and bool(want["inherited"])


def takes_along(o: Object, sides: Sides) -> Iterable[Key]:
    """What a foreign key has for each partition of its own table."""
    for child in sides.now.below.get(o.parent, ()) if o["type"] == "f" and o.parent else ():
        for same in sides.now.parts_of(("table", *child), "constraint"):
            if same["_clone"] and same["definition"] == o["definition"]:
                yield same.key


def _inherits(o: Object, side: Objects) -> bool:
    """Whether CREATE TABLE … INHERITS brings what its parents have: a partition is created by itself."""
    return any(link[0] == "inherit" for link, _ in side.above.get(o.names[:2], ()))


def has_name_of_its_own(o: Object, side: Objects) -> bool:
    """Whether a share of a foreign key is not named like it: the partition had it when it was attached."""
    above = _above(o, side)
    return bool(o["type"] == "f" and o["_clone"] and above and all(k[-1] != o.names[-1] for k in above))


def _above(o: Object, side: Objects) -> list[Key]:
    """The foreign keys of the tables above, whatever their names: a clone may have another."""
    tables = [t for _, t in side.above.get(o.names[:2], ())]
    return [c.key for t in tables for c in side.parts_of(t, "constraint") if c["definition"] == o["definition"]]


def altered_within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """What is merely inherited changes with what it is inherited from."""
    return inherited_with(o, side, moving) if o["_inherited"] and o["type"] in "cf" and not o["local"] else None


def claims(o: Object) -> Iterable[Key]:
    """Nothing below its table that is to go: a CHECK goes down, where its name may be taken, or rows not meet it."""
    return (("below", *o.names[:2]),)


def drop_apart(o: Object, side: Objects, moving: Container[Key]) -> bool:
    """A foreign key to a table that goes as well, neither could go first; a key of a partition that is detached.

    So does its share of a foreign key, which stays with it (on 14, not of one to the whole table). One to its own table
    is in the way of that table's partitions.
    """
    detached = ("partition", *o.names[:2]) in moving and o.parent not in moving
    if o["type"] in "pux":
        return detached
    if o["_clone"] and detached:
        lost = side.major < 15 and ("table", *o["_references"]) in side.ancestors(o.names[:2])
        return not lost and not any(_dropped_by_itself(k, side, moving) for k in _above(o, side))
    if o["type"] != "f" or o["_inherited"]:
        return False
    keys = (n for n in side.needs[o.key] if n[0] in ("constraint", "index") and n in moving)
    return any(_table(n, side) != o.parent or o.parent in side.below for n in keys)


def _dropped_by_itself(key: Key, side: Objects, moving: Container[Key]) -> bool:
    """Whether a statement of its own drops a foreign key, and its shares: a table that goes lets go of them before."""
    o = side.by_key[key]
    if o["_clone"]:
        return key in moving and any(_dropped_by_itself(k, side, moving) for k in _above(o, side))
    return key in moving and (o.parent not in moving or drop_apart(o, side, moving))


def _table(key: Key, side: Objects) -> Key | None:
    """The table of a constraint or an index."""
    o = side.by_key[key]
    if o.kind == "index" and o.parent and o.parent[0] == "constraint":
        return side.by_key[o.parent].parent
    return o.parent


KIND = Kind(
    rank=50,
    create=create,
    phrase=phrase,
    drop=drop,
    alter=alter,
    within=within,
    dropped_within=dropped_within,
    altered_within=altered_within,
    disturbs=disturbs,
    takes_along=takes_along,
    drop_apart=drop_apart,
    fold=fold,
    claims=claims,
    made_after=made_after,
)
