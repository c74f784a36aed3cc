"""What creates a schema in an empty database, statement by statement, each with the object that it is of.

Schemas and default privileges come first: what is created after them, in whichever order, has its grants from there.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace

from difftool.changes import find_changes
from difftool.deparsed import faithful
from difftool.grants import granted
from difftool.kinds import KINDS, Refused
from difftool.objects import NOTHING, Key, Object, Objects, Sides
from difftool.order import Verb, order

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
    refused: dict[Key, str] = {}
    start = empty(found, superuser)
    first = _only(found, {k for k in found.by_key if _whole(k, found)[0] in FIRST or k == PLPGSQL})
    made = [Creation(k, s, first=True) for k, s in _written(start, first, role, refused)]
    made += [Creation(k, s) for k, s in _written(first, found, role, refused)]
    return Created(tuple(made), tuple(refused.items()))


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


def _written(now: Objects, want: Objects, role: str, refused: dict[Key, str]) -> Iterator[tuple[Key, tuple[str, ...]]]:
    """The steps from one to the other, as SQL; what has no SQL goes to ``refused``."""
    changes = find_changes(Sides(now, want, want.major, role))
    refused.update(changes.refused)
    sides = replace(changes.sides, folded=_folded(changes.sides))
    for verb, key in order(changes).steps:
        kind = KINDS()[key[0]]
        try:
            if key in sides.folded:
                continue
            if verb is Verb.DROP:
                sql = kind.drop(now.by_key[key], sides)
            elif key in sides.coming:
                sql = kind.create(want.by_key[key], sides)
            else:
                sql = kind.alter(now.by_key[key], want.by_key[key], sides) or ()
        except Refused as error:
            refused[key] = str(error)
        else:
            if sql:
                yield key, tuple(map(faithful, sql))


def _folded(sides: Sides) -> frozenset[Key]:
    """Constraints that can stand in their table's own statement: they need nothing but the table."""
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
