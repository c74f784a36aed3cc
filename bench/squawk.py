"""What squawk, a linter for migrations, says of the plans that difftool writes: how often, of what, and one of each.

    pip install squawk-cli
    python bench/squawk.py postgresql://postgres@127.0.0.1:5432 PAIRS [--every 5] [--squawk squawk] [--all]

PAIRS is a folder of pairs (``before.sql`` and ``after.sql``, as ``tests/pairs``), or of ``.jsonl`` files whose lines
have ``name``, ``setup``, ``old`` and ``new``. Each is planned as a user plans it, tables of every size in their online
forms, on a server to play with; squawk reads what ``--format sql`` writes. ``--all`` shows every complaint, not one of
a kind. docs/how-it-works.md tells what it complains of, and why.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from difftool.errors import DifftoolError
from difftool.pg.connection import run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.types import Error

NAME = "difftool_bench_squawk"
TASTE = (
    "prefer-bigint-over-int,prefer-bigint-over-smallint,prefer-identity,prefer-text-field,prefer-timestamp-tz,"
    "ban-char-field,prefer-robust-stmts"
)
"""Rules about how the schema is written, which is the user's; and about IF NOT EXISTS, which hides what is there."""
ENVIRONMENT = {**os.environ, "DIFFTOOL_SMALL_TABLE": "0"}


def pairs(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Each pair's name, its schema before and its schema after."""
    for path in sorted(folder.glob("*.jsonl")):
        for case in map(json.loads, path.read_text("utf-8").splitlines()):
            yield case["name"], f"{case['setup']}\n{case['old']}", f"{case['setup']}\n{case['new']}"
    for path in sorted(folder.glob("*/before.sql")):
        yield path.parent.name, path.read_text("utf-8"), path.with_name("after.sql").read_text("utf-8")


@contextmanager
def databases(server: Conninfo, number: int) -> Iterator[tuple[str, str]]:
    """Two empty ones, dropped afterwards; one with a subscription stays, for that has to be dropped first."""
    names = (f"{NAME}_{os.getpid()}_{number}_a", f"{NAME}_{os.getpid()}_{number}_b")
    with session(server) as admin:
        for name in names:
            run(admin, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            run(admin, f"CREATE DATABASE {name} TEMPLATE template0")
        yield names
        for name in names:
            with suppress(Error):
                run(admin, f"DROP DATABASE {name} WITH (FORCE)")


def planned(server: Conninfo, sides: tuple[str, str], before: str, after: str) -> str:
    """The plan as a script; "" where the pair does not load on this server, or the plan is refused."""
    urls = []
    for side, sql in zip(sides, (before, after), strict=True):
        try:
            with session(server.but(dbname=side)) as connection:
                run(connection, "SET client_min_messages = error")
                run(connection, sql)
        except (Error, DifftoolError):
            return ""
        urls.append(server.but(dbname=side).url(secrets=True))
    ran = subprocess.run(
        ["difftool", "diff", *urls, "--trust-schema", "--show-secrets", "--format", "sql"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
    )
    return ran.stdout if ran.returncode in (0, 3) else ""


def complaints(squawk: str, script: str) -> list[dict[str, Any]]:
    """What squawk says of a script: psql's own commands are none of its business."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write("\n".join(line for line in script.splitlines() if not line.startswith("\\")))
        file.flush()
        said = ["--reporter", "json", f"--exclude={TASTE}", file.name]
        ran = subprocess.run([squawk, *said], capture_output=True, text=True)
    if ran.stderr and not ran.stdout:
        sys.exit(ran.stderr)
    return list(json.loads(ran.stdout))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server")
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only every Nth pair")
    parser.add_argument("--squawk", default="squawk")
    parser.add_argument("--all", action="store_true", help="print each complaint, not one of each kind")
    asked = parser.parse_args()
    server, found, shown, plans = Conninfo.parse(asked.server), Counter[str](), dict[str, str](), 0
    for number, (name, before, after) in enumerate(list(pairs(asked.pairs))[:: asked.every]):
        print(f"\r{plans} plans, {sum(found.values())} complaints", end="", file=sys.stderr)
        with databases(server, number) as sides:
            script = planned(server, sides, before, after)
        plans += "\n-- 1. " in script
        lines = script.splitlines()
        for said in complaints(asked.squawk, script) if script else ():
            found[said["rule_name"]] += 1
            told = f"{name}: {said['message']}: {json.dumps(lines[said['line'] : said['line'] + 3])}"
            shown.setdefault(said["rule_name"], told)
            if asked.all:
                print(f"{said['rule_name']}  {told}", flush=True)
    print(f"\n{plans} plans")
    for rule, count in found.most_common():
        print(f"{count:5} {rule}\n      {shown[rule]}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
