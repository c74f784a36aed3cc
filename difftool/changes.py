"""What must move to turn one set of objects into another: what differs, and what stands in its way.

An object that cannot be altered is dropped and created anew, and so is, first and last, whatever depends on it. A type
that columns use steps aside instead. What holds rows is never dropped for a change of its own: that is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

from difftool.kinds import KINDS, Kind, Refused
from difftool.objects import NOTHING, Key, Object, Sides, reach, shown

SAID = frozenset({"owner", "grant", "comment", "security_label", "depends_on_extension"})
"""What is said of another object: it cannot be dropped and created."""
BOUND = frozenset({"view", "materialized_view", "rule", "policy", "default", "index", "constraint", "trigger"})
BY_TYPE = frozenset({"index", "constraint"})
"""What a column of another type may have and one of text may not."""
CODE = frozenset({"function", "aggregate", "operator", "cast", "operator_class"})
RECREATED = frozenset({"table", "column"})
"""Kinds that hold rows and can be dropped and created where those rows are not missed."""
NEVER_FOR_ANOTHER = frozenset({"table", "schema", "extension"})
"""Kinds that stay when what they depend on goes: their parts let go of it."""
IN_A_KEY = frozenset(
    {"function", "operator", "operator_class", "collation", "base_type", "composite", "domain", "enum", "range"}
)
"""What a partition key may be made with, which nobody can take out of it."""
NEEDED_BY_KEY = (
    "its partition key needs {}, which is dropped, so the table would have to be as well; create the new table under "
    "another name, copy the rows, then swap the names"
)


@dataclass(frozen=True)
class Changes:
    """What is dropped, created and altered, and what was refused, with the reason."""

    sides: Sides
    refused: tuple[tuple[Key, str], ...] = ()

    @cached_property
    def making(self) -> frozenset[Key]:
        """What is created or altered."""
        return self.sides.coming | self.sides.touched


def find_changes(sides: Sides, may_recreate: Callable[[Object], bool], forced: Iterable[Key]) -> Changes:
    """What must move; ``may_recreate`` decides on what holds rows, ``forced`` is made anew in any case."""
    return _Finding(sides, may_recreate, frozenset(forced)).found()


@dataclass
class _Finding:
    """The closure, while it grows."""

    start: Sides
    may_recreate: Callable[[Object], bool]
    forced: frozenset[Key]
    anew: set[Key] = field(default_factory=set)
    touched: set[Key] = field(default_factory=set)
    retyped: set[Key] = field(default_factory=set)
    """Columns of those, whose type goes."""
    swapped: set[Key] = field(default_factory=set)
    refused: dict[Key, str] = field(default_factory=dict)
    waiting: list[Key] = field(default_factory=list)

    def __post_init__(self) -> None:
        now, want = self.start.now.by_key, self.start.want.by_key
        self.gone = self._can_go(frozenset(k for k in now if k not in want))
        self.news = frozenset(k for k in want if k not in now)
        self.changed = sorted(k for k, o in want.items() if k in now and _differ(now[k], o))
        self.rebound = frozenset(k for k in want if k in now and k[0] in BOUND and self._means_another(k))

    def _can_go(self, gone: frozenset[Key]) -> frozenset[Key]:
        """What is dropped for good, less what PostgreSQL cannot drop, and what that needs."""
        kept: set[Key] = set()
        for key in sorted(gone):
            try:
                KINDS()[key[0]].drop(self.start.now.by_key[key], self.start)
            except Refused as error:
                self.refused[key] = str(error)
                kept |= {key} | reach(self.start.now, key)
        return gone - kept

    def _means_another(self, key: Key) -> bool:
        """Whether the same text stands for other code: another function of that name, found on another path."""
        now, want = (side.needs.get(key, NOTHING) for side in (self.start.now, self.start.want))
        return now != want and {n for n in now if n[0] in CODE} != {n for n in want if n[0] in CODE}

    def found(self) -> Changes:
        """Everything that moves, once nothing more is found to stand in the way."""
        self.waiting.extend(sorted(self.gone))
        for key in self.changed:
            self._change(key)
        for key in sorted(self.news):
            self._clear(KINDS()[key[0]].disturbs(None, self.start.want.by_key[key], self.start))
        for key in sorted(self.forced | self.rebound):
            self._make_anew(key)
        self._close()
        self._step_aside()
        while parting := self._parting():
            self._clear(parting)
            self._close()
            self._step_aside()
        return Changes(self.sides, tuple(sorted(self.refused.items())))

    def _close(self) -> None:
        """Whatever stands in the way of what goes, until nothing more does."""
        while self.waiting:
            key = self.waiting.pop()
            self._clear(KINDS()[key[0]].takes_along(self.start.now.by_key[key], self.start))
            self._free(key)

    def _parting(self) -> Set[Key]:
        """What something must be parted from to go, or to hold text for a while, as far as it stays until now."""
        sides = self.sides
        found = {p for k in sides.going for p in KINDS()[k[0]].parts_from(sides.now.by_key[k], sides)}
        for column in (c for k in sides.emptied for c in sides.now.needed_by.get(k, ()) if self._column_stays(c)):
            found.update(u for u in sides.now.needed_by.get(column, ()) if u[0] in BY_TYPE)
        return {p for p in found if p not in sides.going and p in sides.now and p in sides.want}

    def _step_aside(self) -> None:
        """What else must make room: types whose names others take, and what types that step aside are made of."""
        sides = self.sides
        types = (k for k in sides.going if KINDS()[k[0]].steps_aside)
        used = [k for k in types if any(self._column_stays(d) for d in sides.now.needed_by.get(k, ()))]
        taken = {n for k in (sides.coming if used else ()) for n in KINDS()[k[0]].occupies(sides.want.by_key[k])}
        for key in used:
            if taken.intersection(KINDS()[key[0]].occupies(sides.now.by_key[key])):
                self.swapped.add(key)
        waiting = list(self.swapped)
        while waiting:
            inside = self.start.now.needs.get(waiting.pop(), NOTHING) - self.swapped
            found = [k for k in inside if k in self.anew and KINDS()[k[0]].steps_aside]
            self.swapped.update(found)
            waiting.extend(found)

    @property
    def sides(self) -> Sides:
        """The two sides with what is known to move so far."""
        anew = frozenset(self.anew)
        return replace(
            self.start,
            going=self.gone | anew,
            coming=self.news | anew,
            swapped=frozenset(self.swapped),
            emptied=frozenset(k for k in self.swapped if self._is_emptied(k)),
            touched=frozenset(self.touched) - anew,
        )

    def _is_emptied(self, key: Key) -> bool:
        """Whether a type that steps aside cannot be renamed, or is made of such a one."""
        inside = reach(self.start.now, key) & self.swapped
        return any(KINDS()[k[0]].nameless for k in (key, *inside))

    def _change(self, key: Key) -> None:
        """Alter an object in place where its kind can, else make it anew."""
        if key in self.anew or key in self.touched:
            return
        now, want, kind = *self._both(key), KINDS()[key[0]]
        if now.parent != want.parent:
            self._make_anew(key, with_its_whole=True)
            return
        try:
            can = kind.alter(now, want, self.start) is not None
        except Refused as error:
            whole = error.whole or key
            if key[0] in SAID or not self._may_recreate(self.start.now.by_key[whole]):
                self.refused[whole] = str(error)
                return
            if whole != key:
                self._make_anew(whole)
                return
            can = False
        if not can:
            self._make_anew(key)
            return
        self.touched.add(key)
        self._clear(kind.disturbs(now, want, self.start))

    def _clear(self, disturbed: Iterable[Key]) -> None:
        for other in sorted(disturbed):
            if other not in self.gone:
                self._make_anew(other)

    def _may_recreate(self, o: Object) -> bool:
        """Whether what holds rows may be dropped: tables and columns, when they are empty or the word was given."""
        kind = KINDS()[o.kind]
        return not kind.holds_rows or kind.derived(o) or (o.kind in RECREATED and self.may_recreate(o))

    def _make_anew(self, key: Key, *, with_its_whole: bool = False, why: str = "") -> None:
        """Drop and create; what holds rows only if that is allowed, or its table goes anyway."""
        if key in self.anew or key not in self.start.now or key not in self.start.want:
            return
        now, kind = self.start.now.by_key[key], KINDS()[key[0]]
        if not with_its_whole and not self._may_recreate(now):
            self.refused.setdefault(key, why)
            return
        self.refused.pop(key, None)
        self.touched.discard(key)
        self.anew.add(key)
        self._clear(kind.disturbs(None, self.start.want.by_key[key], self.start))
        if kind.steps_aside and any(self._column_stays(d) for d in self.start.now.needed_by.get(key, ())):
            self.swapped.add(key)
        self.waiting.append(key)

    def _column_stays(self, key: Key) -> bool:
        """Whether this is a column of a table, on both sides."""
        return key[0] == "column" and key in self.start.want and not self._of_view(key)

    def _of_view(self, key: Key) -> bool:
        parent = self.start.now.by_key[key].parent
        return parent is None or parent[0] != "table"

    def _free(self, key: Key) -> None:
        """Take down, or change, what depends on something that goes."""
        for other in self.start.now.needed_by.get(key, ()):
            if other in self.gone or other in self.anew or other not in self.start.want:
                continue
            self._let_go(other, key)

    def _let_go(self, other: Key, of: Key) -> None:
        kind = KINDS()[other[0]]
        now = self.start.now.by_key[other]
        if other[0] in NEVER_FOR_ANOTHER and not kind.derived(now):
            if now["partition_key"] and of[0] in IN_A_KEY and not (of[0] == "composite" and now["_typed"]):
                self._make_anew(other, why=NEEDED_BY_KEY.format(" ".join(shown(of))))
            return
        if now.parent == of:
            self._make_anew(other, with_its_whole=True)
            return
        if self._column_stays(other) and KINDS()[of[0]].steps_aside and not kind.derived(now):
            self._retype(other, of)
        elif self._changes_away(other, of, kind):
            self._change(other)
        else:
            self._make_anew(other)

    def _changes_away(self, other: Key, of: Key, kind: Kind) -> bool:
        """Whether altering it rids it of what goes, so that it need not go itself."""
        now, want = self._both(other)
        if of in self.start.want.needs.get(other, NOTHING) and of not in self.gone:
            return False
        if now.compared == want.compared or other in self.forced:
            return False
        try:
            return kind.alter(now, want, self.start) is not None
        except Refused:
            return True

    def _retype(self, column: Key, of: Key) -> None:
        """Change a column whose type goes, be it that it steps aside."""
        if column in self.retyped:
            return
        now, want = self._both(column)
        kind, sides = KINDS()["column"], replace(self.start, swapped=frozenset({*self.swapped, of}))
        try:
            kind.alter(now, want, sides)
        except Refused as error:
            whole = error.whole or column
            if self._may_recreate(self.start.now.by_key[whole]):
                self._make_anew(whole)
                return
        self.touched.add(column)
        self.retyped.add(column)
        self._clear(kind.disturbs(now, want, sides))

    def _both(self, key: Key) -> tuple[Object, Object]:
        return self.start.now.by_key[key], self.start.want.by_key[key]


def _differ(now: Object, want: Object) -> bool:
    return now.parent != want.parent or now.compared != want.compared


def recreated(sides: Sides) -> frozenset[Key]:
    """What holds rows and is dropped to be created anew, of itself and not with its table."""
    both = (sides.now.by_key[k] for k in sides.going & sides.coming)
    found = (o for o in both if o.kind in RECREATED and not KINDS()[o.kind].derived(o))
    return frozenset(o.key for o in found if o.parent not in sides.going)
