"""CREATE FUNCTION, CREATE PROCEDURE: https://www.postgresql.org/docs/current/sql-createfunction.html."""

from __future__ import annotations

from collections.abc import Iterable

from difftool.deparsed import faithful
from difftool.kinds import Kind, Statements
from difftool.kinds.sql import quoted
from difftool.objects import Key, Object, Sides


def routine(o: Object) -> str:
    """Schema, name and types of the arguments: ``public.f(integer)``."""
    schema, signature = o.names
    return f"{quoted(schema)}.{signature}"


def phrase(o: Object) -> str:
    """``FUNCTION public.f(integer)``, ``PROCEDURE public.p()``."""
    return f"{'PROCEDURE' if o['_kind'] == 'p' else 'FUNCTION'} {routine(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """Its definition, which must not meet another of that name."""
    return (_definition(o).replace("CREATE OR REPLACE", "CREATE", 1),)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Replaced, whatever differs, where PostgreSQL lets it be."""
    return (_definition(want),) if _replaceable(now, want) else None


def _definition(o: Object) -> str:
    return faithful(str(o["definition"]).rstrip("\n"))


def _replaceable(now: Object, want: Object) -> bool:
    same = all(now[a] == want[a] for a in ("_kind", "_returns", "_row", "_variadic"))
    return same and keeps_names(now, want) and _keeps_defaults(now, want)


def keeps_names(now: Object, want: Object) -> bool:
    """Whether every argument that has a name still has it."""
    return all(n in ("", w) for n, w in zip(now["_inputs"] or (), want["_inputs"] or (), strict=True))


def _keeps_defaults(now: Object, want: Object) -> bool:
    """None gone, none of another type: which an argument of any type could have."""
    if now["_polymorphic"] and now["_default"]:
        return bool(now["_default"] == want["_default"])
    return bool(now["_defaults"] <= want["_defaults"])


def occupied(o: Object) -> Iterable[Key]:
    """Functions and aggregates of the same arguments are of one name."""
    yield ("routine", *o.names)


KIND = Kind(rank=39, create=create, phrase=phrase, alter=alter, occupies=occupied)
