"""How reading, comparing and ordering a catalog grow, beside pg_dump of the same database in the same run.

    python bench/catalog.py postgresql://postgres@127.0.0.1:5432 [100 1000 5000]

A table comes with eight relations: itself, its key, two indexes, a unique constraint, a serial's sequence, a view, and
a toast table.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

from difftool.engine.native import compare
from difftool.introspect import read_objects
from difftool.objects import Objects
from difftool.pg.connection import run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.dump import find_pg_dump

NAME = "difftool_bench"
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


def main() -> None:
    """Print one line a size."""
    server = Conninfo.parse(sys.argv[1])
    for count in [int(x) for x in sys.argv[2:]] or [100, 1000]:
        measure(server, count)


def measure(server, count: int) -> None:
    """Load, then time each step; the best of three."""
    with session(server.but(dbname="postgres")) as admin:
        run(admin, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        run(admin, f"CREATE DATABASE {NAME}")
    info = server.but(dbname=NAME)
    with session(info) as connection:
        run(connection, "CREATE SCHEMA app")
        for i in range(count):
            run(connection, TABLE.format(i, max(i - 1, 0)))
        major = connection.info.server_version // 10000
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        read, objects = best(lambda: read_objects(connection, major))
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    program = find_pg_dump(major, info)
    dump, _ = best(
        lambda: subprocess.run([program.path, "-s", "-d", info.dsn()], check=True, stdout=subprocess.DEVNULL)
    )
    same, _ = best(lambda: compare(objects, objects, "postgres"))
    empty, _ = best(lambda: compare(Objects({}, major), objects, "postgres"), 1)
    print(
        f"{count} tables, {len(objects.by_key)} objects: pg_dump -s {dump:.2f} s; "
        f"read {read:.2f} s ({read / dump:.2f} x), {grown:.0f} MB; "
        f"compare equal {same:.2f} s ({same / dump:.2f} x); create all {empty:.2f} s ({empty / dump:.2f} x)"
    )
    with session(server.but(dbname="postgres")) as admin:
        run(admin, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def best(call, times: int = 3):
    """The shortest of some runs, and what the last one gave."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        result = call()
        found.append(time.perf_counter() - started)
    return min(found), result


if __name__ == "__main__":
    main()
