"""CREATE TRANSFORM: https://www.postgresql.org/docs/current/sql-createtransform.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import quoted
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``TRANSFORM FOR hstore LANGUAGE plperl``."""
    return f"TRANSFORM FOR {o.names[0]} LANGUAGE {quoted(o.names[1])}"


def create(o: Object, sides: Sides) -> Statements:
    """With one function or both."""
    return (f"CREATE {_rest(o)}",)


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """Replaced, under the functions that use it."""
    return (f"CREATE OR REPLACE {_rest(want)}",)


def _rest(o: Object) -> str:
    functions = (f"{way.upper()} SQL WITH FUNCTION {o[way]}" for way in ("from", "to") if o[way])
    return f"{phrase(o)} ({', '.join(functions)})"


KIND = Kind(rank=29, create=create, phrase=phrase, alter=alter)
