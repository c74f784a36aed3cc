"""CREATE ACCESS METHOD: https://www.postgresql.org/docs/current/sql-create-access-method.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import name_of
from difftool.objects import Object, Sides

TYPE = {"i": "INDEX", "t": "TABLE"}
"""pg_am.amtype."""


def phrase(o: Object) -> str:
    """``ACCESS METHOD heap2``."""
    return f"ACCESS METHOD {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """Whole: nothing of it can be altered."""
    return (f"CREATE {phrase(o)} TYPE {TYPE[o['type']]} HANDLER {o['handler']}",)


KIND = Kind(rank=22, create=create, phrase=phrase)
