"""How the rules ask for rows of the target: under the names that tables have before the plan begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from difftool.parse import Node, is_a, nodes, quoted, strings, written
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.registry import Probe

PLAIN = frozenset(
    "A_ArrayExpr A_Const BoolExpr Boolean BooleanTest CoalesceExpr ColumnRef Float Integer MinMaxExpr NullTest String "
    "TypeCast".split()
)
FUNCTIONS = frozenset("abs btrim char_length length lower ltrim octet_length rtrim upper".split())
TYPES = frozenset("text date uuid json jsonb inet bytea".split())
OPERATORS = frozenset("= <> != < > <= >= + - * / % || ~ ~* !~ !~* ~~ ~~* !~~ !~~*".split())


def harmless(expression: Node) -> bool:
    """Whether an expression of the schema's may be computed on the target: it calls nothing but what only computes.

    The files come with a pull request, and a plan runs none of their code on the target.
    """
    return all(_harmless(node) for node in nodes(expression))


def _harmless(node: Node) -> bool:
    if is_a(node, "FuncCall"):
        return len(node.funcname) == 1 and strings(node.funcname)[0] in FUNCTIONS
    if is_a(node, "A_Expr"):
        return len(node.name) == 1 and strings(node.name)[0] in OPERATORS
    if is_a(node, "TypeName"):
        return strings(node.names)[0] == "pg_catalog" or (len(node.names) == 1 and strings(node.names)[0] in TYPES)
    return is_a(node, *PLAIN)


SAMPLED, SAMPLE = 1024**3, 200 * 1024**2
"""Bytes from which a table is looked at in part, and how many bytes of it then are."""


def those(table: Relation, where: str, context: Context, *, only: bool = False, alias: str = "") -> str:
    """The rows of a table for which something holds; of a big one, those of a sample."""
    name = context.known_as("relation", table.name).sql
    part = sample(context.family(table, only=only))
    return f"SELECT 1 FROM {'ONLY ' if only else ''}{name}{alias}{part} WHERE {where}"


def sample(members: Sequence[Relation]) -> str:
    """What makes a query read some pages of tables that are too big to be read whole."""
    size = sum(member.bytes or 0 for member in members)
    return f" TABLESAMPLE SYSTEM ({100 * SAMPLE / size:.3f})" if size >= SAMPLED else ""


def filled(table: Relation, context: Context) -> bool:
    """Whether the target has this table, and rows in it as far as anybody knows."""
    return context.in_use(table) and any(member.rows != 0 for member in context.family(table))


def duplicates(
    table: Relation, keys: Sequence[str], context: Context, *, where: str = "", nulls: bool = False
) -> Iterator[Probe]:
    """Keys that stand more than once; NULLs are no duplicates unless they are said to be."""
    known = [where] if where else []
    conditions = [f"({c})" for c in (*known, *(() if nulls else (f"{key} IS NOT NULL" for key in keys)))]
    if filled(table, context):
        listed = ", ".join(keys)
        yield Probe(
            f"{those(table, ' AND '.join(conditions) or 'true', context)} GROUP BY {listed} HAVING count(*) > 1",
            f"({listed}) in {table.name.shown}",
            "stand",
            "more than once: it fails; let each be there once",
        )


def key_of(param: Node) -> str:
    """A column of an index as an expression of its table's."""
    if param.name:
        return quoted(param.name)
    expression = written(param.expr)
    return expression if is_a(param.expr, "FuncCall") else f"({expression})"
