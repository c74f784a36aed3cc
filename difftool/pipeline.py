"""The pipeline, and the first thing to read: from a database as it is and a schema as it should be to a proven plan.

    now ── pg_dump ──► catalog ─┐
                                ├─► equal? done. Else, on a scratch server: engine ─► rehearse, complete, prove ─► rules
    want ─ scratch ──► catalog ─┘

plan, check, verify, diff and rollback are this one function with other sources.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from difftool import __version__
from difftool.allowing import not_deferred
from difftool.batches import DEFAULT_PACE, Pace
from difftool.clone import Names, clone, extensions_of, flaws, read_catalog
from difftool.cluster.state import NOTHING, Around
from difftool.comparing import Difference, compared, look, needed_roles, orders, remarks, unseen, with_data
from difftool.emptiness import is_empty
from difftool.ignore import ABSENT_ROLE
from difftool.model import DataStep, Fingerprints, Plan, Proof, Statement, Unhandled
from difftool.narrowing import narrow
from difftool.pg.connection import session
from difftool.privileges import refusal
from difftool.seen import Seen
from difftool.segments import refuse_unless_atomic
from difftool.unseen import copy_unseen, left_to_you, settled

if TYPE_CHECKING:
    from difftool.annotations import Renamed
    from difftool.cluster.said import Said
    from difftool.engine import Proposal, Renaming, Side
    from difftool.engine.copying import Copying
    from difftool.narrowing import Narrowed
    from difftool.now import Now
    from difftool.prove import Rehearsal
    from difftool.rules.facts import Facts
    from difftool.scope import Scope
    from difftool.scratch.workspace import Database, Workspace
    from difftool.settings import ScratchSettings
    from difftool.wanted import Built, Wanted

Talk = Callable[[str], None]


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
    atomic: bool = False
    """All or nothing: plain statements in one transaction, or refuse."""
    small: int = 10_000_000
    """Bytes below which a table is scanned or rewritten before anybody notices."""
    busy: int = 0
    """Rows written a second from which a small table is treated as a large one; 0 for none."""
    retype: bool = False
    """Give columns of big tables another type by way of a second one."""
    pace: Pace = DEFAULT_PACE
    """How quickly rows are filled in batches."""
    renamed: tuple[Renamed, ...] = ()
    """What has another name than on the target, besides what the files say."""
    column_order: str = "any"
    """any, or strict."""
    compare_only: bool = False
    """Name what differs and plan nothing: ``check``."""
    defer: tuple[str, ...] = ()
    """Hazards whose statements are put off, as ``--allow`` writes them."""
    data: tuple[DataStep, ...] = ()
    """What brings in reference data after the plan."""
    cluster: tuple[str, ...] = ()
    """What of the cluster is compared, too: roles, database."""


def make_plan(now: Now, wanted: Wanted, options: Options) -> Plan:
    """The plan from a database to a wanted schema; what it cannot settle is named in it."""
    known = wanted.known(now, options)
    files, beside = _of_cluster(now, wanted, options)
    if known and not files and (plan := _compared(now, wanted, options, known, beside)):
        return plan
    with scratch_for(now, wanted, options) as workspace:
        if files:
            from difftool.cluster.around import around

            beside = around(now, files, options, workspace)
            if known and (plan := _compared(now, wanted, options, known, beside)):
                return plan
        names = Names(now.owner, now.quoted_owner, workspace.role)
        options.talk(f"loading {wanted.label}")
        desired, built = wanted.build(workspace, names, now, options)
        seen = look(now, built, (*wanted.renamed, *options.renamed))
        found = compared(now, built, seen, options)
        if found.unhandled and not options.compare_only:
            found = _difference(now, wanted, built, seen, desired, workspace, names, options)
        elif options.data and not options.compare_only:
            options.talk("trying the data")
            found = with_data(found, options.data, workspace.create(desired), now, names)
    return _finish(now, wanted, options, built, seen, found, beside)


def _compared(now: Now, wanted: Wanted, options: Options, known: Built, beside: Around) -> Plan | None:
    """The plan to a catalog that is known, where nothing of it has to be planned."""
    seen = look(now, known)
    found = compared(now, known, seen, options)
    if (found.unhandled or options.data) and not options.compare_only:
        return None
    return _finish(now, wanted, options, known, seen, found, beside)


def _of_cluster(now: Now, wanted: Wanted, options: Options) -> tuple[Said | None, Around]:
    """What the files say of the cluster, where that is asked for."""
    if not options.cluster:
        return None, NOTHING
    if wanted.steps is None:
        return None, Around(notes=("scope: roles and databases are compared with files only",))
    from difftool.cluster.said import said

    return said(wanted.steps, options.cluster, now.server.database, now.owner) or None, NOTHING


@contextmanager
def scratch_for(now: Now, wanted: Wanted, options: Options) -> Iterator[Workspace]:
    """A workspace on a scratch server of the target's major version, with the extensions that both sides need."""
    from difftool.scratch.choose import choose
    from difftool.scratch.workspace import open_workspace

    installed = {e for e in extensions_of(now.catalog) if not now.rules.by_name(("extension", e))}
    needed = sorted({*installed, *wanted.extensions(now.rules)} - {"plpgsql"})
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
        any_role = now.rules.asks(ABSENT_ROLE)

        def may_make(role: str) -> bool:
            return not scratch.same_server and (any_role or role in made) and not role.startswith("pg_")

        key = wanted.key(now, options)
        with open_workspace(
            scratch,
            key=key,
            trusted=options.trust_schema,
            may_make=may_make,
        ) as workspace:
            yield workspace


def _difference(
    now: Now,
    wanted: Wanted,
    want: Built,
    seen: Seen,
    desired: Database,
    workspace: Workspace,
    names: Names,
    options: Options,
) -> Difference:
    """The difference, run on a clone whether a proof was asked for or not: only that tells what is left."""
    from difftool.deferring import Ways, defer
    from difftool.engine import Renaming, Side
    from difftool.engine.copying import Copying
    from difftool.partly import as_they_are
    from difftool.prove import Rehearsal, about_ignored
    from difftool.rows_today import with_rows
    from difftool.rules import annotate

    started = time.monotonic()
    options.talk("cloning the target's schema")
    base, copy, lost = clone(workspace, now.catalog, names, now.program, seen.now.whole)
    before = narrow(seen.scope, copy)
    copy_unseen(base.admin, now.unseen)
    options.talk(f"comparing ({options.engine})")
    here = Side(base, now.unseen, before.circumstances)
    there = Side(desired, now.unseen if want.unseen is None else want.unseen, seen.want.circumstances)
    copying = Copying(workspace, base)
    renaming = Renaming((*wanted.renamed, *options.renamed), copying.run, copying.database, wanted.computed)
    proposal, facts = _proposal(now, (here, there), workspace.role, renaming, seen.scope, options)

    def contract(copy: Database) -> tuple[str, ...]:
        again = replace(renaming, run=(tried := Copying(workspace, copy)).run, copy=tried.database)
        sides = (Side(copy, circumstances=before.circumstances), replace(there, unseen=frozenset()))
        found, _ = _proposal(now, sides, workspace.role, again, seen.scope, options)
        return tuple(map(names.from_scratch, found.statements))

    options.talk("proving the plan")
    native = options.engine == "native"
    rehearsal = Rehearsal(
        workspace,
        base,
        now,
        seen.want,
        names,
        allowed=frozenset(options.scratch.extensions),
        objects=proposal.wanted,
        desired=desired if native else None,
        scope=seen.scope,
        before=before,
        renamed=_with_new_names(copying, workspace, now, names, seen.scope),
        online=partial(_online, facts, options) if options.online and not options.atomic else as_they_are,
    )
    proposed = (s for s in proposal.statements if native or not about_ignored(s, before))
    proven = rehearsal.prove([names.from_scratch(sql) for sql in proposed])
    named = {(u.kind, u.name) for u in proposal.refused}
    beyond = (u for u in unseen(now, want, seen) if not (native and settled(u)))
    left = tuple(u for u in (*proven.unhandled, *beyond) if (u.kind, u.name) not in named)
    ways = Ways(options.small, options.pace, options.online and options.retype)
    statements = annotate(proven.statements, facts, small=ways.small, retype=ways.retype)
    statements = with_rows(statements, facts, partial(session, now.info, read_only=True))
    interim = None
    if options.defer:
        options.talk("putting off what is deferred")
        interim = defer(options.defer, rehearsal, proven, statements, facts, ways, contract)
        known = {(u.kind, u.name) for u in (*proposal.refused, *left)}
        left = (*left, *(u for u in (interim.unhandled if interim else ()) if (u.kind, u.name) not in known))
    statements = interim.statements if interim else statements
    after = interim.after if interim else proven.after
    ordered, noted = orders(after or seen.now.catalog, seen.want.catalog, options)
    statements, busy = _locks(now, statements, facts, rehearsal, options)
    found = Difference(
        statements,
        (*flaws(before.catalog, seen.now.catalog), *proposal.refused, *left, *ordered),
        (
            *remarks(workspace, proposal, proven, lost, facts, retype=options.retype),
            *noted,
            *busy,
            *(interim.notes if interim else ()),
            *refusal(now.info, now.owner, statements),
        ),
        Proof(workspace.scratch.label, workspace.server.version, round(time.monotonic() - started, 3)),
        interim.deferred if interim else (),
        after if interim else None,
    )
    if not options.data:
        return found
    options.talk("trying the data")
    with rehearsal.ran(found.statements) as (there_now, _):
        return with_data(found, options.data, there_now, now, names)


def _online(
    facts: Facts, options: Options, statements: Sequence[Statement], only: Collection[int] | None = None, /
) -> tuple[Statement, ...]:
    """The same change, so that nobody is blocked for longer than it must be."""
    from difftool.apart import apart
    from difftool.online import online

    made = online(statements, facts, small=options.small, pace=options.pace, retype=options.retype, only=only)
    return apart(made, facts, small=options.small)


def _locks(
    now: Now, statements: tuple[Statement, ...], facts: Facts, rehearsal: Rehearsal, options: Options
) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
    """The statements with what they lock of the target, and notes on who is at work there."""
    from difftool.at_work import at_work, with_writes
    from difftool.locking import touches, with_locks
    from difftool.measure import measure

    if not touches(statements, facts):
        return statements, ()
    options.talk("measuring locks")
    with rehearsal.fresh() if options.data else nullcontext(rehearsal.spent()) as copy:
        locked = with_locks(statements, facts, measure(rehearsal, copy, statements), small=options.small)
    if not any(statement.locks for statement in locked):
        return locked, ()
    with session(now.info, read_only=True) as connection:
        return with_writes(locked, facts, connection), tuple(at_work(connection))


def _with_new_names(copying: Copying, workspace: Workspace, now: Now, names: Names, scope: Scope) -> Narrowed | None:
    """The dump of the copy on which names were changed; None where none was, or nothing is ignored."""
    if not (copying.copies and scope):
        return None
    return narrow(scope, read_catalog(copying.database().admin, workspace.server.major, now.program, names))


def _proposal(
    now: Now, sides: tuple[Side, Side], role: str, renaming: Renaming, scope: Scope, options: Options
) -> tuple[Proposal, Facts]:
    """What the engine would run, and what the rules must know of the target."""
    from difftool.engine import propose
    from difftool.rules.belongs import attached, read_belongs
    from difftool.rules.facts import read_facts, with_hot

    with session(now.info, read_only=True) as connection:
        empty = partial(is_empty, connection)
        found = propose(options.engine, *sides, role, empty, options.recreate, renaming, scope)
        facts = replace(with_hot(read_facts(connection), options.busy), role=now.owner)
    with session(sides[1].database.admin) as connection:
        return found, replace(facts, wanted=read_belongs(connection, attached(found.statements, facts)))


def _finish(
    now: Now, wanted: Wanted, options: Options, built: Built, seen: Seen, found: Difference, beside: Around
) -> Plan:
    """The plan as a value, with what pg_dump warned of and which roles the target lacks."""
    here, want = seen.now.catalog, seen.want.catalog
    warned = [Unhandled("pg_dump", "warning", w) for w in dict.fromkeys((*here.warnings, *want.warnings))]
    lacking = [
        Unhandled("role", role, f"does not exist on the target's server, and roles are left to you: CREATE ROLE {role}")
        for role in needed_roles(built, seen)
        if role not in now.cluster_roles | beside.created
    ]
    statements = (*beside.first, *found.statements, *beside.last)
    if options.atomic:
        refuse_unless_atomic(statements)
    unhandled = (*beside.unhandled, *found.unhandled, *warned, *lacking)
    deferred = (*beside.deferred, *found.deferred)
    idle = not_deferred(options.defer, deferred) if statements or deferred else ()
    asked = (options.prove and not options.compare_only) or not (unhandled or statements)
    return Plan(
        target=now.identity,
        desired=wanted.label,
        engine=options.engine,
        fingerprints=Fingerprints(
            here.fingerprint,
            want.fingerprint,
            here.method,
            here.objects,
            want.objects,
            seen.known,
            beside.now,
            beside.want,
            *((found.result.fingerprint, found.result.objects) if found.result else ("", ())),
            beside.result,
        ),
        statements=statements,
        unhandled=unhandled,
        ignored=(*(i for i in built.ignored if i not in beside.taken), *seen.ignored),
        notes=(*beside.notes, *found.notes, *idle, *left_to_you(now.unseen, built.unseen)),
        proven=not unhandled if asked else None,
        proof=(found.proof or beside.proof) if asked else None,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        tool_version=__version__,
        deferred=deferred,
        data=found.data,
    )
