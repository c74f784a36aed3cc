"""CREATE STATISTICS: https://www.postgresql.org/docs/current/sql-createstatistics.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import name_of
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``STATISTICS app.s``."""
    return f"STATISTICS {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """As the server writes it, and its target if it has one of its own."""
    return (o["definition"], *(_target(o) if o["target"] >= 0 else ()))


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """The target in place; the rest cannot be."""
    return None if now["definition"] != want["definition"] else _target(want)


def _target(o: Object) -> Statements:
    return (f"ALTER {phrase(o)} SET STATISTICS {o['target']}",)


KIND = Kind(rank=85, create=create, phrase=phrase, alter=alter)
