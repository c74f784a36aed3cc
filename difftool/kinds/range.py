"""CREATE TYPE … AS RANGE: https://www.postgresql.org/docs/current/sql-createtype.html."""

from __future__ import annotations

from collections.abc import Iterable

from difftool.kinds import Kind, Refused, Statements
from difftool.kinds.sql import name_of, qualified
from difftool.objects import Key, Object, Sides


def phrase(o: Object) -> str:
    """``TYPE app.period``."""
    return f"TYPE {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """With all its options, and its multirange type's name."""
    options = {
        "subtype": o["subtype"],
        "multirange_type_name": qualified(*o["multirange"]),
        "subtype_opclass": o["opclass"] and qualified(*o["opclass"]),
        "collation": o["collation"] and qualified(*o["collation"]),
        "canonical": o["canonical"],
        "subtype_diff": o["subtype_diff"],
    }
    written = ",\n".join(f"    {k} = {v}" for k, v in options.items() if v)
    return (f"CREATE {phrase(o)} AS RANGE (\n{written}\n)",)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """PostgreSQL has no way."""
    if now["canonical"]:
        raise Refused(_cannot_go(now))
    return None


def drop(o: Object, sides: Sides) -> Statements:
    """Its constructors and its multirange type go along."""
    if o["canonical"]:
        raise Refused(_cannot_go(o))
    return (f"DROP {phrase(o)}",)


def _cannot_go(o: Object) -> str:
    return (
        f"PostgreSQL drops a range type only together with its canonical function {o['canonical']}; when nothing else "
        f"uses it, run DROP {phrase(o)} CASCADE by hand"
    )


def occupies(o: Object) -> Iterable[Key]:
    """Two names; tables' row types have theirs in the same space."""
    return (("type", *o.names), ("type", *o["multirange"]))


KIND = Kind(rank=27, create=create, phrase=phrase, drop=drop, alter=alter, occupies=occupies, nameless=True)
