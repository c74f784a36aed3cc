"""CREATE AGGREGATE: https://www.postgresql.org/docs/current/sql-createaggregate.html."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from difftool.kinds import Kind, Statements
from difftool.kinds.function import keeps_names, routine
from difftool.kinds.sql import literal, quoted
from difftool.objects import Key, Object, Sides

STRINGS = ("initcond", "minitcond")


def phrase(o: Object) -> str:
    """``AGGREGATE public.total(integer)``."""
    return f"AGGREGATE {routine(o)}"


def granted_on(o: Object) -> str:
    """GRANT takes it for a function, whose arguments cannot be ``*``."""
    return f"FUNCTION {quoted(o.names[0])}.{_name(o)}({o['_types']})"


def create(o: Object, sides: Sides) -> Statements:
    """With every option that is not the default."""
    return (f"CREATE AGGREGATE {_definition(o)}",)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Replaced, whatever differs, where PostgreSQL lets it be."""
    same = all(now[a] == want[a] for a in ("_kind", "_direct", "_returns", "_variadic"))
    return (f"CREATE OR REPLACE AGGREGATE {_definition(want)}",) if same and keeps_names(now, want) else None


def _definition(o: Object) -> str:
    options = ",\n    ".join(_options(o))
    return f"{quoted(o.names[0])}.{_name(o)}({o['arguments']}) (\n    {options}\n)"


def _name(o: Object) -> str:
    """The name as it stands before the types of the arguments."""
    return o.names[1].removesuffix(f"({o['_types'] or '*'})")


def _options(o: Object) -> Iterator[str]:
    for option, value in o["options"].items():
        if value is True:
            yield option.upper()
        else:
            yield f"{option.upper()} = {literal(value) if option in STRINGS else value}"


def occupied(o: Object) -> Iterable[Key]:
    """A function may have the name and the arguments."""
    yield ("routine", o.names[0], f"{_name(o)}({o['_types']})")


KIND = Kind(rank=39, create=create, phrase=phrase, alter=alter, granted_on=granted_on, occupies=occupied)
