"""The pipeline, and the first thing to read: from a database as it is and a schema as it should be to a proven plan.

    now ── pg_dump ──► catalog ─┐
                                ├─► equal? done. Else, on a scratch server: engine ─► rehearse, complete, prove ─► rules
    want ─ scratch ──► catalog ─┘

plan, check, verify, diff and rollback are this one function with other sources.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from difftool import __version__
from difftool.catalog import Catalog, compare
from difftool.clone import Names, clone, read_catalog
from difftool.errors import UsageError
from difftool.model import Fingerprints, Plan, Proof, Statement, TargetIdentity, Unhandled
from difftool.pg.connection import rows, session
from difftool.pg.dump import Dumping, begin_dump, find_pg_dump
from difftool.pg.pool import lend
from difftool.pg.server import Server, read_server

if TYPE_CHECKING:
    from difftool.pg.conninfo import Conninfo
    from difftool.pg.programs import Program
    from difftool.scratch.workspace import Database, Workspace
    from difftool.settings import ScratchSettings, TargetSettings
    from difftool.wanted import Built, Wanted

Talk = Callable[[str], None]

SMALL_TABLE = 10_000_000
"""Bytes below which a table is scanned or rewritten before anybody notices."""


@dataclass(frozen=True)
class Now:
    """A database as it is: who we are there, and its catalog, read once by pg_dump."""

    identity: TargetIdentity
    server: Server
    info: Conninfo
    owner: str
    quoted_owner: str
    cluster_roles: frozenset[str]
    program: Program
    dumping: Dumping | None = None

    @cached_property
    def catalog(self) -> Catalog:
        """The schema, by pg_dump, as it is when first asked for, or when it was read if that was begun at once."""
        return read_catalog(self.info, self.server.major, self.program, dumping=self.dumping)


@dataclass(frozen=True, slots=True)
class Options:
    """What a plan may be made with."""

    scratch: ScratchSettings
    engine: str = "migra"
    trust_schema: bool = False
    prove: bool = True
    talk: Talk = lambda _: None
    compare_only: bool = False
    """Name what differs and plan nothing: ``check``."""


def read_now(target: TargetSettings, info: Conninfo, *, at_once: bool = False) -> Now:
    """Connect to a target and learn what it is; raises ConnectionFailed or TargetUnfit.

    ``at_once`` starts reading the schema meanwhile: for a check, where nothing has to be waited for first.
    """
    dumping = begin_dump(info, find_pg_dump(0, info)) if at_once else None
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
    if owner not in roles:
        hint = f"CREATE ROLE {quoted}, or change owner"
        raise UsageError(f'the owner role "{owner}" does not exist on the target', hint=hint)
    program = find_pg_dump(server.major, info)
    return Now(identity, server, info, owner, quoted, roles, program, dumping)


def make_plan(now: Now, wanted: Wanted, options: Options) -> Plan:
    """The plan from a database to a wanted schema; what it cannot settle is named in it."""
    known = wanted.known(now, options)
    differing = compare(now.catalog, known.catalog) if known else ()
    if known and (not differing or options.compare_only):
        return _finish(now, wanted, options, known, unhandled=differing)
    with scratch_for(now, wanted, options) as workspace:
        names = Names(now.owner, now.quoted_owner, workspace.role)
        options.talk(f"loading {wanted.label}")
        desired, built = wanted.build(workspace, names, now, options)
        differing = compare(now.catalog, built.catalog)
        if not differing or options.compare_only:
            return _finish(now, wanted, options, built, unhandled=differing)
        started = time.monotonic()
        statements, unhandled = _difference(now, built.catalog, desired, workspace, names, options)
        proof = Proof(workspace.scratch.label, workspace.server.version, round(time.monotonic() - started, 3))
    return _finish(now, wanted, options, built, statements, unhandled, proof)


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


def _difference(
    now: Now, want: Catalog, desired: Database, workspace: Workspace, names: Names, options: Options
) -> tuple[tuple[Statement, ...], tuple[Unhandled, ...]]:
    """The statements between two schemas, with their hazards, and what is left after them."""
    from difftool.engine import propose
    from difftool.prove import Rehearsal, as_statements
    from difftool.rules import annotate
    from difftool.rules.facts import read_facts

    options.talk("cloning the target's schema")
    base, flaws = clone(workspace, now.catalog, names, now.program)
    options.talk(f"comparing ({options.engine})")
    proposed, broken = propose(options.engine, base.user, desired.user)
    proposed = tuple(names.from_scratch(sql) for sql in proposed)
    if options.prove:
        options.talk("proving the plan")
        proven = Rehearsal(
            workspace, base, now.catalog, want, names, now.program, frozenset(options.scratch.extensions)
        ).prove(proposed)
        statements, left = proven.statements, (*flaws, *proven.unhandled)
        left = (*broken, *left) if left else ()
    else:
        statements, left = as_statements(proposed), (*broken, *flaws)
    with session(now.info, read_only=True) as connection:
        facts = read_facts(connection)
    return annotate(statements, facts, small=SMALL_TABLE), left


def _finish(
    now: Now,
    wanted: Wanted,
    options: Options,
    built: Built,
    statements: Sequence[Statement] = (),
    unhandled: Sequence[Unhandled] = (),
    proof: Proof | None = None,
) -> Plan:
    """The plan as a value, with what pg_dump warned of and which roles the target lacks."""
    want = built.catalog
    warned = [Unhandled("pg_dump", "warning", w) for w in dict.fromkeys((*now.catalog.warnings, *want.warnings))]
    lacking = [
        Unhandled("role", role, f"does not exist on the target's server, and roles are left to you: CREATE ROLE {role}")
        for role in built.roles
        if role not in now.cluster_roles
    ]
    everything = (*unhandled, *warned, *lacking)
    asked = (options.prove and not options.compare_only) or not (everything or statements)
    return Plan(
        target=now.identity,
        desired=wanted.label,
        engine=options.engine,
        fingerprints=Fingerprints(
            now.catalog.fingerprint, want.fingerprint, now.catalog.method, now.catalog.objects, want.objects
        ),
        statements=tuple(statements),
        unhandled=everything,
        ignored=built.ignored,
        proven=not everything if asked else None,
        proof=proof if options.prove else None,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        tool_version=__version__,
    )
