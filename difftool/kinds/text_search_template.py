"""CREATE TEXT SEARCH TEMPLATE: https://www.postgresql.org/docs/current/sql-createtstemplate.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import name_of
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``TEXT SEARCH TEMPLATE app.stems``."""
    return f"TEXT SEARCH TEMPLATE {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """Whole: nothing of it can be altered."""
    return (f"CREATE {phrase(o)} ({', '.join(f'{f.upper()} = {o[f]}' for f in ('init', 'lexize') if o[f])})",)


KIND = Kind(rank=36, create=create, phrase=phrase)
