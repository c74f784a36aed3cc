"""What a plan locks, in words: each statement's locks on a line, and how long its transaction keeps them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from difftool.model import LOCK_MODES, Lock, Statement
from difftool.segments import is_transaction, segments
from difftool.sizes import duration, number, size
from difftool.words import many, one_line, some

MOST = 5
"""Names in a sentence about locks; more are counted."""
WEAKEST = LOCK_MODES.index("SHARE UPDATE EXCLUSIVE")
"""What no reader and no writer waits for."""


@dataclass(frozen=True, slots=True)
class Segment:
    """What is committed together: where it begins, what it is, what it keeps locked, and each statement's locks."""

    first: int
    label: str
    """ "transaction 2 of 3"; "" for what runs outside one, and for the only one where it keeps nothing locked."""
    statements: tuple[Statement, ...]
    kept: tuple[str, ...]
    taken: tuple[str, ...]

    @property
    def title(self) -> str:
        """ "transaction 2 of 3: statements 3-5"; "" for a statement by itself."""
        last = self.first + len(self.statements) - 1
        return f"{self.label}: statements {self.first}-{last}" if self.label and last > self.first else ""


def told(statements: Sequence[Statement]) -> Iterator[Segment]:
    """The segments of a plan with their locks in words."""
    cut = segments(statements)
    total, transactions, first = sum(map(is_transaction, cut)), 0, 1
    for segment in cut:
        transactions += is_transaction(segment)
        kept = tuple(_kept(segment, first)) if len(segment) > 1 else ()
        label = f"transaction {transactions} of {total}" if len(cut) > 1 else "one transaction" if kept else ""
        label = label if is_transaction(segment) else ""
        yield Segment(first, label, segment, kept, tuple(_taken(segment)))
        first += len(segment)


def _taken(segment: Sequence[Statement]) -> Iterator[str]:
    """Each statement's locks in a sentence, the strongest first; "" for none that has not been told of."""
    held: dict[str, int] = {}
    until = "until the commit" if len(segment) > 1 else "for a moment"
    for statement in segment:
        fresh = [
            lock
            for lock in statement.locks
            if _takes_long(lock) or lock.work == "filled" or _strength(lock) > max(_held(lock, held), WEAKEST)
        ]
        groups = groupby(fresh, lambda lock: (lock.mode, lock.work, lock.measured))
        yield "; ".join(_sentence(list(group), until) for _, group in groups)
        held |= {lock.relation: max(_strength(lock), _held(lock, held)) for lock in statement.locks}


def _takes_long(lock: Lock) -> bool:
    """Whether a table is read or rewritten for longer than anybody notices, or nobody knows how long."""
    return bool(lock.work) and (lock.seconds is None or lock.seconds >= 1)


def _strength(lock: Lock) -> int:
    return LOCK_MODES.index(lock.mode)


def _held(lock: Lock, held: dict[str, int]) -> int:
    return held.get(lock.relation, -1)


def _sentence(group: Sequence[Lock], until: str) -> str:
    """ "ACCESS EXCLUSIVE on public.users (about 840 rows, 64 kB): blocks reads and writes for a moment (measured)"."""
    names = some([one_line(f"{lock.relation} ({extent(lock)})") for lock in group], MOST)
    return f"{group[0].mode} on {names}: {effect(group, until)} ({'measured' if group[0].measured else 'known'})"


def extent(lock: Lock) -> str:
    """How big what a lock stands for is, and how much is written there."""
    below = f"with {many(lock.below, 'table')} below, " if lock.below else ""
    busy = f", {number(round(lock.writes))} rows written a second" if lock.writes and lock.writes >= 1 else ""
    return f"{below}{size(lock.rows, lock.bytes)}{busy}"


def effect(group: Sequence[Lock], until: str) -> str:
    """What waits for locks of one sort, and for how long."""
    blocks, work = group[0].blocks, group[0].work
    if not work:
        return f"blocks {blocks} {until}"
    every = [lock.seconds for lock in group]
    long = "nobody knows how long" if None in every else duration(sum(n or 0 for n in every))
    if work == "filled":
        return f"rows are locked a batch at a time, until its commit: only who changes one of them waits; {long} in all"
    if not blocks:
        return f"every row is {work}, {long}; blocks neither reads nor writes"
    return f"blocks {blocks} while every row is {work}, {long}"


def _kept(segment: Sequence[Statement], first: int) -> Iterator[str]:
    """What a transaction keeps locked until its COMMIT, a line a mode; ``first`` is its first statement's number."""
    found: dict[str, tuple[Lock, int]] = {}
    for n, statement in enumerate(segment):
        for lock in statement.locks:
            if lock.blocks and (lock.relation not in found or _strength(lock) > _strength(found[lock.relation][0])):
                found[lock.relation] = lock, n
    for mode in reversed(LOCK_MODES):
        held = [(lock, n) for lock, n in found.values() if lock.mode == mode]
        if held:
            names = some([one_line(f"{lock.relation} from {first + n}") for lock, n in held], MOST)
            seconds = sum(_seconds(s) for s in segment[min(n for _, n in held) :])
            long = f", {duration(seconds)}" if seconds >= 1 else ""
            yield f"{mode} until the commit: {names}{long}"


def _seconds(statement: Statement) -> float:
    return sum(lock.seconds or 0.0 for lock in statement.locks)
