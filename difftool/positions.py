"""Columns that stand in another order than desired, and the functions that go by their order.

PostgreSQL has no way to move a column but to make the table anew, so an order is forgiven, and noted. Who goes by it: a
``SELECT *`` or an INSERT without columns, in a function body that the server keeps as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from difftool.catalog import TABLES, TOKENS, Catalog, Entry
from difftool.model import Unhandled
from difftool.subjects import items
from difftool.words import some

KIND = "column-order"
BODIES = frozenset({"sql", "plpgsql"})
"""The languages whose bodies are read."""
LANGUAGE = re.compile(r"\n\s+LANGUAGE (\S+)")
SHOWN = 8
BEFORE_STAR = frozenset({"SELECT", "DISTINCT", "ALL", "RETURNING", ",", "."})
AFTER_STAR = frozenset({"FROM", "INTO", ",", ";", ")", ""})
QUERIES = frozenset({"SELECT", "WITH", "VALUES", "TABLE", "OVERRIDING", "("})

Token = tuple[str, str]
"""A token in capitals, or IDENT for what stands in quotes; and the name that it may be."""


@dataclass(frozen=True, slots=True)
class Reordered:
    """A table of both sides whose common columns stand otherwise."""

    schema: str
    table: str
    now: tuple[str, ...]
    want: tuple[str, ...]

    @property
    def name(self) -> str:
        """With its schema."""
        return f"{self.schema}.{self.table}"

    @property
    def orders(self) -> str:
        """Both orders in words."""
        return f"({some(self.now, SHOWN)}), desired ({some(self.want, SHOWN)})"


def reordered(now: Catalog, want: Catalog) -> tuple[Reordered, ...]:
    """The tables of both sides whose common columns stand in another order."""
    return tuple(_reordered(now, want))


def _reordered(now: Catalog, want: Catalog) -> Iterator[Reordered]:
    for key, entry in want.by_key.items():
        before = now.by_key.get(key) if key.type in TABLES else None
        if before is None or before.statements[0] == entry.statements[0]:
            continue
        here, there = _columns(before), _columns(entry)
        a, b = tuple(c for c in here if c in there), tuple(c for c in there if c in here)
        if a != b:
            yield Reordered(key.schema, key.name, a, b)


def _columns(table: Entry) -> dict[str, None]:
    return {i.key[-1]: None for i in items(table) if i.key[0] == "column"}


def unhandled(found: Sequence[Reordered]) -> tuple[Unhandled, ...]:
    """Each order as a difference, which no statement settles."""
    why = "only a rebuild changes that: a new table, its rows copied, under the old one's name"
    return tuple(Unhandled(KIND, r.name, f"its columns stand as {r.orders}; {why}") for r in found)


def notes(found: Sequence[Reordered], want: Catalog) -> tuple[str, ...]:
    """A sentence for each table, and for each function that goes by its columns' order."""
    return tuple(f"columns of {r.name} stand as {r.orders}" for r in found) + tuple(users(found, want))


def users(found: Sequence[Reordered], want: Catalog) -> Iterator[str]:
    """Functions with a body of text that go by the order of a reordered table's columns."""
    if not found:
        return
    for entry in want.entries:
        body = _body(entry) if entry.key.type in ("FUNCTION", "PROCEDURE") else ""
        if not any(r.table in body or r.table in body.lower() for r in found):
            continue
        read = tuple(_tokens(body))
        for r in found:
            if how := " and ".join(_uses(read, r)):
                yield f"{entry.key.kind} {entry.key.full_name} goes by the order of the columns of {r.name}: {how}"


def _body(entry: Entry) -> str:
    """The text of a function's body; "" for one that the server has parsed, or in another language."""
    sql = entry.statements[0]
    found = [t for t in TOKENS.finditer(sql) if t.lastgroup in ("body", "string")]
    language = LANGUAGE.search(sql)
    if not found or not language or language[1] not in BODIES or sql.endswith(("END", "END;")):
        return ""
    text = found[-1][0]
    if text.startswith("$"):
        tag = text[: text.index("$", 1) + 1]
        return text.removeprefix(tag).removesuffix(tag)
    return text.partition("'")[2][:-1].replace("''", "'")


def _tokens(body: str) -> Iterator[Token]:
    from difftool.parse import tokens

    for kind, start, end in tokens(body) or ():
        text = body[start:end]
        if kind.endswith("_COMMENT"):
            continue
        if text.startswith('"'):
            yield "IDENT", text[1:-1].replace('""', '"')
        else:
            yield text.upper(), "" if text.startswith("'") else text.lower()


def _uses(read: Sequence[Token], table: Reordered) -> Iterator[str]:
    """How a body goes by the columns' order."""
    padded = [("", ""), ("", ""), *read, ("", ""), ("", ""), ("", ""), ("", "")]
    inside = range(2, len(read) + 2)
    places = [n for n in inside if padded[n][1] == table.table and _is(padded, n, table.schema)]
    stars = (n for n in inside if padded[n][0] == "*")
    if places and any(_all_columns(padded[n - 1][0], padded[n + 1][0]) for n in stars):
        yield "SELECT *"
    if any(_inserts(padded, n) for n in places):
        yield "INSERT without columns"


def _is(tokens: Sequence[Token], at: int, schema: str) -> bool:
    """Whether a name is a table's: alone, or behind the right schema."""
    return tokens[at - 1][0] != "." or tokens[at - 2][1] == schema


def _all_columns(before: str, after: str) -> bool:
    return before in BEFORE_STAR or (before == ")" and after in AFTER_STAR)


def _inserts(tokens: Sequence[Token], at: int) -> bool:
    """Whether a table's name stands in an INSERT that names no columns."""
    first = at - 2 if tokens[at - 1][0] == "." else at
    if [t[0] for t in tokens[max(first - 2, 0) : first]] != ["INSERT", "INTO"]:
        return False
    after = at + 3 if tokens[at + 1][0] == "AS" else at + 1
    return tokens[after + 1 if tokens[after][0] == "(" else after][0] in QUERIES
