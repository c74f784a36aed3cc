"""CREATE LANGUAGE: https://www.postgresql.org/docs/current/sql-createlanguage.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import name_of
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``LANGUAGE plsample``."""
    return f"LANGUAGE {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """With its handlers."""
    return (f"CREATE {_rest(o)}",)


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """Replaced, which keeps its functions, owner and grants."""
    return (f"CREATE OR REPLACE {_rest(want)}",)


def _rest(o: Object) -> str:
    trusted = "TRUSTED " if o["trusted"] else ""
    clauses = (f" {c.upper()} {o[c]}" for c in ("handler", "inline", "validator") if o[c])
    return f"{trusted}{phrase(o)}{''.join(clauses)}"


KIND = Kind(rank=20, create=create, phrase=phrase, alter=alter)
