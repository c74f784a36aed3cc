"""Indexes: https://www.postgresql.org/docs/current/sql-createindex.html."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import changed_options, name_of, options, qualified, quoted
from difftool.objects import Key, Object, Objects, Sides


def phrase(o: Object) -> str:
    """``INDEX app.users_email_key``."""
    return f"INDEX {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """As pg_get_indexdef writes it: on a partitioned table of the parent alone."""
    created = o["_create"] or o["definition"]
    return (*((created,) if created else ()), *settings(o, written=bool(created)))


def settings(o: Object, *, written: bool = False) -> Iterator[str]:
    """What CREATE INDEX does not say, nor the statement of a constraint."""
    if o["options"] and not written:
        yield f"ALTER {phrase(o)} SET ({options(o['options'])})"
    if o["tablespace"]:
        yield f"ALTER {phrase(o)} SET TABLESPACE {quoted(o['tablespace'])}"
    for column, target in (o["statistics"] or {}).items():
        yield f"ALTER {phrase(o)} ALTER COLUMN {column} SET STATISTICS {target}"
    if o["clustered"]:
        yield f"ALTER TABLE {qualified(*o['_on'])} CLUSTER ON {quoted(o.names[-1])}"
    if o["replica_identity"]:
        yield f"ALTER TABLE ONLY {qualified(*o['_on'])} REPLICA IDENTITY USING INDEX {quoted(o.names[-1])}"


def drop(o: Object, sides: Sides) -> Statements:
    """That of a constraint goes with it."""
    return () if o["_constraint"] else (f"DROP {phrase(o)}",)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Options and marks in place; another definition, or an invalid index, is another index.

    So are other options of a partitioned one, which ALTER INDEX does not set: it is made anew, with its constraint.
    """
    if now["definition"] != want["definition"] or (want["valid"] and not now["valid"]):
        return None
    if _other_options_of_a_whole(now, want):
        return () if want["_constraint"] else None
    return tuple(_altered(now, want, sides))


def _altered(now: Object, want: Object, sides: Sides) -> Iterator[str]:
    table = f"ALTER TABLE {qualified(*want['_on'])}"
    yield from changed_options(phrase(want), now["options"] or {}, want["options"] or {})
    if now["tablespace"] != want["tablespace"]:
        yield f"ALTER {phrase(want)} SET TABLESPACE {quoted(want['tablespace'] or 'pg_default')}"
    before, after = now["statistics"] or {}, want["statistics"] or {}
    for column in sorted({*before, *after}):
        if before.get(column) != after.get(column):
            yield f"ALTER {phrase(want)} ALTER COLUMN {column} SET STATISTICS {after.get(column, -1)}"
    if want["clustered"] and not now["clustered"]:
        yield f"{table} CLUSTER ON {quoted(want.names[-1])}"
    elif now["clustered"] and not want["clustered"] and not _another_is_clustered(want, sides.want):
        yield f"{table} SET WITHOUT CLUSTER"
    if want["replica_identity"] and not now["replica_identity"]:
        yield f"{table} REPLICA IDENTITY USING INDEX {quoted(want.names[-1])}"


def disturbs(now: Object | None, want: Object, sides: Sides) -> Iterable[Key]:
    """Its constraint: only that can be made anew."""
    anew = want["_constraint"] and (now is None or _other_options_of_a_whole(now, want))
    return (want.parent,) if anew and want.parent else ()


def _other_options_of_a_whole(now: Object, want: Object) -> bool:
    return bool(now["_partitioned"] or want["_partitioned"]) and now["options"] != want["options"]


def _another_is_clustered(o: Object, side: Objects) -> bool:
    return any(i["clustered"] for i in side.by_key.values() if i.kind == "index" and i["_on"] == o["_on"])


def within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """The constraint that it belongs to."""
    return o.parent if o.parent in moving and o["_constraint"] else None


def drop_apart(o: Object, side: Objects, moving: Container[Key]) -> bool:
    """A partition's index stays when the partition is detached from what would have taken it along."""
    table = ("table", *o["_on"])
    return ("partition", *o["_on"]) in moving and table not in moving and o.parent not in moving


def occupies(o: Object) -> Iterable[Key]:
    """Its name among relations, and a place among its table's indexes."""
    return (*claims(o), ("indexes", *o["_on"]))


def claims(o: Object) -> Iterable[Key]:
    """Its name alone."""
    return (("relation", *o.names),)


KIND = Kind(
    rank=55,
    create=create,
    phrase=phrase,
    drop=drop,
    alter=alter,
    disturbs=disturbs,
    within=within,
    drop_apart=drop_apart,
    occupies=occupies,
    claims=claims,
)
