"""COMMENT ON anything: https://www.postgresql.org/docs/current/sql-comment.html."""

from __future__ import annotations

from difftool.kinds import KINDS, Kind, Statements
from difftool.kinds.sql import literal
from difftool.objects import Object, Objects, Sides


def create(o: Object, sides: Sides) -> Statements:
    """The text."""
    return (f"{_on(o, sides.want)} IS {literal(o['text'])}",)


def drop(o: Object, sides: Sides) -> Statements:
    """No text any more, on what stays."""
    return (f"{_on(o, sides.now)} IS NULL",)


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """The new text in the place of the old."""
    return create(want, sides)


def _on(o: Object, side: Objects) -> str:
    described = side.by_key[o.names]
    return f"COMMENT ON {KINDS()[described.kind].phrase(described)}"


KIND = Kind(rank=3, create=create, drop=drop, alter=alter)
