"""CREATE TYPE with nothing but a name, so that functions can take and give a type that is made of them.

https://www.postgresql.org/docs/current/sql-createtype.html
"""

from __future__ import annotations

from collections.abc import Iterable

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import name_of
from difftool.objects import Key, Object, Sides


def phrase(o: Object) -> str:
    """``TYPE app.complex``."""
    return f"TYPE {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """A name."""
    return (f"CREATE {phrase(o)}",)


def occupies(o: Object) -> Iterable[Key]:
    """Tables' row types have names in the same space."""
    return (("type", *o.names),)


KIND = Kind(rank=21, create=create, phrase=phrase, occupies=occupies)
