"""Whether the role that connects may run what a plan does to roles and to the database; asked before anything runs.

https://www.postgresql.org/docs/current/sql-alterrole.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING

from difftool import words
from difftool.cluster.state import DATABASE, MEMBERSHIP, ROLE
from difftool.cluster.writing import GRANTORS
from difftool.errors import Refused
from difftool.model import Plan, Statement
from difftool.parse import Node, is_a, parse, quoted
from difftool.pg.connection import rows, session

if TYPE_CHECKING:
    from difftool.pg.conninfo import Conninfo

KINDS = frozenset({ROLE, MEMBERSHIP, DATABASE})
PASSED_ON = {"createdb": "createdb", "isreplication": "replication", "bypassrls": "bypassrls"}
"""Attributes that, since PostgreSQL 16, only who has them gives; before, two of them take a superuser."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a role may do."""

    role: str
    major: int
    superuser: bool
    createrole: bool
    createdb: bool
    replication: bool
    bypassrls: bool
    owns_database: bool
    administers: Collection[str]
    superusers: Collection[str]


def refuse_unless_able(plan: Plan, info: Conninfo) -> None:
    """Raise Refused, naming what is lacking, where the role that connects may not do what the plan does to roles."""
    if sentence := lacking(plan.statements, info):
        raise Refused(sentence, hint="connect as a role that may, or leave --scope out and have roles settled by one")


def lacking(statements: Iterable[Statement], info: Conninfo) -> str:
    """What the role that connects lacks for what is done to roles and the database, as a sentence; "" for nothing."""
    about = [s for s in statements if s.kind in KINDS]
    if not about:
        return ""
    with session(info, read_only=True) as connection:
        text = files("difftool.cluster").joinpath("rights.sql").read_text("utf-8")
        rights = Rights(*rows(connection, text)[0])
    found = () if rights.superuser else tuple(dict.fromkeys(_lacking(about, rights)))
    return f'"{rights.role}" may not run this plan: it lacks {"; ".join(found)}' if found else ""


def _lacking(statements: list[Statement], rights: Rights) -> Iterator[str]:
    for statement in statements:
        for node in parse(statement.sql) or ():
            yield from (f"{what} to {words.title(statement)}" for what in _needs(node, rights))
            if is_a(node, "CreateRoleStmt"):  # who makes a role administers it
                rights = replace(rights, administers=[*rights.administers, node.role])


def _needs(node: Node, rights: Rights) -> Iterator[str]:
    """What one statement asks for and the role does not have."""
    match type(node).__name__:
        case "CreateRoleStmt":
            yield from _of_attributes(node, rights)
            if not rights.createrole:
                yield "CREATEROLE"
        case "AlterRoleStmt":
            yield from _of_attributes(node, rights)
            yield from _over(node.role.rolename, rights)
        case "AlterRoleSetStmt" if node.role.rolename != rights.role:
            yield from _over(node.role.rolename, rights)
        case "CommentStmt" if node.objtype.name == "OBJECT_ROLE":
            yield from _over(node.object.sval, rights)
        case "GrantRoleStmt":
            for granted in node.granted_roles:
                yield from _over(granted.priv_name, rights, administered=True)
        case "AlterRoleSetStmt":
            return
        case _ if not rights.owns_database:
            yield "the rights of the database's owner"
        case "AlterOwnerStmt" if not rights.createdb:
            yield "CREATEDB"


def _of_attributes(node: Node, rights: Rights) -> Iterator[str]:
    for option in node.options or ():
        if option.defname == "superuser" and (option.arg.boolval or is_a(node, "AlterRoleStmt")):
            yield "SUPERUSER"
        elif own := PASSED_ON.get(option.defname):
            if rights.major >= GRANTORS and not getattr(rights, own):
                yield own.upper()
            elif rights.major < GRANTORS and own != "createdb":
                yield "SUPERUSER"


def _over(role: str, rights: Rights, *, administered: bool = False) -> Iterator[str]:
    """What it takes to change a role, or to grant it."""
    if role in rights.superusers:
        yield "SUPERUSER"
    elif administered and role in rights.administers:
        return
    elif not rights.createrole:
        yield "CREATEROLE"
    elif rights.major >= GRANTORS and role not in rights.administers:
        yield f"the ADMIN OPTION of {quoted(role)}"
