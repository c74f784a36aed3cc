"""Which columns of pg_catalog a query reads, found in PostgreSQL's own parse tree of it.

A column counts as compared when it reaches what the query shows, or when a join follows it to something else. One that
only stands in a condition (``WHERE c.relkind = 'v'``), or in a value that is not compared (``'_position', a.attnum``),
is kept beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pglast.ast import Node as AnyNode

from difftool.parse import Node, is_a, nodes, parse, strings

Column = tuple[str, str]
"""A table or view of pg_catalog, and one of its columns."""
Catalog = Mapping[str, frozenset[str]]
"""The tables and views of pg_catalog, and the columns of each."""
SAYS_SQL = "ts_stat"
"""A function whose argument is a query of its own, where a condition holds."""
NAMES_VALUES = "json_build_object"
ORDER_ONLY = ("needs", "after")
"""What a kind's data says of dependencies, and is not compared; nor is what begins with "_"."""


@dataclass(frozen=True)
class Reads:
    """What a query reads."""

    compared: frozenset[Column] = frozenset()
    beside: frozenset[Column] = frozenset()
    calls: frozenset[str] = frozenset()
    """The functions that it calls."""

    def __or__(self, other: Reads) -> Reads:
        return Reads(self.compared | other.compared, self.beside | other.beside, self.calls | other.calls)


@dataclass(frozen=True)
class _Scope:
    """What stands in a FROM, by alias, and the queries around it."""

    above: _Scope | None = None
    tables: Mapping[str, str] = field(default_factory=dict)
    """ "" for a subquery or a function: what that shows is found where it stands."""
    rows: Mapping[str, str] = field(default_factory=dict)
    """What is a table's row as JSON: ``to_jsonb(c) AS j``."""
    common: frozenset[str] = frozenset()
    """The WITH queries that it can name."""
    beside: bool = False

    def table(self, alias: str) -> str:
        if alias in self.tables:
            return self.tables[alias]
        return self.above.table(alias) if self.above else ""

    def row(self, node: Node) -> str:
        """The table that an expression has a row of, as JSON, or ""."""
        if _call(node) == "to_jsonb" and is_a(node.args[0], "ColumnRef"):
            return self.table(strings(node.args[0].fields)[0])
        if not is_a(node, "ColumnRef"):
            return ""
        return self.rows.get(strings(node.fields)[0]) or (self.above.row(node) if self.above else "")

    def column(self, words: tuple[str, ...], catalog: Catalog) -> Column:
        """What a reference means, if it is a column of pg_catalog."""
        if len(words) > 1:
            return self.table(words[-2]), words[-1]
        found = next((t for t in self.tables.values() if words[0] in catalog.get(t, ())), "")
        return self.above.column(words, catalog) if not found and self.above else (found, words[0])


def reads(sql: str, catalog: Catalog) -> Reads:
    """What a query reads, with the queries in its strings."""
    found = Reads()
    for statement in _parsed(sql):
        for node, scope in _scoped(statement, _Scope()):
            columns = frozenset(c for c in _columns(node, scope, catalog) if c[1] in catalog.get(c[0], ()))
            calls = frozenset({_call(node)} - {""})
            found |= Reads(frozenset(), columns, calls) if scope.beside else Reads(columns, frozenset(), calls)
            for text in _said(node):
                found |= reads(text, catalog)
    return found


def tables(sql: str) -> frozenset[str]:
    """The tables and views that a query reads, by name."""
    every = list(nodes(_parsed(sql)))
    common = {n.ctename for n in every if is_a(n, "CommonTableExpr")}
    found = frozenset(n.relname for n in every if is_a(n, "RangeVar")) - common
    return found.union(*(tables(text) for node in every for text in _said(node)))


def attributes(sql: str) -> frozenset[str]:
    """The names of the values in a query's JSON, but for those that are kept beside."""
    return frozenset(
        name for node in nodes(_parsed(sql)) for name, _ in _values(node) if name and not name.startswith("_")
    )


def _parsed(sql: str) -> tuple[Node, ...]:
    found = parse(sql)
    assert found, f"PostgreSQL does not read this:\n{sql}"
    return found


def _columns(node: Node, scope: _Scope, catalog: Catalog) -> Iterator[Column]:
    if is_a(node, "ColumnRef") and not is_a(node.fields[-1], "A_Star"):
        yield scope.column(strings(node.fields), catalog)
    elif is_a(node, "A_Expr") and strings(node.name) == ("->>",) and (table := scope.row(node.lexpr)):
        yield table, node.rexpr.val.sval


def _scoped(node: Node, scope: _Scope) -> Iterator[tuple[Node, _Scope]]:
    """A node and everything below it, each with the names that mean something there."""
    if is_a(node, "SelectStmt"):
        scope = _entered(node, scope)
    yield node, scope
    for child, beside in _parts(node):
        yield from _scoped(child, replace(scope, beside=True) if beside else scope)


def _parts(node: Node) -> Iterator[tuple[Node, bool]]:
    """What a node is made of, and whether that is only kept beside."""
    if values := list(_values(node)):
        yield from ((value, name.startswith("_") or name in ORDER_ONLY) for name, value in values)
        return
    conditions = [getattr(node, slot, None) for slot in ("whereClause", "quals")]
    for child in _children(node):
        if any(child is c for c in conditions):
            yield from ((part, not _follows(part)) for part in _single(child))
        else:
            yield child, False


def _values(node: Node) -> Iterator[tuple[str, Node]]:
    """The values that a call makes an object of, each with its name where that is a text."""
    if _call(node) == NAMES_VALUES:
        for key, value in zip(node.args[::2], node.args[1::2], strict=True):
            yield key.val.sval if is_a(key, "A_Const") else "", value


def _single(condition: Node) -> Iterator[Node]:
    """The parts of a condition that AND, OR and NOT join."""
    for part in condition.args if is_a(condition, "BoolExpr") else ():
        yield from _single(part)
    if not is_a(condition, "BoolExpr"):
        yield condition


def _follows(condition: Node) -> bool:
    """Whether a condition leads from columns to others, as a join does."""
    sides = (condition.lexpr, condition.rexpr) if is_a(condition, "A_Expr") else (None,)
    return all(any(is_a(n, "ColumnRef") for n in nodes(side)) for side in sides)


def _entered(select: Node, above: _Scope) -> _Scope:
    common = above.common | {c.ctename for c in (select.withClause.ctes if select.withClause else ())}
    found: dict[str, str] = {}
    rows: dict[str, str] = {}
    scope = _Scope(above, found, rows, common, above.beside)
    for item in _from(select.fromClause or ()):
        alias = item.alias.aliasname if item.alias else ""
        if is_a(item, "RangeVar"):
            found[alias or item.relname] = "" if item.relname in common else item.relname
            continue
        if is_a(item, "RangeFunction") and (table := scope.row(item.functions[0][0])):
            rows[alias] = table
        found[alias] = ""
    return scope


def _from(items: Iterable[Node]) -> Iterator[Node]:
    for item in items:
        yield from _from((item.larg, item.rarg)) if is_a(item, "JoinExpr") else (item,)


def _children(node: Node) -> Iterator[Node]:
    for part in node if isinstance(node, tuple) else [getattr(node, slot) for slot in node]:
        if isinstance(part, AnyNode):
            yield part
        elif isinstance(part, tuple):
            yield from _children(part)


def _call(node: Node) -> str:
    """The function that is called, or ""."""
    return strings(node.funcname)[-1] if is_a(node, "FuncCall") else ""


def _said(node: Node) -> Iterator[str]:
    """The queries that are texts in a query."""
    if _call(node) == SAYS_SQL and is_a(node.args[0], "CaseExpr"):
        yield from (when.result.val.sval for when in node.args[0].args)
