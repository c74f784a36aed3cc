"""A database's schema at fine grain: a table, a column, a default, a grant, each an object of its own."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Key = tuple[str, ...]
"""A kind and the names that address one object of it: ("column", "public", "users", "email")."""


@dataclass(frozen=True, slots=True)
class Object:
    """One object: what it is, and what can differ about it."""

    key: Key
    attributes: Mapping[str, Any]
    """JSON values, but for null and false. What starts with "_" helps to write SQL and is not compared."""
    parent: Key | None = None
    """What it is a part of: it goes when that goes."""

    @property
    def kind(self) -> str:
        """The name of its module in ``difftool.kinds``."""
        return self.key[0]

    @property
    def names(self) -> tuple[str, ...]:
        """What addresses it among its kind."""
        return self.key[1:]

    def __getitem__(self, attribute: str) -> Any:
        return self.attributes.get(attribute)

    @property
    def compared(self) -> dict[str, Any]:
        """The attributes that make a difference; of storage parameters, their order as well: a dump shows it."""
        found = {k: v for k, v in self.attributes.items() if k[0] != "_"}
        if self.kind in STORED and (options := found.get("options")):
            found["options"] = sorted(options.items(), key=lambda one: one[0] == "check_option")  # a dump has it apart
        return found


STORED = frozenset({"table", "index", "materialized_view", "view", "column"})
"""Kinds that have storage parameters."""
NOTHING: frozenset[Key] = frozenset()
INHERITED = frozenset({"column", "default", "not_null", "constraint"})
"""Kinds of parts that a table may have from another."""


@dataclass(frozen=True)
class Objects:
    """Every object of one database, and what depends on what."""

    by_key: Mapping[Key, Object]
    major: int = 0
    """The server's major version."""
    needs: Mapping[Key, Set[Key]] = field(default_factory=dict)
    """What an object depends on: it is created after them, and dropped before."""
    follows: Mapping[Key, Set[Key]] = field(default_factory=dict)
    """Of those, the ones that take it along when they are dropped; not its parent, which always does."""
    after: Mapping[Key, Set[Key]] = field(default_factory=dict)
    """What is merely ordered like that: it is created after them and dropped before, and can do without them."""
    casts: frozenset[tuple[str, str]] = frozenset()
    """Types between which PostgreSQL converts by itself when a value is assigned."""
    explicit_casts: frozenset[tuple[str, str]] = frozenset()
    """Types between which it converts when asked to."""

    @cached_property
    def needed_by(self) -> Mapping[Key, tuple[Key, ...]]:
        """The other way round: what depends on an object, in the order of its names."""
        found: dict[Key, list[Key]] = {}
        for key in sorted(self.needs):
            for needed in self.needs[key]:
                found.setdefault(needed, []).append(key)
        return {k: tuple(v) for k, v in found.items()}

    @cached_property
    def parts(self) -> Mapping[Key, tuple[Object, ...]]:
        """The objects that are parts of another."""
        found: dict[Key, list[Object]] = {}
        for o in self.by_key.values():
            if o.parent:
                found.setdefault(o.parent, []).append(o)
        return {k: tuple(v) for k, v in found.items()}

    @cached_property
    def above(self) -> Mapping[tuple[str, ...], tuple[tuple[Key, Key], ...]]:
        """By a table's schema and name: the tables that it inherits from, each with the object that says so."""
        found: dict[tuple[str, ...], list[tuple[Key, Key]]] = {}
        for key, o in self.by_key.items():
            if key[0] == "partition":
                found.setdefault(o.names, []).append((o.key, ("table", *o["of"])))
            elif key[0] == "inherit":
                found.setdefault(o.names[:2], []).append((o.key, ("table", *o.names[2:])))
        return {k: tuple(v) for k, v in found.items()}

    @cached_property
    def below(self) -> Mapping[Key, tuple[tuple[str, ...], ...]]:
        """By the key of a table: schema and name of those that inherit from it, partitions among them."""
        found: dict[Key, list[tuple[str, ...]]] = {}
        for child, links in self.above.items():
            for _, table in links:
                found.setdefault(table, []).append(child)
        return {k: tuple(v) for k, v in found.items()}

    def ancestors(self, child: tuple[str, ...]) -> frozenset[Key]:
        """The tables that a table inherits from, at any remove."""
        found: set[Key] = set()
        waiting = [child]
        while waiting:
            for _, table in self.above.get(waiting.pop(), ()):
                if table not in found:
                    found.add(table)
                    waiting.append(table[1:])
        return frozenset(found)

    @cached_property
    def pointing(self) -> Mapping[Key, tuple[Key, ...]]:
        """By the key of a table: the foreign keys that reference it, less what they have for each partition."""
        found: dict[Key, list[Key]] = {}
        for o in self.by_key.values():
            if o.kind == "constraint" and o["_references"] and not o["_clone"]:
                found.setdefault(("table", *o["_references"]), []).append(o.key)
        return {k: tuple(v) for k, v in found.items()}

    @cached_property
    def lacking(self) -> Mapping[Key, tuple[Key, ...]]:
        """By the key of a partition: the indexes, or the constraints of such, of its table that it has no part of."""
        attached = (o for o in self.by_key.values() if o.kind == "attached_index")
        parts = {(("index", *o["of"]), self._table_of(o.names)) for o in attached}
        found: dict[Key, list[Key]] = {}
        for o in self.by_key.values():
            table = ("table", *o["_on"]) if o.kind == "index" else ()
            for child in self.below.get(table, ()):
                link = ("partition", *child)
                if link in self and (o.key, child) not in parts and not self.by_key["table", *child]["server"]:
                    found.setdefault(link, []).append(o.parent if o["_constraint"] and o.parent else o.key)
        return {k: tuple(v) for k, v in found.items()}

    def _table_of(self, index: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self.by_key["index", *index]["_on"])

    def get(self, *key: str) -> Object | None:
        """The object of that key."""
        return self.by_key.get(key)

    def parts_of(self, key: Key, *kinds: str) -> tuple[Object, ...]:
        """The parts of an object that are of these kinds, columns as they stand, others by name."""
        found = (o for o in self.parts.get(key, ()) if o.kind in kinds)
        return tuple(sorted(found, key=lambda o: (o["_position"] or 0, o.key)))

    def __contains__(self, key: object) -> bool:
        return key in self.by_key


@dataclass(frozen=True, slots=True)
class Values:
    """Expressions over a row's columns, by the column's key: of rows without a value, and of values of another type."""

    backfill: Mapping[Key, str] = field(default_factory=dict)
    using: Mapping[Key, str] = field(default_factory=dict)


NO_VALUES = Values()


@dataclass(frozen=True)
class Sides:
    """What is, what is wanted, and where statements will run."""

    now: Objects
    want: Objects
    major: int
    """The server's major version."""
    role: str
    """Who runs the statements, and owns what they create."""
    going: frozenset[Key] = NOTHING
    """What is dropped, be it for good or to be created anew."""
    coming: frozenset[Key] = NOTHING
    """What is created, for the first time or anew."""
    swapped: frozenset[Key] = NOTHING
    """Types that step aside under another name until the columns that use them have the new one."""
    emptied: frozenset[Key] = NOTHING
    """Those of them that cannot have another name: columns hold text meanwhile, and they go before the new come."""
    touched: frozenset[Key] = NOTHING
    """What is altered in place."""
    folded: frozenset[Key] = NOTHING
    """Constraints that their tables' own statements create."""
    values: Values = NO_VALUES
    """What the files say of values."""

    def made_with(self, key: Key | None) -> bool:
        """Whether an object is created by this very plan, so that its parts can be written into its statement."""
        return key in self.coming


def reach(objects: Objects, start: Key) -> frozenset[Key]:
    """Everything that an object needs, at any remove."""
    found: set[Key] = set()
    waiting = [start]
    while waiting:
        for needed in objects.needs.get(waiting.pop(), NOTHING):
            if needed not in found:
                found.add(needed)
                waiting.append(needed)
    return frozenset(found)


def own(o: Object) -> bool:
    """Whether a column or constraint is its table's own, be it inherited as well."""
    return bool(o["_local"] or not o["_inherited"])


def made_local(now: Object | None, want: Object, sides: Sides) -> Iterator[Key]:
    """What ties a table to those above, when what was only inherited becomes its own as well: let go, it is its own."""
    if now is not None and want["local"] and not own(now):
        yield from (link for link, _ in sides.now.above.get(want.names[:2], ()) if link[0] == "inherit")


def comes_as_part(o: Object) -> bool:
    """Whether a partition has this constraint by its place alone: of those that exclude, PostgreSQL attaches none."""
    return bool(o["_excludes"] and o["_clone"])


def stays_below(o: Object, sides: Sides) -> bool:
    """Whether a table that inherits this part of another keeps its own: what is dropped is then dropped above only."""
    same = ((o.kind, *child, *o.names[2:]) for child in sides.now.below.get(("table", *o.names[:2]), ()))
    return any(k in sides.now and k in sides.want and k not in sides.going for k in same)


def shown(key: Key) -> tuple[str, str]:
    """An object's kind and name, for the reader: "materialized view", "public.totals"."""
    return key[0].replace("_", " "), ".".join(key[1:])


def same_above(o: Object, side: Objects) -> Iterator[Key]:
    """The objects of the same name in the tables that this one's table inherits from."""
    for _, (_, *table) in side.above.get(o.names[:2], ()):
        if (same := (o.kind, *table, *o.names[2:])) in side:
            yield same


def inherited_with(o: Object, side: Objects, moving: Container[Key]) -> Key | None:
    """The object of the same name in a table above that moves, when what ties the tables stays as it is."""
    for link, (_, *table) in side.above.get(o.names[:2], ()):
        same = (o.kind, *table, *o.names[2:])
        if link not in moving and same in side.by_key and same in moving:
            return same
    return None


def differing(now: Objects, want: Objects) -> Iterator[tuple[Key, str]]:
    """Each object that differs, and how, in the order of their keys."""
    for key in sorted({*now.by_key, *want.by_key}):
        a, b = now.by_key.get(key), want.by_key.get(key)
        if a is None or b is None:
            yield key, "missing" if a is None else "not wanted"
        elif a.compared != b.compared:
            was, is_wanted = a.compared, b.compared
            names = sorted(x for x in {*was, *is_wanted} if was.get(x) != is_wanted.get(x))
            yield key, "; ".join(f"{n} is {a[n]}, wanted {b[n]}" for n in names)
