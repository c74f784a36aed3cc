"""Between two segments of an apply: may the next one begin? The window, a pause that was asked for.

A gate is asked before each segment, and before each new try of one, when nothing is held: no lock, no transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from typing import TYPE_CHECKING

from difftool import words
from difftool.errors import Refused, UsageError
from difftool.segments import segments
from difftool.window import Window, closing, opens_at

if TYPE_CHECKING:
    from difftool.model import Plan

PLAIN = "leave it out; difftool plan --format sql shows what is committed together"


@dataclass(frozen=True, slots=True)
class Stop:
    """Why the next segment does not begin, and what to do about it; how to go on is said in any case."""

    why: str
    hint: str = ""


Gate = Callable[[int], Stop | None]
"""Given how many of the plan's statements are committed: None to go on."""
Ask = Callable[[str], bool]
Clock = Callable[[], datetime]


def always(_done: int) -> Stop | None:
    """Go on."""
    return None


def now() -> datetime:
    """The time."""
    return datetime.now(UTC)


def every(*gates: Gate) -> Gate:
    """One gate of several: the first that stops, stops. The one that tells the time comes after those that wait."""
    return lambda done: next((stop for gate in gates if (stop := gate(done))), None)


def refuse_outside(windows: Sequence[Window], clock: Clock = now) -> None:
    """Raise Refused while no window is open; without windows it always is."""
    if windows and not closing(windows, clock()):
        raise Refused(
            f"the maintenance window is closed: {_listed(windows)}; it opens {opens_at(windows, clock())}",
            hint="wait until then, or apply now with --ignore-window",
        )


def within(windows: Sequence[Window], clock: Clock = now) -> Gate:
    """Stop once no window is open any more."""

    def gate(_done: int) -> Stop | None:
        if not windows or closing(windows, clock()):
            return None
        opens = opens_at(windows, clock())
        return Stop(f"the maintenance window {_listed(windows)} has closed", f"it opens {opens}")

    return gate


def pause(plan: Plan, number: int, ask: Ask | None, before: int = 0) -> Gate:
    """Stop once, as soon as so many statements are committed, unless whoever is asked wants to go on.

    Those that an earlier run committed, ``before``, do not count. Raises UsageError where nothing comes after what is
    committed with the last of them.
    """
    total, last_one = len(plan.statements), before + number
    ends = accumulate(len(segment) for segment in segments(plan.statements))
    end = next((n for n in ends if n >= last_one), total) if number else total
    if number and end == total:
        has = f"it has {total}" + (
            f", and {before} {'was' if before == 1 else 'were'} committed before" if before else ""
        )
        last = f"statement {last_one} is committed with the last one, {total}" if last_one <= total else has
        raise UsageError(f"--pause-after {number} leaves nothing of the plan to come: {last}", hint=PLAIN)
    asked = not number

    def gate(done: int) -> Stop | None:
        nonlocal asked
        if asked or done < end:
            return None
        asked = True
        what = f"{done} of {words.many(total, 'statement')} {'is' if done == 1 else 'are'} committed"
        if ask and ask(f"{what}, as --pause-after {number} asks; go on?"):
            return None
        return Stop(f"paused after statement {done}, as --pause-after {number} asks")

    return gate


def _listed(windows: Sequence[Window]) -> str:
    return ", ".join(w.text for w in windows)
