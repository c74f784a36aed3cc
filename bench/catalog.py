"""How reading, comparing and ordering a catalog grow, beside pg_dump (and migra) of the same database in the same run.

    python bench/catalog.py postgresql://postgres@127.0.0.1:5432 [100 1000 5000] [--migra [SECONDS]]

Of each shape, one line:

    tables      each comes with eight relations: itself, its key, two indexes, a unique constraint, a serial's sequence,
                a view, and a toast table
    lattice     levels of five views, each of which reads two of the level below
    partitions  of one table, with seven indexes each

``read`` is the native engine's reading of the catalog, best of three, and the memory that the first reading took;
``equal`` compares the catalog with itself; ``plan all`` writes and orders what creates everything in an empty database.
``migra`` does the same two (through difftool's door to it, which takes out an exponential walk of dependencies), and is
given up after that many seconds (120). Times in brackets are multiples of pg_dump's.
"""

from __future__ import annotations

import multiprocessing
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from difftool.engine import migra
from difftool.engine.native import compare
from difftool.introspect import read_objects
from difftool.objects import Objects
from difftool.pg.connection import run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.dump import find_pg_dump

T = TypeVar("T")
NAME, EMPTY = "difftool_bench", "difftool_bench_empty"
PATIENCE = 120
TABLE = """
CREATE TABLE app.t{0} (
    id serial PRIMARY KEY, name text NOT NULL, code varchar(20) UNIQUE,
    total numeric(10,2) NOT NULL DEFAULT 0 CHECK (total >= 0), created timestamptz NOT NULL DEFAULT now(),
    active boolean DEFAULT true, note text, parent integer REFERENCES app.t{1});
CREATE INDEX t{0}_created ON app.t{0} (created);
CREATE INDEX t{0}_name ON app.t{0} (lower(name)) WHERE active;
CREATE VIEW app.v{0} AS SELECT id, name, total FROM app.t{0} WHERE active;
COMMENT ON TABLE app.t{0} IS 'table {0}';
"""
WIDTH = 5
VIEW = "CREATE VIEW app.v{0}_{1} AS SELECT a.id, b.n FROM app.{2} AS a JOIN app.{3} AS b ON a.id = b.id"
PARTITIONED = (
    "CREATE TABLE app.p (id int, a int NOT NULL, b text, c date, d int, e int, PRIMARY KEY (id)) PARTITION BY LIST (id)"
)
INDEXED = ("a", "b", "c", "d", "e", "a, b")


def tables(count: int) -> Iterator[str]:
    """Tables as applications have them."""
    yield from (TABLE.format(i, max(i - 1, 0)) for i in range(count))


def lattice(levels: int) -> Iterator[str]:
    """Views over views over views."""
    below = [f"b{i}" for i in range(WIDTH)]
    yield from (f"CREATE TABLE app.{name} (id int, n int)" for name in below)
    for level in range(levels):
        yield from (VIEW.format(level, i, below[i], below[(i + 1) % WIDTH]) for i in range(WIDTH))
        below = [f"v{level}_{i}" for i in range(WIDTH)]


def partitions(count: int) -> Iterator[str]:
    """One table in many parts, each with its indexes."""
    yield PARTITIONED
    yield from (f"CREATE INDEX ON app.p ({columns})" for columns in INDEXED)
    yield from (f"CREATE TABLE app.p{i} PARTITION OF app.p FOR VALUES IN ({i})" for i in range(count))


SHAPES = (("lattice", lattice, (50, 100, 200)), ("partitions", partitions, (75, 150, 300)))


def main() -> None:
    """Print one line a size of each shape."""
    url, *rest = sys.argv[1:]
    patience = 0.0
    if "--migra" in rest:
        at = rest.index("--migra")
        patience = float(rest[at + 1]) if len(rest) > at + 1 else PATIENCE
        rest = rest[:at]
    server = Conninfo.parse(url)
    for name, shape, sizes in (("tables", tables, [int(x) for x in rest] or (100, 1000, 5000)), *SHAPES):
        for size in sizes:
            with session(server.but(dbname="postgres")) as admin:
                for database in (NAME, EMPTY):
                    run(admin, f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
                    run(admin, f"CREATE DATABASE {database}")
            try:
                measure(server, f"{size} {name}", shape(size), patience)
            finally:
                with session(server.but(dbname="postgres")) as admin:
                    for database in (NAME, EMPTY):
                        run(admin, f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


def measure(server: Conninfo, title: str, statements: Iterator[str], patience: float) -> None:
    """Load, then time each step; reading in a process of its own, for its memory."""
    info, empty = server.but(dbname=NAME), server.but(dbname=EMPTY)
    with session(info) as connection:
        run(connection, "CREATE SCHEMA app")
        for sql in statements:
            run(connection, sql)
        run(connection, "ANALYZE")
        major = connection.info.server_version // 10000
    found, dump, read, grown, same, everything = alone(native, info, major)
    words = [f"{title}, {found} objects: pg_dump {dump:.2f} s", f"read {times(read, dump)} {grown:.0f} MB"]
    words += [f"equal {times(same, dump)}", f"plan all {times(everything, dump)}"]
    for what, now in (("migra equal", info), ("migra plan all", empty)) if patience else ():
        words.append(f"{what} {referee(now, info, patience, dump)}")
    print("; ".join(words), flush=True)


def native(info: Conninfo, major: int) -> tuple[int, float, float, float, float, float]:
    """How many objects; seconds to dump and to read, in turns, and MB; seconds to compare them, and to plan all."""
    dump = [find_pg_dump(major, info).path, "-s", "-d", info.dsn()]
    dumps, reads = [], []
    with session(info) as connection:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for turn in range(3):
            seconds, objects = best(lambda: read_objects(connection, major), 1)
            reads.append(seconds)
            if not turn:
                grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            dumps.append(best(lambda: subprocess.run(dump, check=True, stdout=subprocess.DEVNULL), 1)[0])
    same, _ = best(lambda: compare(objects, objects, "postgres"))
    everything, _ = best(lambda: compare(Objects({}, major), objects, "postgres"), 1)
    return len(objects.by_key), min(dumps), min(reads), grown, same, everything


def referee(now: Conninfo, want: Conninfo, patience: float, dump: float) -> str:
    """migra's time for the same, or that it was given up."""
    process = multiprocessing.get_context("spawn").Process(target=migra.statements, args=(now, want))
    started = time.perf_counter()
    process.start()
    process.join(patience)
    if process.is_alive():
        process.kill()
        return f"more than {patience:.0f} s"
    return times(time.perf_counter() - started, dump) if process.exitcode == 0 else "failed"


def alone(call: Callable[..., T], *arguments: object) -> T:
    """What a function gives in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(call, *arguments).result()


def best(call: Callable[[], T], count: int = 3) -> tuple[float, T]:
    """The shortest of some runs, and what the last one gave."""
    found = []
    for _ in range(count):
        started = time.perf_counter()
        result = call()
        found.append(time.perf_counter() - started)
    return min(found), result


def times(seconds: float, dump: float) -> str:
    return f"{seconds:.2f} s ({seconds / dump:.2f})"


if __name__ == "__main__":
    main()
