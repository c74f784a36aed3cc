"""A plan is killed, again and again, and gone on with: nothing may be lost, and every end must be the same.

    python bench/resume.py /usr/lib/postgresql/15/bin [--runs 100] [--again 0.2] [--applies 100] [--seed 1]

A server of its own, with the programs of that folder, is started and killed. The plan has twenty statements and more,
in transactions and outside, each on a table of its own, so that a lock which somebody holds stops it at any of them:
before it has done anything, or in its middle. Then ``kill -9`` meets difftool, its session's process or the whole
server; some runs are killed at a moment of chance. ``difftool apply --resume`` must finish what was begun, and
``pg_dump`` must find what an undisturbed apply leads to, with every row in its place. ``--again``: that share of the
resuming applies is killed as well. ``--applies``: as often, two applies are started at once.

As root, the server runs as postgres. Printed are the runs by what was killed and where, and every run that failed.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from difftool import planfile
from difftool.errors import DifftoolError
from difftool.pg.connection import rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.types import Error

COMMAND = Path(sys.executable).parent / "difftool"
NAME = "difftool_bench_resume"
BASE = "difftool_bench_resume_base"
ROWS = 200
BEFORE = """
CREATE TABLE parent (id integer PRIMARY KEY);
CREATE TABLE gone1 (a integer, b text); CREATE INDEX gone1_i ON gone1 (a);
CREATE TABLE gone2 (a integer, b text); CREATE INDEX gone2_i ON gone2 (a);
CREATE TABLE made1 (a integer, b text);
CREATE TABLE made2 (a integer, b text);
CREATE TABLE made3 (a integer, b text);
CREATE TABLE changed (a integer, b text); CREATE INDEX changed_i ON changed (a);
CREATE TABLE keyed (a integer NOT NULL, b text);
CREATE TABLE checked1 (a integer, b text);
CREATE TABLE checked2 (a integer, b text);
CREATE TABLE pointing (a integer, b text);
CREATE TABLE filled (a integer, b text);
CREATE TABLE wider (a integer, b text);
CREATE TABLE other (a integer, b text);
CREATE TABLE whole (a integer, b text) PARTITION BY RANGE (a);
CREATE TABLE part PARTITION OF whole FOR VALUES FROM (0) TO (1000);
"""
AFTER = """
CREATE TABLE parent (id integer PRIMARY KEY);
CREATE TABLE gone1 (a integer, b text);
CREATE TABLE gone2 (a integer, b text);
CREATE TABLE made1 (a integer, b text); CREATE INDEX made1_i ON made1 (a);
CREATE TABLE made2 (a integer, b text); CREATE INDEX made2_i ON made2 (a);
CREATE TABLE made3 (a integer, b text); CREATE INDEX made3_i ON made3 (b);
CREATE TABLE changed (a integer, b text); CREATE INDEX changed_i ON changed (b);
CREATE TABLE keyed (a integer NOT NULL, b text, CONSTRAINT keyed_k UNIQUE (a));
CREATE TABLE checked1 (a integer, b text, CONSTRAINT checked1_c CHECK (a >= 0));
CREATE TABLE checked2 (a integer, b text, CONSTRAINT checked2_c CHECK (a >= 0));
CREATE TABLE pointing (a integer CONSTRAINT pointing_f REFERENCES parent, b text);
CREATE TABLE filled (a integer NOT NULL, b text);
CREATE TABLE wider (a integer, b text, c integer);
CREATE TABLE other (a integer, b text DEFAULT 'x');
CREATE TABLE whole (a integer, b text) PARTITION BY RANGE (a);
CREATE TABLE part (a integer, b text);
CREATE TABLE fresh (a integer PRIMARY KEY);
CREATE VIEW seen AS SELECT a FROM wider;
"""
TABLES = "whole gone1 gone2 made1 made2 made3 changed keyed checked1 checked2 pointing filled wider other".split()
HOW = {"EXCLUSIVE": "at a boundary", "ROW EXCLUSIVE": "in the middle", "ACCESS SHARE": "in the middle"}
VICTIMS = ("difftool", "backend", "server")
WAITING = """
SELECT pid FROM pg_stat_activity a
WHERE datname = %s AND application_name = 'difftool' AND wait_event_type = 'Lock'
"""
AT_WORK = """
SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database
WHERE l.locktype = 'advisory' AND l.mode = 'ShareLock' AND d.datname = %s
"""


@dataclass
class Cluster:
    """The server that is killed."""

    bin: Path
    port: int
    folder: Path
    user: str | None = "postgres" if os.geteuid() == 0 else None

    @property
    def admin(self) -> Conninfo:
        """Its superuser."""
        return Conninfo.parse(f"postgresql://postgres@127.0.0.1:{self.port}/postgres")

    def info(self, database: str = NAME) -> Conninfo:
        """A database of it."""
        return self.admin.but(dbname=database)

    def make(self) -> None:
        """A new cluster, running."""
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()

    @property
    def data(self) -> str:
        """Its data directory."""
        return str(self.folder / "data")

    def start(self) -> None:
        """Start it, as soon as what a killed one left has gone."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c shared_buffers=32MB"
        for _ in range(100):
            with suppress(subprocess.CalledProcessError):
                self._run("pg_ctl", "-D", self.data, "-o", options, "-l", f"{self.folder}/log", "-w", "start")
                return
            time.sleep(0.2)
        raise SystemExit("the server does not start")

    def postmaster(self) -> int:
        """The server's first process."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def stop(self) -> None:
        """Stop it for good."""
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")

    def wait(self) -> None:
        """Until it lets somebody in."""
        for _ in range(300):
            with suppress(DifftoolError, Error), session(self.admin) as connection:
                run(connection, "SELECT 1")
                return
            time.sleep(0.1)
        raise SystemExit("the server does not come back")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.bin / program), *arguments], check=True, user=self.user, cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


@dataclass
class Bench:
    """The plan, and what it must lead to."""

    cluster: Cluster
    folder: Path
    random: random.Random
    expected: tuple[str, list[tuple[object, ...]]] = ("", [])
    seconds: float = 0.0
    """An undisturbed apply's."""
    again: float = 0.0
    """How many of the resuming applies are killed as well."""
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def prepare(self) -> int:
        """The databases, the plan, and an undisturbed apply; returns the number of statements."""
        with session(self.cluster.admin) as admin:
            run(admin, f"CREATE DATABASE {BASE}")
        with session(self.cluster.info(BASE)) as connection:
            run(connection, BEFORE)
            run(connection, f"INSERT INTO parent SELECT generate_series(1, {ROWS})")
            for table in TABLES:
                run(connection, f"INSERT INTO {table} (a, b) SELECT i, 'row ' || i FROM generate_series(1, {ROWS}) i")
        (self.folder / "schema.sql").write_text(AFTER)
        self.fresh()
        made = self.call("plan", "--schema", "schema.sql", "-o", "plan.json")
        if made.returncode != 3:  # what a plan that changes something ends with
            raise SystemExit(made.stderr)
        began = time.monotonic()
        done = self.call("apply", "plan.json", "--yes", "--allow", "all")
        self.seconds = time.monotonic() - began
        if done.returncode:
            raise SystemExit(done.stderr)
        self.expected = self.found()
        return len(planfile.read(self.folder / "plan.json").statements)

    def fresh(self) -> None:
        """The database as it was before, and an empty store."""
        shutil.rmtree(self.folder / "store", ignore_errors=True)
        with session(self.cluster.admin) as admin:
            run(admin, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
            run(admin, f"CREATE DATABASE {NAME} TEMPLATE {BASE}")

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Start difftool."""
        environ = {
            "DATABASE_URL": self.cluster.info().url(secrets=True),
            "DIFFTOOL_SNAPSHOT_STORE": str(self.folder / "store"),
            "DIFFTOOL_SMALL_TABLE": "0",
            "DIFFTOOL_LOCK_TIMEOUT": "60s",
        }
        return subprocess.Popen(
            [str(COMMAND), *arguments], cwd=self.folder, env={**os.environ, **environ}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run difftool to its end."""
        process = self.begin(*arguments)
        out, err = process.communicate(timeout=300)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def found(self) -> tuple[str, list[tuple[object, ...]]]:
        """The schema as pg_dump tells it, every row, and what no dump shows."""
        from difftool.pg.dump import begin_dump, find_pg_dump

        info = self.cluster.info()
        text = begin_dump(info, find_pg_dump(0, info)).finish().text
        lines = [line for line in text.splitlines() if not line.startswith(("--", "\\"))]
        with session(info) as connection:
            counts = [
                r
                for t in (*TABLES, "part")
                for r in rows(connection, f"SELECT '{t}', count(*), sum(a), min(b) FROM {t}")
            ]
            counts += rows(connection, "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
            counts += rows(connection, "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhdetachpending")
        return "\n".join(lines), counts


@contextmanager
def locked(bench: Bench, table: str, lock: str) -> Iterator[Callable[[], None]]:
    """Somebody's lock on a table, and what lets it go."""
    with session(bench.cluster.info()) as other:
        run(other, "BEGIN")
        run(other, f"LOCK TABLE {table} IN {lock} MODE")

        def let_go() -> None:
            with suppress(Error):
                run(other, "ROLLBACK")

        yield let_go


def kill(bench: Bench, victim: str, process: subprocess.Popen[str], backend: int) -> None:
    """kill -9."""
    if victim == "difftool":
        process.kill()
    elif victim == "backend" and backend:
        os.kill(backend, signal.SIGKILL)
    elif victim == "server":
        os.kill(bench.cluster.postmaster(), signal.SIGKILL)


def waiting(bench: Bench, process: subprocess.Popen[str]) -> int:
    """The process of the session that waits for a lock; 0 when difftool ended before."""
    with session(bench.cluster.admin) as admin:
        while process.poll() is None:
            for (pid,) in rows(admin, WAITING, (NAME,)):
                return int(pid)
            time.sleep(0.02)
    return 0


def backend_of(bench: Bench) -> int:
    """The process of the session that runs the statements, at a moment of chance; 0 when there is none."""
    with session(bench.cluster.admin) as admin:
        return next((int(r[0]) for r in rows(admin, AT_WORK, (NAME,))), 0)


def attempt(bench: Bench, victim: str, where: tuple[str, str] | None) -> str:
    """One run: apply, kill, resume, compare; "" or what is wrong."""
    bench.fresh()
    if where:
        with locked(bench, *where) as let_go:
            process = bench.begin("apply", "plan.json", "--yes", "--allow", "all")
            backend = waiting(bench, process)
            if not backend:
                return f"difftool ended before the lock: {process.communicate()[1]}"
            kill(bench, victim, process, backend)
            if victim == "difftool" and bench.random.random() < 0.5:
                return resumed(bench, victim, process, let_go)
            let_go()
    else:
        process = bench.begin("apply", "plan.json", "--yes", "--allow", "all")
        time.sleep(bench.random.uniform(0.3, 1.0) * bench.seconds)
        kill(bench, victim, process, backend_of(bench) if victim == "backend" else 0)
    return resumed(bench, victim, process)


def resumed(bench: Bench, victim: str, process: subprocess.Popen[str], later: Callable[[], None] | None = None) -> str:
    """Resume, with the lock still held for a while where ``later`` lets it go; "" or what is wrong."""
    _, said = process.communicate(timeout=300)
    if victim == "server":
        bench.cluster.start()
    bench.cluster.wait()
    going = bench.begin("apply", "--resume", "--yes")
    if later:
        time.sleep(2.0)
        later()
    if bench.random.random() < bench.again:
        time.sleep(bench.random.uniform(0.3, 1.5) * bench.seconds)
        going.kill()
        going.communicate()
        bench.counts["killed again while resuming"] += 1
        going = bench.begin("apply", "--resume", "--yes")
    out, err = going.communicate(timeout=300)
    done = subprocess.CompletedProcess(going.args, going.returncode, out, err)
    how = "resumed"
    if done.returncode == 4 and ("left a journal" in done.stderr or "no such" in done.stderr):
        how, done = "not begun", bench.call("apply", "plan.json", "--yes", "--allow", "all")
    elif done.returncode == 4 and "is finished" in done.stderr:
        how, done.returncode = "was finished", 0
    bench.counts[how] += 1
    if done.returncode:
        return f"exit {done.returncode}: {done.stderr}\n--- killed:\n{said}"
    found = bench.found()
    return "" if found == bench.expected else f"the result differs: {found[1]}\n{done.stderr}"


def two_at_once(bench: Bench) -> str:
    """Two applies: one does it, the other is refused or finds nothing left; "" or what is wrong."""
    bench.fresh()
    both = [bench.begin("apply", "plan.json", "--yes", "--allow", "all") for _ in range(2)]
    said = [p.communicate(timeout=300)[1] for p in both]
    codes = sorted(p.returncode for p in both)
    bench.counts[f"two at once: {codes}"] += 1
    if codes != [0, 4] or bench.found() != bench.expected:
        return f"{codes}: {said}"
    return ""


def places() -> Iterator[tuple[str, str] | None]:
    """Where a plan is stopped: at the statements on each table, in the middle of what waits for writers, by chance."""
    yield from ((table, "EXCLUSIVE") for table in TABLES)
    yield from ((table, "ROW EXCLUSIVE") for table in ("made1", "made2", "made3", "changed", "gone1", "gone2", "keyed"))
    yield "whole", "ACCESS SHARE"
    yield from (None for _ in range(6))


def main(arguments: Sequence[str]) -> int:
    """Run it all, print the counts; 1 when any run failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", type=Path)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--applies", type=int, default=0)
    parser.add_argument("--again", type=float, default=0.0, help="share of the resuming applies that are killed, too")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=5720)
    given = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="difftool-resume-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    work = Path(tempfile.mkdtemp(prefix="difftool-resume-"))
    folder.chmod(0o755)
    bench = Bench(Cluster(given.bin, given.port, folder), work, random.Random(given.seed), again=given.again)
    try:
        bench.cluster.make()
        print(f"{bench.prepare()} statements, {bench.seconds:.1f} s undisturbed, seed {given.seed}", flush=True)
        cases = list(itertools.product(VICTIMS, places()))
        bench.random.shuffle(cases)
        for number, (victim, where) in enumerate(itertools.islice(itertools.cycle(cases), given.runs), 1):
            wrong = attempt(bench, victim, where)
            note(bench, f"{number}. {victim} killed {'at ' + ' '.join(where) if where else 'by chance'}", wrong)
            bench.counts[f"{victim}, {'by chance' if not where else HOW[where[1]]}"] += 1
        for number in range(1, given.applies + 1):
            note(bench, f"{number}. two applies at once", two_at_once(bench))
    finally:
        bench.cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(work, ignore_errors=True)
    for what, many in sorted(bench.counts.items()):
        print(f"{many:5} {what}")
    print(f"{len(bench.failures)} failed")
    return 1 if bench.failures else 0


def note(bench: Bench, what: str, wrong: str) -> None:
    """Say how a run went."""
    print(f"{what}: {'WRONG: ' + wrong if wrong else 'well'}", flush=True)
    if wrong:
        bench.failures.append(what)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
