"""CREATE DOMAIN: https://www.postgresql.org/docs/current/sql-createdomain.html."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from difftool.kinds import Kind, Statements
from difftool.kinds.composite import CARRIERS, stored_in
from difftool.kinds.sql import name_of, qualified, quoted
from difftool.objects import Key, Object, Objects, Sides


def phrase(o: Object) -> str:
    """``DOMAIN app.email``."""
    return f"DOMAIN {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """With its default and NOT NULL; its checks are added to it."""
    parts = [f"CREATE {phrase(o)} AS {o['type']}"]
    if o["collation"]:
        parts.append(f"COLLATE {qualified(*o['collation'])}")
    if o["default"]:
        parts.append(f"DEFAULT {o['default']}")
    if o["not_null"]:
        parts.append(_not_null(o, named=o.key in sides.swapped))
    inherited = o["_inherits"] and not o["default"]
    return (" ".join(parts), *((f"ALTER {phrase(o)} DROP DEFAULT",) if inherited else ()))


def _not_null(o: Object, *, named: bool = False) -> str:
    """With its name where the server would choose another: while an older domain of this name has it."""
    name = o["_not_null_name"] if named else o["not_null_name"]
    return f"CONSTRAINT {quoted(name)} NOT NULL" if name else "NOT NULL"


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Default and NOT NULL; None for another base type, and for new conditions on values inside other types' values."""
    if now["type"] != want["type"] or now["collation"] != want["collation"]:
        return None
    if _is_stricter(now, want) and _is_inside(now, sides.now):
        return None
    return tuple(f"ALTER {phrase(want)} {action}" for action in _actions(now, want))


def _is_stricter(now: Object, want: Object) -> bool:
    if want["not_null"] and not now["not_null"]:
        return True
    return any(valid and now["checks"].get(name) != [check, valid] for name, (check, valid) in want["checks"].items())


def _is_inside(domain: Object, side: Objects) -> bool:
    """Whether tables have its values other than in columns that are of just this domain, or of a domain over it."""
    for user in side.needed_by.get(domain.key, ()):
        o = side.by_key[user]
        plain = (o["type"] or o["_type"]) == name_of(domain)
        if o.kind == "column" and not plain and o.parent and o.parent[0] != "view":
            return True
        if o.kind in CARRIERS and (_is_inside(o, side) if o.kind == "domain" and plain else stored_in(user, side)):
            return True
    return False


def _actions(now: Object, want: Object) -> Iterator[str]:
    if now["default"] != want["default"]:
        yield f"SET DEFAULT {want['default']}" if want["default"] else "DROP DEFAULT"
    before, after = (now["not_null"], now["not_null_name"]), (want["not_null"], want["not_null_name"])
    if now["not_null"] and before != after:
        yield "DROP NOT NULL"
    if want["not_null"] and before != after:
        yield f"ADD {_not_null(want)}" if want["not_null_name"] else "SET NOT NULL"


def rename(o: Object, name: str) -> str:
    """Out of the way of another of its name."""
    return f"ALTER {phrase(o)} RENAME TO {quoted(name)}"


def occupies(o: Object) -> Iterable[Key]:
    """Tables' row types have names in the same space."""
    return (("type", *o.names),)


KIND = Kind(rank=23, create=create, phrase=phrase, alter=alter, occupies=occupies, rename=rename)
