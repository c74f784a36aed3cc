"""A statement that the parser of PostgreSQL 18 does not accept may be anything: it gets the worst hazards, not none.

https://www.postgresql.org/docs/current/sql-syntax.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node
from difftool.rules.context import Context
from difftool.rules.registry import UNPARSABLE, rule


@rule("unparsable", UNPARSABLE)
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Every statement without a parse tree."""
    yield Hazard("data-loss", "unparsable, so it may delete or overwrite rows; read it before you allow it")
    yield Hazard("blocks-reads", "unparsable, so it may lock any table until it ends; read it before you allow it")
    yield Hazard("breaks-clients", "unparsable, so it may change what clients use; read it before you allow it")
