"""One run's databases on a scratch server, and the ordinary role that schema code runs as.

The sandbox: files and plans run on a connection that logged in as ``role``, a member of nothing but NOLOGIN roles that
difftool made here. After SET ROLE or SET SESSION AUTHORIZATION from a superuser, RESET would give the superuser back.

Who is alive is told by advisory locks held in the maintenance database: a database or role whose lock can be had
belongs to a run that ended, and is swept away by the next one.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from difftool.errors import Refused, ScratchError
from difftool.pg.connection import connect, identifier, literal, rows, run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.interrupt import undisturbed
from difftool.pg.server import Server, read_server
from difftool.scratch.provider import Scratch

if TYPE_CHECKING:
    from difftool.pg.types import Connection

PREFIX = "difftool_s_"
MARK_SCRATCH = "difftool scratch"
MARK_DESIRED = "difftool desired"
MARK_ROLE = "difftool role"
IN_USE, TURN = 0x646966667400, 0x646966667402
"""Advisory locks: shared by every run at work; held by the one that makes or changes what runs share."""
KEEP_DAYS, KEEP_MOST = 14, 20

MARKED = """
SELECT d.datname, shobj_description(d.oid, 'pg_database'), pg_has_role(d.datdba, 'USAGE') FROM pg_database d
WHERE starts_with(d.datname, %s) ORDER BY 1
"""
MADE_ROLES = """
SELECT r.rolname, r.rolcanlogin FROM pg_roles r
WHERE shobj_description(r.oid, 'pg_authid') = %s ORDER BY 1
"""
SUBSCRIPTIONS = """
SELECT subname FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass(frozen=True, slots=True)
class Database:
    """A scratch database, reached as the server's administrator and as the ordinary role."""

    name: str
    admin: Conninfo
    user: Conninfo


def token_for(text: str) -> str:
    """A name of 16 hexadecimal digits that stands for ``text``."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass
class Workspace:
    """What one run uses of a scratch server; ``open_workspace`` makes it and cleans up after it."""

    scratch: Scratch
    server: Server
    maintenance: Connection
    token: str
    """What stands for the wanted schema: the role and the kept database are named after it."""
    role: str
    password: str
    trusted: bool
    may_make: Callable[[str], bool]
    databases: list[str] = field(default_factory=list)

    def create(self, template: Database | None = None) -> Database:
        """A fresh scratch database, empty or a copy of ``template``; it is dropped when the workspace closes."""
        token = secrets.token_hex(8)
        name = PREFIX + token
        _lock(self.maintenance, token)
        source = identifier(template.name) if template else "template0"
        self.databases.append(name)
        run(self.maintenance, f"CREATE DATABASE {identifier(name)} OWNER {identifier(self.role)} TEMPLATE {source}")
        run(self.maintenance, f"COMMENT ON DATABASE {identifier(name)} IS {literal(MARK_SCRATCH)}")
        database = self._database(name)
        if self.server.major == 14 and not template:
            with session(database.admin) as connection:
                run(connection, "ALTER SCHEMA public OWNER TO pg_database_owner")
        return database

    def cached(self) -> Database | None:
        """The desired database that an earlier run loaded for the same wanted schema, or None; using it renews it."""
        name = PREFIX + self.token
        found = [mark for known, mark, ours in rows(self.maintenance, MARKED, (name,)) if known == name and ours]
        if not found or not (found[0] or "").startswith(MARK_DESIRED):
            return None
        self._mark_desired(name)
        return self._database(name)

    def keep(self, database: Database) -> Database:
        """Keep a freshly loaded desired database for later runs; on somebody else's server it stays temporary."""
        if not self.scratch.own or self.scratch.kind == "docker":
            return database
        name = PREFIX + self.token
        with _turn(self.maintenance):
            return self._keep(database, name)

    def _keep(self, database: Database, name: str) -> Database:
        if any(known == name for known, *_ in rows(self.maintenance, MARKED, (name,))):
            return database
        # no schema code may change what later runs compare with, so the role loses the database once it is loaded
        run(self.maintenance, f"ALTER DATABASE {identifier(database.name)} OWNER TO CURRENT_USER")
        with undisturbed():  # under its new name and without its mark nobody would know what it is
            run(self.maintenance, f"ALTER DATABASE {identifier(database.name)} RENAME TO {identifier(name)}")
            self.databases.remove(database.name)
            self._mark_desired(name)
        return self._database(name)

    def ensure_role(self, name: str) -> bool:
        """Make a NOLOGIN role of this name when it is missing and may be made; False when it may not."""
        with _turn(self.maintenance):
            return self._ensure_role(name)

    def _ensure_role(self, name: str) -> bool:
        if rows(self.maintenance, "SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)):
            made = {r[0] for r in rows(self.maintenance, MADE_ROLES, (MARK_ROLE,))}
            if name in made:
                self._join(name)
            return True
        if not self.may_make(name):
            return False
        run(self.maintenance, f"CREATE ROLE {identifier(name)} NOLOGIN")
        run(self.maintenance, f"COMMENT ON ROLE {identifier(name)} IS {literal(MARK_ROLE)}")
        self._join(name)
        return True

    def disown(self, database: Database, *, creates: bool) -> None:
        """Take the database from the role: with it go CREATE on the public schema and, unless kept, on the database."""
        run(self.maintenance, f"ALTER DATABASE {identifier(database.name)} OWNER TO CURRENT_USER")
        if creates:
            run(self.maintenance, f"GRANT CREATE ON DATABASE {identifier(database.name)} TO {identifier(self.role)}")

    def drop(self, name: str) -> None:
        """Drop one scratch database, and what keeps it from being dropped."""
        _drop_database(self.maintenance, self.scratch.admin, name)

    def _join(self, name: str) -> None:
        options = " WITH INHERIT TRUE, SET TRUE" if self.server.major >= 16 else ""
        run(self.maintenance, f"GRANT {identifier(name)} TO {identifier(self.role)}{options}")

    def _database(self, name: str) -> Database:
        admin = self.scratch.admin.but(dbname=name)
        user = admin if self.role == self.server.role else admin.but(user=self.role, password=self.password or None)
        return Database(name, admin, user)

    def _mark_desired(self, name: str) -> None:
        mark = f"{MARK_DESIRED} {datetime.now(UTC).isoformat(timespec='milliseconds')}"
        run(self.maintenance, f"COMMENT ON DATABASE {identifier(name)} IS {literal(mark)}")


@contextmanager
def open_workspace(
    scratch: Scratch, *, key: str, trusted: bool = False, may_make: Callable[[str], bool] = lambda _: True
) -> Iterator[Workspace]:
    """A workspace whose role is named after ``key`` and its user; raises Refused where no ordinary role can be made.

    ``may_make`` says which missing roles the schema or the target may have made for it.
    """
    maintenance = connect(scratch.admin)
    try:
        run(maintenance, "SET search_path = pg_catalog")
        server = read_server(maintenance)
        rows(maintenance, "SELECT pg_advisory_lock_shared(%s)", (IN_USE,))
        _sweep_databases(maintenance, scratch.admin)
        token = token_for(f"{server.role} {key}")
        with _turn(maintenance):
            role, password = _make_role(maintenance, scratch, server, token, trusted)
        workspace = Workspace(scratch, server, maintenance, token, role, password, trusted, may_make)
        try:
            yield workspace
        finally:
            with undisturbed():
                for name in workspace.databases:
                    workspace.drop(name)
    finally:
        with undisturbed():
            if not maintenance.closed:
                _sweep_roles(maintenance)
            maintenance.close()


def _make_role(maintenance: Connection, scratch: Scratch, server: Server, token: str, trusted: bool) -> tuple[str, str]:
    """The role that schema code runs as, and its password on servers that ask for one."""
    if not (server.superuser or server.createrole):
        if trusted:
            return server.role, ""
        raise Refused(
            f'"{server.role}" may not create roles on {scratch.label}: the files need an ordinary role to run as',
            hint="give it CREATEROLE, use another scratch server, or run them as that user with --trust-schema",
        )
    role = ("difftool_t_" if trusted else "difftool_r_") + token
    private = scratch.own and scratch.kind != "docker"
    password = "" if private else secrets.token_urlsafe(24)
    _lock(maintenance, token)
    known = rows(maintenance, "SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
    power = "SUPERUSER" if trusted and server.superuser else "NOSUPERUSER NOCREATEDB NOCREATEROLE"
    secret = f" PASSWORD {literal(password)}" if password else ""
    run(maintenance, f"{'ALTER' if known else 'CREATE'} ROLE {identifier(role)} LOGIN {power}{secret}")
    run(maintenance, f"COMMENT ON ROLE {identifier(role)} IS {literal(MARK_ROLE)}")
    if not server.superuser:
        options = " WITH INHERIT TRUE, SET TRUE" if server.major >= 16 else ""
        run(maintenance, f"GRANT {identifier(role)} TO CURRENT_USER{options}")
    return role, password


@contextmanager
def _turn(maintenance: Connection) -> Iterator[None]:
    """Alone among all runs, for a moment: two that make the same role at once would fail."""
    rows(maintenance, "SELECT pg_advisory_lock(%s)", (TURN,))
    try:
        yield
    finally:
        rows(maintenance, "SELECT pg_advisory_unlock(%s)", (TURN,))


def _lock(maintenance: Connection, token: str) -> None:
    """Say that this run uses the database or role of this token, for as long as the session lives."""
    rows(maintenance, "SELECT pg_advisory_lock_shared(%s)", (_number(token),))


def _number(token: str) -> int:
    """A token as PostgreSQL's signed eight-byte lock key."""
    return int(token, 16) - 2**63


@contextmanager
def _alone(maintenance: Connection, number: int) -> Iterator[bool]:
    """Whether nobody else uses what this lock stands for; while the ``with`` lasts, nobody can begin to."""
    free = rows(maintenance, "SELECT pg_try_advisory_lock(%s)", (number,))[0][0]
    try:
        yield free
    finally:
        if free:
            rows(maintenance, "SELECT pg_advisory_unlock(%s)", (number,))


def _sweep_databases(maintenance: Connection, admin: Conninfo) -> None:
    """Drop the databases of runs that were killed, and desired databases that nobody used for long.

    Those of another user are for that user to drop: a server may be several people's scratch server.
    """
    marked = [(name, mark) for name, mark, ours in rows(maintenance, MARKED, (PREFIX,)) if ours]
    for name in sorted({name for name, _ in marked} - kept(marked, datetime.now(UTC))):
        with _alone(maintenance, _number(name.removeprefix(PREFIX))) as free:
            if free:
                _drop_database(maintenance, admin, name)


def kept(marked: Iterable[tuple[str, str | None]], now: datetime) -> set[str]:
    """Of databases with their marks, those with a desired schema that stay: the ones used last, not too long ago."""
    oldest = f"{MARK_DESIRED} {(now - timedelta(days=KEEP_DAYS)).isoformat()}"
    desired = sorted(((mark, name) for name, mark in marked if mark and mark.startswith(MARK_DESIRED)), reverse=True)
    return {name for mark, name in desired[:KEEP_MOST] if mark >= oldest}


def _sweep_roles(maintenance: Connection) -> None:
    """Drop the roles that no database needs any more, unless another run is at work."""
    rows(maintenance, "SELECT pg_advisory_unlock_all()")
    with _alone(maintenance, IN_USE) as free:
        for name, _ in rows(maintenance, MADE_ROLES, (MARK_ROLE,)) if free else ():
            with suppress(_database_error()):  # a kept desired database still needs it
                run(maintenance, f"DROP ROLE {identifier(name)}")


def _drop_database(maintenance: Connection, admin: Conninfo, name: str) -> None:
    """DROP DATABASE, after its subscriptions: they would keep it, and must not reach for their publisher."""
    error = _database_error()
    try:
        run(maintenance, f"DROP DATABASE IF EXISTS {identifier(name)} WITH (FORCE)")
    except error:
        with session(admin.but(dbname=name)) as connection:
            for (subscription,) in rows(connection, SUBSCRIPTIONS):
                run(connection, f"ALTER SUBSCRIPTION {identifier(subscription)} DISABLE")
                run(connection, f"ALTER SUBSCRIPTION {identifier(subscription)} SET (slot_name = NONE)")
                run(connection, f"DROP SUBSCRIPTION {identifier(subscription)}")
        try:
            run(maintenance, f"DROP DATABASE IF EXISTS {identifier(name)} WITH (FORCE)")
        except error as left:
            raise ScratchError(
                f"the scratch database {name} could not be dropped: {str(left).strip()}",
                hint=f"drop it by hand: DROP DATABASE {name} WITH (FORCE)",
            ) from None


def _database_error() -> type[Exception]:
    from difftool.pg.types import Error

    return Error
