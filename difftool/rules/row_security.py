"""ENABLE ROW LEVEL SECURITY hides every row from roles that no policy lets in; so does DROP POLICY.

https://www.postgresql.org/docs/current/ddl-rowsecurity.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.context import Context
from difftool.rules.registry import rule
from difftool.rules.words import lasting


@rule("row-security", "AT_EnableRowSecurity", "AT_ForceRowSecurity", "DropStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A table in use whose rows were open so far; FORCE takes in the owner. A policy dropped and not made again."""
    if is_a(node, "DropStmt"):
        if node.removeType.name == "OBJECT_POLICY":
            for item in node.objects:
                yield from policy(item, context)
        return
    table = context.relation_of_table()
    if not context.in_use(table):
        return
    if node.subtype.name == "AT_ForceRowSecurity":
        yield Hazard(
            "breaks-clients",
            f"hides the rows of {context.shown(table)} from its owner too, as far as no policy shows them, once this "
            "commits; "
            "create the owner's policies first",
        )
    elif not table.row_security:
        yield Hazard(
            "breaks-clients",
            f"hides the rows of {context.shown(table)} from all but its owner and superusers, as far as no policy "
            "shows "
            "them, once this commits; create the policies first",
        )


def policy(item: Node, context: Context) -> Iterator[Hazard]:
    """One policy of a table whose rows it decides on."""
    *table_name, last = item
    table, name = context.relation(tuple(table_name)), last.sval
    if not context.in_use(table) or not table.row_security:
        return
    if any(together for _, together in context.commands_later(table, "AT_DisableRowSecurity")):
        return
    made = ((n, together) for n, together in context.nodes_later("CreatePolicyStmt") if n.policy_name == name)
    found = [together for node, together in made if context.relation(node.table).name == table.name]
    if not any(found):
        when = lasting(False if found else None, "creates it again")
        yield Hazard(
            "breaks-clients",
            f'policy "{name}" of {table.name.shown} is gone {when}: rows that it alone let through are '
            "hidden, rows that it alone kept back are shown; create what replaces it in the same transaction",
        )
