"""What the rules of ``ignore`` leave of two sets of objects, so that the native engine plans nothing for the rest.

What is ignored as a whole is on neither side. An ignored part of what is managed (a grant, an index, a comment) is on
both as it is: where its table or view has to be made anew, it comes back.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property

from difftool.grants import OWNER, PUBLIC, default
from difftool.ignore import ABSENT_ROLE, SAID_OF
from difftool.kinds import KINDS
from difftool.objects import NOTHING, Key, Object, Objects, Sides
from difftool.phrases import PART, PLAIN, REL, ROUTINES, names
from difftool.scope import Facts, Found, Scope
from difftool.subjects import Chain, said_of

IN_NO_SCHEMA = frozenset(
    {
        "access_method", "cast", "event_trigger", "extension", "foreign_data_wrapper", "language", "member",
        "publication", "publication_schema", "publication_table", "server", "subscription", "transform", "user_mapping",
    }
)  # fmt: skip
QUOTED = frozenset({"function", "aggregate"})
MEMBER = re.compile(rf"(?P<noun>FUNCTION|PROCEDURE|TABLE|SEQUENCE|TYPE) (?P<name>{REL})(?P<arguments>.*)", re.DOTALL)
ONLY = re.compile(rf"(CREATE (?:UNIQUE )?INDEX {PART} ON) ONLY ")


@dataclass(frozen=True)
class Spared:
    """Both sides as the engine compares them, and what it must not touch."""

    now: Objects
    want: Objects
    full: Objects
    """What is, with all that is ignored."""
    left_out: frozenset[Key] = NOTHING
    """Of that, what is on neither side."""
    kept: frozenset[Key] = NOTHING
    """Of that, what is on both sides as it is."""

    def in_the_way(self, sides: Sides) -> Iterator[tuple[Key, str]]:
        """Ignored objects that a plan would have to drop, or that keep it from doing something, and why."""
        for key in sorted(self.kept & sides.going):
            o = self.full.by_key[key]
            if o.kind not in SAID_OF and o.parent not in sides.going:
                yield key, "it is ignored, and would have to be dropped for this plan"
        stuck: dict[Key, str] = {}
        for key in sorted(sides.going):
            what = "drops and creates anew" if key in sides.coming else "drops"
            for other in self.full.needed_by.get(key, ()):
                if other in self.left_out and not self._goes_along(other):
                    stuck.setdefault(self._whole(other), f"this plan {what} {_shown(key)}")
        for key in sorted(sides.touched):
            now, want = sides.now.by_key[key], sides.want.by_key[key]
            for other in KINDS()[key[0]].disturbs(now, want, replace(sides, now=self.full)):
                if other in self.left_out and not self._goes_along(other):
                    stuck.setdefault(self._whole(other), f"this plan changes {_shown(key)}")
        yield from ((key, f"it is ignored, and stands in the way: {why}") for key, why in sorted(stuck.items()))

    def _whole(self, key: Key) -> Key:
        """The outermost ignored object that something is a part of."""
        while (parent := self.full.by_key[key].parent) and parent in self.left_out:
            key = parent
        return key

    def _goes_along(self, key: Key) -> bool:
        """Whether it is a part of a table that inherits from a managed one: PostgreSQL sees to it."""
        whole = self._whole(key)
        above = (table for _, table in self.full.above.get(whole[1:], ()))
        return whole[0] == "table" and key != whole and any(t in self.now for t in above)


def spare(now: Objects, want: Objects, scope: Scope, me: str) -> Spared:
    """Both sides without what is ignored; ``me`` is the role that stands for the target's owner."""
    if not scope:
        return Spared(now, want, now)
    wanted = Judging(want, scope, frozenset(want.by_key), me).less()
    judging = Judging(now, scope, frozenset(wanted.by_key), me)
    less = judging.less()
    ignored = frozenset(now.by_key) - frozenset(less.by_key)
    kept = frozenset(k for k in ignored if _of_managed(k, now, less, wanted))
    here, there = _with(less, kept, now), _with(wanted, kept, now)
    here = _with(here, [k for k in ignored if k[0] == "owner" and k[1:] in less], now)
    here = replace(here, by_key={**here.by_key, **{k: now.by_key[k] for k, _ in _grants(now, less, there)}})
    there = replace(there, by_key={**there.by_key, **dict(_grants(now, less, there)), **dict(_owners(want, there, me))})
    return Spared(here, _whole_indexes(there, judging), now, ignored - kept, kept)


def narrowed(objects: Objects, scope: Scope, want: Objects, me: str) -> tuple[Objects, Objects]:
    """Both sides without anything that is ignored, for a comparison that plans nothing."""
    if not scope:
        return objects, want
    wanted = Judging(want, scope, frozenset(want.by_key), me).less()
    return Judging(objects, scope, frozenset(wanted.by_key), me).less(), wanted


@dataclass
class Judging:
    """One side under the rules."""

    objects: Objects
    scope: Scope
    wanted: frozenset[Key]
    me: str

    def less(self) -> Objects:
        """The objects less what is ignored, and less what absent roles may do with the others."""
        found = {k: self._less(o) for k, o in self.objects.by_key.items() if not self.ignored(k)}
        bare = {k for k, o in found.items() if o is not self.objects.by_key[k] and _is_bare(o, self.objects.major)}
        return _among(self.objects, {k: o for k, o in found.items() if k not in bare})

    def ignored(self, key: Key) -> Found | None:
        """The rule that ignores an object, and the outermost that it is about."""
        found = self.scope.judge(self.chain(key), self._facts)
        maker = key[1:2] if key[0] == "default_privileges" else ()
        if found is None and maker and self._absent(maker[0]):
            return self.scope.about_absent(self.chain(key))
        return found

    @cached_property
    def _facts(self) -> Facts:
        wanted = frozenset(map(plain, self.wanted))
        return Facts(lambda key: key not in wanted, lambda key: self._partition(key, wanted))

    def _partition(self, key: Key, wanted: Container[Key]) -> bool:
        if key[0] != "table" or key in wanted or ("partition", *key[1:]) not in self.objects:
            return False
        return any(table in wanted for table in self._partitioned(key[1:]))

    def _partitioned(self, names: tuple[str, ...]) -> Iterator[Key]:
        """The tables that one is a partition of, at any remove."""
        seen = {names}
        while (place := self.objects.get("partition", *names)) and (names := tuple(place["of"])) not in seen:
            seen.add(names)
            yield ("table", *names)

    def chain(self, key: Key) -> Chain:
        """The object, what it is a part of, and so on; as rules know them."""
        return tuple(map(plain, self._chain(key)))

    def _chain(self, key: Key) -> Chain:
        o = self.objects.by_key[key]
        if key[0] in SAID_OF and o.parent:
            return said_of(key[0], self._chain(o.parent))
        if key[0] == "member":
            return _member(key)
        if o.parent and o.parent in self.objects:
            return (key, *self._chain(o.parent), *self._also(key))
        if whole := self._whole_of(key):
            return (key, *self._chain(whole))
        if key[0] == "default_privileges":
            return (key,)
        if key[0] == "table":
            return (key, *self._partitioned(key[1:]), ("schema", key[1]))
        return (key, ("schema", key[1])) if len(key) > 2 and key[0] not in IN_NO_SCHEMA and key[1] else (key,)

    def _also(self, key: Key) -> Chain:
        """What else a part goes with: a published table, or schema."""
        if key[0] == "publication_schema":
            return (("schema", key[2]),)
        table = ("table", *key[2:])
        return self._chain(table) if key[0] == "publication_table" and table in self.objects else ()

    def _whole_of(self, key: Key) -> Key | None:
        """What an object belongs to without being a part of it."""
        if key[0] == "statistics":
            of = (n for n in self.objects.needs.get(key, NOTHING) if n[0] in ("table", "materialized_view"))
            return min(of, default=None)
        if key[0] == "user_mapping":
            return ("server", key[2]) if ("server", key[2]) in self.objects else None
        owner = self.objects.get("sequence_owner", *key[1:]) if key[0] == "sequence" else None
        table = ("table", *owner["column"][:2]) if owner else None
        return table if table in self.objects else None

    def _less(self, o: Object) -> Object:
        """Grants less those to absent roles."""
        grants = o["grants"] if o.kind in ("grant", "default_privileges") else None
        if not grants or not self.scope.rules.asks(ABSENT_ROLE) or not self.scope.about_absent(self.chain(o.key)):
            return o
        left = {who: some for who, some in grants.items() if not self._absent(who.partition("\n")[0])}
        return o if len(left) == len(grants) else replace(o, attributes={**o.attributes, "grants": left})

    def _absent(self, role: str) -> bool:
        return role not in (OWNER, PUBLIC, self.me) and self.scope.absent(role)

    def limits(self) -> frozenset[Key]:
        """The managed tables that have an ignored partition."""
        found: set[Key] = set()
        for o in self.objects.by_key.values():
            if o.kind == "partition" and self.ignored(("table", *o.names)):
                found.update(t for t in self._partitioned(o.names) if not self.ignored(t))
        return frozenset(found)


def _is_bare(o: Object, major: int) -> bool:
    """Whether grants say no more than a database says by itself: PostgreSQL would have none such."""
    if o.kind == "default_privileges":
        own = {f"{OWNER if who == o.names[0] else who}\n{OWNER}": some for who, some in o["grants"].items()}
        letter = "s" if o.names[2] == "S" else o.names[2]
        return own == ({} if o.names[1] else default(letter, major))
    return o["_type"] == "c" and not o["grants"]


def _member(key: Key) -> Chain:
    """What belongs to an extension, as a dump names it where something is granted on it."""
    if found := MEMBER.fullmatch(key[1]):
        schema, name = names(found["name"])
        kind = "sequence" if found["noun"] == "SEQUENCE" else ROUTINES.get(found["noun"], "table")
        kind = "composite" if found["noun"] == "TYPE" else kind
        return ((kind, schema, name + found["arguments"]), ("schema", schema))
    noun, _, name = key[1].rpartition(" ")
    return ((PLAIN.get(noun, "member"), *names(name)),)


def plain(key: Key) -> Key:
    """An object as rules know it: the names of functions without quotes."""
    at = 1 if key[0] in SAID_OF else 0
    if key[at] not in QUOTED or not key[-1].startswith('"'):
        return key
    found = re.match(PART, key[-1])
    assert found, f"a name that is none: {key[-1]}"
    return (*key[:-1], names(found[0])[0] + key[-1][found.end() :])


def _of_managed(key: Key, now: Objects, less: Objects, wanted: Objects) -> bool:
    """Whether something ignored is a part of what both sides have, at any remove."""
    above = now.by_key[key].parent
    while above is not None and above not in less:
        above = now.by_key[above].parent if above in now else None
    return above is not None and above in wanted


def _with(side: Objects, more: Iterable[Key], source: Objects) -> Objects:
    """A side with some objects as another has them, and what they need of what it has."""
    added = {k: source.by_key[k] for k in more}
    if not added:
        return side

    def joined(own: Mapping[Key, Set[Key]], theirs: Mapping[Key, Set[Key]]) -> dict[Key, Set[Key]]:
        return {**own, **{k: theirs[k] for k in added if k in theirs}}

    merged = replace(
        side,
        needs=joined(side.needs, source.needs),
        follows=joined(side.follows, source.follows),
        after=joined(side.after, source.after),
    )
    return _among(merged, {**side.by_key, **added})


def _among(side: Objects, kept: Mapping[Key, Object]) -> Objects:
    """A side with these objects, and the links between them."""

    def between(links: Mapping[Key, Set[Key]]) -> dict[Key, Set[Key]]:
        return {k: frozenset(n for n in v if n in kept) for k, v in links.items() if k in kept}

    return replace(
        side, by_key=kept, needs=between(side.needs), follows=between(side.follows), after=between(side.after)
    )


def _grants(now: Objects, less: Objects, there: Objects) -> Iterator[tuple[Key, Object]]:
    """What absent roles may do stays as it is."""
    for key, o in less.by_key.items():
        full, want = now.by_key[key], there.by_key.get(key)
        if o is not full and want is not None and o.kind in ("grant", "default_privileges"):
            ignored = {who: some for who, some in full["grants"].items() if who not in (o["grants"] or {})}
            yield key, replace(want, attributes={**want.attributes, "grants": {**(want["grants"] or {}), **ignored}})


def _owners(want: Objects, there: Objects, me: str) -> Iterator[tuple[Key, Object]]:
    """What is created belongs to whoever creates it."""
    for key, o in want.by_key.items():
        if o.kind == "owner" and key not in there and key[1:] in there:
            yield key, replace(o, attributes={**o.attributes, "role": me})


def _whole_indexes(want: Objects, judging: Judging) -> Objects:
    """Indexes and keys of tables with ignored partitions: these get theirs from the parent's, so it is no ONLY one.

    The others' come first, and the parent's takes them for its own.
    """
    tables = judging.limits()
    if not tables:
        return want
    changed: dict[Key, Object] = {}
    for o in want.by_key.values():
        if o.kind == "index" and o.parent in tables and o["definition"]:
            written = ONLY.sub(r"\1 ", str(o["_create"] or o["definition"]), count=1)
            changed[o.key] = replace(o, attributes={**o.attributes, "_create": written})
        elif o.kind == "constraint" and o.parent in tables and o["_partitioned"]:
            changed[o.key] = replace(o, attributes={**o.attributes, "_partitioned": False})
    after = dict(want.after)
    for o in want.by_key.values():
        if o.kind == "attached_index":
            whole, part = _stands_for(("index", *o["of"]), want), _stands_for(("index", *o.names), want)
            if whole in changed:
                after[whole] = after.get(whole, NOTHING) | {part}
    return replace(want, by_key={**want.by_key, **changed}, after=after)


def _stands_for(index: Key, side: Objects) -> Key:
    """The constraint that an index is of, or the index itself."""
    o = side.by_key.get(index)
    return o.parent if o and o.parent and o.parent[0] == "constraint" else index


def _shown(key: Key) -> str:
    return f"{key[0].replace('_', ' ')} {'.'.join(key[1:])}"
