"""RESTART and setval move a sequence: set back, it gives out numbers that are taken.

https://www.postgresql.org/docs/current/sql-altersequence.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a, nodes, parse, strings
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.registry import rule


@rule("restart-sequence", "AlterSeqStmt", "AT_SetIdentity", "SelectStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """RESTART of a sequence or of an identity column, and every call of setval."""
    if is_a(node, "AlterSeqStmt") and restarts(node.options):
        sequence = context.relation(node.sequence)
        if not sequence.new and not (node.missing_ok and context.missing(sequence)):
            yield moved(f"sequence {sequence.name.shown}")
    elif is_a(node, "AlterTableCmd") and restarts(node.def_):
        table = context.relation_of_table()
        if not table.new and not context.column(table, node.name).new:
            yield moved(f'the sequence behind column "{node.name}" of {table.name.shown}')
    elif is_a(node, "SelectStmt"):
        for call in nodes(node):
            if is_a(call, "FuncCall") and strings(call.funcname)[-1] == "setval" and not new(call, context):
                yield moved(called(call, context))


def restarts(options: Node) -> bool:
    """True when RESTART is among the options."""
    return any(option.defname == "restart" for option in options or ())


def new(call: Node, context: Context) -> bool:
    """True for setval of a sequence that the plan made."""
    sequence = drawn_from(call, context)
    return sequence is not None and sequence.new


def drawn_from(call: Node, context: Context) -> Relation | None:
    """The sequence whose name is the first argument of a call; None where that is no name."""
    found = parse(f"TABLE {argument(call)}") or ()
    named = (context.relation(table) for query in found for table in query.fromClause or ())
    return next(named, None)


def argument(call: Node) -> str:
    """The sequence's name as the call writes it, empty when it is computed."""
    first: Node = call.args[0] if call.args else None
    first = first.arg if is_a(first, "TypeCast") else first
    return first.val.sval if is_a(first, "A_Const") and hasattr(first.val, "sval") else ""


def called(call: Node, context: Context) -> str:
    """How to speak of the sequence of a setval."""
    return f'sequence "{argument(call)}"' if argument(call) else "a sequence"


def moved(what: str) -> Hazard:
    """The hazard in words."""
    return Hazard(
        "data-loss",
        f"loses the position of {what}: set back, it gives out numbers that are taken; compare with its last_value "
        "first",
    )
