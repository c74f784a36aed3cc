"""CREATE VIEW: https://www.postgresql.org/docs/current/sql-createview.html."""

from __future__ import annotations

from collections.abc import Iterable

from difftool.deparsed import faithful, only_values
from difftool.kinds import Kind, Statements
from difftool.kinds.sql import changed_options, listed, name_of, options, quoted
from difftool.objects import Key, Object, Sides


def phrase(o: Object) -> str:
    """``VIEW public.totals``."""
    return f"VIEW {name_of(o)}"


def granted_on(o: Object) -> str:
    """GRANT takes it for a table."""
    return f"TABLE {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """With its options; what WITH CHECK OPTION says is one of them."""
    return (faithful(f"CREATE {_written(o)}"),)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Replaced where the columns stay and new ones come last; options alone are set and reset."""
    if now["columns"] == want["columns"] and now["definition"] == want["definition"]:
        return changed_options(phrase(want), now["options"] or {}, want["options"] or {})
    return (replaced(want),) if _begins_with(now, want) else None


def _begins_with(now: Object, want: Object) -> bool:
    """Whether every column that there was is still in its place, with its type and collation."""
    before, after = now["columns"] or [], want["columns"] or []
    return bool(now["definition"] != want["definition"] and after[: len(before)] == before)


def replaced(o: Object) -> str:
    """CREATE OR REPLACE, which sets the options as well."""
    return faithful(f"CREATE OR REPLACE {_written(o)}")


def _written(o: Object) -> str:
    if not o["definition"]:
        return f"{phrase(o)} AS\n{_nothing(o)}"
    words = f" WITH ({options(o['options'])})" if o["options"] else ""
    return f"{phrase(o)}{defined(o, words)}"


def defined(o: Object, said: str) -> str:
    """What stands behind the name: columns, where the query cannot name them, what else is ``said``, and the query."""
    values = only_values(o["definition"])
    columns = f" ({listed(c[0] for c in o['columns'])})" if values else ""
    return f"{columns}{said} AS\n{values or o['definition'].removesuffix(';')}"


def _nothing(o: Object) -> str:
    """A query with the same columns, for a view that needs what needs the view: its own query comes as a rule."""
    columns = (f"NULL::{t}{f' COLLATE {c}' if c else ''} AS {quoted(n)}" for n, t, c in o["columns"] or ())
    return f" SELECT {', '.join(columns)}"


def occupied(o: Object) -> Iterable[Key]:
    """Its name among relations, and its row type's among types."""
    return (("relation", *o.names), ("type", *o.names))


KIND = Kind(rank=60, create=create, phrase=phrase, alter=alter, granted_on=granted_on, occupies=occupied)
