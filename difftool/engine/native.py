"""The native engine: both catalogs read whole, compared object by object, and one order for what must be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from difftool.changes import Changes, find_changes, recreated
from difftool.deparsed import faithful
from difftool.emptiness import guard
from difftool.introspect import read_objects
from difftool.kinds import KINDS, Refused
from difftool.kinds.column import as_text
from difftool.kinds.sql import spare
from difftool.objects import NO_VALUES, Key, Object, Objects, Sides, Values
from difftool.order import Ordered, Step, Verb, order
from difftool.pairing import in_their_order
from difftool.parse import qualified
from difftool.pg.connection import session
from difftool.pg.conninfo import Conninfo
from difftool.sparing import Spared
from difftool.unseen import Unseen, with_unseen

MayRecreate = Callable[[Object], bool]
TRIES = 50
"""How many objects may be made anew, one after the other, to get out of circles."""


def never(o: Object) -> bool:
    """What holds rows stays."""
    return False


@dataclass(frozen=True, slots=True)
class Proposal:
    """The statements, step by step with the object that each is of; and what cannot be done, each with the reason."""

    steps: tuple[tuple[Key, tuple[str, ...]], ...]
    refused: tuple[tuple[Key, str], ...] = ()
    in_the_way: tuple[tuple[Key, str], ...] = ()
    """What is ignored and keeps the plan from doing something."""

    @property
    def statements(self) -> tuple[str, ...]:
        """All of them, in their order."""
        return tuple(sql for _, several in self.steps for sql in several)


def read(info: Conninfo, unseen: Iterable[Unseen] = ()) -> Objects:
    """A scratch database's objects; ``unseen``: what the database that it stands for has otherwise."""
    with session(info) as connection:
        return with_unseen(read_objects(connection, connection.info.server_version // 10000), unseen)


def by_place(ordered: Ordered, sides: Sides) -> frozenset[Key]:
    """Constraints that can stand in their table's own statement: whatever they wait for comes before it."""
    place = {step: i for i, step in enumerate(ordered.steps)}
    found = set()
    for step in ordered.steps:
        o = sides.want.by_key[step[1]] if step[0] is Verb.MAKE and step[1] in sides.coming else None
        fold = KINDS()[o.kind].fold if o else None
        if o is None or fold is None or o.parent not in sides.coming:
            continue
        table = place[Verb.MAKE, o.parent]
        if all(place[w] <= table for w in ordered.waits[step]) and fold(o, sides):
            found.add(o.key)
    return frozenset(found)


def compare(
    now: Objects,
    want: Objects,
    role: str,
    empty: MayRecreate = never,
    allowed: MayRecreate = never,
    folded: Callable[[Ordered, Sides], frozenset[Key]] = by_place,
    spared: Spared | None = None,
    values: Values = NO_VALUES,
) -> Proposal:
    """The statements, run by ``role``, that turn one schema into another on a server of the first one's version.

    What holds rows is made anew only if its table is ``empty``, or if that was ``allowed``. ``folded`` chooses the
    constraints that their tables' own statements create; ``spared`` knows what is ignored on either side.
    """
    want = in_their_order(now, want)
    changes, ordered = _in_order(Sides(now, want, now.major, role, values=values), lambda o: allowed(o) or empty(o))
    sides = replace(changes.sides, folded=folded(ordered, changes.sides))
    guarded = frozenset(k for k in recreated(sides) if not allowed(now.by_key[k]))
    steps: list[tuple[Key, tuple[str, ...]]] = []
    refused = list(changes.refused)
    for step in ordered.steps:
        try:
            written = tuple(map(faithful, _write(step, sides, guarded)))
        except Refused as error:
            refused.append((error.whole or step[1], str(error)))
        else:
            if written:
                steps.append((step[1], written))
    return Proposal(tuple(steps), tuple(refused), tuple(spared.in_the_way(sides)) if spared else ())


def _in_order(sides: Sides, may_recreate: MayRecreate) -> tuple[Changes, Ordered]:
    """Changes that have an order: whatever is altered in a circle is made anew."""
    forced: set[Key] = set()
    for _ in range(TRIES):
        changes = find_changes(sides, may_recreate, forced)
        ordered = order(changes)
        if not ordered.tangled or forced.issuperset(ordered.tangled):
            break
        forced.update(ordered.tangled)
    return changes, ordered


def _write(step: Step, sides: Sides, guarded: frozenset[Key]) -> Iterator[str]:
    """One step as SQL."""
    verb, key = step
    kind = KINDS()[key[0]]
    if verb is Verb.DROP:
        if key in guarded:
            yield from guard(qualified(*key[1:3]))
        yield from kind.drop(_aside(sides.now.by_key[key], sides), sides)
    elif verb is Verb.ASIDE:
        if key in sides.emptied:
            yield from as_text(key, sides)
            return
        assert kind.rename, f"{kind} cannot step aside"
        yield kind.rename(sides.now.by_key[key], spare(key[-1]))
    elif key in sides.folded:
        return
    elif key in sides.coming:
        yield from kind.create(sides.want.by_key[key], sides)
    else:
        yield from kind.alter(sides.now.by_key[key], sides.want.by_key[key], sides) or ()


def _aside(o: Object, sides: Sides) -> Object:
    """The object under the name that it has by now."""
    renamed = o.key in sides.swapped - sides.emptied
    return replace(o, key=(*o.key[:-1], spare(o.key[-1]))) if renamed else o
