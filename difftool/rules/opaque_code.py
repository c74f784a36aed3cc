"""A DO block, a procedure or a function of your own can do anything, and its text is not SQL that a parser understands.

https://www.postgresql.org/docs/current/sql-do.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.emptiness import guarded
from difftool.model import Hazard, Statement
from difftool.parse import Name, Node, is_a, nodes, strings
from difftool.rules.columns import fills
from difftool.rules.context import Context
from difftool.rules.registry import rule

QUERIES = ("SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CreateTableAsStmt", "ExplainStmt")


@rule("opaque-code", "DoStmt", "CallStmt", "ExecuteStmt", *QUERIES)
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Code that is run: DO, CALL, EXECUTE, and volatile functions that are not PostgreSQL's own."""
    if is_a(node, "DoStmt"):
        if guarded(statement.sql):
            return
        yield from anything("a DO block")
    elif is_a(node, "CallStmt"):
        yield from anything(f"procedure {shown(node.funccall.funcname)}")
    elif is_a(node, "ExecuteStmt"):
        yield from anything(f'prepared statement "{node.name}"')
    elif not fills(node):
        for call in nodes(node):
            if is_a(call, "FuncCall") and context.overloads(call.funcname) != [] and context.volatile(call.funcname):
                yield from anything(f"function {shown(call.funcname)}")


def shown(parts: Node) -> str:
    """A called function's name in a sentence."""
    return Name(".".join(strings(parts)[:-1]), strings(parts)[-1]).shown


def anything(what: str) -> Iterator[Hazard]:
    """The worst that code can do, in words."""
    yield Hazard("data-loss", f"runs {what}, which may delete or overwrite rows; read its code before you allow it")
    yield Hazard(
        "blocks-reads", f"runs {what}, which may lock any table until it ends; read its code before you allow it"
    )
    yield Hazard("breaks-clients", f"runs {what}, which may change what clients use; read its code before you allow it")
