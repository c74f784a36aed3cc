"""Names that change while the object stays: told by the schema files, or plain to see where no rows are at stake.

PostgreSQL itself says what a new name does to everything else: the statements are run on a copy, which is read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from difftool.annotations import Computed, Renamed
from difftool.kinds import KINDS
from difftool.kinds.sql import literal, qualified, quoted
from difftool.objects import Key, Object, Objects, Values

NAMED = frozenset(
    "table view materialized_view sequence index enum composite domain range function aggregate "
    "column constraint trigger policy".split()
)
"""Kinds whose objects can have another name."""
ROUTINES = frozenset({"function", "aggregate"})
TWINS = ("sequence", "constraint", "index", "trigger", "policy")
"""Kinds that hold no rows: one that is as the other but for its name is the other."""


@dataclass(frozen=True, slots=True)
class Rename:
    """One statement; a table's two names, so that it can be found on the target."""

    sql: str
    old: Key
    new: Key


def told(now: Objects, want: Objects, renamed: Iterable[Renamed]) -> Iterator[Rename]:
    """What the files say was called otherwise, and still is; what stands for itself before its parts."""
    for one in sorted(renamed, key=lambda r: (len(r.names), r.names)):
        for key in _meant(want, one.names):
            old = _called(key, one.old)
            if old in now and key not in now and old not in want:
                yield Rename(_statement(now.by_key[old], one.names[-1]), old, key)
        yield from _labels(now, want, one)


def twins(now: Objects, want: Objects, renamed: Iterable[Renamed] = ()) -> Iterator[Rename]:
    """What, told or not, differs from exactly one wanted object by nothing but the name."""
    for kind in TWINS:
        gone = _by_looks((o for k, o in now.by_key.items() if k[0] == kind and k not in want), now)
        come = _by_looks((o for k, o in want.by_key.items() if k[0] == kind and k not in now), want)
        for looks in sorted(gone.keys() & come.keys(), key=repr):
            if len(gone[looks]) == len(come[looks]) == 1:
                (old,), (new,) = gone[looks], come[looks]
                yield Rename(_statement(old, new.names[-1]), old.key, new.key)


def _meant(want: Objects, names: tuple[str, ...]) -> list[Key]:
    """The wanted objects that are called so; without a schema, in ``public`` or the only one that has it."""
    schema, *rest = names
    found = [k for k in want.by_key if k[0] in NAMED and _bare(k) == rest and (not schema or k[1] == schema)]
    return [k for k in found if k[1] == "public"] or found if not schema else found


def values(want: Objects, computed: Iterable[Computed]) -> Values:
    """What the files say of values, by the columns that are meant."""
    found: dict[str, dict[Key, str]] = {"backfill": {}, "using": {}}
    for one in computed:
        found[one.verb].update({key: one.value for key in _meant(want, one.names) if key[0] == "column"})
    return Values(**found)


def _bare(key: Key) -> list[str]:
    """The names below the schema, a routine's without its arguments."""
    names = list(key[2:])
    return [names[0].partition("(")[0].strip('"')] if key[0] in ROUTINES else names


def _called(key: Key, old: str) -> Key:
    arguments = key[-1][key[-1].index("(") :] if key[0] in ROUTINES else ""
    return (*key[:-1], quoted(old) + arguments if arguments else old)


def _statement(o: Object, name: str) -> str:
    if o.kind in ("column", "constraint"):
        return f"ALTER TABLE {qualified(*o.names[:2])} RENAME {o.kind.upper()} {quoted(o.names[-1])} TO {quoted(name)}"
    return f"ALTER {KINDS()[o.kind].phrase(o)} RENAME TO {quoted(name)}"


def _labels(now: Objects, want: Objects, one: Renamed) -> Iterator[Rename]:
    """A label of an enum type, as ``names`` have it: the type and the label."""
    for key in _meant(want, one.names[:-1]) if len(one.names) == 3 else ():
        enum = now.by_key.get(key) if key[0] == "enum" else None
        if enum and one.old in enum["labels"] and one.names[-1] not in enum["labels"]:
            change = f"RENAME VALUE {literal(one.old)} TO {literal(one.names[-1])}"
            yield Rename(f"ALTER {KINDS()['enum'].phrase(enum)} {change}", key, key)


def _by_looks(objects: Iterable[Object], side: Objects) -> dict[str, list[Object]]:
    """Objects by everything but their names; what has no name of its own is left out."""
    found: dict[str, list[Object]] = {}
    for o in objects:
        looks = _looks(o, side)
        if looks is not None:
            found.setdefault(repr((o.parent, looks)), []).append(o)
    return found


def _looks(o: Object, side: Objects) -> object:
    """What an object is apart from its name; None where it is called after another, or cannot be told from others."""
    same = sorted((k, repr(v)) for k, v in o.compared.items())
    if o.kind == "sequence":
        owner = side.get("sequence_owner", *o.names)
        return (same, owner["column"]) if owner else None
    if o.kind == "constraint":
        share = o["_clone"] and o["type"] == "f"  # a partition may have its own name for a foreign key
        return same if share or not (o["_inherited"] or o["_clone"]) else None
    if o.kind in ("index", "trigger"):
        name, definition = quoted(o.names[-1]), o["definition"]
        return None if not definition or o["_constraint"] else (definition.replace(f" {name} ", " ", 1), o["state"])
    return same
