"""Reading a catalog: how often the server is asked, what it takes to be let, and that nothing rare is overlooked."""

from __future__ import annotations

import pytest
from conftest import Server

from difftool.engine.native import compare
from difftool.introspect import SNAPSHOT, _round_trips, read_objects
from difftool.objects import Objects, differing
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo

TABLE = "CREATE TABLE t (a int CONSTRAINT k PRIMARY KEY, b text NOT NULL, c int CONSTRAINT f REFERENCES t, d text)"
INDEXES = (
    "CREATE UNIQUE INDEX i ON t (b); CREATE INDEX x ON t ((a + 1)); CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t"
)
RARE = (
    "GRANT SELECT (a) ON t TO PUBLIC",
    "GRANT SELECT (a) ON m TO PUBLIC",
    'ALTER TABLE t ALTER d TYPE text COLLATE "C"',
    "ALTER TABLE t ADD g int GENERATED ALWAYS AS (a + 1) STORED",
    "ALTER TABLE t ALTER b SET STORAGE EXTERNAL",
    "ALTER TABLE t ALTER b SET COMPRESSION pglz",
    "ALTER TABLE t ALTER a SET STATISTICS 0",
    "ALTER TABLE t ALTER a SET (n_distinct = 5)",
    "ALTER MATERIALIZED VIEW m ALTER a SET STATISTICS 5",
    "ALTER MATERIALIZED VIEW m ALTER a SET (n_distinct = 5)",
    "ALTER MATERIALIZED VIEW m ALTER b SET STORAGE EXTERNAL",
    "ALTER MATERIALIZED VIEW m ALTER b SET COMPRESSION pglz",
    "ALTER INDEX x SET (fillfactor = 50)",
    "ALTER INDEX x ALTER COLUMN 1 SET STATISTICS 5",
    "ALTER TABLE t CLUSTER ON i",
    "ALTER TABLE t REPLICA IDENTITY USING INDEX i",
    "ALTER TABLE t ALTER CONSTRAINT f DEFERRABLE",
    "ALTER TABLE t ALTER CONSTRAINT f DEFERRABLE INITIALLY DEFERRED",
    "CREATE TABLE above (a int NOT NULL, CONSTRAINT c CHECK (a > 0)); ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0), INHERIT above",
)
NEWER = (
    "ALTER TABLE t ALTER CONSTRAINT f NOT ENFORCED",
    "ALTER TABLE t ALTER CONSTRAINT t_b_not_null NO INHERIT",
    "ALTER TABLE t RENAME CONSTRAINT t_b_not_null TO n",
)
"""Since PostgreSQL 18."""
WIDTH, LEVELS = 3, 60


def read(info: Conninfo) -> Objects:
    with session(info) as connection:
        return read_objects(connection, connection.info.server_version // 10000)


def test_ten_round_trips_at_most_and_nothing_stays_locked(server: Server) -> None:
    assert len(_round_trips(server.major)) + len(("BEGIN", "ROLLBACK")) <= 10
    with session(server.database(TABLE, INDEXES, owner=False)) as connection:
        read_objects(connection, server.major)
        own = "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation >= 16384"
        assert rows(connection, own) == [(0,)]
        assert rows(connection, "SHOW search_path") != [('""',)]


def test_the_snapshot_is_one_and_writes_nothing(server: Server) -> None:
    with session(server.admin) as connection:
        run(connection, SNAPSHOT)
        how = "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')"
        assert rows(connection, how) == [("repeatable read", "on")]


def test_a_role_that_may_only_connect_reads_the_same(server: Server) -> None:
    info = server.database(TABLE, INDEXES, owner=False)
    role = info.database
    with session(info) as connection:
        run(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
        run(connection, f"CREATE ROLE {role} LOGIN PASSWORD '{role}' CONNECTION LIMIT 1")
    assert list(differing(read(info), read(info.but(user=role, password=role)))) == []


@pytest.mark.parametrize("sql", [*RARE, *NEWER])
def test_what_few_objects_have_is_read(sql: str, server: Server) -> None:
    if sql in NEWER and server.major < 18:
        pytest.skip("needs PostgreSQL 18")
    info = server.database(TABLE, INDEXES, owner=False)
    before = read(info)
    with session(info) as connection:
        run(connection, sql)
    assert list(differing(before, read(info)))


def test_views_over_views_are_read_compared_and_put_in_order(server: Server) -> None:
    """However deep: each level of these doubles the number of ways down."""
    sql = [f"CREATE TABLE v0_{i} (id int)" for i in range(WIDTH)]
    for level in range(1, LEVELS):
        for i in range(WIDTH):
            below = f"v{level - 1}_{i} AS a JOIN v{level - 1}_{(i + 1) % WIDTH} AS b ON a.id = b.id"
            sql.append(f"CREATE VIEW v{level}_{i} AS SELECT a.id FROM {below}")
    found = read(server.database(*sql, owner=False))
    steps = [key for key, _ in compare(Objects({}, server.major), found, "postgres").steps]
    views = [k for k in steps if k[0] == "view"]
    assert len(views) == WIDTH * (LEVELS - 1)
    assert all(steps.index(n) < steps.index(v) for v in views for n in found.needs[v] if n in steps)
    assert compare(found, found, "postgres").statements == ()
