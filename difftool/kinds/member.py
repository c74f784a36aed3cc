"""What belongs to an extension: only what is granted on it is written, as pg_dump does.

https://www.postgresql.org/docs/current/catalog-pg-init-privs.html
"""

from __future__ import annotations

from difftool.kinds import Kind, Statements, grant
from difftool.objects import Object, Sides


def create(o: Object, sides: Sides) -> Statements:
    """Nothing: the extension makes it."""
    return ()


def drop(o: Object, sides: Sides) -> Statements:
    """It is only no longer granted on: back to what the extension granted."""
    return grant.back(sides.now.by_key["grant", *o.key], sides)


def granted_on(o: Object) -> str:
    """``FUNCTION public.digest(text, text)``."""
    return o.names[0]


KIND = Kind(rank=16, create=create, drop=drop, granted_on=granted_on)
