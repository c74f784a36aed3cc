"""Grants on PostgreSQL's own objects: only a superuser gives and takes them, and no sandbox runs schema code as one.

https://www.postgresql.org/docs/current/catalog-pg-init-privs.html
"""

from __future__ import annotations

from difftool.kinds import Kind, Refused, Statements
from difftool.objects import Object, Sides


def create(o: Object, sides: Sides) -> Statements:
    """Never."""
    raise Refused(_left_to_you(o))


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """Never."""
    raise Refused(_left_to_you(want))


def drop(o: Object, sides: Sides) -> Statements:
    """Never."""
    raise Refused(f"{_left_to_you(o)}; here it should have those that it began with")


def _left_to_you(o: Object) -> str:
    return f"grants on PostgreSQL's own objects are left to you: GRANT and REVOKE on {o.names[0]} as a superuser"


KIND = Kind(rank=1, create=create, alter=alter, drop=drop, holds_rows=True)
