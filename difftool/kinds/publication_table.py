"""ALTER PUBLICATION … ADD TABLE: https://www.postgresql.org/docs/current/sql-alterpublication.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import listed, qualified, quoted
from difftool.objects import Object, Sides


def create(o: Object, sides: Sides) -> Statements:
    """Added to its publication, without the tables that inherit from it."""
    columns = f" ({listed(o['columns'])})" if o["columns"] else ""
    rows = f" WHERE ({o['filter']})" if o["filter"] else ""
    return (f"{_change(o, 'ADD')}{columns}{rows}",)


def drop(o: Object, sides: Sides) -> Statements:
    """Taken from its publication."""
    return (_change(o, "DROP"),)


def _change(o: Object, verb: str) -> str:
    publication, *table = o.names
    return f"ALTER PUBLICATION {quoted(publication)} {verb} TABLE ONLY {qualified(*table)}"


KIND = Kind(rank=91, create=create, drop=drop)
