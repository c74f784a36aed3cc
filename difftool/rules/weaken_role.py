"""ALTER ROLE can take from a role what its sessions live on: LOGIN, SUPERUSER, its last connection.

https://www.postgresql.org/docs/current/sql-alterrole.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.context import Context
from difftool.rules.registry import rule
from difftool.rules.words import listed

TAKEN = {
    "superuser": "SUPERUSER",
    "inherit": "INHERIT",
    "createrole": "CREATEROLE",
    "createdb": "CREATEDB",
    "isreplication": "REPLICATION",
    "bypassrls": "BYPASSRLS",
}


@rule("weaken-role", "AlterRoleStmt", "GrantRoleStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """An attribute that is taken away, a role that nobody may connect as, a membership that gives less than before."""
    if is_a(node, "GrantRoleStmt"):
        yield from _less_of_a_membership(node, statement)
        return
    if not node.role.rolename:
        return
    off = {o.defname for o in node.options or () if getattr(o.arg, "boolval", None) is False}
    shut = "canlogin" in off or any(o.defname == "connectionlimit" and _is_zero(o.arg) for o in node.options or ())
    if shut:
        yield Hazard(
            "breaks-clients",
            f'nobody can connect as "{node.role.rolename}" once this commits; sessions that are open go on',
        )
    if lost := [word for name, word in TAKEN.items() if name in off]:
        yield Hazard(
            "breaks-clients",
            f'takes {listed(lost)} from "{node.role.rolename}": what it may do only by that fails once this commits',
        )


def _less_of_a_membership(node: Node, statement: Statement) -> Iterator[Hazard]:
    """A membership that there is already, without INHERIT or SET from now on."""
    off = [o.defname.upper() for o in node.opt or () if getattr(o.arg, "boolval", None) is False]
    lost = [word for word in off if word in ("INHERIT", "SET")]
    if node.is_grant and statement.action == "alter" and lost:
        yield Hazard(
            "breaks-clients",
            f"takes {listed(lost)} from the membership {statement.name}: what lives on it fails once this commits",
        )


def _is_zero(value: Node) -> bool:
    return is_a(value, "Integer") and not value.ival
