"""INHERIT and NO INHERIT: https://www.postgresql.org/docs/current/ddl-inherit.html."""

from __future__ import annotations

from collections.abc import Container, Iterable

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import alter_table, qualified
from difftool.objects import Key, Object, Objects, Sides


def create(o: Object, sides: Sides) -> Statements:
    """Of a table that was there before."""
    return (alter_table(o, f"INHERIT {qualified(*o.names[2:])}"),)


def drop(o: Object, sides: Sides) -> Statements:
    """The table keeps its columns, as its own."""
    return (alter_table(o, f"NO INHERIT {qualified(*o.names[2:])}"),)


def within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """CREATE TABLE … INHERITS."""
    return o.parent if o.parent in moving else None


def disturbs(now: Object | None, want: Object, sides: Sides) -> Iterable[Key]:
    """A table with a column that is to be nothing but inherited, from here: only CREATE TABLE makes it so."""
    table = ("table", *want.names[:2])
    stay = [above for link, above in sides.want.above[want.names[:2]] if link != want.key and _stays(link, sides)]
    columns = (c for c in sides.want.parts_of(table, "column") if c["_inherited"] and not c["_local"])
    if table in sides.now and any(not _has_one_of(stay, c, sides.want) for c in columns):
        yield table


def _stays(link: Key, sides: Sides) -> bool:
    now = sides.now.by_key.get(link)
    return now is not None and now.compared == sides.want.by_key[link].compared


def _has_one_of(tables: Iterable[Key], column: Object, side: Objects) -> bool:
    return any((column.kind, *table[1:], column.names[-1]) in side for table in tables)


def claims(o: Object) -> Iterable[Key]:
    """Both tables without the columns that are to go."""
    return (("columns", *o.names[:2]), ("columns", *o.names[2:]))


def occupies(o: Object) -> Iterable[Key]:
    """A place below its parent: what that gets meanwhile, the table would get as well."""
    return (("below", *o.names[2:]),)


KIND = Kind(occupies=occupies, disturbs=disturbs, claims=claims, rank=42, create=create, drop=drop, within=within)
