"""How a hazard names what it is about: the same words in every rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

LISTED = 5
"""How many names a sentence takes."""


def listed(items: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``; more than LISTED are counted."""
    every = list(items)
    if len(every) > LISTED:
        every = [*every[: LISTED - 1], f"{len(every) - LISTED + 1} more"]
    return every[0] if len(every) == 1 else f"{', '.join(every[:-1])} and {every[-1]}"


def counted(things: Sequence[object], noun: str) -> str:
    """``1 partition``, ``12 partitions``."""
    return f"{len(things):,} {noun}{'' if len(things) == 1 else 's'}"


def gone(what: str) -> str:
    """The words for a name that stops meaning anything."""
    return f"queries that name {what} fail once this commits; drop it after the code that names it is gone"


def meanwhile(what: str) -> str:
    """The words for a name that means nothing between two transactions of the plan."""
    return (
        f"queries that name {what} fail from this commit until a later transaction of the plan creates it again; "
        "run the plan when nobody needs it"
    )


def lasting(again: bool | None, until: str) -> str:
    """How long something is missing: for good, or where a later transaction (``again`` is False), until it is there."""
    return "once this commits" if again is None else f"from this commit until a later transaction of the plan {until}"


def rewritten(what: str) -> str:
    """The words for a table whose rows are all written anew."""
    return f"rewrites {what} and its indexes, which takes as much disk and WAL again"


def cascade(node: object) -> str:
    """What CASCADE adds to a sentence, empty without it."""
    behavior = getattr(node, "behavior", None)
    return " and, by CASCADE, all that depends on it" if getattr(behavior, "name", "") == "DROP_CASCADE" else ""
