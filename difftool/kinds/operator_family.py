"""CREATE OPERATOR FAMILY: https://www.postgresql.org/docs/current/sql-createopfamily.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import qualified, quoted
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``OPERATOR FAMILY app.ops USING btree``."""
    schema, name, method = o.names
    return f"OPERATOR FAMILY {qualified(schema, name)} USING {quoted(method)}"


def create(o: Object, sides: Sides) -> Statements:
    """Empty: classes and loose members come to it."""
    return (f"CREATE {phrase(o)}",)


KIND = Kind(rank=32, create=create, phrase=phrase)
