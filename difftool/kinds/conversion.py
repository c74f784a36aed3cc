"""CREATE CONVERSION: https://www.postgresql.org/docs/current/sql-createconversion.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import literal, name_of
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``CONVERSION app.mine``."""
    return f"CONVERSION {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """Whole: nothing of it can be altered."""
    default = "DEFAULT " if o["default"] else ""
    return (f"CREATE {default}{phrase(o)} FOR {literal(o['from'])} TO {literal(o['to'])} FROM {o['function']}",)


KIND = Kind(rank=35, create=create, phrase=phrase)
