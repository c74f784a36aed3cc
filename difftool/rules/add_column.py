"""ADD COLUMN writes the whole table anew when each row needs a value of its own: volatile default, identity, stored.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a, nodes, strings
from difftool.rules.constraints import is_serial
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.numbering import unnumbered
from difftool.rules.registry import rule
from difftool.rules.typechange import constrained
from difftool.rules.words import rewritten

KEPT = "add a plain column, fill it in batches, and keep it by a trigger: no column can become a generated one later"
NUMBERED = "add it with DEFAULT nextval(…), and ADD GENERATED … AS IDENTITY once the old rows are filled in batches"


@rule("add-column", "AT_AddColumn")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A new column whose value cannot be one constant for all the rows that are there."""
    table = context.relation_of_table()
    found = reason(node.def_, context)
    if not context.busy(table) or not found:
        return
    why, safe = found
    big, name = context.shown(table, only=context.only), node.def_.colname
    if (otherwise := unlike(table, context) or unnumbered(node, table, context)) and safe.endswith("in batches"):
        safe = f"{safe}, which is left to you, for {otherwise}"
    yield Hazard(
        "rewrites-table",
        f'{rewritten(big)}, because column "{name}" {why}; {safe}',
    )
    yield Hazard("blocks-reads", f"blocks reads and writes on {big} until it is rewritten; {safe}")


def unlike(table: Relation, context: Context) -> str:
    """Why an UPDATE in batches would do something else than one statement, in words; "" where it would not."""
    family = context.family(table, only=context.only)
    if context.only or (table.kind == "r" and len(family) > 1):
        return "other tables inherit from it"
    return next((member.on_update for member in family if member.on_update), "")


def reason(column: Node, context: Context) -> tuple[str, str] | None:
    """Why each row needs a value of its own, and the safe way; None when one constant serves all."""
    for constraint in column.constraints or ():
        kind = constraint.contype.name
        if kind == "CONSTR_IDENTITY":
            return "numbers every row", NUMBERED
        if kind == "CONSTR_GENERATED" and constraint.generated_kind == "s":
            return "is stored for every row", KEPT
        if kind == "CONSTR_DEFAULT" and volatile(constraint.raw_expr, context):
            return (
                "has a default that differs from row to row",
                "add it without default, SET DEFAULT, then fill the old rows in batches",
            )
    if is_serial(column.typeName):
        return "numbers every row", "add it as integer, SET DEFAULT nextval(…), then fill the old rows in batches"
    if column.typeName and constrained(context.type(column.typeName), context):
        return (
            "has a domain whose constraint every row is checked against",
            "add it with the domain's base type and a CHECK NOT VALID, then VALIDATE CONSTRAINT in a later transaction",
        )
    return None


def volatile(expression: Node, context: Context) -> bool:
    """True when two rows may get different values; a function that nobody knows is taken to be volatile."""
    for node in nodes(expression):
        if is_a(node, "FuncCall") and context.volatile(node.funcname):
            return True
        if (
            is_a(node, "A_Expr")
            and strings(node.name)[-1:]
            and strings(node.name)[-1] in context.facts.volatile_operators
        ):
            return True
    return False
