"""ALTER PUBLICATION … ADD TABLES IN SCHEMA: https://www.postgresql.org/docs/current/sql-alterpublication.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import quoted
from difftool.objects import Object, Sides


def create(o: Object, sides: Sides) -> Statements:
    """Added to its publication."""
    return (_change(o, "ADD"),)


def drop(o: Object, sides: Sides) -> Statements:
    """Taken from its publication."""
    return (_change(o, "DROP"),)


def _change(o: Object, verb: str) -> str:
    publication, schema = o.names
    return f"ALTER PUBLICATION {quoted(publication)} {verb} TABLES IN SCHEMA {quoted(schema)}"


KIND = Kind(rank=92, create=create, drop=drop)
