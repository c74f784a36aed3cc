"""CREATE RULE: https://www.postgresql.org/docs/current/sql-createrule.html."""

from __future__ import annotations

from collections.abc import Container

from difftool.deparsed import faithful
from difftool.kinds import Kind, Statements, view
from difftool.kinds.sql import alter_table, qualified, quoted
from difftool.kinds.trigger import STATES
from difftool.objects import NOTHING, Key, Object, Objects, Sides


def phrase(o: Object) -> str:
    """``RULE archive ON public.users``."""
    return f"RULE {quoted(o.names[2])} ON {qualified(*o.names[:2])}"


def create(o: Object, sides: Sides) -> Statements:
    """With its state; a view's query by replacing the view."""
    if o["_view"]:
        return (view.replaced(_view(o)),)
    return (_definition(o), *(() if o["state"] == "O" else (_state(o),)))


def drop(o: Object, sides: Sides) -> Statements:
    """A view keeps its columns when it loses its query."""
    if o["_view"]:
        return (view.replaced(_view(o, query=False)),)
    return (f"DROP {phrase(o)}",)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Replaced, which leaves its state as it is."""
    if want["_view"]:
        return create(want, sides)
    return (
        *((_replacing(want),) if now["definition"] != want["definition"] else ()),
        *((_state(want),) if now["state"] != want["state"] else ()),
    )


def drop_apart(o: Object, side: Objects, moving: Container[Key]) -> bool:
    """A view's query goes before what it needs, the view after that; so does what names a child of its own table."""
    tables = {n[1:3] for n in side.needs.get(o.key, NOTHING) if n[0] in ("table", "column")}
    return bool(o["_view"]) or any(("table", *t) in moving and o.parent in side.ancestors(t) for t in tables)


def _view(o: Object, *, query: bool = True) -> Object:
    assert o.parent
    return Object(o.parent, {**o["_view"], **({} if query else {"definition": None})})


def _definition(o: Object) -> str:
    return faithful(str(o["definition"]).removesuffix(";"))


def _replacing(o: Object) -> str:
    return _definition(o).replace("CREATE", "CREATE OR REPLACE", 1)


def _state(o: Object) -> str:
    return alter_table(o, f"{STATES[o['state']]} RULE {quoted(o.names[2])}")


KIND = Kind(rank=70, create=create, phrase=phrase, drop=drop, alter=alter, drop_apart=drop_apart)
