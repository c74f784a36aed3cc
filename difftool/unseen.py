"""What a dump does not show of a database, and so a copy restored from it does not have."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from difftool.model import Unhandled
from difftool.objects import Key, Object, Objects, shown
from difftool.pg.connection import rows, run, session
from difftool.pg.types import Error

if TYPE_CHECKING:
    from difftool.pg.conninfo import Conninfo
    from difftool.pg.types import Connection

Unseen = tuple[str, str, str, str]
"""The key of an index that is invalid, a materialized view that holds nothing, a partition that is half detached, or
that has its own name for a foreign key of its table, a user mapping whose options are hidden from who reads, or a part
of information_schema that has other grants than first; of the index its definition, of the partitions what was begun
and what renames it, of the last the grants."""
WORDS = {
    ("index", True): "is invalid: a build of it failed half-way, and no query uses it",
    ("index", False): "is valid, wanted invalid",
    ("materialized_view", True): "holds nothing: it was never filled",
    ("partition", True): "is half detached: DETACH PARTITION … CONCURRENTLY stopped; FINALIZE finishes it",
    ("partition", False): "is attached, wanted half detached",
    ("materialized_view", False): "is filled, wanted empty",
}
HIDDEN = "has options that this role may not read: connect as the server's owner or a superuser to compare them"
QUERY = Path(__file__).with_suffix(".sql")
ALTER, DETACH = "ALTER TABLE ", " DETACH PARTITION "
SHOWN_BY = {"index": "valid", "materialized_view": "populated"}


def read_unseen(connection: Connection) -> frozenset[Unseen]:
    """The invalid indexes and the empty materialized views of a database."""
    return frozenset((a, b, c, d) for a, b, c, d in rows(connection, QUERY.read_text("utf-8")))


def compare_unseen(
    now: frozenset[Unseen], want: frozenset[Unseen] | None, both: Container[Key]
) -> tuple[Unhandled, ...]:
    """What differs, or may, though the dumps are equal; an object that only one side has is the dump's to tell."""
    hidden = sorted({k[:3] for k in (*now, *(want or ())) if k[0] == "user_mapping"})
    differing = sorted(k for k in now ^ (now if want is None else want) if k[0] == "index" or k[:3] in both)
    told = (Unhandled(*shown(k[:3]), WORDS[k[0], k in now]) for k in differing)
    return (*told, *(Unhandled(*shown(k), HIDDEN) for k in hidden))


def left_to_you(now: frozenset[Unseen], want: frozenset[Unseen] | None) -> tuple[str, ...]:
    """What is said of grants that differ, and that only a superuser could change."""
    found = now ^ (now if want is None else want)
    names = sorted({name for kind, _, name, _ in found if kind == "system_privileges"})
    return (f"grants that pg_dump does not show differ, and are left to you: {', '.join(names)}",) if names else ()


def settled(found: Unhandled) -> bool:
    """Whether the native engine sees to it: what is invalid, empty or half detached is built, filled or finished."""
    return found.detail in (WORDS["index", True], WORDS["materialized_view", True], WORDS["partition", True])


def finishing(now: Iterable[Unseen], want: Iterable[Unseen]) -> tuple[str, ...]:
    """What finishes the detaching of partitions; there is no way back from half of it."""
    return tuple(f"{begun} FINALIZE" for kind, _, _, begun in sorted({*now} - {*want}) if kind == "partition")


def copy_unseen(info: Conninfo, unseen: Iterable[Unseen]) -> None:
    """Give a copy the invalid indexes, the half detached partitions and the names of its original, which no dump has.

    So a plan drops the ones, and finishes the others, there as well. A name that is not to be had there is left.
    """
    with session(info) as connection:
        run(connection, "SET search_path = ''")
        for kind, _, _, definition in sorted(unseen):
            if kind == "index":
                run(connection, definition)
            elif kind == "foreign_key":
                with suppress(Error):
                    run(connection, definition)
            elif kind == "partition":
                _detach_by_half(info, connection, definition)


def _detach_by_half(info: Conninfo, connection: Connection, begun: str) -> None:
    """Begin to detach a partition, with somebody in the way for whom the second half does not wait."""
    with session(info) as other:
        run(other, "BEGIN")
        run(other, f"LOCK TABLE {begun.removeprefix(ALTER).partition(DETACH)[0]} IN ACCESS SHARE MODE")
        run(connection, "SET lock_timeout = '50ms'")
        with suppress(Error):
            run(connection, f"{begun} CONCURRENTLY")
        run(connection, "RESET lock_timeout")


def with_unseen(found: Objects, unseen: Iterable[Unseen]) -> Objects:
    """A copy's objects as the database that it was copied from has them."""
    return replace(found, by_key={**found.by_key, **dict(_corrected(found, frozenset(u[:3] for u in unseen)))})


def _corrected(found: Objects, unseen: frozenset[Key]) -> Iterator[tuple[Key, Object]]:
    for key, o in found.by_key.items():
        mark = SHOWN_BY.get(o.kind)
        if mark and bool(o[mark]) is (key in unseen):
            rest = {k: v for k, v in o.attributes.items() if k != mark}
            yield key, Object(key, rest if key in unseen else {**rest, mark: True}, o.parent)
        elif o.kind == "user_mapping" and key in unseen:
            yield key, Object(key, {**o.attributes, "_hidden": True}, o.parent)
