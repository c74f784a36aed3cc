"""ALTER OPERATOR FAMILY … ADD, DROP: https://www.postgresql.org/docs/current/sql-alteropfamily.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.operator_family import phrase as family
from difftool.kinds.sql import qualified
from difftool.objects import Object, Sides


def create(o: Object, sides: Sides) -> Statements:
    """Added to its family."""
    return (f"ALTER {_family(o)} ADD {member(o.names[3], o['what'], o['order_by'])}",)


def drop(o: Object, sides: Sides) -> Statements:
    """Taken from its family."""
    return (f"ALTER {_family(o)} DROP {o.names[3]}",)


def member(slot: str, what: str, order_by: list[str] | None) -> str:
    """One member as ALTER OPERATOR FAMILY and CREATE OPERATOR CLASS name it: ``OPERATOR 1 app.<(integer,bigint)``."""
    number = slot.split(" (", 1)[0]
    found = f"{number} {what}" if slot.startswith("OPERATOR") else f"{slot} {what}"
    return found + (f" FOR ORDER BY {qualified(*order_by)}" if order_by else "")


def _family(o: Object) -> str:
    return family(Object(("operator_family", *o.names[:3]), {}))


KIND = Kind(rank=33, create=create, drop=drop)
