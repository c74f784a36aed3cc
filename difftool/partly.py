"""Where not all online forms of a plan can be proven: the plan with the others.

Which one stands in the way is found by halves. Its statement stays plain, and the rest is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from difftool.model import Statement

FEW = 3
"""How many statements may stay plain before all of them do: each takes a handful of runs on clones."""

Forms = Callable[[Collection[int]], tuple[Statement, ...]]
"""The plan in which the statements at these places, of the plain one, have their online form."""


class Formed(Protocol):
    """What gives statements their online forms: all that have one, or only those at the given places."""

    def __call__(
        self, statements: Sequence[Statement], only: Collection[int] | None = None, /
    ) -> tuple[Statement, ...]:
        """The same change in statements that block nobody for long."""


def as_they_are(statements: Sequence[Statement], only: Collection[int] | None = None, /) -> tuple[Statement, ...]:
    """The statements, none of them in another form."""
    return tuple(statements)


def partly(count: int, forms: Forms, proves: Callable[[tuple[Statement, ...]], bool]) -> tuple[int, ...]:
    """The places of the plain plan's ``count`` statements that have to stay as they are; none if that does not help."""
    plain: list[int] = []
    while len(plain) < FEW:
        rest = [place for place in range(count) if place not in plain]
        at = _first_in_the_way(rest, forms, proves)
        if at is None:
            return ()
        plain.append(at)
        if proves(forms([place for place in rest if place != at])):
            return tuple(sorted(plain))
    return ()


def _first_in_the_way(
    places: Sequence[int], forms: Forms, proves: Callable[[tuple[Statement, ...]], bool]
) -> int | None:
    """The place whose form fails after those before it did; None where even none of them does."""
    good, bad = 0, len(places)
    if not proves(forms(())):
        return None
    while bad - good > 1:
        middle = (good + bad) // 2
        if proves(forms(places[:middle])):
            good = middle
        else:
            bad = middle
    return places[bad - 1]
