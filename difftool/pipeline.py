"""The pipeline, and the first thing to read: from a database as it is and a schema as it should be to a proven plan.

    now ── pg_dump ──► catalog ─┐
                                ├─► equal? done. Else, on a scratch server: engine ─► rehearse, complete, prove ─► rules
    want ─ scratch ──► catalog ─┘

plan, check, verify, diff and rollback are this one function with other sources.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from difftool import __version__
from difftool.catalog import Catalog, compare
from difftool.clone import Names, clone, read_catalog
from difftool.errors import UsageError
from difftool.model import Fingerprints, Plan, Proof, Statement, TargetIdentity, Unhandled
from difftool.parse import qualified
from difftool.pg.connection import rows, session
from difftool.pg.dump import Dumping, find_pg_dump
from difftool.pg.execute import execute
from difftool.pg.pool import lend
from difftool.pg.server import Server, read_server
from difftool.pg.types import Error
from difftool.unseen import compare_unseen, copy_unseen, read_unseen, settled

if TYPE_CHECKING:
    from difftool.annotations import Renamed
    from difftool.engine import Proposal
    from difftool.pg.conninfo import Conninfo
    from difftool.pg.programs import Program
    from difftool.pg.types import Connection
    from difftool.prove import Proven
    from difftool.scratch.workspace import Database, Workspace
    from difftool.settings import ScratchSettings, TargetSettings
    from difftool.unseen import Unseen
    from difftool.wanted import Built, Wanted

Talk = Callable[[str], None]

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

    @cached_property
    def catalog(self) -> Catalog:
        """The schema, by pg_dump, as it is when first asked for, or when it was read if that was begun at once."""
        return read_catalog(self.info, self.server.major, self.program, dumping=self.dumping)


@dataclass(frozen=True, slots=True)
class Options:
    """What a plan may be made with."""

    scratch: ScratchSettings
    engine: str = "native"
    trust_schema: bool = False
    prove: bool = True
    talk: Talk = lambda _: None
    recreate: frozenset[str] = frozenset()
    """Tables and columns that may be dropped with their rows and created anew; or "all"."""
    online: bool = True
    """Write statements so that they block nobody for long."""
    small: int = 10_000_000
    """Bytes below which a table is scanned or rewritten before anybody notices."""
    renamed: tuple[Renamed, ...] = ()
    """What has another name than on the target, besides what the files say."""
    compare_only: bool = False
    """Name what differs and plan nothing: ``check``."""


def read_now(target: TargetSettings, info: Conninfo, dumping: Dumping | None = None) -> Now:
    """Connect to a target and learn what it is; raises ConnectionFailed or TargetUnfit.

    ``dumping`` is its schema, already being read: for a check, where nothing has to be waited for first.
    """
    try:
        return _read_now(target, info, dumping)
    except BaseException:
        if dumping:
            dumping.cancel()
        raise


def _read_now(target: TargetSettings, info: Conninfo, dumping: Dumping | None) -> Now:
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
    return Now(identity, server, info, owner, quoted, roles, owns, creates, superuser, program, unseen, dumping)


def make_plan(now: Now, wanted: Wanted, options: Options) -> Plan:
    """The plan from a database to a wanted schema; what it cannot settle is named in it."""
    known = wanted.known(now, options)
    differing = differences(now, known) if known else ()
    if known and (not differing or options.compare_only):
        return _finish(now, wanted, options, known, Difference(unhandled=differing))
    with scratch_for(now, wanted, options) as workspace:
        names = Names(now.owner, now.quoted_owner, workspace.role)
        options.talk(f"loading {wanted.label}")
        desired, built = wanted.build(workspace, names, now, options)
        differing = differences(now, built)
        if not differing or options.compare_only:
            return _finish(now, wanted, options, built, Difference(unhandled=differing))
        found = _difference(now, wanted, built, desired, workspace, names, options)
    return _finish(now, wanted, options, built, found)


def differences(now: Now, want: Built) -> tuple[Unhandled, ...]:
    """Whatever differs, in the dumps and beyond; nothing when the schemas are equal."""
    return (*compare(now.catalog, want.catalog), *_unseen(now, want))


def _unseen(now: Now, want: Built) -> tuple[Unhandled, ...]:
    """What differs beyond the dumps, among what both sides have."""
    common = [k for k in now.catalog.by_key if k in want.catalog.by_key]
    both = {(kind, k.schema, k.name) for k in common for kind in ("materialized_view", "partition")}
    return compare_unseen(now.unseen, want.unseen, both)


@contextmanager
def scratch_for(now: Now, wanted: Wanted, options: Options) -> Iterator[Workspace]:
    """A workspace on a scratch server of the target's major version, with the extensions that both sides need."""
    from difftool.scratch.choose import choose
    from difftool.scratch.workspace import open_workspace

    installed = {k.name for k in now.catalog.by_key if k.type == "EXTENSION"}
    needed = sorted({*installed, *wanted.extensions()} - {"plpgsql"})
    options.talk(f"starting a scratch server for PostgreSQL {now.server.major}")
    with choose(
        options.scratch,
        major=now.server.major,
        extensions=needed,
        target=now.info,
        target_server=now.server,
        trusted=options.trust_schema,
    ) as scratch:
        made = now.cluster_roles | wanted.known_roles()
        key = wanted.key(now, options)
        with open_workspace(
            scratch,
            key=key,
            trusted=options.trust_schema,
            may_make=lambda role: not scratch.same_server and role in made and not role.startswith("pg_"),
        ) as workspace:
            yield workspace


@dataclass(frozen=True, slots=True)
class Difference:
    """What leads from one schema to another, with its hazards, what it leaves, and what to say of how it was found."""

    statements: tuple[Statement, ...] = ()
    unhandled: tuple[Unhandled, ...] = ()
    notes: tuple[str, ...] = ()
    proof: Proof | None = None


def _difference(
    now: Now, wanted: Wanted, want: Built, desired: Database, workspace: Workspace, names: Names, options: Options
) -> Difference:
    """The difference, run on a clone whether a proof was asked for or not: only that tells what is left."""
    from difftool.engine import Renaming, Side, propose
    from difftool.online import online
    from difftool.prove import Rehearsal
    from difftool.rows_today import with_rows
    from difftool.rules import annotate
    from difftool.rules.facts import read_facts

    started = time.monotonic()
    options.talk("cloning the target's schema")
    base, flaws = clone(workspace, now.catalog, names, now.program)
    copy_unseen(base.admin, now.unseen)
    options.talk(f"comparing ({options.engine})")
    with session(now.info, read_only=True) as connection:
        sides = Side(base, now.unseen), Side(desired, now.unseen if want.unseen is None else want.unseen)
        copying = Copying(workspace, base)
        renaming = Renaming((*wanted.renamed, *options.renamed), copying.run, copying.database)
        empty = partial(is_empty, connection)
        proposal = propose(options.engine, *sides, workspace.role, empty, options.recreate, renaming)
        facts = read_facts(connection)
    options.talk("proving the plan")
    native = options.engine == "native"
    rehearsal = Rehearsal(
        workspace,
        base,
        now,
        want.catalog,
        names,
        allowed=frozenset(options.scratch.extensions),
        objects=proposal.wanted,
        desired=desired if native else None,
        online=partial(online, facts=facts, small=options.small) if options.online else tuple,
    )
    proven = rehearsal.prove([names.from_scratch(sql) for sql in proposal.statements])
    named = {(u.kind, u.name) for u in proposal.refused}
    unseen = (u for u in _unseen(now, want) if not (native and settled(u)))
    left = (u for u in (*proven.unhandled, *unseen) if (u.kind, u.name) not in named)
    statements = annotate(proven.statements, facts, small=options.small)
    with session(now.info, read_only=True) as connection:
        statements = with_rows(statements, facts, connection)
    return Difference(
        statements,
        (*flaws, *proposal.refused, *left),
        tuple(_notes(workspace, proposal, proven)),
        Proof(workspace.scratch.label, workspace.server.version, round(time.monotonic() - started, 3)),
    )


@dataclass
class Copying:
    """A copy of the target's clone on which a few statements are tried; made when the first is."""

    workspace: Workspace
    base: Database
    copies: list[Database] = field(default_factory=list)

    def database(self) -> Database:
        """The copy."""
        self.copies = self.copies or [self.workspace.create(self.base)]
        return self.copies[0]

    def run(self, sql: str) -> bool:
        """Run a statement as the plan will; False where the server refuses it."""
        with session(self.database().user) as connection:
            try:
                execute(connection, sql)
            except Error:
                return False
        return True


def is_empty(connection: Connection, schema: str, table: str) -> bool:
    """Whether a table of the target holds no rows, and its children hold none either."""
    return not rows(connection, f"SELECT EXISTS (SELECT FROM {qualified(schema, table)})")[0][0]


def _notes(workspace: Workspace, proposal: Proposal, proven: Proven) -> Iterator[str]:
    """What is worth knowing of how a plan came to be."""
    if proven.referee:
        yield proven.referee
    if proven.offline:
        yield f"no online form was found that can be proven: {proven.offline}"
    for name in proposal.idle:
        yield f"recreate:{name} is allowed, and this plan makes nothing of that name anew"
    if proposal.broken:
        yield f"{proposal.broken}; the plan was made from the dump alone"
    if workspace.scratch.same_server:
        yield f"scratch databases were made on the target's own server: {'; '.join(workspace.scratch.skipped)}"


def _finish(now: Now, wanted: Wanted, options: Options, built: Built, found: Difference) -> Plan:
    """The plan as a value, with what pg_dump warned of and which roles the target lacks."""
    want = built.catalog
    warned = [Unhandled("pg_dump", "warning", w) for w in dict.fromkeys((*now.catalog.warnings, *want.warnings))]
    lacking = [
        Unhandled("role", role, f"does not exist on the target's server, and roles are left to you: CREATE ROLE {role}")
        for role in built.roles
        if role not in now.cluster_roles
    ]
    unhandled = (*found.unhandled, *warned, *lacking)
    asked = (options.prove and not options.compare_only) or not (unhandled or found.statements)
    return Plan(
        target=now.identity,
        desired=wanted.label,
        engine=options.engine,
        fingerprints=Fingerprints(
            now.catalog.fingerprint, want.fingerprint, now.catalog.method, now.catalog.objects, want.objects
        ),
        statements=found.statements,
        unhandled=unhandled,
        ignored=built.ignored,
        notes=found.notes,
        proven=not unhandled if asked else None,
        proof=found.proof if asked else None,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        tool_version=__version__,
    )
