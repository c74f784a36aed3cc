"""CREATE USER MAPPING: https://www.postgresql.org/docs/current/sql-createusermapping.html."""

from __future__ import annotations

from difftool.kinds import Kind, Refused, Statements
from difftool.kinds.foreign_data_wrapper import new_options, with_options
from difftool.kinds.sql import quoted
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``USER MAPPING FOR app SERVER archive``."""
    user, server = o.names
    return f"USER MAPPING FOR {quoted(user) if user else 'PUBLIC'} SERVER {quoted(server)}"


def create(o: Object, sides: Sides) -> Statements:
    """With its options."""
    _readable(o)
    return (f"CREATE {phrase(o)}{with_options(o['options'])}",)


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """Its options in place."""
    _readable(now, want)
    return (f"ALTER {phrase(want)}{new_options(now['options'], want['options'])}",)


def _readable(*sides: Object) -> None:
    if any(o["_hidden"] for o in sides):
        user, server = sides[0].names
        raise Refused(
            f'the options of the user mapping for "{user or "public"}" on server "{server}" are hidden from this role: '
            "connect as the server's owner or as a superuser to compare them"
        )


def is_known(o: Object) -> bool:
    """Whether it can be made again from what was read."""
    return not o["_hidden"]


KIND = Kind(rank=37, create=create, phrase=phrase, alter=alter, holds_rows=True, derived=is_known)
