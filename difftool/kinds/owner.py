"""ALTER … OWNER TO, which moves the owner's own grants along with it.

https://www.postgresql.org/docs/current/sql-altertable.html
"""

from __future__ import annotations

from difftool.kinds import KINDS, Kind, Statements
from difftool.kinds.sql import quoted
from difftool.objects import Key, Object, Sides


def create(o: Object, sides: Sides) -> Statements:
    """Of what the plan makes: nothing for what stays with its maker."""
    made_by_owner = sides.made_with(o.parent) and o["role"] == sides.role
    return () if made_by_owner else _given_to(o, sides)


def drop(o: Object, sides: Sides) -> Statements:
    """Nothing: it goes with what is owned."""
    return ()


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """To another role; a sequence that stays a column's changes hands with the table, and may not do so alone."""
    return () if _stays_with_a_column(want.names, sides) else _given_to(want, sides)


def _stays_with_a_column(owned: Key, sides: Sides) -> bool:
    link = ("sequence_owner", *owned[1:])
    return owned[0] == "sequence" and link in sides.now and link in sides.want and link not in sides.going


def _given_to(o: Object, sides: Sides) -> Statements:
    owned = sides.want.by_key[o.names]
    return (f"ALTER {KINDS()[owned.kind].phrase(owned)} OWNER TO {quoted(o['role'])}",)


KIND = Kind(rank=1, create=create, drop=drop, alter=alter)
