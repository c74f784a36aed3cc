"""Another search_path, or another role to begin with: the same query means something else in the next session.

https://www.postgresql.org/docs/current/config-setting.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a, quoted
from difftool.rules.context import Context
from difftool.rules.registry import rule

MEANING = frozenset({"search_path", "role", "default_transaction_read_only"})
"""Settings that decide what a query means, or whether it runs at all."""


@rule("session-default", "AlterRoleSetStmt", "AlterDatabaseSetStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """One of these settings, set or taken back, for a role or a database that was there before."""
    setting = node.setstmt
    if setting.name not in MEANING and setting.kind.name != "VAR_RESET_ALL":
        return
    whose = "the database" if is_a(node, "AlterDatabaseSetStmt") else "all roles"
    if is_a(node, "AlterRoleSetStmt") and node.role:
        if context.made_before("role", quoted(node.role.rolename or "")):
            return
        whose = f'"{node.role.rolename or "the current role"}"'
    what = setting.name or "value of their settings"
    yield Hazard(
        "breaks-clients",
        f"sessions of {whose} that begin once this commits have another {what}: the same query may find other tables, "
        "or fail; sessions that are open, as in a pool, keep the old one",
    )
