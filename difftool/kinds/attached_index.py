"""ALTER INDEX … ATTACH PARTITION: https://www.postgresql.org/docs/current/sql-alterindex.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import name_of, qualified
from difftool.objects import Object, Sides


def create(o: Object, sides: Sides) -> Statements:
    """Says nothing new where attaching the table has attached its index."""
    return (f"ALTER INDEX {qualified(*o['of'])} ATTACH PARTITION {name_of(o)}",)


def drop(o: Object, sides: Sides) -> Statements:
    """There is no way back: it goes with either index, or when the table is detached."""
    return ()


KIND = Kind(rank=56, create=create, drop=drop)
