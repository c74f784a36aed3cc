"""How a hazard names a table and says how big it is: the same words in every rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

LISTED = 5
"""How many names a sentence takes."""
UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


def size(rows: int | None, size_in_bytes: int | None) -> str:
    """``about 40 million rows, 5.2 GB``; what nobody knows is said so."""
    if rows == 0:
        return "no rows"
    if rows is None and size_in_bytes is None:
        return "of unknown size"
    count = "an unknown number of rows" if rows is None else f"about {number(rows)} row{'' if rows == 1 else 's'}"
    return count if size_in_bytes is None else f"{count}, {amount(size_in_bytes)}"


def number(count: int) -> str:
    """``count`` to two digits as people say it: ``840``, ``12,000``, ``1.2 million``, ``3.4 billion``."""
    rounded = int(float(f"{count:.2g}"))
    for unit, word in ((10**9, "billion"), (10**6, "million")):
        if rounded >= unit:
            return f"{rounded / unit:.2g} {word}" if rounded < 100 * unit else f"{round(rounded / unit):,} {word}"
    return f"{rounded:,}" if count >= 100 else str(count)


def amount(size_in_bytes: int) -> str:
    """Bytes in PostgreSQL's units of 1024: ``16 kB``, ``5.2 GB``."""
    value, unit = float(size_in_bytes), 0
    while value >= 1024 and unit < len(UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.1f} {UNITS[unit]}" if unit > 1 and value < 10 else f"{value:.0f} {UNITS[unit]}"


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
