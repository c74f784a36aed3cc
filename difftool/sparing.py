"""What the rules of ``ignore`` leave of two sets of objects, so that the native engine plans nothing for the rest.

What is ignored as a whole is on neither side. An ignored part of what is managed (a grant, an index, a comment) is on
both as it is: where its table or view has to be made anew, it comes back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from difftool.ignore import SAID_OF, Rule
from difftool.judging import Judging, among
from difftool.kinds import KINDS
from difftool.objects import NOTHING, Key, Object, Objects, Sides, shown
from difftool.phrases import PART
from difftool.scope import Circumstances, Scope, by

ONLY = re.compile(rf"(CREATE (?:UNIQUE )?INDEX {PART} ON) ONLY ")


Known = tuple[Objects, Circumstances]
"""One side, and what its dump tells of it."""


@dataclass(frozen=True)
class Spared:
    """Both sides as the engine compares them, and what it must not touch."""

    now: Objects
    want: Objects
    full: Objects
    """What is, with all that is ignored."""
    left_out: Mapping[Key, Rule] = field(default_factory=dict)
    """Of that, what is on neither side, and by which rule."""
    kept: Mapping[Key, Rule] = field(default_factory=dict)
    """Of that, what is on both sides as it is, and by which rule."""

    def in_the_way(self, sides: Sides) -> Iterator[tuple[Key, str]]:
        """Ignored objects that a plan would have to drop, or that keep it from doing something, and why."""
        for key in sorted(self.kept.keys() & sides.going):
            o = self.full.by_key[key]
            if o.kind not in SAID_OF and o.parent not in sides.going:
                yield key, f"{by(self.kept[key])}, and would have to be dropped for this plan"
        stuck = {self._whole(other): why for other, why in reversed((*self._hang_on(sides), *self._meet(sides)))}
        for key in sorted(stuck):
            yield key, f"{by(self.left_out[key])}, and stands in the way: this plan {stuck[key]}"

    def _hang_on(self, sides: Sides) -> Iterator[tuple[Key, str]]:
        """What depends on something that goes."""
        for key in sorted(sides.going):
            what = "drops and creates anew" if key in sides.coming else "drops"
            for other in self.full.needed_by.get(key, ()):
                if other in self.left_out and not self._goes_along(other, sides):
                    yield other, f"{what} {_shown(key)}"

    def _meet(self, sides: Sides) -> Iterator[tuple[Key, str]]:
        """What has to be out of the way while something is altered."""
        for key in sorted(sides.touched):
            now, want = sides.now.by_key[key], sides.want.by_key[key]
            for other in sorted(KINDS()[key[0]].disturbs(now, want, replace(sides, now=self.full))):
                if other in self.left_out and not self._goes_along(other, sides):
                    yield other, f"changes {_shown(key)}"

    def _wholes(self, key: Key) -> Iterator[Key]:
        """What something is a part of; nothing is a part of its schema, which goes only when it is empty."""
        while (key := self.full.by_key[key].parent or ()) and key in self.full and key[0] != "schema":
            yield key

    def _whole(self, key: Key) -> Key:
        """The outermost ignored object that something is a part of."""
        while (parent := self.full.by_key[key].parent) and parent in self.left_out:
            key = parent
        return key

    def _goes_along(self, key: Key, sides: Sides) -> bool:
        """Whether it is a part of what goes, or of a table that inherits from a managed one: PostgreSQL sees to it."""
        if any(k in sides.going for k in self._wholes(key)):
            return True
        whole = self._whole(key)
        above = (table for _, table in self.full.above.get(whole[1:], ()))
        return whole[0] == "table" and key != whole and any(t in self.now for t in above)


def spare(here: Known, there: Known, scope: Scope, me: str) -> Spared:
    """What is and what is wanted, without what is ignored; ``me`` is the role that stands for the target's owner."""
    now, want = here[0], there[0]
    if not scope:
        return Spared(now, want, now)
    judging, wanted = Judging(*here, scope, me), ours(*there, scope, me)
    less = judging.less()
    ignored = now.by_key.keys() - less.by_key.keys()
    kept = frozenset(k for k in ignored if _of_managed(k, now, less, wanted))
    owners = frozenset(k for k in ignored if k[0] == "owner" and k[1:] in less)
    is_now, wanted = _with(less, kept | owners, now), _with(wanted, kept, now)
    grants = dict(_grants(now, less, wanted))
    is_now = _put(is_now, {k: now.by_key[k] for k in grants})
    wanted = _put(wanted, {**grants, **dict(_owners(want, wanted, me))})
    rules = {k: found[0] for k in sorted(ignored) if (found := judging.ignored(k))}
    left_out, both = ({k: r for k, r in rules.items() if (k in kept) is how} for how in (False, True))
    return Spared(is_now, _whole_indexes(wanted, judging), now, left_out, both)


def _put(side: Objects, others: Mapping[Key, Object]) -> Objects:
    """A side with some of its objects otherwise."""
    return replace(side, by_key={**side.by_key, **others})


def ours(side: Objects, circumstances: Circumstances, scope: Scope, me: str) -> Objects:
    """One side without anything that is ignored."""
    return Judging(side, circumstances, scope, me).less() if scope else side


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
    return among(merged, {**side.by_key, **added})


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
    return " ".join(shown(key))
