"""difftool.toml, or pyproject.toml's [tool.difftool]: found, parsed, and every key checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from difftool.errors import UsageError
from difftool.ignore import ANY, Rule, rule
from difftool.pg.conninfo import is_url
from difftool.settings.environment import refused
from difftool.settings.readers import typed
from difftool.settings.table import BY_KEY, BY_NAME, BY_TARGET_KEY, IGNORE_KEYS, SCRATCH_URL

OWN, SHARED, TABLE = "difftool.toml", "pyproject.toml", "tool.difftool"
SECTIONS = frozenset(key.partition(".")[0] for key in BY_KEY if "." in key)
IGNORE = "ignore"
IGNORE_NAMES = tuple(key.name for key in IGNORE_KEYS)
KNOWN = (
    *BY_KEY,
    *(f"targets.NAME.{key}" for key in BY_TARGET_KEY),
    *(f"{IGNORE}.{key}" for key in IGNORE_NAMES),
)
REACH = frozenset({"host", "port", "database", "user", "password"})


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """What a settings file says, read and checked: values by dotted key, the targets' tables, and what is ignored."""

    path: Path
    values: Mapping[str, Any] = field(repr=False)
    targets: Mapping[str, Mapping[str, Any]] = field(repr=False)
    ignore: tuple[Rule, ...] = ()


def find(start: Path) -> SettingsFile | None:
    """The nearest settings file from ``start`` upwards, not beyond the repository's root; None if there is none."""
    for folder in (start, *start.parents):
        if found := _in_folder(folder):
            return found
        if (folder / ".git").exists():
            break
    return None


def repository(folder: Path) -> Path:
    """The repository that ``folder`` is in, or ``folder`` itself outside of one."""
    return next((f for f in (folder, *folder.parents) if (f / ".git").exists()), folder)


def _in_folder(folder: Path) -> SettingsFile | None:
    own, shared = folder / OWN, folder / SHARED
    table = _shared_table(shared)
    if own.is_file():
        if table is not None:
            raise UsageError(f"two settings files: {own} and [{TABLE}] in {shared}", hint="keep one of them")
        return _checked(own, _parse(own), "")
    return _checked(shared, table, f"{TABLE}.") if table is not None else None


def _shared_table(path: Path) -> dict[str, Any] | None:
    """[tool.difftool] of a pyproject.toml; one that never says difftool is not even parsed."""
    if not path.is_file() or b"difftool" not in path.read_bytes():
        return None
    tool = _parse(path).get("tool")
    table = tool.get("difftool") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"\(at line (\d+), column \d+\)", str(error))
        reason = str(error).partition(" (at ")[0]
        # "at end of document" has no number
        number = line[1] if line else len(path.read_text(encoding="utf-8").splitlines())
        raise UsageError(
            f"{path}:{number}: not valid TOML: {reason}", hint="text needs quotes, see https://toml.io"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}", hint="it must be a readable text file in UTF-8") from None


def _checked(path: Path, table: Mapping[str, Any], prefix: str) -> SettingsFile:
    where = f"{path}: {prefix}"
    targets = table.get("targets", {})
    if not isinstance(targets, dict):
        raise _not_a_table(f"{where}targets")
    values = {key: _value(where, key, value) for key, value in _flat(where, table)}
    read = {name: _target(where, name, keys) for name, keys in targets.items()}
    return SettingsFile(path, values, read, _ignored(where, table.get(IGNORE, [])))


def _flat(where: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Dotted keys and values of everything but the targets."""
    for key, value in table.items():
        if key in SECTIONS:
            if not isinstance(value, dict):
                raise _not_a_table(where + key)
            yield from ((f"{key}.{inner}", v) for inner, v in value.items())
        elif key not in ("targets", IGNORE):
            yield key, value


def _value(where: str, key: str, value: Any) -> Any:
    misplaced = BY_NAME.get(key.replace("-", "_"))
    if misplaced and misplaced.widens:
        raise refused(where + key, misplaced.widens, misplaced.variable)
    if key not in BY_KEY:
        raise _unknown(where, key, KNOWN)
    if key == "scratch" and is_url(str(value)):
        raise refused(f"{where}scratch = a URL", SCRATCH_URL, BY_KEY[key].variable)
    return typed(where + key, BY_KEY[key].reader, value)


def _target(where: str, name: str, table: Any) -> dict[str, Any]:
    place = f"{where}targets.{name}"
    if not isinstance(table, dict):
        raise _not_a_table(place)
    for key in table:
        if key not in BY_TARGET_KEY:
            raise _unknown(where, f"targets.{name}.{key}", [f"targets.{name}.{k}" for k in BY_TARGET_KEY])
    parts = sorted(REACH & set(table))
    if not parts and "url" not in table:
        raise UsageError(
            f"{place} does not say how to reach it", hint='add url = "postgresql://...", or host and database'
        )
    if parts and "url" in table:
        raise UsageError(f"{place} has url and also {', '.join(parts)}", hint="say it once: the url, or its parts")
    keys = [(BY_TARGET_KEY[k], v) for k, v in table.items()]
    return {key.name: typed(f"{place}.{key.name}", key.reader, v, secret=key.secret) for key, v in keys}


def _ignored(where: str, tables: Any) -> tuple[Rule, ...]:
    """The rules of ``[[ignore]]``, in their order."""
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise UsageError(f"{where}{IGNORE} is not a list of tables", hint=f"each rule begins with [[{IGNORE}]]")
    return tuple(_rule(where, f"{IGNORE}[{n}]", table) for n, table in enumerate(tables, 1))


def _rule(where: str, place: str, table: Mapping[str, Any]) -> Rule:
    for key, value in table.items():
        if key not in IGNORE_NAMES:
            raise _unknown(where, f"{IGNORE}.{key}", [f"{IGNORE}.{k}" for k in IGNORE_NAMES])
        words = value if isinstance(value, list) and key == "kind" else [value]
        if not all(isinstance(w, str) and w for w in words):
            raise UsageError(f"{where}{place}.{key} is not text", hint="see docs/configuration.md")
    if "kind" not in table:
        raise UsageError(f"{where}{place} has no kind", hint='add kind = "table", a list of kinds, or kind = "*"')
    try:
        return rule(table["kind"], table.get("name", ANY), table.get("when", ""))
    except ValueError as error:
        key, allowed = error.args
        said = table.get(key, "missing")
        raise UsageError(f"{where}{place}.{key} is {said}, not {allowed}", hint="see docs/configuration.md") from None


def _not_a_table(place: str) -> UsageError:
    return UsageError(
        f"{place} is not a table", hint="a table is its name in brackets, and its keys on the lines below"
    )


def _unknown(where: str, key: str, known: Iterable[str]) -> UsageError:
    """Names the closest known key: by its very word, by a like one here, then anywhere, by the whole path."""
    section, _, word = key.rpartition(".")
    here = {k.rpartition(".")[2]: k for k in known if k.rpartition(".")[0] == section}
    anywhere = {k.rpartition(".")[2]: k for k in reversed(KNOWN)}
    close = [anywhere[word]] if word in anywhere else []
    close += [names[m] for names in (here, anywhere) for m in get_close_matches(word, names, 1)]
    close += get_close_matches(key, KNOWN, 1)
    suggestion = f": did you mean {close[0]}?" if close else ""
    return UsageError(f"{where}{key} is not a known key{suggestion}", hint=f"known are {', '.join(known)}")
