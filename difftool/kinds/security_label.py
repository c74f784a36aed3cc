"""SECURITY LABEL: https://www.postgresql.org/docs/current/sql-security-label.html."""

from __future__ import annotations

from difftool.kinds import KINDS, Kind, Statements
from difftool.kinds.sql import literal, quoted
from difftool.objects import Object, Objects, Sides


def create(o: Object, sides: Sides) -> Statements:
    """The label, if its provider accepts it."""
    return (f"{_on(o, sides.want)} IS {literal(o['text'])}",)


def drop(o: Object, sides: Sides) -> Statements:
    """No label any more, on what stays."""
    return (f"{_on(o, sides.now)} IS NULL",)


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """The new label in the place of the old."""
    return create(want, sides)


def _on(o: Object, side: Objects) -> str:
    *key, provider = o.names
    labelled = side.by_key[tuple(key)]
    return f"SECURITY LABEL FOR {quoted(provider)} ON {KINDS()[labelled.kind].phrase(labelled)}"


KIND = Kind(rank=4, create=create, drop=drop, alter=alter)
