"""One database's schema as difftool compares it: pg_dump's text, cut into objects and freed of what says nothing.

Three forgivenesses, and no more: the order of columns inside one table, of GRANT lines inside one object's ACL, and of
a policy's roles, which is the order in which their server was given them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from difftool.model import Unhandled
from difftool.pg.dump import Dump

METHOD = "pg_dump"

TOKENS = re.compile(
    r"""(?P<string>(?<![\w$])[eE]'(?:[^'\\]|''|\\.)*' | '(?:[^']|'')*')
      | (?P<identifier>"(?:[^"]|"")*")
      | (?P<body>(?<![\w$])\$(?P<tag>[^\W\d]\w*)?\$.*?\$(?(tag)(?P=tag))\$)
      | (?P<comment>^--[^\n]*$)
      | (?P<atomic>\bBEGIN\ ATOMIC\b.*?^END;)
      | (?P<psql>^\\[^\n]*\n)
      | (?P<mark>[(),;\[\]])""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
HEADER = re.compile(r"^-- (?:Data for )?Name: (.*); Type: (.*); Schema: (.*); Owner: ?(.*?)(?:; Tablespace: .*)?$")
DEFAULTS = re.compile(r"SET (default_tablespace|default_table_access_method) = (.*)")
FOR_ROLE = re.compile(r'ALTER DEFAULT PRIVILEGES FOR ROLE ("(?:[^"]|"")+"|\S+)')
NAME = r'(?:"(?:[^"]|"")+"|[\w$]+)'
POLICY_ROLES = re.compile(
    rf"\A(CREATE POLICY {NAME} ON {NAME}\.{NAME}(?: AS RESTRICTIVE)?(?: FOR \w+)? TO )({NAME}(?:, {NAME})*)"
)
STANDARD = frozenset({"''", "heap"})
STORED = frozenset({"TABLE", "INDEX", "MATERIALIZED VIEW", "CONSTRAINT"})
TABLES = frozenset({"TABLE", "FOREIGN TABLE"})
POSITIONAL = frozenset({"VIEW", "MATERIALIZED VIEW", "RULE", "POLICY"})

PREAMBLE = """--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
"""
SAID_OF = frozenset({"COMMENT", "ACL", "SECURITY LABEL"})
ABOUT = re.compile(r"([A-Z]+(?: [A-Z]+)*) (.+)", re.DOTALL)
PARTS = frozenset({"CONSTRAINT", "FK CONSTRAINT", "CHECK CONSTRAINT", "TRIGGER", "RULE", "POLICY", "DEFAULT"})


class Key(NamedTuple):
    """An object as pg_dump's header names it: its type, its schema ("" outside schemas), its name."""

    type: str
    schema: str
    name: str

    @property
    def kind(self) -> str:
        """The type in lower case, as plans name it."""
        return self.type.lower()

    @property
    def full_name(self) -> str:
        """The name with its schema and what it hangs on: "public.users", "public.users.users_pkey"."""
        about = ABOUT.match(self.name) if self.type in SAID_OF else None
        kind, name = (f"{about[1].lower()} ", about[2]) if about else ("", self.name)
        if self.type in PARTS:
            name = name.replace(" ", ".", 1)
        return f"{kind}{self.schema}.{name}" if self.schema else kind + name


@dataclass(frozen=True, slots=True)
class Entry:
    """One object of a dump: its statements in order, each without its semicolon, and the settings they need."""

    key: Key
    statements: tuple[str, ...]
    settings: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        """The entry as text that psql would run."""
        return "".join(f"{s};\n" for s in (*self.settings, *self.statements))


@dataclass(frozen=True)
class Catalog:
    """The objects of one database in pg_dump's order, which is an order in which they can be created."""

    entries: tuple[Entry, ...]
    dump_major: int
    text: str = field(repr=False, default="")
    warnings: tuple[str, ...] = ()
    rules: str = ""
    """The digest of the rules under which some objects were left out."""

    @cached_property
    def by_key(self) -> Mapping[Key, Entry]:
        """The entries by what they describe."""
        return {e.key: e for e in self.entries}

    @cached_property
    def normalised(self) -> Mapping[Key, str]:
        """What two databases with the same schema have in common, to the letter."""
        return {e.key: normalise(e) for e in self.entries}

    @property
    def method(self) -> str:
        """How the fingerprint was taken."""
        return f"{METHOD} {self.dump_major}" + (f", rules {self.rules}" if self.rules else "")

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the normalised objects, hexadecimal; equal schemas have equal fingerprints."""
        digest = hashlib.sha256()
        for key, text in sorted(self.normalised.items()):
            digest.update("\0".join((*key, text, "")).encode())
        return digest.hexdigest()

    def to_sql(self) -> str:
        """The catalog as a script that psql runs on an empty database, and that ``parse`` reads back."""
        blocks = [PREAMBLE]
        for e in self.entries:
            blocks.append(
                f"--\n-- Name: {e.key.name}; Type: {e.key.type}; Schema: {e.key.schema or '-'}; Owner: -\n--\n"
            )
            blocks.append(e.sql + "".join(f"RESET {s.split()[1]};\n" for s in e.settings))
        return "\n".join((*blocks, "--\n-- PostgreSQL database dump complete\n--\n"))

    @cached_property
    def objects(self) -> tuple[tuple[str, str, str], ...]:
        """Each object's kind, name and the first 16 digits of the SHA-256 of its text, sorted."""
        digests = (
            (k.kind, k.full_name, hashlib.sha256(t.encode()).hexdigest()[:16]) for k, t in self.normalised.items()
        )
        return tuple(sorted(digests))


def changed(before: Iterable[tuple[str, str, str]], after: Iterable[tuple[str, str, str]]) -> tuple[Unhandled, ...]:
    """What two object lists (``Catalog.objects``) say differs, without their texts."""
    a, b = {(k, n): d for k, n, d in before}, {(k, n): d for k, n, d in after}
    words = {(True, False): "is gone", (False, True): "is new", (True, True): "is different"}
    return tuple(Unhandled(*k, words[k in a, k in b]) for k in sorted({*a, *b}) if a.get(k) != b.get(k))


def parse(dump: Dump, rewrite: Callable[[str], str] = str) -> Catalog:
    """A dump as a catalog; ``rewrite`` is applied to its text first (placeholders become role names)."""
    text = rewrite(dump.text)
    entries: list[Entry] = []
    seen: dict[Key, int] = {}
    for header, statements, settings in _cut(text):
        raw = _of_role(header, statements[0]) if header.type == "DEFAULT ACL" else header
        seen[raw] = seen.get(raw, 0) + 1
        key = raw if seen[raw] == 1 else raw._replace(name=f"{raw.name} #{seen[raw]}")
        entries.append(Entry(key, statements, settings))
    return Catalog(tuple(entries), dump.major, text, dump.warnings)


def _of_role(header: Key, statement: str) -> Key:
    """Default privileges with the role whose they are: by their header alone, those of several are one."""
    role = FOR_ROLE.match(statement)
    of = f" OF {role[1]}" if role else ""
    return header._replace(name=header.name.removesuffix(of) + of)


def _cut(text: str) -> Iterator[tuple[Key, tuple[str, ...], tuple[str, ...]]]:
    """Each header of the dump with the statements below it; a header inside a quoted body is not one."""
    key: Key | None = None
    body: list[str] = []
    defaults: dict[str, str] = {}
    for header, statement in _pieces(text):
        if header:
            if key and body:
                yield key, tuple(body), _settings(key, defaults)
            key, body = Key(header[2], "" if header[3] == "-" else header[3], header[1]), []
        elif found := DEFAULTS.fullmatch(statement):
            if key and body:
                yield key, tuple(body), _settings(key, defaults)
                key, body = None, []
            defaults[found[1]] = found[2]
        elif key:
            body.append(statement)
    if key and body:
        yield key, tuple(body), _settings(key, defaults)


def _pieces(text: str) -> Iterator[tuple[re.Match[str] | None, str]]:
    """The dump as headers and statements, in order; comments and psql's own commands are neither."""
    start, depth, dead = 0, 0, []
    for token in TOKENS.finditer(text):
        if token.lastgroup in ("comment", "psql"):
            dead.append((token.start(), token.end()))
            header = HEADER.match(token[0])
            if header:
                yield header, ""
        elif token.lastgroup == "mark" and token[0] in "([":
            depth += 1
        elif token.lastgroup == "mark" and token[0] in ")]":
            depth -= 1
        elif (token[0] == ";" and not depth) or token.lastgroup == "atomic":
            end = token.end() - 1
            yield None, _without(text, start, end, dead).strip()
            start, depth, dead = token.end(), 0, []


def _without(text: str, start: int, end: int, dead: list[tuple[int, int]]) -> str:
    """``text[start:end]`` less the dead stretches."""
    kept = []
    for a, b in dead:
        kept.append(text[start:a])
        start = b
    return "".join((*kept, text[start:end]))


def _settings(key: Key, defaults: Mapping[str, str]) -> tuple[str, ...]:
    """The storage settings that this object was dumped under, where they are not the usual ones."""
    if key.type not in STORED:
        return ()
    return tuple(f"SET {k} = {v}" for k, v in defaults.items() if v not in STANDARD)


def normalise(entry: Entry) -> str:
    """An entry's text less the orders that do not matter."""
    statements = list(entry.statements)
    if entry.key.type in ("ACL", "DEFAULT ACL"):
        statements.sort()
    elif entry.key.type in TABLES:
        head, items, tail = columns(statements[0])
        statements[0] = head + ",\n".join(sorted(items)) + tail
    elif entry.key.type == "POLICY":
        statements[0] = POLICY_ROLES.sub(_roles_by_name, statements[0])
    return ";\n".join((*entry.settings, *statements))


def _roles_by_name(found: re.Match[str]) -> str:
    return found[1] + ", ".join(sorted(re.findall(NAME, found[2])))


def columns(create_table: str) -> tuple[str, tuple[str, ...], str]:
    """A CREATE TABLE cut at its column list: the text before, the items as written, the text after."""
    depth, start, items, begin = 0, 0, [], 0
    for token in TOKENS.finditer(create_table):
        if token.lastgroup != "mark":
            continue
        if token[0] in "([":
            depth += 1
            if depth == 1 and not begin:
                begin = start = token.end()
        elif token[0] in ")]":
            depth -= 1
            if depth == 0:
                items.append(create_table[start : token.start()].strip())
                return create_table[:begin], tuple(i for i in items if i), create_table[token.start() :]
        elif token[0] == "," and depth == 1:
            items.append(create_table[start : token.start()].strip())
            start = token.end()
    return create_table, (), ""


def compare(now: Catalog, want: Catalog) -> tuple[Unhandled, ...]:
    """What differs between two catalogs, object by object; nothing when they are equal."""
    a, b = now.normalised, want.normalised
    if a == b:
        return positional(now, want)
    missing = [Unhandled(k.kind, k.full_name, "missing in the target") for k in b if k not in a]
    extra = [Unhandled(k.kind, k.full_name, "not in the desired schema") for k in a if k not in b]
    differing = [
        Unhandled(k.kind, k.full_name, difference(now.by_key[k], want.by_key[k])) for k in b if k in a and a[k] != b[k]
    ]
    return (*missing, *extra, *differing, *positional(now, want))


def positional(now: Catalog, want: Catalog) -> tuple[Unhandled, ...]:
    """What names columns by position (``FROM t x(a, b)``) where they stand in another order: its rows differ."""
    reordered = {
        k for k in want.by_key if k.type in TABLES and k in now.by_key and _reordered(now.by_key[k], want.by_key[k])
    }
    if not reordered:
        return ()
    from difftool import syntax

    tables = {(k.schema, k.name) for k in reordered}
    deparsed = [e for e in want.entries if e.key.type in POSITIONAL or any("BEGIN ATOMIC" in s for s in e.statements)]
    return tuple(
        Unhandled(
            "column-order",
            e.key.full_name,
            f"it names the columns of {schema}.{table} by position, and they stand in another order",
        )
        for e in deparsed
        for schema, table in sorted({t for s in e.statements for t in syntax.renamed_by_position(s)} & tables)
    )


def _reordered(now: Entry, want: Entry) -> bool:
    return now.statements[0] != want.statements[0] and normalise(now) == normalise(want)


def difference(now: Entry, want: Entry) -> str:
    """How one object differs, on one line: what of it is only here, and what is only wanted."""
    a, b = _parts(now), _parts(want)
    here, there = [x for x in a if x not in b], [x for x in b if x not in a]
    if not here and not there:
        return "has the same parts in another order"
    if not there:
        return f"has {_some(here)}, which is not wanted"
    return f"has {_some(here)}, wanted {_some(there)}" if here else f"lacks {_some(there)}"


def _parts(entry: Entry) -> list[str]:
    """What an object consists of: columns and inline constraints of a table, each further statement, else its lines."""
    if entry.key.type in TABLES:
        head, items, tail = columns(entry.statements[0])
        rest = tail.strip().removeprefix(")").strip()
        return [*entry.settings, head, *items, *([rest] if rest else []), *entry.statements[1:]]
    return [line.strip() for s in (*entry.settings, *entry.statements) for line in s.splitlines()]


def _some(parts: list[str], most: int = 2) -> str:
    shown = [" ".join(p.split()) for p in parts[:most]]
    return "; ".join(shown) + (f" and {len(parts) - most} more" if len(parts) > most else "")
