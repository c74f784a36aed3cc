"""The pipeline, and the first thing to read: from a database as it is and a schema as it should be to a proven plan.

    now ── pg_dump ──► catalog ─┐
                                ├─► equal? done. Else, on a scratch server: engine ─► rehearse, complete, prove ─► rules
    want ─ scratch ──► catalog ─┘

plan, check, verify, diff and rollback are this one function with other sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from difftool import __version__
from difftool.allowing import not_deferred
from difftool.batches import DEFAULT_PACE, Pace
from difftool.clone import Names, extensions_of
from difftool.cluster.state import NOTHING, Around
from difftool.comparing import Difference, compared, look, needed_roles, with_data
from difftool.ignore import ABSENT_ROLE
from difftool.model import DataStep, Fingerprints, Plan, Unhandled
from difftool.seen import Seen
from difftool.segments import refuse_unless_atomic
from difftool.unseen import left_to_you

if TYPE_CHECKING:
    from difftool.annotations import Renamed
    from difftool.cluster.said import Said
    from difftool.now import Now
    from difftool.scratch.workspace import Workspace
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
            from difftool.planning import Planning

            found = Planning(now, wanted, built, seen, desired, workspace, names, options).difference()
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
