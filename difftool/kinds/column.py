"""Columns: inside CREATE TABLE, or by ALTER TABLE … ADD, ALTER and DROP COLUMN.

https://www.postgresql.org/docs/current/sql-altertable.html
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any

from difftool.kinds import Kind, Refused, Statements, default, identity, not_null
from difftool.kinds.sql import alter_table, foreign_options, options, own_options, qualified, quoted, set_and_reset
from difftool.objects import NOTHING, Key, Object, Objects, Sides, inherited_with, made_local, own, stays_below

STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "x": "EXTENDED", "m": "MAIN"}
LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1}
"""What an identity's sequence may be at most, once its column is of that type."""
COMPRESSION = {"p": "pglz", "l": "lz4"}
OUT_OF_THE_WAY = frozenset(
    {"view", "materialized_view", "rule", "policy", "trigger", "function", "publication_table", "statistics"}
)
"""What keeps PostgreSQL from changing the type of a column that it uses; statistics would lose owner and target."""


def phrase(o: Object) -> str:
    """``COLUMN app.users.email``."""
    return f"COLUMN {qualified(*o.names)}"


def printed(o: Object) -> bool:
    """Whether CREATE TABLE lists it: not when it comes from a parent or from a type."""
    return not o["_typed"] and bool(o["_partition"] or o["_local"])


def written(o: Object, sides: Sides) -> str:
    """The column as CREATE TABLE and ADD COLUMN take it, with what is created in the same breath."""
    return " ".join((_bare(o), *(kind.written(found) for kind, found in _along(o, sides))))


def _bare(o: Object) -> str:
    """The column without what else is created in the same breath."""
    parts = [quoted(o.names[-1]), o["type"]]
    if o["foreign_options"]:
        parts.append(f"OPTIONS ({foreign_options(o['foreign_options'])})")
    if o["collation"]:
        parts.append(f"COLLATE {o['collation']}")
    if o["generated"]:
        parts.append(f"GENERATED ALWAYS AS ({o['expression']}) {_way(o)}")
    return " ".join(parts)


def _along(o: Object, sides: Sides) -> Iterator[tuple[Any, Object]]:
    """Default, identity and NOT NULL that come with the column, each with what writes it."""
    for kind in (default, identity, not_null):
        found = sides.want.get(kind.NAME, *o.names)
        written_here = found and found.key in sides.coming and kind.within(found, sides.want, sides.coming) == o.key
        if found and written_here and not _comes_along(found, o, sides):
            yield kind, found


def _comes_along(not_null: Object, o: Object, sides: Sides) -> bool:
    """Whether CREATE TABLE … INHERITS gives the table what is not to be its own as well."""
    merely_inherited = not_null["_inherited"] and not not_null["_local"]
    return bool(merely_inherited and not o["_partition"] and sides.made_with(o.parent))


def _way(o: Object) -> str:
    return "STORED" if o["generated"] == "s" else "VIRTUAL"


def settings(o: Object, *, brought: Sequence[Object] = ()) -> Iterator[str]:
    """What no CREATE TABLE of every version can say; ``brought``: the columns that it is made from."""
    column = f"ALTER COLUMN {quoted(o.names[-1])}"
    if o["storage"] or any(b["storage"] for b in brought):
        yield alter_table(o, f"{column} SET STORAGE {STORAGE[o['storage'] or o['_storage']]}", only=True)
    if o["compression"] or any(b["compression"] for b in brought):
        yield alter_table(o, f"{column} SET COMPRESSION {COMPRESSION.get(o['compression'] or '', 'DEFAULT')}")
    if o["statistics"] is not None:
        yield alter_table(o, f"{column} SET STATISTICS {o['statistics']}", only=True)
    if o["options"]:
        yield alter_table(o, f"{column} SET ({options(o['options'])})", only=True)


def create(o: Object, sides: Sides) -> Statements:
    """ALTER TABLE … ADD COLUMN."""
    if o["_view"]:
        return tuple(settings(o))
    if o.key in sides.values.backfill and not o["_inherited"]:
        along = (sql for kind, found in _along(o, sides) for sql in kind.create(found, sides))
        return (alter_table(o, f"ADD COLUMN {_bare(o)}"), not_null.filled(o, sides), *along, *settings(o))
    return (alter_table(o, f"ADD COLUMN {written(o, sides)}"), *settings(o))


def drop(o: Object, sides: Sides) -> Statements:
    """ALTER TABLE … DROP COLUMN; a view's goes with the view."""
    if o["_view"]:
        return ()
    return (alter_table(o, f"DROP COLUMN {quoted(o.names[-1])}", only=stays_below(o, sides)),)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Each attribute in place; None for a generated column, whose values are derived; else raises Refused."""
    if own(now) and want["inherited"]:
        if is_derived(now) and is_derived(want):
            return None
        raise Refused(
            f"{qualified(*now.names)} is its own table's, and PostgreSQL cannot make it an inherited one alone: "
            f"write it into CREATE TABLE {qualified(*now.names[:2])}, too",
            now.parent,
        )
    if now["_partition_key"] and new_type(now, want, sides):
        raise Refused(
            f"PostgreSQL cannot change the type of {qualified(*now.names)}, which is part of a partition key; "
            "create the new table under another name, copy the rows, then swap the names",
            now.parent,
        )
    if now["generated"] != want["generated"]:
        if now["generated"]:
            return None if now["generated"] == "v" or want["generated"] else _plain(now, want, sides)
        name = qualified(*now.names)
        raise Refused(
            f"PostgreSQL cannot turn the plain column {name} into a generated one; add the generated column under "
            "another name, then drop the plain one"
        )
    if now["expression"] != want["expression"] and not _sets_expression(want, sides):
        return None
    return tuple(_altered(now, want, sides))


def _sets_expression(want: Object, sides: Sides) -> bool:
    return sides.major >= (18 if want["generated"] == "v" else 17)


def _plain(now: Object, want: Object, sides: Sides) -> Statements:
    """A stored generated column keeps its values as a plain one."""
    gone = alter_table(want, f"ALTER COLUMN {quoted(want.names[-1])} DROP EXPRESSION")
    return (gone, *_altered(now, want, sides))


def _altered(now: Object, want: Object, sides: Sides) -> Iterator[str]:
    column = f"ALTER COLUMN {quoted(want.names[-1])}"
    retyped = new_type(now, want, sides)
    if retyped:
        numbers = sides.now.get("identity", *now.names)
        if numbers and want["type"] in LARGEST and int(numbers["max"] or 0) > LARGEST[want["type"]]:
            yield alter_table(want, f"{column} SET NO MAXVALUE")
        collate = f" COLLATE {want['collation']}" if want["collation"] else ""
        yield alter_table(want, f"{column} TYPE {want['type']}{collate}{using(now, want, sides)}")
    if now["expression"] != want["expression"] and want["generated"]:
        yield alter_table(want, f"{column} SET EXPRESSION AS ({want['expression']})")
    yield from _apart(now, want, sides)


def _apart(now: Object, want: Object, sides: Sides) -> Iterator[str]:
    """What does not go down to the tables below: there, each column that is altered with this one says its own."""
    column = f"ALTER COLUMN {quoted(want.names[-1])}"
    if now["storage"] != want["storage"] or (want["storage"] and new_type(now, want, sides)):
        yield alter_table(want, f"{column} SET STORAGE {STORAGE[want['storage'] or want['_storage']]}", only=True)
    if now["compression"] != want["compression"] or (want["compression"] and new_type(now, want, sides)):
        yield alter_table(want, f"{column} SET COMPRESSION {COMPRESSION.get(want['compression'] or '', 'DEFAULT')}")
    if now["foreign_options"] != want["foreign_options"]:
        changed = own_options(now["foreign_options"] or {}, want["foreign_options"] or {})
        yield alter_table(want, f"{column} OPTIONS ({changed})")
    if now["statistics"] != want["statistics"]:
        target = -1 if want["statistics"] is None else want["statistics"]
        yield alter_table(want, f"{column} SET STATISTICS {target}", only=True)
    yield from _options(now["options"] or {}, want["options"] or {}, want, column)
    if new_type(now, want, sides):
        yield from _of_toast(want, sides)
    for key in _altered_along(want, sides):
        yield from _apart(sides.now.by_key[key], sides.want.by_key[key], sides)


def _of_toast(o: Object, sides: Sides) -> Iterator[str]:
    """What the table's own statement could not set, where this type is the first that needs a TOAST table."""
    before, after = (side.get("table", *o.names[:2]) for side in (sides.now, sides.want))
    was, wanted = ((t["options"] or {}) if t else {} for t in (before, after))
    if news := {k: v for k, v in wanted.items() if k.startswith("toast.") and was.get(k) != v}:
        yield alter_table(o, f"SET ({options(news)})", only=True)


def _altered_along(o: Object, sides: Sides) -> Iterator[Key]:
    """The same column of the tables below that is altered by the same statement."""
    table = ("table", *o.names[:2])
    for child in sides.want.below.get(table, ()):
        key = (o.kind, *child, o.names[-1])
        ties = {link for link, above in sides.want.above[child] if above == table}
        if key in sides.touched and sides.want.by_key[key]["_inherited"] and not ties & sides.coming:
            yield key


def _options(now: dict[str, str], want: dict[str, str], o: Object, column: str) -> Iterator[str]:
    return (alter_table(o, f"{column} {action}", only=True) for action in set_and_reset(now, want))


def new_type(now: Object, want: Object, sides: Sides) -> bool:
    """Whether the column's type changes, or is another one of the same name."""
    if now["collation"] != want["collation"]:
        return True
    if now["type"] != want["type"]:
        return not _moved(now, want, sides)
    return bool(sides.swapped & sides.now.needs.get(now.key, NOTHING))


def _moved(now: Object, want: Object, sides: Sides) -> bool:
    """Whether it is the same type of an extension that goes to another schema."""
    for key in sides.now.needs.get(now.key, NOTHING):
        if key[0] == "extension" and key in sides.touched | sides.want.needs.get(want.key, NOTHING):
            before, after = (f"{quoted(side.by_key[key]['schema'])}." for side in (sides.now, sides.want))
            if now["type"].replace(before, after, 1) == want["type"]:
                return True
    return False


def using(now: Object, want: Object, sides: Sides) -> str:
    """How old values become new ones, where PostgreSQL does not do it by itself; a foreign table's are not here."""
    column = quoted(want.names[-1])
    if _is_elsewhere(want, sides.want):
        return ""
    if want.key in sides.values.using:
        return f" USING {sides.values.using[want.key]}"
    if sides.swapped & sides.now.needs.get(now.key, NOTHING):
        return f" USING {column}::text::{want['type']}"
    before, after = base_type(now, sides.now), base_type(want, sides.want)
    explicit = (before, after) in sides.now.explicit_casts | sides.want.explicit_casts
    if before == after or (not explicit and want["_category"] == "S") or (before, after) in sides.want.casts:
        return ""
    if now["_category"] == "S" or explicit:
        return f" USING {column}::{want['type']}"
    return f" USING {column}::text::{want['type']}"


def base_type(o: Object, side: Objects) -> str:
    """A column's type without its modifier; of a domain, the type that it is made of."""
    seen, found = {o.key}, o
    while not str(found["type"]).endswith("]"):
        domains = [k for k in side.needs.get(found.key, NOTHING) if k[0] == "domain" and k not in seen]
        if len(domains) != 1:
            break
        seen.add(domains[0])
        found = side.by_key[domains[0]]
    return plain_type(found["type"])


def plain_type(name: str) -> str:
    """A type's name less its modifier: ``numeric(10,2)``, ``timestamp(3) without time zone``."""
    head, bracket, rest = name.partition("(")
    return (head.rstrip() + rest.partition(")")[2]) if bracket else name


def as_text(emptied: Key, sides: Sides) -> Iterator[str]:
    """The columns of a type hold text, until there is the new type of that name."""
    for key in sides.now.needed_by.get(emptied, ()):
        o = sides.now.by_key[key]
        if o.kind == "column" and key in sides.touched and not o["_inherited"]:
            column = quoted(key[-1])
            held = "" if _is_elsewhere(o, sides.now) else f" USING {column}::text"
            yield alter_table(o, f"ALTER COLUMN {column} TYPE text{held}")


def _is_elsewhere(o: Object, side: Objects) -> bool:
    """Whether a foreign table has its values: there is none to compute here."""
    table = side.get("table", *o.names[:2])
    return bool(table and table["kind"] == "f")


def disturbs(now: Object | None, want: Object, sides: Sides) -> Iterable[Key]:
    """What uses a column whose type changes; its default, which may not fit; generated columns over it."""
    yield from made_local(now, want, sides)
    before = sides.now.by_key.get(want.key)
    if now is None and before is not None and before["_partition_key"] and want.parent:
        yield want.parent  # made anew: it goes with its table
    if now is None or not new_type(now, want, sides):
        return
    for key in sides.now.needed_by.get(now.key, ()):
        o = sides.now.by_key[key]
        crosses = o.kind == "constraint" and o["type"] == "f" and _both_ends(o, now, sides)
        generated = o.kind == "column" and o["generated"]
        if crosses or generated or o.kind == "default" or o.kind in OUT_OF_THE_WAY:
            yield key


def _both_ends(foreign_key: Object, column: Object, sides: Sides) -> bool:
    """Whether a foreign key's columns change on both sides: neither order would do while it stands."""
    ends = [k for k in sides.now.needs.get(foreign_key.key, NOTHING) if k[0] == "column" and k in sides.want]
    changed = [k for k in ends if new_type(sides.now.by_key[k], sides.want.by_key[k], sides)]
    if ("table", *foreign_key["_references"]) == foreign_key.parent:
        return len(changed) > 1
    tables = {k[1:3] for k in changed}
    return len(tables) > 1 or any(k[1:3] != column.names[:2] for k in ends if k[1:3] in tables)


def within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """Its table, or the same column of a table that it is inherited from."""
    if o.parent in moving and (o["_view"] or printed(o) or o["_inherited"] or o["_typed"]):
        return o.parent
    return inherited_with(o, side, moving) if o["_inherited"] and not o["local"] else None


def altered_within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """The same column of the table above, when it is altered too."""
    return inherited_with(o, side, moving) if o["_inherited"] else None


def is_derived(o: Object) -> bool:
    """A generated column's values can be computed again, and a view's are."""
    return bool(o["generated"] or o["_view"])


def occupies(o: Object) -> Iterable[Key]:
    """Its place among the table's columns: a partition is attached when they are the right ones."""
    return (("columns", *o.names[:2]),)


def claims(o: Object) -> Iterable[Key]:
    """A table that is no partition: to one, no column can be added; nothing below it that is to go."""
    return (("partition", *o.names[:2]), ("below", *o.names[:2]))


KIND = Kind(
    occupies=occupies,
    claims=claims,
    rank=41,
    create=create,
    phrase=phrase,
    drop=drop,
    alter=alter,
    disturbs=disturbs,
    within=within,
    altered_within=altered_within,
    holds_rows=True,
    derived=is_derived,
)
