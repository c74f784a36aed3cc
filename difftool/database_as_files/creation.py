"""What creates a schema in an empty database, statement by statement, each with the object that it is of.

Schemas and default privileges come first: what is created after them, in whichever order, has its grants from there.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace

from difftool.engine import native
from difftool.grants import granted
from difftool.kinds import KINDS
from difftool.objects import NOTHING, Key, Object, Objects, Sides
from difftool.order import Ordered

PUBLIC = ("schema", "public")
PLPGSQL = ("extension", "plpgsql")
CLOSED_SINCE = 15
"""Since when nobody but the database's owner may create in the schema public."""
FIRST = frozenset({"schema", "default_privileges"})
WITH_TABLE = frozenset({"table", "column", "not_null"})
"""What a table's own statement makes."""


@dataclass(frozen=True, slots=True)
class Creation:
    """The statements of one object, in their order."""

    key: Key
    statements: tuple[str, ...]
    first: bool = False
    """Whether they come before everything else."""


@dataclass(frozen=True, slots=True)
class Created:
    """Everything that can be created, in an order that works; and what cannot, each with the reason."""

    creations: tuple[Creation, ...]
    refused: tuple[tuple[Key, str], ...]


def create(found: Objects, role: str, superuser: str) -> Created:
    """What makes these objects in an empty database, run by ``role``; ``superuser`` is the cluster's first."""
    start = empty(found, superuser)
    first = _only(found, {k for k in found.by_key if _whole(k, found)[0] in FIRST or k == PLPGSQL})
    before = native.compare(start, first, role, folded=_with_table_alone)
    after = native.compare(first, found, role, folded=_with_table_alone)
    made = (*(Creation(k, s, first=True) for k, s in before.steps), *(Creation(k, s) for k, s in after.steps))
    return Created(made, tuple({**dict(before.refused), **dict(after.refused)}.items()))


def empty(found: Objects, superuser: str) -> Objects:
    """An empty database of the same version: the schema public, and plpgsql, unless that was dropped."""
    closed = found.major >= CLOSED_SINCE
    owner = "pg_database_owner" if closed else superuser
    acl = ("o=UC/o", "=U/o" if closed else "=UC/o")
    objects = (
        Object(PUBLIC, {}),
        Object(("owner", *PUBLIC), {"role": owner}, PUBLIC),
        Object(("grant", *PUBLIC), granted(acl, "n", "o", found.major), PUBLIC),
        Object(("comment", *PUBLIC), {"text": "standard public schema"}, PUBLIC),
        *(found.by_key[k] for k in (PLPGSQL,) if k in found),
    )
    needs = {o.key: frozenset({PUBLIC}) for o in objects if o.parent}
    return Objects({o.key: o for o in objects}, found.major, needs, needs)


def _only(found: Objects, keys: Container[Key]) -> Objects:
    """Some of the objects, and what they need of each other."""
    needs, follows, after = (
        {k: frozenset(n for n in v if n in keys) for k, v in links.items() if k in keys}
        for links in (found.needs, found.follows, found.after)
    )
    return replace(
        found, by_key={k: o for k, o in found.by_key.items() if k in keys}, needs=needs, follows=follows, after=after
    )


def _whole(key: Key, found: Objects) -> Key:
    """What an object is a part of, at any remove; itself if of nothing."""
    while (o := found.by_key[key]).parent:
        key = o.parent
    return key


def _with_table_alone(_: Ordered, sides: Sides) -> frozenset[Key]:
    """Constraints that need nothing but their table: in files, nothing else is sure to come before it."""
    want = sides.want
    found = set()
    for key in sides.coming:
        o = want.by_key[key]
        fold, table = KINDS()[o.kind].fold, o.parent
        if fold and table in sides.coming:
            needed = want.needs.get(key, NOTHING) | want.after.get(key, NOTHING)
            if all(n[0] in WITH_TABLE and _whole(n, want) == table for n in needed) and fold(o, sides):
                found.add(key)
    return frozenset(found)
