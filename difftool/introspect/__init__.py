"""A database's schema, read whole in one snapshot: objects at fine grain, and what depends on what.

Ten round trips, whatever the size of the schema and the number of kinds; nothing stays locked.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from importlib.resources import files
from sys import intern
from typing import TYPE_CHECKING, Any

from difftool.grants import granted
from difftool.introspect.circles import without_circles
from difftool.kinds import queries
from difftool.objects import NOTHING, Key, Object, Objects, same_above
from difftool.pg.connection import rows, run

if TYPE_CHECKING:
    from difftool.pg.types import Connection

Address = tuple[int, int, int]
"""A catalog's OID, an object's OID in it, and a column's number or 0."""
SNAPSHOT = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = ''; SET LOCAL jit = off; "
    "SET LOCAL quote_all_identifiers = off; SET LOCAL extra_float_digits = 3; SET LOCAL DateStyle = 'ISO, YMD'; "
    "SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = 'UTC'; SET LOCAL lock_timeout = '10s'"
)
TAKES_ALONG = frozenset("aiPS")
"""pg_depend.deptype: automatic, internal, partition."""

TAKEN_OUT = frozenset({"parent", "owner", "acl", "acl_type", "needs", "after"})
HEAVY = (("column",), ("constraint", "index"))
"""Kinds that take the server long enough to be asked for by themselves."""
INHERITED = frozenset({"column", "default", "not_null", "constraint"})


def read_objects(connection: Connection, major: int) -> Objects:
    """Every object of the database that the connection, which is in autocommit, is connected to."""
    run(connection, SNAPSHOT)
    collecting = gc.isenabled()
    gc.disable()  # everything read is kept: looking through it again and again finds nothing
    try:
        with ThreadPoolExecutor(1) as server:  # which works at the next answer while this one is taken apart
            members, *groups, aliases, said, casts, depends = (
                server.submit(rows, connection, query) for query in _round_trips(major)
            )
            reading = _Reading(major, _members(members.result()))
            for group in groups:
                reading.objects(group.result())
            reading.prune()
            reading.aliases = {(a, b, c): (d, e, f) for a, b, c, d, e, f in aliases.result()}
            reading.said(said.result())
            reading.depend(depends.result())
            return replace(without_circles(reading.result()), **_casts(casts.result()))
    finally:
        if collecting:
            gc.enable()
        run(connection, "ROLLBACK")


def _round_trips(major: int) -> tuple[str, ...]:
    """All queries, in the order of their answers; with BEGIN and ROLLBACK they are ten round trips at most."""
    found = queries(major)
    rest = [k for k in found if k not in (*HEAVY[0], *HEAVY[1])]
    together = (_together(found, group) for group in (*HEAVY, rest))
    return (_query("members"), *together, *map(_query, ("aliases", "said", "casts", "dependencies")))


def _query(name: str) -> str:
    return files(__name__).joinpath(f"{name}.sql").read_text("utf-8")


def _together(found: Mapping[str, str], kinds: Iterable[str]) -> str:
    """Some kinds' queries as one, a row a kind: its objects as one JSON array."""
    row = "json_build_array(q.class::oid, q.oid, q.sub, q.names, q.data)"
    one = f"SELECT '{{0}}', json_agg({row})::text FROM (\n{{1}}\n) AS q"
    return "\nUNION ALL\n".join(one.format(k, found[k]) + "(class, oid, sub, names, data)" for k in kinds)


def _members(found: Iterable[tuple[Any, ...]]) -> dict[tuple[int, int], Key]:
    """What belongs to extensions, by its address, and to which."""
    return {(catalog, oid): ("extension", name) for catalog, oid, name in found}


def _casts(found: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    return {
        "casts": frozenset((a, b) for a, b, explicit in found if not explicit),
        "explicit_casts": frozenset((a, b) for a, b, explicit in found if explicit),
    }


@dataclass
class _Reading:
    """What has been read so far."""

    major: int
    members: Mapping[tuple[int, int], Key] = field(default_factory=dict)
    by_key: dict[Key, Object] = field(default_factory=dict)
    at: dict[Address, Key] = field(default_factory=dict)
    aliases: Mapping[Address, Address] = field(default_factory=dict)
    needs: dict[Key, set[Key]] = field(default_factory=dict)
    follows: dict[Key, set[Key]] = field(default_factory=dict)
    after: dict[Key, set[Key]] = field(default_factory=dict)

    def objects(self, found: Iterable[tuple[Any, ...]]) -> None:
        """Each row an object, its owner and its grants objects of their own."""
        for kind, text in found:
            for catalog, oid, sub, names, data in json.loads(text or "[]"):
                address = int(catalog), int(oid), sub
                if address[:2] not in self.members:
                    self._object((kind, *map(intern, names)), address, data)

    def prune(self) -> None:
        """Leave out what is a part of something that was not read: an extension's columns go with its tables."""
        for key in [k for k, o in self.by_key.items() if not self._whole(o)]:
            del self.by_key[key]
        self.at = {a: k for a, k in self.at.items() if k in self.by_key}
        self.at.update({(*a, 0): k for a, k in self.members.items() if k in self.by_key})
        for links in (self.needs, self.after):
            for key in list(links):
                if key in self.by_key:
                    links[key].intersection_update([k for k in links[key] if k in self.by_key])
                else:
                    del links[key]
        for o in self.by_key.values():
            if o.parent:
                self.needs.setdefault(o.key, set()).add(o.parent)
                self.follows.setdefault(o.key, set()).add(o.parent)

    def _object(self, key: Key, address: Address, data: dict[str, Any]) -> None:
        found = {k: v for k, v in data.items() if v is not None and v is not False and k not in TAKEN_OUT}
        parent = tuple(map(intern, data.get("parent") or ())) or None
        for name, links in (("needs", self.needs), ("after", self.after)):
            if others := data.get(name):
                links.setdefault(key, set()).update(map(tuple, others))
        self.by_key[key] = Object(key, found, parent)
        self.at.setdefault(address, key)
        owner, acl, letter = data.get("owner"), data.get("acl"), data.get("acl_type")
        if owner is not None:
            self._add(Object(("owner", *key), {"role": intern(owner)}, key))
        if key[0] == "sequence_owner":
            owners = {("owner", "sequence", *key[1:]), ("owner", "table", *data["column"][:2])}
            self.after.setdefault(key, set()).update(owners)
        if letter and (acl is not None or letter != "c"):
            who = owner if owner is not None else data.get("_owner", "")
            self._add(Object(("grant", *key), granted(acl, letter, who, self.major), key))
            above = {("owner", *parent), ("grant", *parent)} if parent and letter == "c" else set()
            self.after["grant", *key] = {("owner", *key), *above}

    def _add(self, o: Object) -> None:
        self.by_key[o.key] = o

    def _whole(self, o: Object) -> bool:
        """Whether what it is a part of was read too."""
        above = o.parent
        while above is not None and above in self.by_key:
            above = self.by_key[above].parent
        return above is None

    def said(self, found: Iterable[tuple[Any, ...]]) -> None:
        """Comments and labels of the objects that were read."""
        for kind, catalog, oid, sub, provider, text in sorted(found):
            key = self.at.get((catalog, oid, sub))
            if key and (catalog, oid) not in self.members:
                said = (kind, *key, *((provider,) if provider else ()))
                self._add(Object(said, {"text": text}, key))
                self.needs[said], self.follows[said] = {key}, {key}
                if kind == "depends_on_extension":
                    self.needs[said].add(("extension", provider))

    def depend(self, found: Iterable[tuple[Any, ...]]) -> None:
        """pg_depend between objects that were read. A sequence follows the column that owns it, and needs it not."""
        for a, b, c, d, e, f, how in found:
            key, needed = self._find((a, b, c)), self._find((d, e, f))
            if not key or not needed or key == needed:
                continue
            if (a, b, c) in self.aliases and key[0] == "constraint":  # what a foreign key has for one partition
                self.after.setdefault(key, set()).add(needed)
                continue
            if not (how == "a" and key[0] == "sequence" and needed[0] in ("column", "table")):
                self.needs.setdefault(key, set()).add(needed)
            if how in TAKES_ALONG:
                self.follows.setdefault(key, set()).add(needed)
        self._through_shells()

    def _through_shells(self) -> None:
        """A type and its own functions need each other: the functions make do with its shell."""
        for o in self.by_key.values():
            if o.kind in ("base_type", "range"):
                for function in self.needs.get(o.key, ()):
                    if function[0] == "function" and o.key in self.needs.get(function, ()):
                        self.needs[function] = self.needs[function] - {o.key} | {("shell_type", *o.names)}

    def _find(self, address: Address) -> Key | None:
        """The object at an address: of a column that is no object, its table's."""
        for _ in range(8):
            key = self.at.get(address)
            if key or (address not in self.aliases and not address[2]):
                return key
            address = self.aliases.get(address) or (address[0], address[1], 0)
        return None

    def result(self) -> Objects:
        """Everything together; a partition's share of a foreign key needs nothing beyond what the whole needs."""
        for o in self.by_key.values():
            if o["_clone"] and o["type"] == "f" and o.parent:
                self.needs[o.key], self.follows[o.key] = {o.parent}, {o.parent}
                self.after.pop(o.key, None)
        found = Objects(self.by_key, self.major, self.needs, self.follows, self.after)
        found = replace(found, after={**found.after, **_after_those_above(found)})
        found = replace(found, after={**found.after, **_after_whole_indexes(found)})
        found = replace(found, after={**found.after, **_after_partitions(found)})
        return replace(found, after={**found.after, **_after_lacking(found)})


def _after_those_above(found: Objects) -> dict[Key, Set[Key]]:
    """What a table may have from another that it inherits from is there first; what it has of its own as well, last.

    An own column can only be there before the inherited one, and what is its own can only go after that.
    """
    waiting: dict[Key, Set[Key]] = {}
    for o in (o for o in found.by_key.values() if o.kind in INHERITED and o.names[:2] in found.above):
        for above in same_above(o, found):
            first, then = (o.key, above) if o["local"] else (above, o.key)
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
