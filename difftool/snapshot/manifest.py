"""Snapshots: what a target was before an apply, kept as parts and a manifest that is written last.

A folder of the store without ``manifest.json`` is a write that never ended, and no snapshot.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Literal

from difftool import planfile
from difftool.document import build, sealed, unsealed
from difftool.errors import DifftoolError, SnapshotError
from difftool.model import Fingerprints, Plan, TargetIdentity
from difftool.pg.conninfo import Conninfo, is_url, mask_url
from difftool.secrets import mask
from difftool.snapshot import names
from difftool.snapshot.store import Store, StoreDownError

Reason = Literal["apply", "rollback", "manual"]

FORMAT = 1
MANIFEST, SCHEMA, PLAN = "manifest.json", "schema.sql", "plan.json"
DUMP_ENDS = "PostgreSQL database dump complete"
READERS = 16
LISTED = 8
HINT = "difftool snapshots lists what there is"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a snapshot, its SHA-256 in hexadecimal and its size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a manifest says.

    ``broken`` is empty, or why the manifest cannot be trusted; then only ``id``, ``created`` and the target's database
    and cluster are known, from its name.
    """

    id: str
    created: str
    target: TargetIdentity
    server_version: int
    tool_version: str
    reason: Reason
    fingerprints: Fingerprints
    parts: tuple[Part, ...]
    pg_dump: str
    broken: str = ""

    @property
    def folder(self) -> str:
        """What its keys in the store begin with, slash included."""
        return f"{names.folder(self.target)}/{self.id}/"


def save(store: Store, *, plan: Plan, schema_dump: str, reason: Reason, pg_dump: str) -> Snapshot:
    """Keep the target as it is before ``plan`` runs: its ``pg_dump --schema-only``, the plan, and last the manifest.

    When it returns, every part was read back and is what was written; raises SnapshotError otherwise. No password of
    the target's URL is kept, nor of a role that the plan makes.
    """
    if DUMP_ENDS not in schema_dump[-500:]:
        raise SnapshotError(
            f"the schema dump of {plan.target.database} is not complete: it ends before pg_dump's last line",
            hint="try again; difftool doctor tries pg_dump",
        )
    # a role's password is given once: nobody goes back to it
    statements = tuple(replace(s, sql=mask(s.sql)) if s.kind == "role" else s for s in plan.statements)
    plan = replace(plan, target=_without_secrets(plan.target), statements=statements)
    data = {SCHEMA: _bytes(schema_dump), PLAN: planfile.dumps(plan).encode("utf-8")}
    new = names.new_id(datetime.now(UTC))
    snapshot = Snapshot(
        id=new,
        created=names.created(new),
        target=plan.target,
        server_version=plan.target.server_version,
        tool_version=plan.tool_version,
        reason=reason,
        fingerprints=replace(  # the lists are long, and in plan.json
            plan.fingerprints,
            target_objects=(),
            desired_objects=(),
            target_cluster=(),
            desired_cluster=(),
            result_cluster=(),
            result_objects=(),
        ),
        parts=tuple(Part(name, _sha256(content), len(content)) for name, content in data.items()),
        pg_dump=pg_dump,
    )
    for name, content in (*data.items(), (MANIFEST, _dumps(snapshot).encode("utf-8"))):
        _put(store, snapshot.folder + name, content)
    return snapshot


def snapshots(store: Store, target: TargetIdentity | None) -> tuple[Snapshot, ...]:
    """A target's snapshots, or everybody's, the newest first.

    One whose manifest is damaged is among them, with ``broken`` saying why. Raises SnapshotError when the store fails.
    """
    return tuple(walk(store, target))


def walk(store: Store, target: TargetIdentity | None) -> Iterator[Snapshot]:
    """The same one by one, for who stops early: manifests are read a few at a time, as they are asked for."""
    places = _places(store, f"{names.folder(target)}/" if target else "")
    with ThreadPoolExecutor(READERS) as pool:
        for start in range(0, len(places), READERS):
            yield from pool.map(lambda place: _read(store, place), places[start : start + READERS])


def load(store: Store, name: str, target: TargetIdentity | None) -> Snapshot:
    """The snapshot whose id is, or begins with, ``name``; ``folder/id`` names one of several targets' snapshots.

    Raises SnapshotError for none, for several (it names them) and for a broken one.
    """
    prefix = f"{names.folder(target)}/" if target else ""
    narrow = name if target and all(c in names.PLAIN for c in name) else ""
    ids = {place: place if "/" in name else place.rpartition("/")[2] for place in _places(store, prefix + narrow)}
    found = [p for p in ids if ids[p] == name] or [p for p in ids if ids[p].startswith(name)]
    if len(found) != 1:
        whose = f" of {target.database}" if target else ""
        raise SnapshotError(_which(store, name, whose, found), hint=HINT)
    return _whole(_read(store, found[0]))


def schema_of(store: Store, snapshot: Snapshot) -> str:
    """The schema dump, as it was given to ``save``; raises SnapshotError when it is damaged or gone."""
    return _text(_part(store, snapshot, SCHEMA))


def plan_of(store: Store, snapshot: Snapshot) -> Plan:
    """The plan that was about to run; raises SnapshotError when it is damaged or gone."""
    return planfile.loads(_text(_part(store, snapshot, PLAN)), f"{snapshot.id}/{PLAN}")


def probe(store: Store) -> None:
    """Write, read back and delete one small object; raises SnapshotError that says which of these failed."""
    key, data = f"probe-{secrets.token_hex(8)}", b"written by difftool doctor; may be deleted\n"
    _put(store, key, data)
    if key not in store.keys(key):
        raise SnapshotError(
            f"{store.describe()} does not list what was written: {key}", hint="difftool config shows it"
        )
    store.delete(key)


def _put(store: Store, key: str, data: bytes) -> None:
    """Write and read back: some servers answer 200 for what they did not keep, or keep another writer's bytes."""
    store.put_new(key, data)
    kept = store.get(key)
    if _sha256(kept) != _sha256(data):
        raise SnapshotError(
            f"{store.describe()} did not keep {key}: {len(data)} bytes were written, {len(kept)} other ones came back",
            hint="difftool doctor tries the store; use another one until it is repaired",
        )


def _places(store: Store, prefix: str) -> list[str]:
    """``folder/id`` of each snapshot with a manifest, the newest first; other objects in the store are not ours."""
    found = [key.removesuffix(f"/{MANIFEST}") for key in store.keys(prefix) if key.endswith(f"/{MANIFEST}")]
    ours = [p for p in found if p.count("/") == 1 and names.is_id(p.split("/")[1]) and names.owner_of(p.split("/")[0])]
    return sorted(ours, key=lambda place: place.split("/")[::-1], reverse=True)


def _which(store: Store, name: str, whose: str, places: list[str]) -> str:
    if not places:
        return f'no snapshot "{name}"{whose} in {store.describe()}'
    some = ", ".join(place.rpartition("/")[2] if whose else place for place in places[:LISTED])
    more = f" and {len(places) - LISTED} more" if len(places) > LISTED else ""
    return f'"{name}" is the beginning of {len(places)} snapshots{whose}: {some}{more}'


def _read(store: Store, place: str) -> Snapshot:
    """The snapshot at ``folder/id``, broken or not; raises StoreDownError, which is not the manifest's fault."""
    try:
        text = _text(store.get(f"{place}/{MANIFEST}"))
        body = unsealed(text, what="manifest", where=f"{place}/{MANIFEST}", version=FORMAT, hint=HINT)
        snapshot = build(Snapshot, {**body, "broken": ""}, f"{place}/{MANIFEST}")
    except StoreDownError:
        raise
    except (DifftoolError, UnicodeError) as error:
        return _broken(place, str(error))
    moved = f"{place}/{MANIFEST} is the manifest of {snapshot.folder[:-1]}"
    return snapshot if snapshot.folder == f"{place}/" else _broken(place, moved)


def _broken(place: str, why: str) -> Snapshot:
    folder, _, snapshot_id = place.partition("/")
    database, cluster = names.owner_of(folder) or ("", "")
    target = TargetIdentity("", "", "", "", database, "", "", 0, cluster)
    nothing = Fingerprints("", "", "")
    return Snapshot(snapshot_id, names.created(snapshot_id), target, 0, "", "manual", nothing, (), "", broken=why)


def _whole(snapshot: Snapshot) -> Snapshot:
    if snapshot.broken:
        raise SnapshotError(f"snapshot {snapshot.id} is damaged: {snapshot.broken}", hint=HINT)
    return snapshot


def _part(store: Store, snapshot: Snapshot, name: str) -> bytes:
    """A part's bytes, which are those that were written."""
    part = next((p for p in _whole(snapshot).parts if p.name == name), None)
    if part is None:
        raise SnapshotError(f"snapshot {snapshot.id} has no {name}", hint=HINT)
    data = store.get(snapshot.folder + name)
    if len(data) != part.size or _sha256(data) != part.sha256:
        raise SnapshotError(
            f"snapshot {snapshot.id} is damaged: {name} is not what was written ({len(data)} of {part.size} bytes)",
            hint="roll back to another one: " + HINT,
        )
    return data


def _dumps(snapshot: Snapshot) -> str:
    body = asdict(snapshot)
    return sealed({"format": FORMAT, **{f.name: body[f.name] for f in fields(snapshot) if f.name != "broken"}})


def _without_secrets(target: TargetIdentity) -> TargetIdentity:
    """The same target; whatever its URL, or a URL given as its name, still holds of a password is masked."""
    return replace(target, url=_masked(target.url), name=_masked(target.name) if is_url(target.name) else target.name)


def _masked(url: str) -> str:
    try:
        return Conninfo.parse(url).url() if url else ""
    except DifftoolError:
        return mask_url(url)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
