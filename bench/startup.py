"""What a command costs before it does anything: ``--help`` beside an empty typer app's, and a check in sync.

    python bench/startup.py [RUNS]

Prints medians of whole processes, run in turn. Bounds: help at most 1.3 times the empty app's processor time; a check
of the shipped schema, server running and scratch warm, at most 1.3 times the empty app's wall time plus three times
``pg_dump --schema-only`` of the same database.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from difftool.pg.dump import find_pg_dump
from difftool.scratch.home import clusters, default_target, stop

ROOT = Path(__file__).parent.parent
EMPTY = "import typer\napp = typer.Typer()\n@app.command()\ndef main(name: str = 'x') -> None: ...\napp()\n"
DIFFTOOL = str(Path(sys.executable).with_name("difftool"))


def cost(command: list[str], folder: Path) -> tuple[float, float]:
    """Processor and wall seconds of one run."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def main(runs: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="difftool-bench-"))
    folder.chmod(0o755)  # as root, the server runs as somebody else
    os.environ["DIFFTOOL_CACHE_DIR"] = str(folder / "cache")
    shutil.copytree(ROOT / "schema", folder / "schema")
    (folder / "empty.py").write_text(EMPTY)
    try:
        subprocess.run([DIFFTOOL, "apply", "--yes", "--quiet"], cwd=folder, stdout=subprocess.DEVNULL, check=True)
        target = default_target(folder)
        pg_dump = find_pg_dump(0).path
        commands = {
            "empty typer app, --help": [sys.executable, str(folder / "empty.py"), "--help"],
            "difftool --help": [DIFFTOOL, "--help"],
            "difftool check, in sync": [DIFFTOOL, "check"],
            "pg_dump --schema-only": [str(pg_dump), "--schema-only", "-d", target.dsn()],
        }
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(runs + 1):  # the first warms up
            for name, command in commands.items():
                found[name].append(cost(command, folder))
        show({name: (median(x[1:], 0), median(x[1:], 1)) for name, x in found.items()})
    finally:
        for state in clusters(folder):
            stop(state)
        shutil.rmtree(folder, ignore_errors=True)


def median(costs: list[tuple[float, float]], part: int) -> float:
    return statistics.median(c[part] for c in costs)


def show(medians: dict[str, tuple[float, float]]) -> None:
    for name, (cpu, wall) in medians.items():
        print(f"{name:26} {cpu:6.3f} s processor {wall:6.3f} s wall")
    empty, help_, check, dump = medians.values()
    print(f"help: {help_[0] / empty[0]:.2f} of the empty app's processor time (bound 1.30)")
    print(f"check: {check[1]:.3f} s wall, bound {1.3 * empty[1] + 3 * dump[1]:.3f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
