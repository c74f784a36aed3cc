"""Around a plan's run: it is allowed, alone, on the very schema it was made for; and it led where it should."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from difftool import words
from difftool.allowing import how_to_allow, how_to_rename, to_allow
from difftool.catalog import Catalog, changed
from difftool.clone import read_catalog
from difftool.cluster.reading import read
from difftool.cluster.state import Print, compared_by, prints
from difftool.errors import DifftoolError, Refused, SnapshotError, StoppedPartWay, TargetUnfit
from difftool.journal import Journal, Keeper
from difftool.model import Plan, Unhandled
from difftool.narrowing import narrow
from difftool.pg.connection import rows, run, session
from difftool.pg.pooler import refuse_shared
from difftool.positions import KIND as COLUMN_ORDER
from difftool.privileges import lacking
from difftool.runner import AT_WORK
from difftool.scope import Scope
from difftool.seen import recall
from difftool.snapshot import manifest
from difftool.snapshot.deferred import is_recorded

if TYPE_CHECKING:
    from difftool.now import Now
    from difftool.pg.types import Connection
    from difftool.pipeline import Talk
    from difftool.snapshot import Store
    from difftool.snapshot.manifest import Reason

ADVISORY = 0x646966667401
LOCK_WAIT = 5.0

HOLDER = """
SELECT a.pid, a.usename, a.application_name, a.client_addr::text, date_trunc('second', now() - a.backend_start)::text,
       coalesce(a.state = 'active', false), pg_has_role(a.usesysid, 'USAGE'), left(coalesce(a.query, ''), 80)
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND (l.classid::int8 << 32 | l.objid::int8) = %s
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def refuse_unless_allowed(plan: Plan, allowed: Collection[str]) -> None:
    """Raise Refused for a hazard that nobody allowed, or a plan that is not proven."""
    if "all" in allowed:
        return
    found = to_allow(plan, allowed)
    if found:
        number, statement, hazard = min(found, key=lambda x: x[0])
        kinds = dict.fromkeys(h.kind for _, _, h in found)
        same = how_to_rename(plan, allowed)
        raise Refused(
            f"the plan carries {', '.join(kinds)}: statement {number}, {words.title(statement)}: {hazard.detail}",
            hint=f"to go ahead: {how_to_allow(plan, allowed)}" + (f"; if it is the same one: {same}" if same else ""),
        )
    if plan.proven is not True and "unproven" not in allowed:
        left = "; ".join(f"{u.kind} {u.name}: {u.detail}" for u in plan.unhandled[:3]) or "it was not asked to be"
        more = f" and {len(plan.unhandled) - 3} more" if len(plan.unhandled) > 3 else ""
        raise Refused(
            f"the plan is not proven: {left}{more}", hint="settle that by hand, or go ahead with --allow unproven"
        )


def refuse_unless_fresh(plan: Plan, now: Now) -> None:
    """Raise Refused when the target is another database than the plan was made for, or has changed since."""
    refuse_other_target(plan, now)
    refuse_if_changed(plan, narrow(scope_of(plan, now), now.catalog).catalog)
    if differing := changed(plan.fingerprints.target_cluster, _cluster(plan, now)):
        raise _stale(differing)


def refuse_other_target(plan: Plan, now: Now) -> None:
    """Raise Refused when the target is another database than the plan was made for, or its objects another one's."""
    planned, here = plan.target, now.identity
    if (planned.system_identifier, planned.database) != (here.system_identifier, here.database):
        raise Refused(
            f"the plan was made for {words.place(planned)}, not for {words.place(here)}",
            hint="make a plan for this target: difftool plan -o plan.json",
        )
    if planned.owner != here.owner:
        raise Refused(
            f'the plan was made for the owner "{planned.owner}", not "{here.owner}"',
            hint="make a new plan: difftool plan",
        )


def _cluster(plan: Plan, now: Now) -> tuple[Print, ...]:
    """What the plan compared of the cluster, as it is now."""
    made = plan.fingerprints
    if not (made.target_cluster or made.desired_cluster):
        return ()
    compared = compared_by(made.target_cluster, made.desired_cluster)
    with session(now.info, read_only=True) as connection:
        return prints(read(connection, compared.roles, now.server.database), compared)


def scope_of(plan: Plan, now: Now) -> Scope:
    """What the rules ignored when the plan was made, they ignore again."""
    return recall(now.rules, now.catalog, plan.fingerprints, now.owner, now.cluster_roles)


def refuse_if_changed(plan: Plan, catalog: Catalog) -> None:
    """Raise Refused, saying what changed, when the target's schema is not the one that was planned against."""
    if plan.fingerprints.method != catalog.method:
        raise Refused(
            f"the plan was made with {plan.fingerprints.method}, here is {catalog.method}: they cannot be compared",
            hint="make a new plan here: difftool plan",
        )
    if plan.fingerprints.target == catalog.fingerprint:
        return
    raise _stale(changed(plan.fingerprints.target_objects, catalog.objects))


def _stale(differing: Sequence[Unhandled]) -> Refused:
    named = ", ".join(f"{u.kind} {u.name} {u.detail}" for u in differing[:5])
    more = f" and {len(differing) - 5} more" if len(differing) > 5 else ""
    return Refused(
        f"the target has changed since the plan was made: {named}{more}", hint="make a new plan: difftool plan"
    )


def refuse_unfit(now: Now) -> None:
    """Raise TargetUnfit for a server that takes no changes, or a way to it on which sessions are not ours alone."""
    if now.server.standby:
        raise TargetUnfit("the target is a standby: it takes no changes", hint="apply to its primary")
    if now.server.read_only:
        raise TargetUnfit(
            "the target is read-only (default_transaction_read_only)",
            hint="ALTER ROLE or ALTER DATABASE … RESET it, or use another role",
        )
    refuse_shared(now.info)


def refuse_unable(plan: Plan, connection: Connection, role: str) -> None:
    """Raise TargetUnfit, naming what is lacking, where the role that runs the plan may not run all of it."""
    if found := lacking(connection, role, plan.statements):
        more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
        raise TargetUnfit(
            f'the role "{role}" lacks what the plan needs: {"; ".join(found[:3])}{more}',
            hint="grant it that, or apply as another role; owner says whose the schema is",
        )


@dataclass(frozen=True, slots=True)
class Holder:
    """A session that holds one of difftool's advisory locks."""

    pid: int
    told: str
    """Who it is."""
    active: bool
    """Whether it runs a statement at this moment."""
    ours: bool
    """Whether we may end it."""


@contextmanager
def only_apply(now: Now, *, alone: bool = True) -> Iterator[Connection]:
    """Hold the advisory lock that keeps a second apply away; raises Refused naming who holds it.

    It is polled for, on a session that is never in a transaction: a blocking wait would hold a snapshot that
    CREATE INDEX CONCURRENTLY waits for. ``alone``: nor may the session of an apply that died be at work.
    """
    with session(now.info) as connection:
        run(connection, "SET idle_session_timeout = 0")  # a hook, or who is asked, may take hours; the lock is kept
        until = time.monotonic() + LOCK_WAIT
        while not rows(connection, "SELECT pg_try_advisory_lock(%s)", (ADVISORY,))[0][0]:
            if time.monotonic() > until:
                holder = _holder(connection, ADVISORY)
                told = holder.told if holder else "it ended just now"
                hint = "wait for it to end" + (
                    f"; if its machine is gone, SELECT pg_terminate_backend({holder.pid})" if holder else ""
                )
                raise Refused(f"another apply is at work on this database: {told}", hint=hint)
            time.sleep(0.2)
        while alone and (holder := at_work(connection)):
            if time.monotonic() > until:
                raise Refused(
                    f"the session of an apply that ended is still at work on this database: {holder.told}",
                    hint="difftool apply --resume waits for its statement, or ends it",
                )
            time.sleep(0.2)
        yield connection


def at_work(connection: Connection) -> Holder | None:
    """The session that runs an apply's statements, or did when its difftool died."""
    return _holder(connection, AT_WORK)


def _holder(connection: Connection, lock: int) -> Holder | None:
    for pid, user, application, address, age, active, ours, query in rows(connection, HOLDER, (lock,)):
        who = f"pid {pid}, user {user}, {application or 'no application name'}, {address or 'local'}"
        doing = f": {words.one_line(' '.join(query.split()))}" if lock == AT_WORK and query else ""
        return Holder(pid, f"{who}, connected for {age}{doing}", active, ours)
    return None


def keep(store: Store, plan: Plan, now: Now, reason: Reason, allowed: Collection[str], talk: Talk) -> Keeper:
    """The target as it is, kept in the store, and the journal of what will run; raises SnapshotError."""
    talk(f"taking a snapshot into {store.describe()}")
    try:
        saved = manifest.save(
            store, plan=plan, schema_dump=now.catalog.to_sql(), reason=reason, pg_dump=str(now.program.major)
        )
        invalid = tuple(sorted(u for u in now.unseen if u[0] in ("index", "partition")))
        first = Journal(saved.id, 1, len(plan.statements), tuple(sorted(allowed)), invalid)
        keeper = Keeper(store, saved.folder, first, talk)
        keeper.start()
    except SnapshotError as error:
        hint = f"{error.hint}; nothing was applied; --no-snapshot applies without one" if error.hint else ""
        raise SnapshotError(f"no snapshot, so nothing was applied: {error.message}", hint=hint) from None
    return keeper


def record_deferred(store: Store, plan: Plan, now: Now, reason: Reason) -> str:
    """A snapshot for the record of what an apply that runs nothing puts off; "" where that is on record already."""
    if is_recorded(plan, store):
        return ""
    dump = now.catalog.to_sql()
    return manifest.save(store, plan=plan, schema_dump=dump, reason=reason, pg_dump=str(now.program.major)).id


def verify(plan: Plan, now: Now) -> tuple[Unhandled, ...]:
    """What the target still has otherwise than desired: nothing, after a proven plan; raises StoppedPartWay."""
    try:
        dump = read_catalog(now.info, now.server.major, now.program, without=now.without)
        after = narrow(scope_of(plan, now), dump).catalog
        cluster = _left(_cluster(plan, now), plan.fingerprints.result_cluster or plan.fingerprints.desired_cluster)
    except (DifftoolError, KeyboardInterrupt) as error:
        why = error.message if isinstance(error, DifftoolError) else "interrupted"
        raise StoppedPartWay(
            f"all statements are committed, but the result was not verified: {why}", hint="difftool check verifies it"
        ) from None
    ordered = tuple(u for u in plan.unhandled if u.kind == COLUMN_ORDER)  # whatever was run, it moved no column
    made = plan.fingerprints
    if after.fingerprint == (made.result or made.desired):
        return (*cluster, *ordered)
    left = _left(after.objects, made.result_objects if made.result else made.desired_objects)
    return (*cluster, *left, *ordered)


def _left(after: Iterable[Print], desired: Iterable[Print]) -> tuple[Unhandled, ...]:
    said = {"is gone": "not in the desired schema", "is new": "missing in the target", "is different": "differs"}
    return tuple(Unhandled(u.kind, u.name, said[u.detail]) for u in changed(after, desired))
