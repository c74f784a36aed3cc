"""CREATE FOREIGN DATA WRAPPER: https://www.postgresql.org/docs/current/sql-createforeigndatawrapper.html."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import foreign_options, name_of, own_options
from difftool.objects import Object, Sides

FUNCTIONS = ("handler", "validator")


def phrase(o: Object) -> str:
    """``FOREIGN DATA WRAPPER files``."""
    return f"FOREIGN DATA WRAPPER {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """With its functions and options."""
    functions = (f" {f.upper()} {o[f]}" for f in FUNCTIONS if o[f])
    return (f"CREATE {phrase(o)}{''.join(functions)}{with_options(o['options'])}",)


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """All in place."""
    return (f"ALTER {phrase(want)}{''.join(_functions(now, want))}{new_options(now['options'], want['options'])}",)


def with_options(found: Mapping[str, str]) -> str:
    """`` OPTIONS (host 'db')``, as CREATE takes them; nothing where there are none."""
    return f" OPTIONS ({foreign_options(found)})" if found else ""


def new_options(now: Mapping[str, str], want: Mapping[str, str]) -> str:
    """`` OPTIONS (SET host 'db')``, as ALTER takes them; nothing where none differs."""
    said = own_options(now, want)
    return f" OPTIONS ({said})" if said else ""


def _functions(now: Object, want: Object) -> Iterator[str]:
    for f in FUNCTIONS:
        if now[f] != want[f]:
            yield f" {f.upper()} {want[f]}" if want[f] else f" NO {f.upper()}"


KIND = Kind(rank=35, create=create, phrase=phrase, alter=alter)
