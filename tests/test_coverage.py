"""Every column of every table of pg_catalog is compared by a kind, or difftool/kinds/coverage.toml says why not.

``python tests/test_coverage.py`` writes the tables of docs/coverage.md anew.
"""

from __future__ import annotations

import ast
import inspect
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, fields
from functools import cache, reduce
from importlib import import_module
from operator import or_
from pathlib import Path
from types import ModuleType

import pytest
from catalog_reads import Catalog, Column, Reads, attributes, reads, tables
from conftest import MAJORS, Server

from difftool.introspect import TAKEN_OUT
from difftool.kinds import FOLDER, KINDS, Kind, queries
from difftool.pg.connection import rows, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.server import read_server
from difftool.scratch import own
from difftool.scratch.provider import Need
from difftool.settings import ScratchSettings

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "coverage.md"
REGENERATE = "python tests/test_coverage.py writes it anew"
READ_BESIDE_THE_KINDS = [*sorted((ROOT / "difftool" / "introspect").glob("*.sql")), ROOT / "difftool" / "unseen.sql"]
COMPARED = ("said", "unseen")
"""Of these, the ones whose rows are compared; from the others comes the order of statements."""
COLUMNS = """
SELECT c.relname::text, c.relkind = 'r', array_agg(a.attname::text)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped
GROUP BY c.relname, c.relkind
"""
REST = "*"
NEWEST = 99
"""Whatever the highest major version is of which there is a query."""
ANEW = next(f.default for f in fields(Kind) if f.name == "alter")
ALTER_TABLE = frozenset({"alter_table", "changed_options"})
"""What kinds share that writes ALTER statements."""
BLOCK = re.compile(r"<!-- (\w+) -->\n(.*?)<!-- end -->\n", re.DOTALL)


# The list


@dataclass(frozen=True)
class Reason:
    """Why some columns of a table are not compared; REST is whatever no kind compares."""

    table: str
    columns: tuple[str, ...]
    why: str


@cache
def listed() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """coverage.toml as it stands."""
    return tomllib.loads((FOLDER / "coverage.toml").read_text("utf-8"))


def reasons(section: str) -> tuple[Reason, ...]:
    """A list of columns that are not compared: ``beside`` or ``left_out``."""
    return tuple(
        Reason(table, tuple(columns.split()), why)
        for table, said in listed()[section].items()
        for columns, why in said.items()
    )


def shown(section: str, names: Iterable[str]) -> frozenset[Column]:
    """The columns that these functions (``shown_by``) or views (``view``) show."""
    found = (listed()[section].get(name, {}).items() for name in names)
    return frozenset((table, c) for said in found for table, columns in said for c in columns.split())


# What is, and what is read


@dataclass(frozen=True)
class Coverage:
    """One server's catalog, and what becomes of its columns."""

    major: int
    catalog: Catalog
    columns: frozenset[Column]
    """Those of tables."""
    compared: frozenset[Column]
    beside: frozenset[Column]
    calls: frozenset[str]
    views: frozenset[str]


def covered(major: int, found: Iterable[tuple[str, bool, list[str]]]) -> Coverage:
    """What the queries for this major version read of a catalog."""
    found = list(found)
    catalog = {name: frozenset(columns) for name, _, columns in found}
    rest = {path.stem: reads(path.read_text("utf-8"), catalog) for path in READ_BESIDE_THE_KINDS}
    everything = [reads(sql, catalog) for sql in queries(major).values()]
    everything += [r if name in COMPARED else Reads(frozenset(), r.compared | r.beside) for name, r in rest.items()]
    whole = reduce(or_, everything)
    views = {name for name, is_table, _ in found if not is_table} & {t for t, _ in whole.compared | whole.beside}
    compared = whole.compared | shown("shown_by", whole.calls) | shown("view", views)
    columns = frozenset((name, c) for name, is_table, columns in found if is_table for c in columns)
    return Coverage(major, catalog, columns, compared & columns, whole.beside - compared, whole.calls, frozenset(views))


@pytest.fixture(scope="module")
def running() -> list[Coverage]:
    """Each server that tests run on."""
    with ExitStack() as stack:
        servers = [Server(stack.enter_context(own.embedded(Need(ScratchSettings(), m))).admin, m) for m in MAJORS]
        if url := os.environ.get("DIFFTOOL_TEST_URL"):
            with session(Conninfo.parse(url)) as connection:
                servers.append(Server(Conninfo.parse(url), read_server(connection).major))
        return [covered(s.major, _columns(s)) for s in servers]


def _columns(server: Server) -> list[tuple[str, bool, list[str]]]:
    with session(server.admin) as connection:
        return rows(connection, COLUMNS)


# What the document says


def tables_of() -> Mapping[str, str]:
    """Each table of docs/coverage.md by its name."""
    shown_by = [(name, table, words) for name, said in listed()["shown_by"].items() for table, words in said.items()]
    listed_by = {
        section: _table("table", "columns", "why", rows=((r.table, _said(r.columns), r.why) for r in reasons(section)))
        for section in ("beside", "left_out")
    }
    return {
        "kinds": _table("kind", "what it is", "when it differs", "read from", rows=map(_kind, KINDS())),
        "shown_by": _table(
            "function", "table", "columns", rows=((f"`{f}`", t, _code(w.split())) for f, t, w in shown_by)
        ),
        **listed_by,
    }


def regenerated(text: str) -> str:
    """The text with every table as the kinds and coverage.toml have it."""
    found = tables_of()
    return BLOCK.sub(lambda m: f"<!-- {m[1]} -->\n{found[m[1]]}<!-- end -->\n", text)


def _table(*head: str, rows: Iterable[Iterable[str]]) -> str:
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (head, ["---"] * len(head), *rows))


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{w}`" for w in words)


def _said(columns: tuple[str, ...]) -> str:
    return "whatever no kind compares" if columns == (REST,) else _code(columns)


def _kind(name: str) -> tuple[str, str, str, str]:
    module, query = import_module(f"difftool.kinds.{name}"), queries(NEWEST).get(name)
    read = ", ".join(sorted(tables(query))) if query else "with its object"
    return f"`{name}`", _what(query, module, _since(name)), ", ".join(_when_it_differs(name, module, query)), read


def _what(query: str | None, module: ModuleType, since: int) -> str:
    """The first sentence of the query's comment, or of the module's docstring."""
    comment = " ".join(re.findall(r"^-- (?!https:)(.*)", query or "", re.MULTILINE)) or inspect.getdoc(module) or ""
    sentence = re.split(r"\.(?:\s|$)|: https", comment)[0].replace("``", "`")
    return f"{sentence} (from PostgreSQL {since})" if since else sentence


def _since(name: str) -> int:
    """The first major version that has this kind; 0 for what all have."""
    found = (f.stem.partition(".") for f in FOLDER.glob("*.sql"))
    return min((int(since or 0) for kind, _, since in found if kind == name), default=0)


def _when_it_differs(name: str, module: ModuleType, query: str | None) -> Iterator[str]:
    """What becomes of an object that is on both sides."""
    if query and not attributes(query) - TAKEN_OUT:
        yield "cannot"
        return
    alter, code = KINDS()[name].alter, list(ast.walk(ast.parse(inspect.getsource(module))))
    texts = [n.value for n in code if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    named = {n.id for n in code if isinstance(n, ast.Name)}
    replaces = any("OR REPLACE" in text for text in texts)
    alters = any(text.startswith("ALTER ") for text in texts) or bool(named & ALTER_TABLE)
    if alter is not ANEW and (alters or not replaces):
        yield "altered"
    if replaces:
        yield "replaced"
    if alter is ANEW or "None" in str(inspect.signature(alter).return_annotation):
        yield "made anew"
    if "Refused" in named:
        yield "refused"


# Tests


def test_every_column_is_compared_or_has_a_reason(running: list[Coverage]) -> None:
    beside, left_out = ({(r.table, c) for r in reasons(s) for c in r.columns} for s in ("beside", "left_out"))
    for server in running:
        accounted = server.compared | left_out | (beside & server.beside)
        missing = {f"{t}.{c}" for t, c in server.columns - accounted if not {(t, REST)} & (beside | left_out)}
        assert not missing, f"PostgreSQL {server.major}: no kind compares them and coverage.toml has no reason"


@pytest.mark.parametrize("reason", reasons("left_out"), ids=lambda r: f"{r.table}: {' '.join(r.columns)}")
def test_what_is_left_out_is_there_and_is_not_read(reason: Reason, running: list[Coverage]) -> None:
    for column in _named(reason, running):
        assert not [s.major for s in running if column in s.compared | s.beside], f"{column} is read"


@pytest.mark.parametrize("reason", reasons("beside"), ids=lambda r: f"{r.table}: {' '.join(r.columns)}")
def test_what_is_kept_beside_is_there_and_is_read(reason: Reason, running: list[Coverage]) -> None:
    for column in _named(reason, running):
        assert [s.major for s in running if column in s.beside], f"{column} is compared, or is not read"


def _named(reason: Reason, running: list[Coverage]) -> list[Column]:
    """The columns of a reason, all of which exist somewhere; none for the rest of a table, of which there is some."""
    columns = {c for s in running for c in s.columns if c[0] == reason.table}
    if reason.columns == (REST,):
        assert columns - {c for s in running for c in s.compared}, f"{reason.table}: all of it is compared"
        return []
    named = [(reason.table, c) for c in reason.columns]
    assert columns.issuperset(named), f"{reason.table} has no {', '.join(c for _, c in named if (_, c) not in columns)}"
    return named


def test_what_functions_and_views_show_is_said(running: list[Coverage]) -> None:
    called = frozenset().union(*(s.calls for s in running))
    assert set(listed()["shown_by"]) == {c for c in called if c.startswith("pg_get_")}
    assert set(listed()["view"]) == set().union(*(s.views for s in running))
    every = set().union(*(s.columns for s in running))
    assert shown("shown_by", listed()["shown_by"]) | shown("view", listed()["view"]) <= every


@pytest.mark.parametrize(
    ("sql", "compared", "beside"),
    [
        ("SELECT c.relname FROM pg_class c -- c.relkind", "pg_class.relname", ""),
        ("SELECT 'c.relkind', relname FROM pg_class", "pg_class.relname", ""),
        ("SELECT c.relname FROM pg_class c WHERE c.relkind = 'v' AND NOT c.relispartition", "pg_class.relname", "pg_class.relkind pg_class.relispartition"),
        ("SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace", "pg_namespace.nspname pg_namespace.oid pg_class.relnamespace", ""),
        ("SELECT json_build_object('kind', c.relkind, '_rows', c.reltuples, 'after', c.relam) FROM pg_class c", "pg_class.relkind", "pg_class.reltuples pg_class.relam"),
        ("SELECT to_jsonb(c) ->> 'relname', to_jsonb(c) ->> 'new', '{}'::json ->> 'relkind' FROM pg_class c", "pg_class.relname", ""),
        ("SELECT x.a FROM pg_class c CROSS JOIN LATERAL (SELECT j ->> 'relname' FROM to_jsonb(c) AS j) AS x(a)", "pg_class.relname", ""),
        ("SELECT (SELECT json_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0) FROM pg_class c", "pg_attribute.attname pg_attribute.attrelid pg_class.oid", "pg_attribute.attnum"),
        ("WITH pg_class AS (SELECT 1 AS relkind) SELECT relkind FROM pg_class", "", ""),
        ("SELECT c.relkind FROM (SELECT 'r' AS relkind) AS c, pg_class", "", ""),
        ("SELECT c.* FROM pg_class c", "", ""),
        ("SELECT ts_stat(CASE WHEN true THEN 'SELECT relname FROM pg_class WHERE relkind = ''r''' END)", "pg_class.relname", "pg_class.relkind"),
    ],
)  # fmt: skip
def test_what_counts_as_read(sql: str, compared: str, beside: str) -> None:
    catalog = {
        "pg_class": frozenset("oid relname relkind relnamespace relispartition reltuples relam".split()),
        "pg_namespace": frozenset(["oid", "nspname"]),
        "pg_attribute": frozenset("attrelid attname attnum".split()),
    }
    found = reads(sql, catalog)
    assert {f"{t}.{c}" for t, c in found.compared} == set(compared.split())
    assert {f"{t}.{c}" for t, c in found.beside} == set(beside.split())


def test_the_document_is_as_generated() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert [m[1] for m in BLOCK.finditer(text)] == list(tables_of())
    assert regenerated(text) == text, REGENERATE


if __name__ == "__main__":
    DOCUMENT.write_text(regenerated(DOCUMENT.read_text("utf-8")), encoding="utf-8")
