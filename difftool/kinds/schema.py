"""CREATE SCHEMA: https://www.postgresql.org/docs/current/sql-createschema.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import name_of
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``SCHEMA app``."""
    return f"SCHEMA {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """Empty, and its creator's."""
    return (f"CREATE {phrase(o)}",)


KIND = Kind(rank=10, create=create, phrase=phrase, holds_rows=True)
