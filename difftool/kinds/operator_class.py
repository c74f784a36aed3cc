"""CREATE OPERATOR CLASS: https://www.postgresql.org/docs/current/sql-createopclass.html."""

from __future__ import annotations

from difftool.kinds import Kind, Statements
from difftool.kinds.operator_family_member import member
from difftool.kinds.sql import qualified, quoted
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``OPERATOR CLASS app.ops USING btree``."""
    schema, name, method = o.names
    return f"OPERATOR CLASS {qualified(schema, name)} USING {quoted(method)}"


def create(o: Object, sides: Sides) -> Statements:
    """Whole, with its own members. One that has none says its type twice: the list cannot be empty."""
    members = [member(*m) for m in o["members"]]
    storage = o["storage"] or ("" if members else o["type"])
    items = ", ".join((*members, *((f"STORAGE {storage}",) if storage else ())))
    schema, name, method = o.names
    default = "DEFAULT " if o["default"] else ""
    return (
        f"CREATE OPERATOR CLASS {qualified(schema, name)} {default}FOR TYPE {o['type']} USING {quoted(method)} "
        f"FAMILY {qualified(*o['family'])} AS {items}",
    )


KIND = Kind(rank=34, create=create, phrase=phrase)
