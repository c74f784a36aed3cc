"""Which values of today a type has no room for, asked by functions of PostgreSQL alone: no code of the schema runs."""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import HazardKind
from difftool.rules.losses import TEXTS, plain
from difftool.rules.sqltype import SqlType

LIMITS = {"int2": 2**15, "int4": 2**31, "int8": 2**63}
NUMBERS = frozenset({*LIMITS, "numeric", "float4", "float8"})
READABLE = NUMBERS | frozenset("bool date timestamp timestamptz time uuid json jsonb inet cidr interval".split())
"""What text is read as by a function of PostgreSQL's own."""
WHOLE = r"^\s*[-+]?[0-9]+\s*$"
DECIMAL = r"^\s*([-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|NaN)\s*$"
INPUT_IS_VALID = 160000
"""The first server that can be asked whether a text is a value of a type."""

Found = Iterator[tuple[str, str, HazardKind]]
"""A condition, what holds of the rows that it finds, and what becomes of them."""


def unfit(column: str, old: SqlType, new: SqlType, *, cut: bool, version: int) -> Found:
    """The values of a column that a type does not take, or takes otherwise; ``cut``: an explicit cast cuts silently."""
    a, b = plain(old), plain(new)
    if old.array or new.array:
        return
    if a in TEXTS - {"citext"} and b in ("varchar", "bpchar") and new.modifiers:
        yield from _too_long(column, new.modifiers[0], cut=cut)
    elif a in TEXTS - {"citext"} and b in READABLE:
        yield from _unreadable(column, b, new, version)
    elif a in NUMBERS and b in LIMITS:
        yield from _beyond(column, a, LIMITS[b], new)
    elif a in NUMBERS and b == "numeric" and new.modifiers:
        yield from _digits(column, *new.modifiers)
    elif (a, b) == ("timestamp", "date"):
        yield f"{column} <> pg_catalog.date_trunc('day', {column})", "has a time of day, which is lost", "data-loss"


def _too_long(column: str, most: int, *, cut: bool) -> Found:
    """Blanks at the end are no loss."""
    where = f"pg_catalog.char_length(pg_catalog.rtrim({column}::pg_catalog.text)) > {most}"
    if cut:
        yield where, f"is longer than {most}, and is cut", "data-loss"
    else:
        yield where, f"is longer than {most}: it fails; shorten it first", "fails-on-rows"


def _unreadable(column: str, name: str, new: SqlType, version: int) -> Found:
    pattern = WHOLE if name in LIMITS else DECIMAL if name in NUMBERS else ""
    text = f"{column}::pg_catalog.text"
    if version >= INPUT_IS_VALID:
        where = f"NOT pg_catalog.pg_input_is_valid({text}, '{new.shown}')"
    elif pattern:
        where = f"{text} !~ '{pattern}'"
    else:
        return
    yield where, f"is no {new.shown}: it fails; change it first", "fails-on-rows"


def _beyond(column: str, old: str, limit: int, new: SqlType) -> Found:
    if old in LIMITS and LIMITS[old] <= limit:
        return
    number = f"{column}::pg_catalog.numeric"
    rounded = f"pg_catalog.round({number})"
    yield (
        f"({rounded} < '{-limit}'::pg_catalog.numeric OR {rounded} > '{limit - 1}'::pg_catalog.numeric)",
        f"is beyond the range of {new.shown}: it fails; change it first",
        "fails-on-rows",
    )
    if old not in LIMITS:
        yield f"{number} <> {rounded}", "has digits after the point, which are rounded away", "data-loss"


def _digits(column: str, precision: int, scale: int) -> Found:
    number = f"{column}::pg_catalog.numeric"
    rounded = f"pg_catalog.round({number}, {scale})"
    yield (
        f"pg_catalog.abs({rounded}) >= '1e{precision - scale}'::pg_catalog.numeric AND {number} <> 'NaN'",
        f"has more than {max(precision - scale, 0)} digits before the point: it fails; change it first",
        "fails-on-rows",
    )
    yield (
        f"{number} <> {rounded}",
        f"has more than {scale} digits after the point, which are rounded away",
        "data-loss",
    )
