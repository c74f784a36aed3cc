"""A database as it is: where it stands, who we are there, and its schema, read once by pg_dump."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from difftool.catalog import Catalog
from difftool.clone import read_catalog
from difftool.errors import UsageError
from difftool.ignore import NO_RULES, Rules
from difftool.model import TargetIdentity
from difftool.pg.connection import rows
from difftool.pg.dump import Dumping, Table, find_pg_dump, unreadable
from difftool.pg.pool import lend
from difftool.pg.server import Server, read_server
from difftool.unseen import read_unseen

if TYPE_CHECKING:
    from difftool.pg.conninfo import Conninfo
    from difftool.pg.programs import Program
    from difftool.settings import TargetSettings
    from difftool.unseen import Unseen

RIGHTS = """
SELECT pg_has_role(%s, d.datdba, 'USAGE'), has_database_privilege(%s, d.oid, 'CREATE'), r.rolsuper
FROM pg_database d JOIN pg_roles r ON r.rolname = %s WHERE d.datname = current_database()
"""
"""A superuser has every role's rights."""


@dataclass(frozen=True)
class Now:
    """A database as it is: who we are there, and its catalog, read once by pg_dump."""

    identity: TargetIdentity
    server: Server
    info: Conninfo
    owner: str
    quoted_owner: str
    cluster_roles: frozenset[str]
    owns_database: bool
    """Whether the owner role has the rights of the database's owner: CREATE on the public schema goes with them."""
    creates_schemas: bool
    superuser: bool
    """Whether the owner role is one."""
    program: Program
    unseen: frozenset[Unseen] = frozenset()
    """What its dump does not show."""
    dumping: Dumping | None = None
    rules: Rules = NO_RULES
    """What is ignored in it."""
    without: tuple[Table, ...] = ()
    """Ignored tables that the role may not read: they are in no dump."""

    @cached_property
    def catalog(self) -> Catalog:
        """The schema, by pg_dump, as it is when first asked for, or when it was read if that was begun at once."""
        if self.without and self.dumping:
            self.dumping.cancel()
        dumping = None if self.without else self.dumping
        return read_catalog(self.info, self.server.major, self.program, dumping=dumping, without=self.without)

    def at(self, catalog: Catalog) -> Now:
        """The same database with the schema that it had."""
        past = replace(self, dumping=None)
        vars(past)["catalog"] = catalog
        return past


def read_now(target: TargetSettings, info: Conninfo, dumping: Dumping | None = None, rules: Rules = NO_RULES) -> Now:
    """Connect to a target and learn what it is; raises ConnectionFailed or TargetUnfit.

    ``dumping`` is its schema, already being read: for a check, where nothing has to be waited for first.
    """
    try:
        return _read_now(target, info, dumping, rules)
    except BaseException:
        if dumping:
            dumping.cancel()
        raise


def _read_now(target: TargetSettings, info: Conninfo, dumping: Dumping | None, rules: Rules) -> Now:
    with lend(info) as connection:
        server = read_server(connection)
        server.check_supported()
        owner = target.owner or server.role
        quoted = rows(connection, "SELECT quote_ident(%s)", (owner,))[0][0]
        roles = frozenset(r[0] for r in rows(connection, "SELECT rolname FROM pg_roles"))
        if owner not in roles:
            hint = f"CREATE ROLE {quoted}, or change owner"
            raise UsageError(f'the owner role "{owner}" does not exist on the target', hint=hint)
        unseen = read_unseen(connection)
        without = tuple(t for t in unreadable(connection) if rules.always(("table", *t))) if rules else ()
        owns, creates, superuser = rows(connection, RIGHTS, (owner, owner, owner))[0]
        host, port = connection.info.host or info.host, str(connection.info.port)
    identity = TargetIdentity(
        name=target.name,
        url=info.url(),
        host=host,
        port=port,
        database=server.database,
        user=server.role,
        owner=owner,
        server_version=server.version,
        system_identifier=server.system_identifier,
    )
    program = find_pg_dump(server.major, info)
    rights = (owns, creates, superuser)
    return Now(identity, server, info, owner, quoted, roles, *rights, program, unseen, dumping, rules, without)
