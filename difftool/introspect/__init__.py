"""A database's schema, read whole in one snapshot: objects at fine grain, and what depends on what.

Ten round trips, whatever the size of the schema and the number of kinds; nothing stays locked.
"""

from __future__ import annotations

import gc
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from importlib.resources import files
from sys import intern
from typing import TYPE_CHECKING, Any

from difftool.grants import granted
from difftool.introspect.circles import without_circles
from difftool.kinds import constraint, queries
from difftool.objects import INHERITED, NOTHING, Key, Object, Objects, same_above
from difftool.pg.connection import ask, run

if TYPE_CHECKING:
    from difftool.pg.types import Connection

Row = tuple[Any, ...]
Rows = list[Row]
Address = tuple[int, int, int]
"""A catalog's OID, an object's OID in it, and a column's number or 0."""
SNAPSHOT = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = ''; SET LOCAL jit = off; "
    "SET LOCAL max_parallel_workers_per_gather = 0; "
    "SET LOCAL quote_all_identifiers = off; SET LOCAL extra_float_digits = 3; SET LOCAL DateStyle = 'ISO, YMD'; "
    "SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = 'UTC'; SET LOCAL lock_timeout = '10s'"
)
TAKES_ALONG = frozenset("aiPS")
"""pg_depend.deptype: automatic, internal, partition."""

TAKEN_OUT = frozenset({"more", "parent", "owner", "acl", "acl_type", "needs", "after"})
TOGETHER = (("column",), ("constraint", "index", "default", "not_null", "table", "sequence", "sequence_owner"))
"""Kinds that are asked for before all others, since most objects are of these: what comes last is soon taken apart."""


def read_objects(connection: Connection, major: int) -> Objects:
    """Every object of the database that the connection, which is in autocommit, is connected to."""
    run(connection, SNAPSHOT)
    collecting = gc.isenabled()
    gc.disable()  # everything read is kept: looking through it again and again finds nothing
    try:
        with ThreadPoolExecutor(1) as server:  # which works at the next answer while this one is taken apart
            return _read(_answers(server, connection, _round_trips(major)), major)
    finally:
        if collecting:
            _grow_old()
            gc.enable()
        run(connection, "ROLLBACK")


def _grow_old() -> None:
    """What has been read counts as old at once: the next collections of what is young pass it over."""
    gc.freeze()
    gc.unfreeze()


def _answers(server: Executor, connection: Connection, queries: Iterable[str]) -> Iterator[Rows]:
    """The rows of each query, all asked one behind the other; none is kept here once it is handed out."""
    waiting = deque([server.submit(ask, connection, query) for query in queries])
    while waiting:
        yield waiting.popleft().result()()


def _read(answers: Iterator[Rows], major: int) -> Objects:
    """The objects that the answers to ``_round_trips`` tell of."""
    casts = _casts(next(answers))
    reading = _Reading(major, _members(next(answers)), _aliases(next(answers)))
    for _ in TOGETHER:
        reading.objects(next(answers))
    said, dependencies = next(answers), next(answers)
    reading.objects(next(answers))
    reading.prune()
    reading.said(said)
    reading.depend(dependencies)
    return replace(without_circles(reading.result()), **casts)


def _round_trips(major: int) -> tuple[str, ...]:
    """All queries, in the order of their answers; with BEGIN and ROLLBACK they are ten round trips at most."""
    found = queries(major)
    rest = [k for k in found if not any(k in group for group in TOGETHER)]
    columns, parts, others = (_together(found, kinds) for kinds in (*TOGETHER, rest))
    casts, members, aliases, said, dependencies = map(_query, ("casts", "members", "aliases", "said", "dependencies"))
    return casts, members, aliases, columns, parts, said, dependencies, others


def _query(name: str) -> str:
    return files(__name__).joinpath(f"{name}.sql").read_text("utf-8")


def _together(found: Mapping[str, str], kinds: Iterable[str]) -> str:
    """Some kinds' queries as one: before what each row has, its kind, and the address as numbers."""
    one = "SELECT '{}', class::oid, oid, sub, names, data::text FROM (\n{}\n) AS q(class, oid, sub, names, data)"
    return "\nUNION ALL\n".join(one.format(k, found[k]) for k in kinds)


def _aliases(found: Iterable[Row]) -> dict[Address, Address]:
    """What stands for another object, by its address: the other's address."""
    return {(a, b, c): (d, e, f) for a, b, c, d, e, f in found}


def _members(found: Iterable[Row]) -> dict[tuple[int, int], Key]:
    """What belongs to extensions, by its address, and to which."""
    return {(catalog, oid): ("extension", name) for catalog, oid, name in found}


def _casts(found: Sequence[Row]) -> dict[str, Any]:
    return {
        "casts": frozenset((a, b) for a, b, explicit in found if not explicit),
        "explicit_casts": frozenset((a, b) for a, b, explicit in found if explicit),
    }


@dataclass
class _Reading:
    """What has been read so far."""

    major: int
    members: Mapping[tuple[int, int], Key]
    aliases: Mapping[Address, Address]
    by_key: dict[Key, Object] = field(default_factory=dict)
    at: dict[Address, Key] = field(default_factory=dict)
    needs: dict[Key, Set[Key]] = field(default_factory=dict)
    wholes: dict[Key, Set[Key]] = field(default_factory=dict)
    """By what has parts, it alone: what all those parts need that need nothing else."""
    follows: dict[Key, set[Key]] = field(default_factory=dict)
    after: dict[Key, set[Key]] = field(default_factory=dict)
    shared: dict[Any, Mapping[str, Any]] = field(default_factory=dict)
    """Attributes that many have alike: the one owner of everything, the grants that nobody touched."""

    def objects(self, found: Sequence[Row]) -> None:
        """Each row an object, its owner and its grants objects of their own."""
        together = json.loads(f"[{','.join(row[-1] for row in found)}]")  # at once: what is named alike is one text
        for (kind, catalog, oid, sub, names, _), data in zip(found, together, strict=True):
            if (catalog, oid) not in self.members:
                self._object((intern(kind), *map(intern, names)), (catalog, oid, sub), data)

    def _object(self, key: Key, address: Address, data: dict[str, Any]) -> None:
        if more := data.get("more"):
            data.update(more)
        parent = _parent(key, data.get("parent"))
        attributes = {k: v for k, v in data.items() if v is not None and v is not False and k not in TAKEN_OUT}
        self._add(Object(key, attributes, parent))
        self.at.setdefault(address, key)
        if needs := data.get("needs"):
            self._needs(key).update(map(_key, needs))
        if after := data.get("after"):
            self.after.setdefault(key, set()).update(map(_key, after))
        if owner := data.get("owner"):
            self._owned(key, owner)
        if data.get("acl_type"):
            self._granted(key, parent, data)
        if key[0] == "sequence_owner":
            owners = {("owner", "sequence", *key[1:]), ("owner", "table", *data["column"][:2])}
            self.after.setdefault(key, set()).update(owners)

    def _owned(self, key: Key, owner: str) -> None:
        self._add(Object(("owner", *key), self.shared.setdefault(owner, {"role": owner}), key))

    def _granted(self, key: Key, parent: Key | None, data: Mapping[str, Any]) -> None:
        acl, letter, who = data.get("acl"), data["acl_type"], data.get("owner") or data.get("_owner") or ""
        if acl is None and letter == "c":
            return
        same = letter, who, None if acl is None else tuple(acl)
        if same not in self.shared:
            self.shared[same] = granted(acl, letter, who, self.major)
        grant = Object(("grant", *key), self.shared[same], key)
        self._add(grant)
        above = {("owner", *parent), ("grant", *parent)} if parent and letter == "c" else set()
        self.after[grant.key] = {("owner", *key), *above}

    def _add(self, o: Object) -> None:
        """One object, which needs what it is a part of."""
        self.by_key[o.key] = o
        if o.parent:
            self.needs[o.key] = self.wholes.get(o.parent) or self.wholes.setdefault(o.parent, frozenset((o.parent,)))

    def _needs(self, key: Key) -> set[Key]:
        """What an object needs, as a set of its own."""
        found = self.needs.get(key, NOTHING)
        if not isinstance(found, set):
            found = self.needs[key] = set(found)
        return found

    def prune(self) -> None:
        """Leave out what is a part of something that was not read: an extension's columns go with its tables."""
        while parts := [k for k, o in self.by_key.items() if o.parent and o.parent not in self.by_key]:
            for key in parts:
                for each in (self.by_key, self.needs, self.after):
                    each.pop(key, None)
            self.at = {a: k for a, k in self.at.items() if k in self.by_key}
        self.at.update({(*a, 0): k for a, k in self.members.items() if k in self.by_key})
        for others in (*self.needs.values(), *self.after.values()):
            if isinstance(others, set) and not others <= self.by_key.keys():
                others.intersection_update([k for k in others if k in self.by_key])

    def said(self, found: Iterable[Row]) -> None:
        """Comments and labels of the objects that were read."""
        for kind, catalog, oid, sub, provider, text in sorted(found):
            key = self.at.get((catalog, oid, sub))
            if key and (catalog, oid) not in self.members:
                said = (kind, *key, *((provider,) if provider else ()))
                self._add(Object(said, {"text": text}, key))
                if kind == "depends_on_extension":
                    self._needs(said).add(("extension", provider))

    def depend(self, found: Iterable[Row]) -> None:
        """pg_depend between objects that were read. A sequence follows the column that owns it, and needs it not."""
        for a, b, c, d, e, f, how in found:
            key = self.at.get((a, b, c)) or self._find((a, b, c))
            needed = self.at.get((d, e, f)) or self._find((d, e, f))
            if not key or not needed or key == needed:
                continue
            if key[0] == "constraint" and (a, b, c) in self.aliases:  # what a foreign key has for one partition
                self.after.setdefault(key, set()).add(needed)
                continue
            if needed == self.by_key[key].parent:
                continue
            if not (how == "a" and key[0] == "sequence" and needed[0] in ("column", "table")):
                self._needs(key).add(needed)
            if how in TAKES_ALONG:
                self.follows.setdefault(key, set()).add(needed)

    def _find(self, address: Address) -> Key | None:
        """The object at an address: of a column that is no object, its table's."""
        for _ in range(8):
            key = self.at.get(address)
            if key or (address not in self.aliases and not address[2]):
                return key
            address = self.aliases.get(address) or (address[0], address[1], 0)
        return None

    def result(self) -> Objects:
        """Everything together."""
        self._through_shells()
        self._clones()
        found = Objects(self.by_key, self.major, self.needs, self.follows, self.after)
        found = replace(found, after={**found.after, **_after_those_above(found)})
        found = replace(found, after={**found.after, **_after_whole_indexes(found)})
        found = replace(found, after={**found.after, **_after_partitions(found)})
        return replace(found, after={**found.after, **_after_lacking(found)})

    def _through_shells(self) -> None:
        """A type and its own functions need each other: the functions make do with its shell."""
        for key in self._of("base_type", "range"):
            for function in self.needs.get(key, ()):
                if function[0] == "function" and key in self.needs.get(function, ()):
                    self.needs[function] = self.needs[function] - {key} | {("shell_type", *key[1:])}

    def _clones(self) -> None:
        """A partition's share of a foreign key needs nothing beyond what the whole needs."""
        for key in self._of("constraint"):
            o = self.by_key[key]
            if o["_clone"] and o["type"] == "f" and o.parent:
                self.needs[key] = self.wholes[o.parent]
                for links in (self.follows, self.after):
                    links.pop(key, None)

    def _of(self, *kinds: str) -> Iterator[Key]:
        return (k for k in self.by_key if k[0] in kinds)


def _parent(key: Key, said: str | list[str] | None) -> Key | None:
    """What an object is a part of, said in full, or by its kind alone: its names are then the first of the object's."""
    if isinstance(said, str):
        return (said, *key[1 : 4 if said == "column" else 3])
    return _key(said) if said else None


def _key(said: Sequence[str]) -> Key:
    return tuple(map(intern, said))


def _after_those_above(found: Objects) -> dict[Key, Set[Key]]:
    """What a table may have from another that it inherits from is there first; what it has of its own as well, last.

    An own column can only be there before the inherited one, and what is its own can only go after that.
    """
    waiting: dict[Key, Set[Key]] = {}
    if not found.above:
        return waiting
    for o in (o for o in found.by_key.values() if o.kind in INHERITED and o.names[:2] in found.above):
        for above in same_above(o, found):
            first, then = (o.key, above) if o["local"] else (above, o.key)
            if o.kind == "constraint" and constraint.came_later(o, found):
                first, then = ("table", *o.names[:2]), above
            waiting[then] = waiting.get(then, found.after.get(then, NOTHING)) | {first}
    return waiting


def _after_whole_indexes(found: Objects) -> dict[Key, Set[Key]]:
    """A foreign key waits until the index that it points at is valid: until every partition's is a part of it."""
    parts: dict[Key, list[Key]] = {}
    for o in found.by_key.values():
        if o.kind == "attached_index":
            parts.setdefault(("index", *o["of"]), []).append(o.key)
    waiting = {}
    for key, needed in found.needs.items() if parts else ():
        if key[0] == "constraint" and (all_ := {p for n in needed for p in _parts(n, parts)}):
            waiting[key] = found.after.get(key, NOTHING) | all_
    return waiting


def _after_partitions(found: Objects) -> dict[Key, Set[Key]]:
    """A foreign key comes once the partitions on both of its sides are in place, and goes before one leaves."""
    waiting = {}
    for referenced, keys in found.pointing.items():
        for key in keys:
            own = found.by_key[key].parent
            if links := {x for table in {referenced, own} if table for x in _links_below(table, found)}:
                waiting[key] = found.after.get(key, NOTHING) | links
    return waiting


def _links_below(table: Key, found: Objects) -> Iterator[Key]:
    for child in found.below.get(table, ()):
        if (link := ("partition", *child)) in found:
            yield link
            yield from _links_below(("table", *child), found)


def _after_lacking(found: Objects) -> dict[Key, Set[Key]]:
    """What some partitions have no part of comes once these are in place: ATTACH would make them one."""
    waiting: dict[Key, Set[Key]] = {}
    for link, keys in found.lacking.items():
        for key in keys:
            waiting[key] = waiting.get(key, found.after.get(key, NOTHING)) | {link}
    return waiting


def _parts(index: Key, parts: Mapping[Key, Sequence[Key]]) -> Iterator[Key]:
    for part in parts.get(index, ()):
        yield part
        yield from _parts(("index", *part[1:]), parts)
