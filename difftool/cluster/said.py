"""What the files say of the cluster, as far as ``scope`` takes it in: which statements, about which roles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from difftool.cluster.state import DATABASE, ROLES, Compared, Membership
from difftool.errors import SchemaError
from difftool.parse import fresh, is_a, nodes
from difftool.steps import Step

OWN = "current_database"
"""In these statements, a database of this name is the target's own, whatever that is called."""
ASPECT = {
    "AlterDatabaseSetStmt": "settings",
    "AlterDatabaseStmt": "connection_limit",
    "AlterOwnerStmt": "owner",
    "CommentStmt": "comment",
    "GrantStmt": "privileges",
}
"""What of a database a statement is about."""
MEMBERS = frozenset({"rolemembers", "adminmembers"})
"""The options of CREATE and ALTER ROLE that make others members of the role."""


@dataclass(frozen=True, slots=True)
class Said:
    """The statements that are taken in, and what they are about."""

    steps: tuple[Step, ...]
    created: frozenset[str]
    """Roles that the files create: what they do not say of these is as CREATE ROLE leaves it."""
    named: frozenset[str]
    """Every role that must exist."""
    compared: Compared
    passwords: Mapping[str, str]
    """What the files say of them; only a role that is created is given one."""
    dropped: tuple[tuple[str, str], ...] = ()
    """(role, file:line) of DROP ROLE."""

    def __bool__(self) -> bool:
        return bool(self.steps or self.dropped)


def said(steps: Iterable[Step], scope: Collection[str], database: str, owner: str) -> Said:
    """What the files say of a cluster for a database and its owner; raises SchemaError for a role created twice."""
    own = frozenset({database, OWN})
    steps = tuple(steps)
    taken = tuple(s for s in steps if _takes(s, scope, own))
    created: dict[str, Step] = {}
    for step in taken:
        if step.tag == "CreateRoleStmt" and (first := created.setdefault(step.node.role, step)) is not step:
            raise SchemaError(
                f"role {step.node.role} is defined twice: {first.where} and {step.where}",
                hint="keep one of the two definitions",
            )
    compared = Compared(
        frozenset(name for s in taken for name in _about(s.node, owner)),
        frozenset(ASPECT[s.tag] for s in taken if _about_database(s)),
        frozenset(label for s in taken for label in _granted_by(s.node, owner)),
    )
    gone = tuple(
        (r.rolename, s.where) for s in steps if ROLES in scope and s.tag == "DropRoleStmt" for r in s.node.roles
    )
    return Said(
        taken, frozenset(created), named((s.sql for s in taken), owner), compared, _passwords(taken, owner), gone
    )


def visit(tree: Any, role: Callable[[str], str], database: Callable[[str], str], owner: str) -> None:
    """Put each name of a role or database in a tree through ``role`` or ``database``; CURRENT_USER is the owner."""
    for node in tuple(nodes(tree)):
        match type(node).__name__:
            case "RoleSpec" if node.rolename or node.roletype.name != "ROLESPEC_PUBLIC":
                node.rolename = role(node.rolename or owner)
                node.roletype = type(node.roletype).ROLESPEC_CSTRING
            case "CreateRoleStmt":
                node.role = role(node.role)
            case "GrantRoleStmt":
                for granted in node.granted_roles:
                    granted.priv_name = role(granted.priv_name)
            case "CommentStmt" | "AlterOwnerStmt":
                rename = role if _object(node) == "OBJECT_ROLE" else database
                node.object.sval = rename(node.object.sval)
            case "AlterDatabaseStmt" | "AlterDatabaseSetStmt":
                node.dbname = database(node.dbname)
            case "AlterRoleSetStmt" if node.database:
                node.database = database(node.database)
            case "GrantStmt":
                for item in node.objects:
                    item.sval = database(item.sval)
            case _:
                pass


def reserved(name: str) -> bool:
    """True for the roles that PostgreSQL brings itself: each server has them, and nobody may change them."""
    return name.startswith("pg_")


def _takes(step: Step, scope: Collection[str], own: frozenset[str]) -> bool:
    """Whether a statement is about what ``scope`` names; of a database, whether that is the target's own."""
    node = step.node
    if _about_database(step):
        return DATABASE in scope and _databases(node) <= own and _only_limit(node)
    if ROLES not in scope:
        return False
    match step.tag:
        case "CreateRoleStmt":
            return True
        case "AlterRoleStmt":
            return not reserved(node.role.rolename or "")
        case "AlterRoleSetStmt":
            return node.role is not None and (not node.database or node.database in own) and _is_value(step)
        case "GrantRoleStmt":
            return not any(reserved(r.rolename or "") for r in node.grantee_roles)
        case "CommentStmt":
            return _object(node) == "OBJECT_ROLE"
        case _:
            return False


def _about_database(step: Step) -> bool:
    if step.tag in ("AlterDatabaseSetStmt", "AlterDatabaseStmt"):
        return _is_value(step)
    return step.tag in ASPECT and _object(step.node) == "OBJECT_DATABASE"


def _is_value(step: Step) -> bool:
    """Raises SchemaError for SET … FROM CURRENT: what a session happens to have is no desired state."""
    setting = getattr(step.node, "setstmt", None)
    if setting and setting.kind.name == "VAR_SET_CURRENT":
        raise SchemaError(f"{step.where}: {setting.name} FROM CURRENT says no value", hint="write the value")
    return True


def _only_limit(node: Any) -> bool:
    """Of ALTER DATABASE, only the connection limit is taken in."""
    return not is_a(node, "AlterDatabaseStmt") or all(o.defname == "connection_limit" for o in node.options or ())


def _object(node: Any) -> str:
    return str(getattr(getattr(node, "objtype", None) or getattr(node, "objectType", None), "name", ""))


def _databases(node: Any) -> set[str]:
    match type(node).__name__:
        case "AlterDatabaseStmt" | "AlterDatabaseSetStmt":
            return {node.dbname}
        case "GrantStmt":
            return {item.sval for item in node.objects}
        case _:
            return {node.object.sval}


def _about(node: Any, owner: str) -> Iterator[str]:
    """The roles whose state a statement changes: of a membership, the member."""
    match type(node).__name__:
        case "CreateRoleStmt":
            yield node.role
        case "AlterRoleStmt" | "AlterRoleSetStmt":
            yield node.role.rolename or owner
        case "GrantRoleStmt":
            yield from (r.rolename or owner for r in node.grantee_roles)
        case "CommentStmt" if _object(node) == "OBJECT_ROLE":
            yield node.object.sval
        case _:
            pass
    for option in getattr(node, "options", None) or ():
        if option.defname in MEMBERS:
            yield from (r.rolename or owner for r in option.arg)


def _granted_by(node: Any, owner: str) -> Iterator[str]:
    """The labels of the memberships whose grantor a statement names."""
    if is_a(node, "GrantRoleStmt") and node.grantor:
        grantor = node.grantor.rolename or owner
        for role in node.granted_roles:
            yield from (
                Membership(role.priv_name, r.rolename or owner, grantor).label(by=True) for r in node.grantee_roles
            )


def named(statements: Iterable[str], owner: str) -> frozenset[str]:
    """Every role that statements name."""
    found: set[str] = set()
    for sql in statements:
        visit(fresh(sql), partial(_remember, found), str, owner)
    return frozenset(found)


def _remember(found: set[str], name: str) -> str:
    found.add(name)
    return name


def _passwords(steps: Iterable[Step], owner: str) -> dict[str, str]:
    """The last password that the files say of each role."""
    found: dict[str, str] = {}
    for node in (s.node for s in steps if s.tag in ("CreateRoleStmt", "AlterRoleStmt")):
        role = node.role if is_a(node, "CreateRoleStmt") else node.role.rolename or owner
        for option in node.options or ():
            if option.defname == "password":
                found[role] = option.arg.sval if option.arg else ""
    return found
