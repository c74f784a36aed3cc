"""CREATE EXTENSION: https://www.postgresql.org/docs/current/sql-createextension.html.

Its members are its own: they come and go with it, and are never read. Which version is installed makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.kinds import Kind, Refused, Statements, default_privileges, grant
from difftool.kinds.sql import name_of, quoted
from difftool.objects import Object, Sides


def phrase(o: Object) -> str:
    """``EXTENSION hstore``."""
    return f"EXTENSION {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """In its schema, in the server's default version; without the comment that its script brings, if it has none.

    Default privileges that its members are not to have are not there meanwhile.
    """
    aside = list(_in_the_way(o, sides))
    taken = [s for d in aside for s in default_privileges.drop(d, sides)]
    made = f"CREATE {phrase(o)} WITH SCHEMA {quoted(o['schema'])}"
    given_back = [s for d in aside for s in default_privileges.create(d, sides)]
    return (*taken, made, *given_back, *((f"COMMENT ON {phrase(o)} IS NULL",) if o["_silent"] else ()))


def _in_the_way(o: Object, sides: Sides) -> Iterator[Object]:
    for letter, short in grant.HAVE_DEFAULTS.items():
        places = ("", o["schema"]) if ("schema", o["schema"]) not in sides.going else ("",)
        found = [d for p in places if (d := sides.now.get("default_privileges", sides.role, p, short))]
        if found and letter != "n" and not _have_them(o, letter, sides):
            yield from found


def _have_them(o: Object, letter: str, sides: Sides) -> bool:
    """Whether its members are to have just what they get by themselves."""
    granted = [g for m in sides.want.parts_of(o.key, "member") for g in sides.want.parts_of(m.key, "grant")]
    members = [grant.rights(g["grants"]) for g in granted if g["_type"] == letter]
    fresh = grant.fresh(Object(("grant", "extension", o["schema"]), {"_type": letter}), sides)
    return bool(members) and all(m == fresh for m in members)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """To another schema, which only a relocatable extension can go to; another is made anew where it holds nothing."""
    if is_empty(now) and not now["_relocatable"]:
        return None
    if not now["_relocatable"]:
        raise Refused(
            f'extension "{now.names[0]}" is not relocatable: from "{now["schema"]}" to "{want["schema"]}" it goes '
            "only by DROP EXTENSION and CREATE EXTENSION, which lose what its types and tables hold"
        )
    return (f"ALTER {phrase(want)} SET SCHEMA {quoted(want['schema'])}",)


def is_empty(o: Object) -> bool:
    """An extension of functions alone: no tables, and no column of its types."""
    return not o["_used"]


KIND = Kind(rank=15, create=create, phrase=phrase, alter=alter, holds_rows=True, derived=is_empty)
