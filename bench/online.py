"""How long a writer waits while a plan is applied: plain statements, their online forms, a peer's, on a large table.

    python bench/online.py postgresql://postgres@127.0.0.1:5432 [5000000 [CHANGE …]]

A writer inserts one row at a time, as fast as it can; a reader asks for one row. Printed are the longest pause of each,
and how long the apply took. ``difftool apply`` is run as a user runs it. The peer's sequences are those that
stripe/pg-schema-diff documents in its tests; they are run here statement by statement, each committed by itself.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from difftool.pg.connection import run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.types import Error

NAME = "difftool_bench_online"
PARENT = "CREATE TABLE p (id integer PRIMARY KEY);"
TABLE = "CREATE TABLE t (id integer NOT NULL, a integer{a}, b text{b}{more});"
FILLED = "-- difftool: backfill (b || a)"
PARTS = (
    TABLE.replace(");", ") PARTITION BY RANGE (id);")
    + "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (MINVALUE) TO (50000000);"
    + "CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (50000000) TO (MAXVALUE);"
)
WHOLE = "CREATE TABLE whole (id integer NOT NULL, a integer, b text) PARTITION BY RANGE (id);"
PART = "CREATE TABLE t PARTITION OF whole FOR VALUES FROM (0) TO (MAXVALUE);"
DOMAIN = "CREATE DOMAIN d AS text{};"
VIEW = "CREATE MATERIALIZED VIEW v AS SELECT a, count(*){} FROM t GROUP BY a;"
LOOKED = "CREATE UNIQUE INDEX v_a ON v (a);"
POINTING = "CREATE TABLE pointing (id integer{});"
CHANGES = {
    "create index": (TABLE, TABLE + "CREATE INDEX i ON t (b);"),
    "replace index": (TABLE + "CREATE INDEX i ON t (b);", TABLE + "CREATE INDEX i ON t (b, a);"),
    "drop index": (TABLE + "CREATE INDEX i ON t (b);", TABLE),
    "primary key": (TABLE, TABLE.replace("{more}", ", CONSTRAINT k PRIMARY KEY (id)")),
    "unique": (TABLE, TABLE.replace("{more}", ", CONSTRAINT k UNIQUE (id)")),
    "check": (TABLE, TABLE.replace("{more}", ", CONSTRAINT c CHECK (a >= 0)")),
    "foreign key": (TABLE, TABLE.replace("{a}", " CONSTRAINT f REFERENCES p")),
    "not null": (TABLE, TABLE.replace("{b}", " NOT NULL")),
    "volatile": (TABLE, TABLE.replace("{more}", ", key uuid DEFAULT gen_random_uuid() NOT NULL")),
    "backfill": (TABLE, TABLE.replace("{more}", f",\n{FILLED}\nc text DEFAULT '' NOT NULL")),
    "identity": (TABLE, TABLE.replace("{more}", ", n bigint GENERATED ALWAYS AS IDENTITY")),
    "partitioned index": (PARTS, PARTS + "CREATE INDEX i ON t (b);"),
    "partitioned key": (PARTS, PARTS.replace("{more}", ", CONSTRAINT k PRIMARY KEY (id)", 1)),
    "partitioned check": (PARTS, PARTS.replace("{more}", ", CONSTRAINT c CHECK (a >= 0)", 1)),
    "partitioned reference": (PARTS, PARTS.replace("{a}", " CONSTRAINT f REFERENCES p", 1)),
    "attach": (WHOLE + TABLE, WHOLE + PART),
    "detach": (WHOLE + PART, WHOLE + TABLE),
    "domain": (
        DOMAIN.format("") + TABLE.replace("text", "d"),
        DOMAIN.format(" CONSTRAINT c CHECK (VALUE <> '')") + TABLE.replace("text", "d"),
    ),
    "view": (TABLE + VIEW.format("") + LOOKED, TABLE + VIEW.format(", max(id)") + LOOKED),
    "referenced": (
        TABLE.replace("{more}", ", PRIMARY KEY (id)") + POINTING.format(" REFERENCES t"),
        TABLE.replace("{more}", ", PRIMARY KEY (id)"),
    ),
    "type": (TABLE + "CREATE INDEX i ON t (a);", TABLE.replace(" a integer", " a bigint") + "CREATE INDEX i ON t (a);"),
}

BUILT = "CREATE UNIQUE INDEX CONCURRENTLY {0}_k ON {0} (id)"
PEER = {
    "create index": ["CREATE INDEX CONCURRENTLY i ON t (b)"],
    "replace index": [
        "ALTER INDEX i RENAME TO i_tmp",
        "CREATE INDEX CONCURRENTLY i ON t (b, a)",
        "DROP INDEX CONCURRENTLY i_tmp",
    ],
    "drop index": ["DROP INDEX CONCURRENTLY i"],
    "primary key": [
        "CREATE UNIQUE INDEX CONCURRENTLY k ON t (id)",
        "ALTER TABLE t ADD CONSTRAINT k PRIMARY KEY USING INDEX k",
    ],
    "unique": ["CREATE UNIQUE INDEX CONCURRENTLY k ON t (id)", "ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX k"],
    "check": ["ALTER TABLE t ADD CONSTRAINT c CHECK (a >= 0) NOT VALID", "ALTER TABLE t VALIDATE CONSTRAINT c"],
    "foreign key": [
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p NOT VALID",
        "ALTER TABLE t VALIDATE CONSTRAINT f",
    ],
    "not null": [
        "ALTER TABLE t ADD CONSTRAINT n CHECK (b IS NOT NULL) NOT VALID",
        "ALTER TABLE t VALIDATE CONSTRAINT n",
        "ALTER TABLE t ALTER COLUMN b SET NOT NULL",
        "ALTER TABLE t DROP CONSTRAINT n",
    ],
    "volatile": ["ALTER TABLE t ADD COLUMN key uuid DEFAULT gen_random_uuid() NOT NULL"],
    "identity": ["ALTER TABLE t ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY"],
    "partitioned index": [
        "CREATE INDEX i ON ONLY t (b)",
        *(f"CREATE INDEX CONCURRENTLY {part}_i ON {part} (b)" for part in ("t1", "t2")),
        *(f"ALTER INDEX i ATTACH PARTITION {part}_i" for part in ("t1", "t2")),
    ],
    "partitioned key": [
        "ALTER TABLE ONLY t ADD CONSTRAINT k PRIMARY KEY (id)",
        *(BUILT.format(part) for part in ("t1", "t2")),
        *(f"ALTER TABLE {part} ADD CONSTRAINT {part}_k PRIMARY KEY USING INDEX {part}_k" for part in ("t1", "t2")),
        *(f"ALTER INDEX k ATTACH PARTITION {part}_k" for part in ("t1", "t2")),
    ],
    "partitioned check": [
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a >= 0) NOT VALID",
        "ALTER TABLE t VALIDATE CONSTRAINT c",
    ],
    "partitioned reference": ["ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p"],
    "attach": ["ALTER TABLE whole ATTACH PARTITION t FOR VALUES FROM (0) TO (MAXVALUE)"],
    "detach": ["ALTER TABLE whole DETACH PARTITION t"],
    "referenced": ["DROP TABLE pointing"],
    "type": ["ALTER TABLE t ALTER COLUMN a SET DATA TYPE bigint USING a::bigint", "ANALYZE t (a)"],
}
"""What the peer runs."""


@dataclass
class Client:
    """Somebody who runs one statement after the other, and how long the longest took."""

    info: Conninfo
    sql: str
    longest: float = 0.0
    done: int = 0

    def work(self, stop: threading.Event) -> None:
        """Until told to stop."""
        with session(self.info) as connection:
            while not stop.is_set():
                began = time.monotonic()
                run(connection, self.sql)
                self.longest = max(self.longest, time.monotonic() - began)
                self.done += 1


@contextmanager
def busy(*clients: Client) -> Iterator[None]:
    """Let them work meanwhile."""
    stop = threading.Event()
    threads = [threading.Thread(target=client.work, args=(stop,)) for client in clients]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    for client in clients:
        client.longest = 0.0
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def plain(text: str) -> str:
    """A schema without what is left open."""
    return PARENT + text.replace("{a}", "").replace("{b}", "").replace("{more}", "")


def main() -> None:
    """Print one line a change and way."""
    server, count = Conninfo.parse(sys.argv[1]), int([*sys.argv, "5000000"][2])
    info = server.but(dbname=NAME)
    print(f"{count:,} rows\n{'change':<23}{'way':<8}{'writer':>10}{'reader':>10}{'apply':>9}{'writes':>9}")
    chosen = {name: CHANGES[name] for name in sys.argv[3:] or CHANGES}
    for change, (before, after) in chosen.items():
        for way in ("off", "on", *(["peer"] if change in PEER else [])):
            with session(server) as admin:
                run(admin, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
                run(admin, f"CREATE DATABASE {NAME} TEMPLATE template0")
            with session(info) as connection:
                run(connection, plain(before) + "INSERT INTO p SELECT generate_series(0, 1000);")
                run(connection, f"INSERT INTO t SELECT i, i % 1000, 'row ' || i FROM generate_series(1, {count}) i")
                run(connection, "ANALYZE t" + "; REFRESH MATERIALIZED VIEW v" * (change == "view"))
                run(connection, "CREATE SCHEMA bench; CREATE SEQUENCE bench.n START 100000000")
            print(measure(info, change, plain(after), way), flush=True)


def measure(info: Conninfo, change: str, wanted: str, way: str) -> str:
    """One apply, with a writer and a reader beside it."""
    writer = Client(info, "INSERT INTO t (id, a, b) VALUES (nextval('bench.n'), 1, 'new')")
    reader = Client(info, f"SELECT count(*) FROM (SELECT 1 FROM {'v' if change == 'view' else 't'} LIMIT 1) q")
    apply = partial(by_peer, info, change) if way == "peer" else prepared(info, wanted, way)
    with busy(writer, reader):
        began = time.monotonic()
        failure = apply()
        took = time.monotonic() - began
    if failure:
        return f"{change:<23}{way:<8} failed: {failure[:300]}"
    pauses = f"{writer.longest * 1000:>7.0f} ms{reader.longest * 1000:>7.0f} ms"
    return f"{change:<23}{way:<8}{pauses}{took:>7.1f} s{writer.done:>9,}"


def by_peer(info: Conninfo, change: str) -> str:
    """The peer's statements, each by itself; "" or how one failed."""
    with session(info) as connection:
        try:
            for sql in PEER[change]:
                run(connection, sql)
        except Error as error:
            return str(error)
    return ""


def prepared(info: Conninfo, wanted: str, way: str) -> Callable[[], str]:
    """``difftool apply``, its caches filled."""
    folder = tempfile.mkdtemp()
    Path(folder, "schema").mkdir()
    Path(folder, "schema", "a.sql").write_text(
        wanted + "CREATE SCHEMA bench; CREATE SEQUENCE bench.n START 100000000;", encoding="utf-8"
    )
    target = ["--target", info.url(secrets=True)]
    subprocess.run(["difftool", "plan", *target], cwd=folder, capture_output=True, check=False)
    command = ["difftool", "apply", *target, "--yes", "--allow", "all", "--online", way]
    command += ["--online-type-change"] * (way == "on")

    def apply() -> str:
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        return ran.stderr.strip() if ran.returncode else ""

    return apply


if __name__ == "__main__":
    main()
