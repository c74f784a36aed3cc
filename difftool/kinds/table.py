"""CREATE TABLE with its columns, ALTER TABLE for everything that a table has as a whole.

https://www.postgresql.org/docs/current/sql-createtable.html
https://www.postgresql.org/docs/current/sql-altertable.html
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from difftool.kinds import Kind, Refused, Statements, column, constraint
from difftool.kinds.sql import changed_options, foreign_options, name_of, options, own_options, qualified, quoted
from difftool.objects import Key, Object, Objects, Sides, same_above

IDENTITIES = {"d": "DEFAULT", "f": "FULL", "n": "NOTHING"}


def phrase(o: Object) -> str:
    """``TABLE app.users``, ``FOREIGN TABLE app.remote``."""
    return f"{'FOREIGN ' if o['kind'] == 'f' else ''}TABLE {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """The table with its columns, and whatever else takes statements of its own."""
    words = {"u": "UNLOGGED ", "p": ""}[o["persistence"]]
    columns = [c for c in sides.want.parts_of(o.key, "column") if column.printed(c)]
    typed = sides.want.get("typed", *o.names)
    head = f"CREATE {words}{phrase(o)}"
    inside = [column.written(c, sides) for c in columns]
    inside += [constraint.written(c, sides) for c in sides.want.parts_of(o.key, "constraint") if c.key in sides.folded]
    body = f" OF {typed['type']}" if typed else _body(inside)
    extras = [s for c in sides.want.parts_of(o.key, "column") for s in column.settings(c, brought=_brought(c, sides))]
    return (f"{head}{body}{_tail(o, sides.want)}", *extras, *_settings(o))


def _brought(o: Object, sides: Sides) -> list[Object]:
    """The columns that CREATE TABLE … INHERITS makes this one from, their storage and compression with them."""
    return [] if o["_partition"] else [sides.want.by_key[k] for k in same_above(o, sides.want)]


def _body(inside: Iterable[str]) -> str:
    lines = ",\n".join(f"    {x}" for x in inside)
    return f" (\n{lines}\n)" if lines else " ()"


def _tail(o: Object, want: Objects) -> str:
    """What stands behind the column list."""
    parents = [i.names[2:] for i in sorted(want.parts_of(o.key, "inherit"), key=lambda i: int(i["order"]))]
    parts = (
        f"INHERITS ({', '.join(qualified(*p) for p in parents)})" if parents else "",
        f"PARTITION BY {o['partition_key']}" if o["partition_key"] else "",
        f"SERVER {quoted(o['server'])}" if o["server"] else "",
        f"OPTIONS ({foreign_options(o['foreign_options'])})" if o["foreign_options"] else "",
        f"USING {quoted(o['access_method'])}" if o["access_method"] not in (None, "heap") else "",
        f"WITH ({options(o['options'])})" if o["options"] else "",
        f"TABLESPACE {quoted(o['tablespace'])}" if o["tablespace"] else "",
    )
    return "".join(f"\n{p}" for p in parts if p)


def _settings(o: Object) -> Iterator[str]:
    if o["replica_identity"] in ("f", "n"):
        yield f"ALTER {phrase(o)} REPLICA IDENTITY {IDENTITIES[o['replica_identity']]}"
    if o["row_security"]:
        yield f"ALTER {phrase(o)} ENABLE ROW LEVEL SECURITY"
    if o["force_row_security"]:
        yield f"ALTER {phrase(o)} FORCE ROW LEVEL SECURITY"


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Each attribute in place; raises Refused for what would take another table."""
    if now["kind"] != want["kind"] or now["partition_key"] != want["partition_key"]:
        if now["kind"] == want["kind"] == "f":
            return None
        raise Refused(_another_table(now, want))
    if now["server"] != want["server"]:
        return None
    return tuple(_altered(now, want, sides))


def _another_table(now: Object, want: Object) -> str:
    words = {"r": "a plain table", "p": "a partitioned table", "f": "a foreign table"}
    if now["kind"] != want["kind"]:
        what = f"turn {words[now['kind']]} into {words[want['kind']]}"
    else:
        what = f"change the partition key {now['partition_key']} to {want['partition_key']}"
    return f"PostgreSQL cannot {what}; create the new table under another name, copy the rows, then swap the names"


def _altered(now: Object, want: Object, sides: Sides) -> Iterator[str]:
    table = f"ALTER {phrase(want)}"
    if now["persistence"] != want["persistence"]:
        yield f"{table} SET {_logged(want)}"
        yield from _sequences_as_wanted(want, sides)
    if now["access_method"] != want["access_method"]:
        if sides.major < 15:
            raise Refused(f"PostgreSQL {sides.major} cannot change a table's access method; 15 can")
        method = want["access_method"]
        yield f"{table} SET ACCESS METHOD {quoted(method) if method else 'DEFAULT'}"
    if now["tablespace"] != want["tablespace"]:
        yield f"{table} SET TABLESPACE {quoted(want['tablespace'] or 'pg_default')}"
    yield from changed_options(phrase(want), now["options"] or {}, want["options"] or {})
    if now["foreign_options"] != want["foreign_options"]:
        yield f"{table} OPTIONS ({own_options(now['foreign_options'] or {}, want['foreign_options'] or {})})"
    if now["replica_identity"] != want["replica_identity"] and want["replica_identity"] in IDENTITIES:
        yield f"{table} REPLICA IDENTITY {IDENTITIES[want['replica_identity']]}"
    if now["row_security"] != want["row_security"]:
        yield f"{table} {'ENABLE' if want['row_security'] else 'DISABLE'} ROW LEVEL SECURITY"
    if now["force_row_security"] != want["force_row_security"]:
        yield f"{table} {'' if want['force_row_security'] else 'NO '}FORCE ROW LEVEL SECURITY"


def _logged(o: Object) -> str:
    return "LOGGED" if o["persistence"] == "p" else "UNLOGGED"


def _sequences_as_wanted(table: Object, sides: Sides) -> Iterator[str]:
    """Since PostgreSQL 15, the sequences of its columns change with a table: those that should not, change back."""
    owned = {s for side in (sides.now, sides.want) for s in _sequences(table, side)} if sides.major >= 15 else set()
    for key in sorted(k for k in owned - sides.going if k in sides.now and k in sides.want):
        sequence = sides.want.by_key[key]
        if sequence["persistence"] != table["persistence"]:
            yield f"ALTER SEQUENCE {name_of(sequence)} SET {_logged(sequence)}"


def _sequences(table: Object, side: Objects) -> Iterator[Key]:
    """Those that belong to its columns."""
    for one in side.parts_of(table.key, "column"):
        yield from (("sequence", *k[1:]) for k in side.needed_by.get(one.key, ()) if k[0] == "sequence_owner")


def made_after(o: Object, side: Objects) -> Iterable[Key]:
    """The columns that it inherits and has as its own: CREATE TABLE merges those of one type."""
    for part in side.parts_of(o.key, "column"):
        if part["_local"] and part["_inherited"]:
            yield from same_above(part, side)


def occupies(o: Object) -> Iterable[Key]:
    """Its name among relations, and its row type's among types."""
    return (("relation", *o.names), ("type", *o.names))


def is_foreign(o: Object) -> bool:
    """A foreign table's rows are somewhere else."""
    return bool(o["kind"] == "f")


def drop_apart(o: Object, side: Objects, moving: Container[Key]) -> bool:
    """A partition is dropped by name: whoever reads the plan should see it."""
    return True


KIND = Kind(
    rank=40,
    create=create,
    phrase=phrase,
    alter=alter,
    occupies=occupies,
    granted_on=lambda o: f"TABLE {name_of(o)}",
    holds_rows=True,
    derived=is_foreign,
    drop_apart=drop_apart,
)
