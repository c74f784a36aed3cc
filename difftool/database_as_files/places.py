"""Which file an object's statements stand in: one for a table and its partitions, for a view, for a type.

What is of a schema is in its folder. What is of the whole database is beside the folders, and loaded before them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from difftool.objects import NOTHING, Key, Objects

FIRST = "00_schemas.sql"
EARLY = {"extension": "10_extensions"}
TYPES = frozenset({"enum", "domain", "composite", "range", "base_type", "shell_type"})
ROUTINES = frozenset({"function", "aggregate"})
A_FILE_EACH = {
    "table": "tables",
    "view": "views",
    "materialized_view": "materialized_views",
    "function": "functions",
    "sequence": "sequences",
    "type": "types",
}
TOGETHER = {
    "operator_class": "operators",
    "operator_family": "operators",
    "text_search_parser": "text_search",
    "text_search_template": "text_search",
    "text_search_dictionary": "text_search",
    "text_search_configuration": "text_search",
    "foreign_data_wrapper": "foreign_servers",
    "server": "foreign_servers",
}
"""Rare kinds that share a file; any other has one of its own name."""


def paths(keys: Iterable[Key], found: Objects) -> Mapping[Key, str]:
    """For each object, the path of its file: one for those that belong together, else another on any file system."""
    homes = {k: _home(k, found) for k in keys}
    taken: dict[str, tuple[str, ...]] = {}
    folders = {s: _free(_slug(s), (s,), taken) for s in sorted({s for s, _, _ in homes.values() if s})}
    taken = {}
    files: dict[tuple[str, str, str], str] = {}
    for home in sorted(set(homes.values())):
        schema, kind, name = home
        folder = f"{folders[schema]}/" if schema else ""
        files[home] = _free(f"{folder}{_file(schema, kind, name)}", home, taken) + ".sql"
    return {k: files[h] for k, h in homes.items()}


def _file(schema: str, kind: str, name: str) -> str:
    if schema and kind in A_FILE_EACH:
        return f"{A_FILE_EACH[kind]}/{_slug(name)}"
    return kind if schema else EARLY.get(kind, f"20_{kind}")


def _free(wanted: str, whose: tuple[str, ...], taken: dict[str, tuple[str, ...]]) -> str:
    """The path, with a number where another has it."""
    path, number = wanted, 1
    while taken.setdefault(path, whose) != whose:
        number += 1
        path = f"{wanted}-{number}"
    return path


def _slug(name: str) -> str:
    """A name for a file that no file system mistakes for another: small letters, digits, ``_`` and ``-``."""
    return re.sub(r"[^\w-]", "_", unicodedata.normalize("NFKC", name.casefold())) or "_"


def _home(key: Key, found: Objects) -> tuple[str, str, str]:
    """Schema, kind and name of what an object's file is about; no name where the file is for all of a kind."""
    kind, *names = _whole(key, found)
    if kind in A_FILE_EACH:
        return names[0], kind, names[1]
    in_schema = ("schema", names[0]) in found.needs.get((kind, *names), NOTHING)
    together = kind if kind in EARLY else TOGETHER.get(kind, f"{kind}s")
    return names[0] if in_schema else "", together, ""


def _whole(key: Key, found: Objects) -> Key:
    """The object that others of a file are parts of, or come with."""
    while (o := found.by_key.get(key)) and o.parent:
        key = o.parent
    kind, *names = key
    needs = found.needs.get(key, NOTHING)
    if kind in TYPES:
        return ("type", *names)
    if kind in ROUTINES:
        return _type_of(key, found) or ("function", names[0], _bare(names[1]))
    if kind == "table" and (partition := found.get("partition", *names)):
        return _whole(("table", *partition["of"]), found)
    if kind == "cast":
        return _of_types(needs) or key
    if kind == "sequence" and (column := found.get("sequence_owner", *names)):
        return ("table", *column["column"][:2])
    if kind == "statistics":
        return next((n for n in sorted(needs) if n[0] in ("table", "materialized_view")), key)
    return ("server", names[1]) if kind == "user_mapping" else key


def _type_of(key: Key, found: Objects) -> Key | None:
    """The type that a function is of: made of a shell of it, or for a cast, which must not come later than the type.

    Without the cast a value would be converted by way of text, and no error would say so.
    """
    shell = next((n for n in sorted(found.needs.get(key, NOTHING)) if n[0] == "shell_type"), None)
    if shell:
        return ("type", *shell[1:])
    casts = (k for k in found.needed_by.get(key, ()) if k[0] == "cast")
    return next((_whole(k, found) for k in casts), None)


def _of_types(needs: Iterable[Key]) -> Key | None:
    """The first of the types, or of the tables whose rows are one."""
    own = sorted(n for n in needs if n[0] in TYPES)
    rows = sorted(n for n in needs if n[0] in ("table", "view", "materialized_view"))
    return ("type", *own[0][1:]) if own else rows[0] if rows else None


def _bare(signature: str) -> str:
    """A function's name without its arguments: of ``"odd(name"(integer)``, ``odd(name``."""
    found = re.match(r'"((?:[^"]|"")*)"|[^(]*', signature)
    assert found
    return found[1].replace('""', '"') if found[1] is not None else found[0]
