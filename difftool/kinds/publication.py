"""CREATE PUBLICATION: https://www.postgresql.org/docs/current/sql-createpublication.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import literal, name_of
from difftool.objects import Object, Sides

DEFAULTS = {"publish": "all", "publish_via_partition_root": False, "publish_generated_columns": "none"}
"""Parameters, and what need not be said of them; the last is unknown before PostgreSQL 18."""


def phrase(o: Object) -> str:
    """``PUBLICATION news``."""
    return f"PUBLICATION {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """With its parameters; tables and schemas are added to it."""
    everything = " FOR ALL TABLES" if o["all_tables"] else ""
    said = ", ".join(_parameter(p, o) for p, default in DEFAULTS.items() if (o[p] or False) != default)
    return (f"CREATE {phrase(o)}{everything} WITH ({said})",)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Its parameters in place; for all tables or not, it is made."""
    if now["all_tables"] != want["all_tables"]:
        return None
    return (f"ALTER {phrase(want)} SET ({', '.join(_parameter(p, want) for p in DEFAULTS if now[p] != want[p])})",)


def _parameter(name: str, o: Object) -> str:
    return f"{name} = {literal(o[name]) if isinstance(o[name], str) else str(bool(o[name])).lower()}"


KIND = Kind(rank=90, create=create, phrase=phrase, alter=alter)
