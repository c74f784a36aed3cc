"""CREATE TEXT SEARCH PARSER: https://www.postgresql.org/docs/current/sql-createtsparser.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import name_of
from difftool.objects import Object, Sides

FUNCTIONS = ("start", "gettoken", "end", "headline", "lextypes")


def phrase(o: Object) -> str:
    """``TEXT SEARCH PARSER app.words``."""
    return f"TEXT SEARCH PARSER {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """Whole: nothing of it can be altered."""
    return (f"CREATE {phrase(o)} ({', '.join(f'{f.upper()} = {o[f]}' for f in FUNCTIONS if o[f])})",)


KIND = Kind(rank=36, create=create, phrase=phrase)
