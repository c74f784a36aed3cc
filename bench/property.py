"""Random pairs of schemas, planned there and back: how many fail, and the smallest pair that fails like that.

    PYTHONPATH=tests python bench/property.py postgresql://postgres@127.0.0.1:5432 [--pairs 1000] [--first 0]

The server is one to play with, and the role a superuser. A pair is known by its number: ``--first 17 --pairs 1`` runs
it again.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from random_schemas import Schema, pair
from random_schemas.proof import Result, Wrong, check, make_roles

from difftool.pg.connection import run, session
from difftool.pg.conninfo import Conninfo

NAME = "difftool_property"
STEP = 50
"""How often it is said how far it is."""
LINES = 40
"""How much is shown of what went wrong."""


def main() -> None:
    """Run the pairs, and reduce each that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    server = Conninfo.parse(given.url)
    make_roles(server)
    failed, refused, statements, left_out, parts, started = 0, Counter[str](), 0, 0, 0, time.time()
    for number in range(given.first, given.first + given.pairs):
        before, after = pair(random.Random(number).randrange)
        result, error = outcome(server, before, after)
        refused.update(why.partition(";")[0] for why in result.refused)
        statements, left_out, parts = statements + result.statements, left_out + result.left_out, parts + result.parts
        if not (number + 1) % STEP:
            print(f"up to pair {number}: {failed} failed, {time.time() - started:.0f} s", flush=True)
        if error:
            failed += 1
            print(f"\npair {number} fails", *reduced(server, before, after, error), sep="\n", flush=True)
    for why, count in refused.most_common(20):
        print(f"{count:6} refused: {why}")
    print(f"{given.pairs} pairs, {failed} failed, {statements} statements, {refused.total()} refusals, "
          f"{left_out} of {parts} parts left out, {time.time() - started:.0f} s")  # fmt: skip


def outcome(server: Conninfo, before: Schema, after: Schema) -> tuple[Result, str]:
    """What a pair came to, and what was wrong."""
    with databases(server) as make:
        try:
            return check(make, before, after), ""
        except Exception as error:  # noqa: BLE001 (whatever breaks is what is looked for)
            return Result(), f"{'' if isinstance(error, Wrong) else type(error).__name__} {error}"


@contextmanager
def databases(server: Conninfo) -> Iterator[object]:
    """A maker of empty databases, which go at the end."""
    made: list[str] = []

    def make() -> Conninfo:
        made.append(f"{NAME}_{server.get('port')}_{len(made)}")
        with session(server) as admin:
            run(admin, f"DROP DATABASE IF EXISTS {made[-1]} WITH (FORCE)")
            run(admin, f"CREATE DATABASE {made[-1]} TEMPLATE template0")
        return server.but(dbname=made[-1])

    yield make
    with session(server) as admin:
        for name in made:
            run(admin, f"DROP DATABASE {name} WITH (FORCE)")


def reduced(server: Conninfo, before: Schema, after: Schema, error: str) -> Iterator[str]:
    """The pair without whatever can be left out so that it still fails."""
    size = max(len(before), len(after))
    while size:
        shorter = next(smaller(server, before, after, size), None)
        if shorter:
            before, after, error = shorter
        else:
            size //= 2
    yield "before:"
    yield from (f"  {p.sql};" for p in before)
    yield "after:"
    yield from (f"  {p.sql};" for p in after)
    yield from error.splitlines()[:LINES]


def smaller(server: Conninfo, before: Schema, after: Schema, size: int) -> Iterator[tuple[Schema, Schema, str]]:
    names = list(dict.fromkeys(p.sql for p in (*before, *after)))
    for start in reversed(range(0, len(names), size)):
        gone = set(names[start : start + size])
        less = tuple(p for p in before if p.sql not in gone), tuple(p for p in after if p.sql not in gone)
        if len(less[0]) + len(less[1]) < len(before) + len(after):
            _, error = outcome(server, *less)
            if error:
                yield *less, error


if __name__ == "__main__":
    main()
