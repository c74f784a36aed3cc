"""DEPENDS ON EXTENSION: the object goes when the extension does, without being its member.

https://www.postgresql.org/docs/current/sql-alterfunction.html
"""

from __future__ import annotations

from difftool.kinds import KINDS, Kind, Statements
from difftool.kinds.sql import quoted
from difftool.objects import Object, Objects, Sides


def create(o: Object, sides: Sides) -> Statements:
    """The extension is the last part of the key."""
    return (f"{_alter(o, sides.want)} DEPENDS ON EXTENSION {quoted(o.names[-1])}",)


def drop(o: Object, sides: Sides) -> Statements:
    """The object stands for itself."""
    return (f"{_alter(o, sides.now)} NO DEPENDS ON EXTENSION {quoted(o.names[-1])}",)


def _alter(o: Object, side: Objects) -> str:
    above = side.by_key[o.names[:-1]]
    return f"ALTER {KINDS()[above.kind].phrase(above)}"


KIND = Kind(rank=5, create=create, drop=drop)
