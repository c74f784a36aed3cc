"""Whether plans lead from one random schema to the other, and back: by pg_dump, and by difftool's own catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from difftool.catalog import Catalog, compare
from difftool.clone import read_catalog
from difftool.engine import native
from difftool.objects import Objects, differing
from difftool.pg.connection import identifier, rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.dump import find_pg_dump
from difftool.pg.types import Error
from difftool.prove import as_statements
from difftool.segments import is_transaction, segments
from random_schemas import Schema
from random_schemas.grammar import ROLES


class Wrong(AssertionError):
    """What a plan did that it should not have done, or did not do."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A database as both judges see it."""

    objects: Objects
    catalog: Catalog


@dataclass(frozen=True, slots=True)
class Result:
    """What a pair came to."""

    statements: int = 0
    refused: tuple[str, ...] = ()
    left_out: int = 0
    """Statements of the schemas that PostgreSQL refused."""
    parts: int = 0


def make_roles(admin: Conninfo) -> None:
    """The roles that random schemas name."""
    with session(admin) as connection:
        there = {r[0] for r in rows(connection, "SELECT rolname FROM pg_roles")}
        for role in set(ROLES) - there:
            run(connection, f"CREATE ROLE {identifier(role)}")


def check(databases: Callable[[], Conninfo], before: Schema, after: Schema) -> Result:
    """There and back again between two schemas; ``databases`` makes empty ones. Raises Wrong."""
    now, want = databases(), databases()
    left_out = load(now, before) + load(want, after)
    start, end = look(now), look(want)
    there = lead(now, start, end)
    back = Result() if there.refused else lead(now, look(now), start)
    refused, count = there.refused + back.refused, there.statements + back.statements
    return Result(count, refused, left_out, len(before) + len(after))


def load(info: Conninfo, schema: Schema) -> int:
    """Run a schema; how many of its parts PostgreSQL refused."""
    refused = 0
    with session(info) as connection:
        for part in schema:
            try:
                run(connection, part.sql)
            except Error:
                refused += 1
    return refused


def look(info: Conninfo) -> Seen:
    """A database by both judges."""
    objects = native.read(info)
    return Seen(objects, read_catalog(info, objects.major, find_pg_dump(objects.major, info)))


def lead(info: Conninfo, now: Seen, want: Seen) -> Result:
    """Plan, run and look again: nothing may be left, unless it was refused by name."""
    with session(info) as connection:
        role = rows(connection, "SELECT current_user")[0][0]
    plan, again = (native.compare(now.objects, want.objects, role, lambda _: True) for _ in range(2))
    if plan != again:
        raise Wrong("the same input, another plan")
    if plan.refused:
        return Result(len(plan.statements), tuple(why for _, why in plan.refused))
    apply(info, plan.statements)
    found = look(info)
    left = [f"{u.kind} {u.name}: {u.detail}" for u in compare(found.catalog, want.catalog)]
    left += [f"{key} {how}" for key, how in differing(found.objects, want.objects)]
    left += native.compare(found.objects, want.objects, role, lambda _: True).statements
    if left:
        raise Wrong("\n".join(("left after the plan:", *left, "of the plan:", *plan.statements)))
    return Result(len(plan.statements))


def apply(info: Conninfo, plan: Iterable[str]) -> None:
    """Run a plan in the transactions that it would have."""
    with session(info) as connection:
        for segment in segments(as_statements(tuple(plan))):
            together = is_transaction(segment)
            for sql in (*(["BEGIN"] if together else []), *(s.sql for s in segment), *(["COMMIT"] if together else [])):
                try:
                    run(connection, sql)
                except Error as error:
                    raise Wrong("\n".join((f"{error}".strip(), "at:", sql, "of the plan:", *plan))) from None
