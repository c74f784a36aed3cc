"""One order for everything that moves: drops before what they need goes, creations after what they need has come.

The same input gives the same order to the letter: among steps that nothing orders, their kinds' ranks and names decide.
"""

from __future__ import annotations

import heapq
from collections.abc import Container, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import Any

from difftool.changes import SAID, Changes
from difftool.kinds import KINDS
from difftool.objects import INHERITED, NOTHING, Key, Objects
from difftool.syntax import renamed_by_position

TIES = frozenset({"partition", "inherit"})
"""What a table has from another comes by these, as long as they stay."""


class Verb(IntEnum):
    """What a step does with its object."""

    DROP = 0
    ASIDE = 1
    MAKE = 2


Step = tuple[Verb, Key]


@dataclass(frozen=True, slots=True)
class Ordered:
    """The steps in an order that holds; and what is in the way of one, where there is none."""

    steps: tuple[Step, ...]
    tangled: tuple[Key, ...] = ()
    """Altered objects in a circle: made anew, they would leave it."""
    waits: Mapping[Step, set[Step]] = field(default_factory=dict)
    """For each step, those that it has to wait for."""


def order(changes: Changes) -> Ordered:
    """All steps, each after those that it has to wait for."""
    graph = _Graph(changes)
    graph.build()
    return graph.sorted()


@dataclass
class _Graph:
    """Steps, and which wait for which. A step done by another's statement is one with it."""

    changes: Changes
    after: dict[Step, set[Step]] = field(default_factory=dict)
    one_with: dict[Step, Step] = field(default_factory=dict)

    def build(self) -> None:
        """Every step with every edge."""
        sides, making = self.changes.sides, self.changes.making
        self._merge(Verb.DROP, sides.now, sides.going)
        self._merge(Verb.MAKE, sides.want, sides.coming)
        moving = sides.touched | {k for k in sides.going | sides.coming if k[0] in TIES}
        for key in sides.touched:
            if other := KINDS()[key[0]].altered_within(sides.want.by_key[key], sides.want, moving):
                self.one_with[Verb.MAKE, key] = (Verb.MAKE, other)
        self.one_with = {step: self._end(step) for step in self.one_with}
        for key in sides.going:
            self._dropping(key)
        for key in making:
            self._making(key)
        for key in sides.swapped:
            self._edge((Verb.ASIDE, key), (Verb.DROP, key))
            if key in sides.emptied:
                self._emptying(key)
            elif key in sides.coming:
                self._edge((Verb.ASIDE, key), (Verb.MAKE, key))
                self._edge((Verb.MAKE, key), (Verb.DROP, key))
        self._names()

    def _emptying(self, key: Key) -> None:
        """A type whose columns leave it: what uses these goes before, and the type itself before there is a new one."""
        sides = self.changes.sides
        for column in sides.now.needed_by.get(key, ()):
            for user in sides.now.needed_by.get(column, ()) if column in sides.touched else ():
                if user in sides.going:
                    self._edge((Verb.DROP, user), (Verb.ASIDE, key))
        if key in sides.coming:
            self._edge((Verb.DROP, key), (Verb.MAKE, key))

    def _merge(self, verb: Verb, side: Objects, moving: frozenset[Key]) -> None:
        for key in moving:
            other = _within(verb, key, side, moving, self.changes.sides.swapped)
            if other:
                self.one_with[verb, key] = (verb, other)

    def _one(self, step: Step) -> Step:
        """The step whose statement does it."""
        return self.one_with.get(step, step)

    def _end(self, step: Step) -> Step:
        """The last of the steps that are done one with the other."""
        seen = {step}
        while step in self.one_with and self.one_with[step] not in seen:
            seen.add(step := self.one_with[step])
        return step

    def _edge(self, first: Step, then: Step) -> None:
        a, b = self._one(first), self._one(then)
        self.after.setdefault(a, set())
        waits = self.after.setdefault(b, set())
        if a != b and not self._begins(b):
            waits.add(a)

    def _begins(self, step: Step) -> bool:
        """Whether it is an alteration that the plan begins with."""
        verb, key = step
        return verb is Verb.MAKE and KINDS()[key[0]].alter_first and key in self.changes.sides.touched

    def _dropping(self, key: Key) -> None:
        """A drop comes before those of what it needs, and before what it needs is altered or steps aside."""
        sides = self.changes.sides
        step = (Verb.DROP, key)
        self.after.setdefault(self._one(step), set())
        link = ("partition", *key[1:3])
        if link in sides.going and sides.now.by_key[key]["_clone"] and self._one(step) == step:
            self._edge((Verb.DROP, link), step)  # it is the partition's own once that is detached
        for needed in _first(key, sides.now):
            if self._of_child(step, needed, sides.now):
                continue
            if needed[0] == "partition" and self._one(step)[1] in sides.now.ancestors(needed[1:]):
                continue  # a table that goes goes after its partitions
            if needed in sides.swapped and self._one(step)[1] not in sides.swapped:
                if self._one(step) != (Verb.DROP, needed):
                    self._edge(step, (Verb.ASIDE, needed))
            elif needed in sides.going:
                self._edge(step, (Verb.DROP, needed))
            elif needed in sides.touched:
                self._edge(step, (Verb.MAKE, needed))
        if key in sides.coming and key not in sides.swapped and self._one(step)[1] not in sides.swapped:
            self._edge(step, (Verb.MAKE, key))

    def _of_child(self, step: Step, needed: Key, side: Objects) -> bool:
        """Whether a part that comes or goes with its table would have to wait for a part of that table's child.

        Or what is altered for a part of a child that comes: it is created after that, alike.
        """
        if needed[0] not in INHERITED:
            return False
        _, whole = self._one(step)
        if whole in self.changes.sides.touched and ("table", *needed[1:3]) in self.changes.sides.coming:
            whole = ("table", *whole[1:3])
        return whole[0] == "table" and needed[1:3] in side.below.get(whole, ())

    def _making(self, key: Key) -> None:
        """A creation comes after those of what it needs; an alteration before what it no longer needs goes."""
        sides, making = self.changes.sides, self.changes.making
        step = (Verb.MAKE, key)
        self.after.setdefault(self._one(step), set())
        pointed = sides.want.by_key[key]["_references"]
        for link in self._leaving.get(("table", *pointed), ()) if pointed else ():
            self._edge((Verb.DROP, link), step)  # a foreign key needs every partition that there is
        for needed in _first(key, sides.want):
            if needed in making and not self._of_child(step, needed, sides.want):
                self._edge((Verb.MAKE, needed), step)
        for column in self._counted(key):
            self._edge((Verb.DROP, column), step)
        for first in KINDS()[key[0]].made_after(sides.want.by_key[key], sides.want) if key in sides.coming else ():
            if first in making:
                self._edge((Verb.MAKE, first), step)
            if first in sides.coming and key in sides.going:
                self._edge((Verb.DROP, key), (Verb.MAKE, first))
        if key in sides.touched:
            wanted = sides.want.needs.get(key, NOTHING)
            for needed in sides.now.needs.get(key, NOTHING):
                # a partition stays while its whole is made anew: it is let go, and waits for the new one
                anew = needed in wanted and needed in sides.coming and needed not in sides.swapped
                if needed in sides.going and needed not in sides.emptied and not anew:
                    self._edge(step, (Verb.DROP, needed))

    def _counted(self, key: Key) -> Iterator[Key]:
        """Columns that go, which something that comes would count: it names a table's columns in their order."""
        sides = self.changes.sides
        if not self._losing or key not in sides.coming:
            return
        tables = {n if n[0] == "table" else ("table", *n[1:3]) for n in sides.want.needs.get(key, NOTHING)}
        if tables.isdisjoint(self._losing):
            return
        sql = ";\n".join(KINDS()[key[0]].create(sides.want.by_key[key], sides))
        for name in sorted(renamed_by_position(sql)):
            yield from self._losing.get(("table", *name), ())

    @cached_property
    def _losing(self) -> Mapping[Key, list[Key]]:
        """By a table that stays, its columns that go."""
        sides = self.changes.sides
        found: dict[Key, list[Key]] = {}
        for key in sorted(k for k in sides.going if k[0] == "column"):
            table = ("table", *key[1:3])
            if table in sides.want and table not in sides.going:
                found.setdefault(table, []).append(key)
        return found

    @cached_property
    def _leaving(self) -> Mapping[Key, list[Key]]:
        """By a table that stays partitioned, the links of partitions that leave it, at any remove."""
        sides = self.changes.sides
        found: dict[Key, list[Key]] = {}
        for link in sorted(k for k in sides.going if k[0] == "partition"):
            for table in sides.now.ancestors(link[1:]):
                found.setdefault(table, []).append(link)
        return found

    def _names(self) -> None:
        """A name is free once what had it is gone."""
        sides = self.changes.sides
        taken: dict[Key, list[Key]] = {}
        for key in sides.going:
            for name in KINDS()[key[0]].occupies(sides.now.by_key[key]):
                taken.setdefault(name, []).append(key)
        for key in sides.coming if taken else ():
            kind = KINDS()[key[0]]
            for name in (kind.claims or kind.occupies)(sides.want.by_key[key]):
                for other in taken.get(name, ()):
                    if other != key:
                        away = Verb.ASIDE if other in sides.swapped - sides.emptied else Verb.DROP
                        self._edge((away, other), (Verb.MAKE, key))

    def sorted(self) -> Ordered:
        """Kahn's algorithm with a heap."""
        waiting = {s: len(a) for s, a in self.after.items()}
        then: dict[Step, list[Step]] = {}
        for step, waits in self.after.items():
            for first in waits:
                then.setdefault(first, []).append(step)
        ready = [(self._priority(s), s) for s, n in waiting.items() if not n]
        heapq.heapify(ready)
        done: list[Step] = []
        while waiting:
            if not ready:
                circle = _circle({s: [w for w in self.after[s] if w in waiting] for s in waiting})
                tangled = self._tangled(circle)
                if tangled:
                    return Ordered(tuple(done), tangled)
                stuck = min(circle, key=self._priority)
                heapq.heappush(ready, (self._priority(stuck), stuck))
            _, step = heapq.heappop(ready)
            if step not in waiting:
                continue
            del waiting[step]
            done.append(step)
            for other in then.get(step, ()):
                if other in waiting:
                    waiting[other] -= 1
                    if not waiting[other]:
                        heapq.heappush(ready, (self._priority(other), other))
        return Ordered(tuple(done), waits=self.after)

    def _tangled(self, circle: Iterable[Step]) -> tuple[Key, ...]:
        """Altered objects of a circle that can be dropped and created instead."""
        sides = self.changes.sides
        keys = [k for v, k in circle if v is Verb.MAKE and k in sides.touched]
        return tuple(sorted(k for k in keys if not KINDS()[k[0]].holds_rows)[:1])

    def _priority(self, step: Step) -> tuple[Any, ...]:
        verb, key = step
        if self._begins(step):
            return (-1, key)
        if verb is Verb.MAKE:
            return (2, *_place(key, self.changes.sides.want))
        last = KINDS()[key[0]].drop_last or KINDS()[key[0]].holds_rows
        rank = KINDS()[key[0]].rank
        return (3 if last and verb is Verb.DROP else verb, -rank, key)


def _place(key: Key, side: Objects) -> tuple[Any, ...]:
    """A comment, an owner and grants come right behind what they are said of."""
    o = side.by_key[key]
    if key[0] in SAID and o.parent:
        return (*_place(o.parent, side), KINDS()[key[0]].rank, key)
    return (KINDS()[key[0]].rank, o["_position"] or 0, key)


def _first(key: Key, side: Objects) -> Set[Key]:
    """What has to be there before an object, and to go after it."""
    return side.needs.get(key, NOTHING) | side.after.get(key, NOTHING)


def _within(verb: Verb, key: Key, side: Objects, moving: Container[Key], staying: Container[Key]) -> Key | None:
    """The object whose statement does this one's step as well; a type that steps aside is ``staying`` for too long."""
    o, kind = side.by_key[key], KINDS()[key[0]]
    if verb is Verb.MAKE:
        return kind.within(o, side, moving)
    found = kind.dropped_within(o, side, moving)
    if found or kind.drop_apart(o, side, moving):
        return found
    if found := kind.within(o, side, moving):
        return found
    if o.parent in moving:
        return o.parent
    return min((n for n in side.follows.get(key, NOTHING) if n in moving and n not in staying), default=None)


def _circle(after: Mapping[Step, Iterable[Step]]) -> tuple[Step, ...]:
    """Some steps that wait for each other in a circle."""
    walk: list[Step] = []
    step = min(after)
    while step not in walk:
        walk.append(step)
        step = min(after[step])
    return tuple(walk[walk.index(step) :])
