"""CREATE MATERIALIZED VIEW: https://www.postgresql.org/docs/current/sql-creatematerializedview.html."""

from __future__ import annotations

from collections.abc import Iterator

from difftool.deparsed import faithful
from difftool.kinds import Kind, Statements, column
from difftool.kinds.sql import changed_options, name_of, options, quoted
from difftool.kinds.table import IDENTITIES
from difftool.kinds.view import defined, granted_on, occupied
from difftool.objects import Object, Sides

SETTABLE = ("access_method", "tablespace", "replica_identity", "populated")
METHOD_SINCE = 15
"""Since when the access method can be set."""


def phrase(o: Object) -> str:
    """``MATERIALIZED VIEW public.totals``."""
    return f"MATERIALIZED VIEW {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """Filled, unless it is to be empty; with the settings of its columns."""
    return tuple(_created(o, sides))


def _created(o: Object, sides: Sides) -> Iterator[str]:
    parts = (
        f"USING {quoted(o['access_method'])}" if o["access_method"] != "heap" else "",
        f"WITH ({options(o['options'])})" if o["options"] else "",
        f"TABLESPACE {quoted(o['tablespace'])}" if o["tablespace"] else "",
    )
    said = "".join(f" {p}" for p in parts if p)
    yield f"{faithful(f'CREATE {phrase(o)}{defined(o, said)}')}\n{_filled(o)}"
    if o["replica_identity"] in ("f", "n"):
        yield _identity(o)
    for part in sides.want.parts_of(o.key, "column"):
        yield from column.settings(part)


def _filled(o: Object) -> str:
    return f"WITH {'' if o['populated'] else 'NO '}DATA"


def _identity(o: Object) -> str:
    return f"ALTER TABLE {name_of(o)} REPLICA IDENTITY {IDENTITIES[o['replica_identity']]}"


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Whatever does not change the query."""
    if now["definition"] != want["definition"] or now["columns"] != want["columns"]:
        return None
    if now["access_method"] != want["access_method"] and sides.major < METHOD_SINCE:
        return None
    return tuple(_altered(now, want))


def _altered(now: Object, want: Object) -> Iterator[str]:
    changed = {a for a in SETTABLE if now[a] != want[a]}
    if "access_method" in changed:
        yield f"ALTER {phrase(want)} SET ACCESS METHOD {quoted(want['access_method'])}"
    if "tablespace" in changed:
        yield f"ALTER {phrase(want)} SET TABLESPACE {quoted(want['tablespace'] or now['_default_tablespace'])}"
    yield from changed_options(phrase(want), now["options"] or {}, want["options"] or {})
    if "replica_identity" in changed and want["replica_identity"] in IDENTITIES:
        yield _identity(want)
    if "populated" in changed:
        yield f"REFRESH {phrase(want)} {_filled(want)}"


KIND = Kind(rank=61, create=create, phrase=phrase, alter=alter, granted_on=granted_on, occupies=occupied)
