"""Where roles are tried: one transaction on a cluster of difftool's own, under stand-in names, always rolled back.

Only statements of ``said`` and ``writing`` run here, as the superuser: none of them has an expression in it, so no code
of the schema can run. A role's settings are only kept: a library that one names is loaded by nobody.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from difftool.cluster.reading import read
from difftool.cluster.said import OWN, reserved, visit
from difftool.cluster.state import Cluster
from difftool.errors import Refused, ScratchError
from difftool.parse import fresh, is_a, printed
from difftool.pg.connection import identifier, run, session
from difftool.pg.types import Error

if TYPE_CHECKING:
    from difftool.pg.types import Connection
    from difftool.scratch.workspace import Workspace

PREFIX = "difftool_c_"
SESSION = ("SET search_path = pg_catalog", "SET TimeZone = 'UTC'", "SET lock_timeout = '30s'")


@dataclass(frozen=True, slots=True)
class StandIns:
    """Throw-away names for a target's roles and its database, and the way back."""

    roles: Mapping[str, str]
    database: str
    """The target's own."""
    throwaway: str
    owner: str
    bootstrap: str
    """The target's first superuser: his grants are nobody's, on any server."""

    @property
    def back(self) -> dict[str, str]:
        """What each stand-in stands for."""
        return {new: old for old, new in self.roles.items()} | {self.throwaway: self.database}

    def sql(self, sql: str) -> str:
        """A statement under the stand-ins' names, without passwords; "" where nothing of it is left.

        Raises ScratchError for what cannot be written again.
        """
        tree = fresh(sql)
        if is_a(tree, "CreateRoleStmt", "AlterRoleStmt"):
            tree.options = tuple(o for o in tree.options or () if o.defname != "password") or None
            if is_a(tree, "AlterRoleStmt") and not tree.options:
                return ""
        if is_a(tree, "GrantRoleStmt") and tree.grantor and (tree.grantor.rolename or self.owner) == self.bootstrap:
            tree.grantor = None
        visit(tree, lambda name: self.roles.get(name, name), self._database, self.owner)
        text = printed(tree)
        if text is None:
            raise ScratchError("a statement about roles cannot be tried: it does not print as it was read", hint=sql)
        return text

    def _database(self, name: str) -> str:
        return self.throwaway if name in (self.database, OWN) else name

    def plain(self, text: str) -> str:
        """A text of the server in the names of the target."""
        for new, old in self.back.items():
            text = text.replace(new, old)
        return text


def stand_ins(roles: Iterable[str], database: str, throwaway: str, owner: str, bootstrap: str) -> StandIns:
    """Names that nobody else has, for every role but PostgreSQL's own."""
    token = secrets.token_hex(6)
    named = {name: f"{PREFIX}{token}_{n}_" for n, name in enumerate(sorted(roles)) if not reserved(name)}
    return StandIns(named, database, throwaway, owner, bootstrap)


def refuse_unless_own(workspace: Workspace) -> None:
    """Raise Refused on any server but difftool's own: what is locked there meanwhile, others wait for."""
    if not workspace.scratch.own or not workspace.server.superuser:
        raise Refused(
            f"roles and databases are compared on a scratch server of difftool's own, not on {workspace.scratch.label}",
            hint="--scratch embedded, local or docker starts one; or leave --scope out",
        )


class Ran(NamedTuple):
    """The statements in the order that ran, and what never did."""

    done: tuple[str, ...]
    failed: Mapping[str, Error]


@dataclass(frozen=True, slots=True)
class Trial:
    """One transaction, and the names in it."""

    connection: Connection
    names: StandIns

    def make(self, roles: Iterable[str]) -> None:
        """Roles of which only the name counts."""
        for role in sorted(roles):
            if role in self.names.roles:
                run(self.connection, f"CREATE ROLE {identifier(self.names.roles[role])}")

    def run(self, statements: Sequence[str]) -> Ran:
        """Run statements of the target; what fails is tried again after the others, until all ran or none moves."""
        done: list[str] = []
        pending = list(statements)
        while pending:
            failed = {sql: error for sql in pending if (error := self._try(sql))}
            done += [sql for sql in pending if sql not in failed]
            if len(failed) == len(pending):
                return Ran(tuple(done), failed)
            pending = list(failed)
        return Ran(tuple(done), {})

    def _try(self, sql: str) -> Error | None:
        text = self.names.sql(sql)
        run(self.connection, "SAVEPOINT one")
        try:
            if text:
                run(self.connection, text)
        except Error as error:
            run(self.connection, "ROLLBACK TO SAVEPOINT one")
            return error
        run(self.connection, "RELEASE SAVEPOINT one")
        return None

    def read(self, roles: Collection[str]) -> Cluster:
        """What stands now of some roles and of the database, in the target's names."""
        asked = {self.names.roles.get(role, role) for role in roles}
        return read(self.connection, asked, self.names.throwaway, self.names.back)


@contextmanager
def trial(workspace: Workspace, names: StandIns) -> Iterator[Trial]:
    """A transaction of the scratch superuser that is rolled back on every way out."""
    with session(workspace.scratch.admin) as connection:
        for sql in SESSION:
            run(connection, sql)
        run(connection, "BEGIN")
        try:
            run(connection, f"COMMENT ON DATABASE {identifier(names.throwaway)} IS NULL")
            yield Trial(connection, names)
        finally:
            if not connection.closed:
                run(connection, "ROLLBACK")
