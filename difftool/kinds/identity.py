"""Identity columns: https://www.postgresql.org/docs/current/ddl-identity-columns.html."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import alter_table, literal, qualified, quoted, spare
from difftool.objects import Key, Object, Objects, Sides

NAME = "identity"
MOST = 2**63 - 1


def phrase(o: Object) -> str:
    """Its sequence, for comments and grants."""
    return f"SEQUENCE {qualified(o.names[0], o['sequence'])}"


def written(o: Object) -> str:
    """``GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME …)``."""
    return f"GENERATED {_when(o)} AS IDENTITY ({' '.join(_options(o))})"


def _when(o: Object) -> str:
    return "ALWAYS" if o["always"] else "BY DEFAULT"


def _options(o: Object) -> Iterator[str]:
    yield f"SEQUENCE NAME {qualified(o.names[0], o['sequence'])}"
    yield from _numbers(o)


def _numbers(o: Object) -> Iterator[str]:
    yield f"START WITH {o['start']}"
    yield f"INCREMENT BY {o['increment']}"
    yield f"MINVALUE {o['min']}"
    yield f"MAXVALUE {o['max']}" if o["max"] else "NO MAXVALUE"
    yield f"CACHE {o['cache']}"
    yield "CYCLE" if o["cycle"] else "NO CYCLE"


def create(o: Object, sides: Sides) -> Statements:
    """ADD GENERATED; a column that had a sequence of its own goes on where that one stands."""
    column = f"ALTER COLUMN {quoted(o.names[-1])}"
    add = alter_table(o, f"{column} ADD {written(o)}")
    old = serial_of(o, sides.now, sides.going)
    if old is None:
        return (add,)
    there = qualified(old[1], spare(old[2]))
    return (*handed_over(old[1:], (o.names[0], o["sequence"]), add), f"DROP SEQUENCE {there}")


def handed_over(old: tuple[str, ...], new: tuple[str, ...], make: str) -> tuple[str, str, str]:
    """A sequence that another takes the place of: renamed first, so that nobody draws a number until the end."""
    aside = spare(old[1])
    return (
        f"ALTER SEQUENCE {qualified(*old)} RENAME TO {quoted(aside)}",
        make,
        f"SELECT pg_catalog.setval({literal(qualified(*new))}, last_value, is_called) FROM {qualified(old[0], aside)}",
    )


def serial_of(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """The sequence that the column had on the other side, when it moves: what stands there goes over."""
    for key in side.needed_by.get(("column", *o.names), ()):
        if key[0] == "sequence_owner" and ("sequence", *key[1:]) in moving:
            return ("sequence", *key[1:])
    return None


def drop(o: Object, sides: Sides) -> Statements:
    """DROP IDENTITY: the sequence goes as well; unless one of its own takes the place, and does it itself."""
    if serial_of(o, sides.want, sides.coming) and o.parent in sides.want and o.parent not in sides.going:
        return ()
    return (alter_table(o, f"ALTER COLUMN {quoted(o.names[-1])} DROP IDENTITY"),)


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """Everything in place; the sequence keeps where it stands, if it can stand there."""
    found = []
    if now["sequence"] != want["sequence"]:
        found.append(f"ALTER {phrase(now)} RENAME TO {quoted(want['sequence'])}")
    words = [f"SET GENERATED {_when(want)}"] if now["always"] != want["always"] else []
    words += [f"SET {b}" for a, b in zip(_numbers(now), _numbers(want), strict=True) if a != b]
    words += ["RESTART"] if out_of_reach(now, want) else []
    if words:
        found += brought_in(now, want, qualified(want.names[0], want["sequence"]))
        found.append(alter_table(want, f"ALTER COLUMN {quoted(want.names[-1])} {' '.join(words)}"))
    if now["persistence"] != want["persistence"]:
        found.append(f"ALTER {phrase(want)} SET {'UNLOGGED' if want['persistence'] == 'u' else 'LOGGED'}")
    return tuple(found)


def brought_in(now: Object, want: Object, name: str) -> Iterator[str]:
    """What began before the first number that is wanted begins there, if it has not come that far."""
    up = int(want["increment"]) > 0
    start, low, high = int(now["start"]), int(want["min"]), int(want["max"] or MOST)
    if not out_of_reach(now, want) and (start < low if up else start > high):
        first, there = (f"greatest(last_value, {low})", ">=") if up else (f"least(last_value, {high})", "<=")
        called = f"is_called AND last_value {there} {low if up else high}"
        yield f"SELECT pg_catalog.setval({literal(name)}, {first}, {called}) FROM {name}"


def out_of_reach(now: Object, want: Object) -> bool:
    """Whether no number of the one is among the other's: a sequence cannot stay where it stands."""
    return int(now["max"] or MOST) < int(want["min"]) or int(now["min"]) > int(want["max"] or MOST)


def within(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """The column's own statement."""
    column = side.by_key[o.parent] if o.parent else None
    return column.key if column is not None and column.key in moving and not column["_typed"] else None


def occupies(o: Object) -> Iterable[Key]:
    """A column has a default or an identity; its sequence has a name among relations."""
    return (("value", *o.names), ("relation", o.names[0], o["sequence"]))


KIND = Kind(rank=46, create=create, phrase=phrase, drop=drop, alter=alter, within=within, occupies=occupies)
