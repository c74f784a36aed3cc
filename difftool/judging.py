"""The native engine's objects under the rules of ``ignore``: one side of a comparison, less what is ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace

from difftool.grants import OWNER, PUBLIC, default, parse
from difftool.ignore import ABSENT_ROLE, SAID_OF
from difftool.objects import NOTHING, Key, Object, Objects
from difftool.phrases import PART, PLAIN, REL, ROUTINES, names
from difftool.scope import Circumstances, Found, Scope
from difftool.subjects import Chain, said_of

IN_NO_SCHEMA = frozenset(
    {
        "access_method", "cast", "event_trigger", "extension", "foreign_data_wrapper", "language", "member",
        "publication", "publication_schema", "publication_table", "server", "subscription", "transform", "user_mapping",
    }
)  # fmt: skip
AFTER_ROLES = frozenset({"default_privileges", "user_mapping"})
QUOTED = frozenset({"function", "aggregate"})
MEMBER = re.compile(rf"(?P<noun>FUNCTION|PROCEDURE|TABLE|SEQUENCE|TYPE) (?P<name>{REL})(?P<arguments>.*)", re.DOTALL)


@dataclass
class Judging:
    """One side under the rules."""

    objects: Objects
    circumstances: Circumstances
    scope: Scope
    me: str = ""
    """The role that stands for the target's owner."""

    def less(self) -> Objects:
        """The objects less what is ignored, and less what absent roles may do with the others."""
        found = {k: self._less(o) for k, o in self.objects.by_key.items() if not self.ignored(k)}
        bare = {k for k, o in found.items() if o is not self.objects.by_key[k] and self._is_bare(o)}
        bare |= {k[1:] for k in bare if k[:2] == ("grant", "member")}
        return among(self.objects, {k: o for k, o in found.items() if k not in bare})

    def ignored(self, key: Key) -> Found | None:
        """The rule that ignores an object, and the outermost that it is about."""
        if key[0] == "member":  # it is read only for what is granted on it
            return self.ignored(("grant", *key))
        found = self.scope.judge(self.chain(key), self.circumstances)
        maker = key[1:2] if key[0] == "default_privileges" else ()
        if found is None and maker and self._absent(maker[0]):
            return self.scope.about_absent(self.chain(key))
        return found

    def _partitioned(self, names: tuple[str, ...]) -> Iterator[Key]:
        """The tables that one is a partition of, at any remove."""
        seen = {names}
        while (place := self.objects.get("partition", *names)) and (names := tuple(place["of"])) not in seen:
            seen.add(names)
            yield ("table", *names)

    def chain(self, key: Key) -> Chain:
        """The object, what it is a part of, and so on; as rules know them."""
        return tuple(self._known(plain(k)) for k in self._chain(key))

    def _known(self, key: Key) -> Key:
        """What is named after the owner role, by its name on the target."""
        return tuple(self.scope.owner if n == self.me else n for n in key) if key[0] in AFTER_ROLES else key

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

    def _is_bare(self, o: Object) -> bool:
        """Whether grants say no more than a database says by itself: PostgreSQL would have none such."""
        if o.kind == "default_privileges":
            own = {f"{OWNER if who == o.names[0] else who}\n{OWNER}": some for who, some in o["grants"].items()}
            letter = "s" if o.names[2] == "S" else o.names[2]
            return own == ({} if o.names[1] else default(letter, self.objects.major))
        if o.names[0] == "member":
            member = self.objects.by_key[o.names]
            return bool(o["grants"] == parse(member["_initial"], member["_owner"]))
        return o["_type"] == "c" and not o["grants"]

    def limits(self) -> frozenset[Key]:
        """The managed tables that have an ignored partition."""
        found: set[Key] = set()
        for o in self.objects.by_key.values():
            if o.kind == "partition" and self.ignored(("table", *o.names)):
                found.update(t for t in self._partitioned(o.names) if not self.ignored(t))
        return frozenset(found)


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


def among(side: Objects, kept: Mapping[Key, Object]) -> Objects:
    """A side with these objects, and the links between them."""

    def between(links: Mapping[Key, Set[Key]]) -> dict[Key, Set[Key]]:
        return {k: frozenset(n for n in v if n in kept) for k, v in links.items() if k in kept}

    return replace(
        side, by_key=kept, needs=between(side.needs), follows=between(side.follows), after=between(side.after)
    )
