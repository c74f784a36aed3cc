"""ALTER DOMAIN with a new or validated constraint reads every table that uses the domain while nobody may write to it.

https://www.postgresql.org/docs/current/sql-alterdomain.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, quoted
from difftool.rules.context import Context
from difftool.rules.registry import Online, online, rule

READS = {"C": "ADD CONSTRAINT", "O": "SET NOT NULL", "V": "VALIDATE CONSTRAINT"}
"""``AlterDomainStmt.subtype`` of what reads the tables; NOT VALID does not, but VALIDATE locks the same way later."""


@rule("domain-constraint", "AlterDomainStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Each table with a column of the domain, or of a domain over it."""
    if node.subtype not in READS or getattr(node.def_, "skip_validation", False):
        return
    name = context.dotted(node.typeName, context.types)
    known = context.types.get(name)
    if known and known.new:
        return
    tables = {table.oid: table for table, _ in context.users(name) if not table.new}
    for table in tables.values():
        yield Hazard(
            "blocks-writes",
            f"blocks writes on {context.shown(table, only=True)}, which uses domain {name.shown}, until every row is "
            "checked; do it in quiet hours: on a domain NOT VALID and VALIDATE only move the lock",
        )
    if not known:
        yield Hazard(
            "blocks-writes",
            f"blocks writes on each table that uses domain {name.shown} until every row is checked; do it in quiet "
            "hours",
        )


@online("AlterDomainStmt")
def not_valid(node: Node, context: Context) -> Online | None:
    """NOT VALID, and VALIDATE CONSTRAINT at the end: it locks the tables all the same, but nothing else meanwhile."""
    constraint, name = node.def_, context.dotted(node.typeName, context.types)
    if node.subtype != "C" or constraint.skip_validation or not constraint.conname or name not in context.types:
        return None
    if context.types[name].new or not any(context.busy(table) for table, _ in context.users(name)):
        return None
    validate = f"ALTER DOMAIN {name.sql} VALIDATE CONSTRAINT {quoted(constraint.conname)}"
    return Online(here=(f"{context.statements[context.position].sql} NOT VALID",), after=(validate,))
