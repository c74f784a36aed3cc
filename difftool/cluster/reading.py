"""Reading roles, memberships and a database's own matters from a server; any role may, and nothing is locked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from difftool.cluster.state import Cluster, Database, Membership, Privilege, Role, Settings
from difftool.pg.connection import rows

if TYPE_CHECKING:
    from difftool.pg.types import Connection

BOOTSTRAP = "SELECT rolname FROM pg_roles WHERE oid = 10"


def read(
    connection: Connection, roles: Collection[str], database: str, names: Mapping[str, str] | None = None
) -> Cluster:
    """The roles of these names that there are, what they are members of, and the database, all as a server has them.

    ``names`` says what stands for what: the answer is in the names that it leads to.
    """
    known = names or {}

    def name(found: str) -> str:
        return known.get(found, found)

    asked = {"roles": sorted(roles), "database": database}
    found = [_role(row, name(row[0])) for row in _ask(connection, "roles", asked)]
    grants = (
        Membership(name(r), name(m), name(g), *options) for r, m, g, *options in _ask(connection, "memberships", asked)
    )
    kept = next(iter(_ask(connection, "database", asked)), None)
    whole = None
    if kept:
        privileges = (Privilege(name(g), p, able, name(by)) for g, p, able, by in kept[5] or ())
        ordered = tuple(sorted(privileges, key=lambda p: (p.grantee, p.privilege, p.grantor)))
        whole = Database(name(kept[0]), name(kept[1]), kept[2], kept[3], _settings(kept[4]), ordered)
    return Cluster({r.name: r for r in found}, tuple(sorted(grants, key=repr)), whole)


def bootstrap(connection: Connection) -> str:
    """The name of the superuser that the cluster was made with."""
    return str(rows(connection, BOOTSTRAP)[0][0])


def _role(row: Sequence[Any], name: str) -> Role:
    *attributes, everywhere, here = row[1:]
    return replace(Role(name, *attributes), settings=_settings(everywhere), here=_settings(here))


def _settings(listed: Sequence[str] | None) -> Settings:
    """Settings as PostgreSQL keeps them, ``name=value``."""
    return tuple(sorted((key, value) for key, _, value in (text.partition("=") for text in listed or ())))


def _ask(connection: Connection, query: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    text = files("difftool.cluster").joinpath(f"{query}.sql").read_text("utf-8")
    return rows(connection, text, asked)
