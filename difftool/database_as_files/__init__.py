"""A database written as files that a plan can lead to: read from its catalog alone, so CONNECT is all it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from difftool import words
from difftool.database_as_files.creation import Created, create
from difftool.database_as_files.ours import ours
from difftool.database_as_files.places import FIRST, paths
from difftool.database_as_files.texts import guarded, hides, lasting, named_roles, portable
from difftool.errors import DifftoolError, Refused
from difftool.ignore import NO_RULES, Rules
from difftool.introspect import read_objects
from difftool.model import Ignored, Unhandled
from difftool.objects import Key, Objects, shown
from difftool.pg.connection import rows
from difftool.pg.conninfo import Conninfo
from difftool.pg.pool import lend
from difftool.pg.server import read_server
from difftool.script import terminated
from difftool.settings import TargetSettings

UNCHECKED = "SET check_function_bodies = off"
"""A function's body may name what comes later, or what is no more."""
NOTHING_HERE = "-- nothing but what every database has\n"


@dataclass(frozen=True, slots=True)
class SchemaFiles:
    """A database's schema as files of SQL, and what is to know about them."""

    database: str
    """Which one, for the reader."""
    files: tuple[tuple[str, str], ...]
    """Path and text of each, in the order in which they are loaded."""
    script: str
    """The same as one text, each statement after what it needs."""
    statements: int
    left_out: tuple[Unhandled, ...] = ()
    """What no statement here creates, and why."""
    masked: tuple[str, ...] = ()
    """Files in which a password is masked."""
    roles: tuple[str, ...] = ()
    """Roles that they name, which must exist."""
    ignored: tuple[Ignored, ...] = ()
    """What the rules of ``ignore`` took out."""

    def write(self, folder: Path) -> None:
        """Put the files into a folder that is new or empty; raises Refused for any other: nothing is overwritten."""
        refuse_unless_empty(folder)
        try:
            for name, text in self.files:
                file = folder / name
                file.parent.mkdir(parents=True, exist_ok=True)
                with file.open("x", encoding="utf-8", newline="\n") as out:
                    out.write(text)
        except OSError as error:
            raise DifftoolError(f"cannot write {error.filename or folder}: {error.strerror}") from None


@dataclass(frozen=True, slots=True)
class _Text:
    """The statements of one object as a file has them."""

    key: Key
    path: str
    statements: tuple[str, ...]
    masked: bool


def refuse_unless_empty(folder: Path) -> None:
    """Raise Refused for a folder that has something in it, or a file."""
    try:
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return
    except OSError as error:
        raise DifftoolError(f"cannot read {folder}: {error.strerror}") from None
    raise Refused(
        f"{folder} is not an empty folder, and nothing is overwritten",
        hint="choose another one with --output, or move what is there away",
    )


def read_schema(
    target: TargetSettings, info: Conninfo, rules: Rules = NO_RULES, *, show_secrets: bool = False
) -> SchemaFiles:
    """A database's schema as files, less what is ignored; raises ConnectionFailed or TargetUnfit."""
    with lend(info) as connection:
        server = read_server(connection)
        server.check_supported()
        superuser = rows(connection, "SELECT pg_get_userbyid(10)::text")[0][0]
        found, ignored = ours(read_objects(connection, server.major), rules)
    owner = target.owner or server.role
    created = create(found, owner, superuser)
    texts = tuple(_texts(created, found, owner, show_secrets=show_secrets))
    roles = {r for t in texts for r in named_roles(t.key, t.statements) if not r.startswith("pg_")}
    place = f"{info.place}, {words.version(server.version)}"
    return SchemaFiles(
        f"{server.database} @ {place}",
        tuple(_files(texts)),
        _script(texts, f"{server.database} @ {place}", sorted(roles)),
        sum(len(c.statements) for c in created.creations),
        tuple(Unhandled(*shown(k), why) for k, why in created.refused),
        tuple(sorted({t.path for t in texts if t.masked})),
        tuple(sorted(roles)),
        ignored,
    )


def _texts(created: Created, found: Objects, owner: str, *, show_secrets: bool) -> Iterator[_Text]:
    places = paths((c.key for c in created.creations if not c.first), found)
    for c in created.creations:
        plain = tuple(map(lasting, portable(c.key, c.statements, owner)))
        o = found.by_key.get(c.key)
        shown = tuple(guarded(plain)) if o and hides(o) and not show_secrets else plain
        yield _Text(c.key, FIRST if c.first else places[c.key], shown, shown != plain)


def _files(texts: Iterable[_Text]) -> Iterator[tuple[str, str]]:
    """Each file's text, in the order of their paths as the loader takes them."""
    found: dict[str, list[_Text]] = {}
    for text in texts:
        found.setdefault(text.path, []).append(text)
    for path in sorted(found, key=Path):
        yield path, _text(found[path])
    if not found:
        yield FIRST, NOTHING_HERE


def _text(texts: Iterable[_Text]) -> str:
    """Statements one under the other; what is long, or of another kind than the one before, stands apart."""
    texts = tuple(texts)
    lines = [f"{UNCHECKED};\n"] if any(t.key[0] == "function" for t in texts) else []
    before = ""
    for text in texts:
        for sql in text.statements:
            close = before == text.key[0] and "\n" not in sql
            lines.append(("" if close or not lines else "\n") + terminated(sql) + "\n")
            before = text.key[0] if "\n" not in sql else ""
    return "".join(lines)


def _script(texts: tuple[_Text, ...], database: str, roles: Iterable[str]) -> str:
    needed = ", ".join(roles)
    head = (f"the schema of {database}", *([f"roles that must exist: {needed}"] if needed else []))
    return "".join(f"-- {words.one_line(line)}\n" for line in head) + "\n" + (_text(texts) or NOTHING_HERE)
