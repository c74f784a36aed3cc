"""ENABLE ROW LEVEL SECURITY hides every row from roles that no policy lets in.

https://www.postgresql.org/docs/current/ddl-rowsecurity.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.registry import rule


@rule("row-security", "AT_EnableRowSecurity", "AT_ForceRowSecurity")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A table in use whose rows were open so far; FORCE takes in the owner."""
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
