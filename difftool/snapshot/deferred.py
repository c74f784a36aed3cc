"""What the last apply has put off, as the snapshot before it records; and a check in which that is told from drift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from difftool.cluster.state import MEMBERSHIP
from difftool.errors import SnapshotError
from difftool.model import Plan, TargetIdentity, Unhandled
from difftool.parse import quoted
from difftool.snapshot import manifest
from difftool.snapshot.store import Store

Digests = dict[tuple[str, str], set[str]]


def recorded(store: Store, target: TargetIdentity, now: str) -> tuple[str, Plan] | None:
    """The id and the plan of the newest snapshot, if that plan puts something off.

    One whose apply changed nothing, for the target is ``now`` as it was before, is passed over.
    """
    for snapshot in manifest.walk(store, target):
        if snapshot.broken:
            continue
        plan = manifest.plan_of(store, snapshot)
        if plan.deferred:
            return snapshot.id, plan
        if snapshot.fingerprints.target != now:
            break
    return None


def told_apart(checked: Plan, store: Store) -> Plan:
    """A check in which what was put off is told from drift: it is what that apply left, and wanted as it was then.

    Where the store cannot be read, all of it is drift, and that is said.
    """
    try:
        found = recorded(store, checked.target, checked.fingerprints.target)
    except SnapshotError as error:
        return replace(checked, notes=(*checked.notes, f"whether anything was deferred is not known: {error.message}"))
    if not found:
        return checked
    name, made = found
    later = _deferred(checked, made)
    if not later:
        return checked
    said = f"deferred by the apply after snapshot {name}: difftool apply makes these changes"
    left = tuple(u for u in checked.unhandled if u not in later)
    return replace(checked, unhandled=left, deferred=made.deferred, notes=(*checked.notes, said))


def is_recorded(plan: Plan, store: Store) -> bool:
    """Whether the newest snapshot says the same of what is put off, and of what it leads to."""
    found = recorded(store, plan.target, plan.fingerprints.target)
    return found is not None and _what(found[1]) == _what(plan)


def _what(plan: Plan) -> tuple[object, ...]:
    made = plan.fingerprints
    return tuple(d.statement.sql for d in plan.deferred), made.result, made.desired, made.method, made.result_cluster


def _deferred(checked: Plan, made: Plan) -> set[Unhandled]:
    """The differences that are those of that plan, to the letter."""
    now, then = checked.fingerprints, made.fingerprints
    if now.method != then.method:
        return set()
    here, there = _digests(now.target_objects, now.target_cluster), _digests(now.desired_objects, now.desired_cluster)
    left = _digests(then.result_objects if then.result else then.desired_objects, then.result_cluster)
    wanted = _digests(then.desired_objects, then.desired_cluster if then.result_cluster else ())

    def same(u: Unhandled) -> bool:
        key = (u.kind, u.name)
        known = (key in here or key in there) and (key in left or key in wanted)
        return known and here.get(key) == left.get(key) and there.get(key) == wanted.get(key)

    return {u for u in checked.unhandled if same(u)}


def _digests(objects: Sequence[tuple[str, str, str]], cluster: Sequence[tuple[str, str, str]]) -> Digests:
    """By kind and name as a difference has them: that of a role or a database is quoted there."""
    found: Digests = {}
    for kind, name, digest in objects:
        found.setdefault((kind, name), set()).add(digest)
    for kind, plain, digest in cluster:
        name = plain if kind == MEMBERSHIP else quoted(plain)
        found.setdefault((kind, name), set()).add(digest)
    return found
