"""Who is at work on the target while a plan is made: how much is written to what it locks, and who would hold it up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from difftool.model import Statement
from difftool.pg.connection import rows
from difftool.rules.facts import Facts
from difftool.sizes import duration
from difftool.words import many, one_line

if TYPE_CHECKING:
    from difftool.pg.types import Connection

SHORTEST = 1.0
"""Seconds between two looks below which nobody can tell how much is written: servers count about once a second."""
LONG = 3
"""Seconds from which a transaction of others is worth a word: for as long apply waits for a lock."""
WRITTEN = """
SELECT c.oid::bigint, extract(epoch FROM clock_timestamp())::float8,
    pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid)
FROM pg_class c WHERE c.oid = ANY (%s::oid[])
"""
AT_WORK = """
SELECT pid, usename, application_name, extract(epoch FROM clock_timestamp() - xact_start)::float8,
    COALESCE(query = '<insufficient privilege>', false)
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'difftool'
ORDER BY xact_start
"""


def with_writes(statements: Sequence[Statement], facts: Facts, connection: Connection) -> tuple[Statement, ...]:
    """The statements, each lock with how many rows a second others wrote there since the facts were read."""
    rates = _rates({lock.relation for s in statements for lock in s.locks}, facts, connection)
    return tuple(
        replace(s, locks=tuple(replace(lock, writes=rates.get(lock.relation)) for lock in s.locks)) if s.locks else s
        for s in statements
    )


def _rates(locked: set[str], facts: Facts, connection: Connection) -> Mapping[str, float]:
    """Rows a second by name, partitions counted with their parents; nothing where the two looks are too close."""
    by_oid = {relation.oid: relation for relation in facts.relations}
    parents = dict(facts.inherits)
    belongs: dict[int, list[str]] = {}
    for relation in facts.relations:
        above: int | None = relation.oid
        while above in by_oid:
            if by_oid[above].name.sql in locked:
                belongs.setdefault(relation.oid, []).append(by_oid[above].name.sql)
            above = parents.get(above)
    rates: dict[str, float] = {}
    for oid, at, count in rows(connection, WRITTEN, (list(belongs),)) if belongs else ():
        if at - facts.at >= SHORTEST:
            for name in belongs[oid]:
                rate = max(count - by_oid[oid].written, 0) / (at - facts.at)
                rates[name] = round(rates.get(name, 0.0) + rate, 1)
    return rates


def at_work(connection: Connection) -> Iterator[str]:
    """Notes: the transaction that has been open for longest, and how many sessions this role sees nothing of."""
    found = rows(connection, AT_WORK)
    pid, user, application, seconds, _ = next((row for row in found if row[3] is not None), (0, "", "", 0.0, False))
    if seconds >= LONG:
        who = ", ".join(filter(None, (f"pid {pid}", f"user {user}" if user else "", application)))
        yield one_line(
            f"the longest transaction in this database has been open for {duration(seconds)} ({who}): what waits for "
            "it waits until it ends"
        )
    hidden = sum(row[4] for row in found)
    if hidden:
        yield (
            f"{many(hidden, 'session')} of other roles could not be looked at: a transaction of theirs may be open for "
            "longer; GRANT pg_read_all_stats shows them"
        )
