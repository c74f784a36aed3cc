"""A snapshot as what is wanted: which one a rollback goes to, and its schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import takewhile
from typing import TYPE_CHECKING

from difftool.errors import SnapshotError

if TYPE_CHECKING:
    from difftool.annotations import Renamed
    from difftool.model import Statement
    from difftool.now import Now
    from difftool.snapshot import Snapshot
    from difftool.snapshot.store import Store
    from difftool.wanted import WantedDump


def before_last_apply(store: Store, now: Now) -> Snapshot:
    """The newest snapshot of an apply that is not what the target has now; raises SnapshotError where there is none."""
    from difftool.snapshot import manifest

    for snapshot in manifest.walk(store, now.identity):
        if (
            snapshot.reason == "apply"
            and not snapshot.broken
            and snapshot.fingerprints.target != _fingerprint(store, snapshot, now)
        ):
            return snapshot
    raise SnapshotError(
        f'no snapshot of "{now.identity.database}" in {store.describe()} differs from what it has now',
        hint="difftool snapshots lists what there is; difftool rollback ID goes to any of them",
    )


def _fingerprint(store: Store, snapshot: Snapshot, now: Now) -> str:
    """The target's fingerprint as the snapshot's was taken: less what is ignored."""
    from difftool.narrowing import narrow
    from difftool.seen import is_limited, recall
    from difftool.snapshot import manifest

    if not is_limited(now.rules, now.catalog):
        return now.catalog.fingerprint
    made = manifest.plan_of(store, snapshot).fingerprints
    return narrow(recall(now.rules, now.catalog, made, now.owner, now.cluster_roles), now.catalog).catalog.fingerprint


def wanted_snapshot(store: Store, snapshot: Snapshot, now: Now, renamed: tuple[Renamed, ...] = ()) -> WantedDump:
    """A snapshot's schema as the one that is wanted."""
    from difftool.catalog import parse
    from difftool.pg.dump import Dump
    from difftool.seen import is_limited, names_of, without_run_time
    from difftool.snapshot import manifest
    from difftool.wanted import WantedDump

    schema, named = parse(Dump(manifest.schema_of(store, snapshot), (), now.program.major)), frozenset[str]()
    if is_limited(now.rules, schema):
        made = manifest.plan_of(store, snapshot).fingerprints
        schema, named = without_run_time(now.rules, schema, made, now.owner, now.cluster_roles), names_of(made)
    return WantedDump(schema, f"snapshot {snapshot.id} of {snapshot.created}", renamed=renamed, named=named)


def run_since(store: Store, chosen: Snapshot, now: Now) -> Iterator[Statement]:
    """The statements of a snapshot's plan, and of those that came later; a later one that is damaged is left out."""
    from difftool.snapshot import manifest

    yield from manifest.plan_of(store, chosen).statements
    later = takewhile(lambda s: s.id > chosen.id, manifest.walk(store, now.identity))
    for snapshot in sorted(later, key=lambda s: s.id):
        with suppress(SnapshotError):
            yield from manifest.plan_of(store, snapshot).statements
