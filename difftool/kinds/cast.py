"""CREATE CAST: https://www.postgresql.org/docs/current/sql-createcast.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.objects import Object, Sides

CONTEXT = {"e": "", "a": " AS ASSIGNMENT", "i": " AS IMPLICIT"}
"""pg_cast.castcontext."""


def phrase(o: Object) -> str:
    """``CAST (app.money AS numeric)``."""
    return f"CAST ({o.names[0]})"


def create(o: Object, sides: Sides) -> Statements:
    """Whole: nothing of it can be altered."""
    how = {"b": "WITHOUT FUNCTION", "i": "WITH INOUT"}.get(o["method"], f"WITH FUNCTION {o['function']}")
    return (f"CREATE {phrase(o)} {how}{CONTEXT[o['context']]}",)


KIND = Kind(rank=30, create=create, phrase=phrase)
