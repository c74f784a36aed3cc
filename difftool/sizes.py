"""How big a table is and how long something takes, as people say it. Standard library only."""

from __future__ import annotations

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


def duration(seconds: float) -> str:
    """``a moment``, ``about 20 s``, ``about 5 min``, ``about 3 h``."""
    if seconds < 1:
        return "a moment"
    for unit, name in ((3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"about {round(seconds / unit):,} {name}"
    return f"about {round(seconds)} s"
