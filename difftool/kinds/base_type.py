"""CREATE TYPE with functions of its own: https://www.postgresql.org/docs/current/sql-createtype.html."""

from __future__ import annotations

from collections.abc import Iterator

from difftool.kinds import Kind, Refused, Statements
from difftool.kinds.sql import literal, name_of
from difftool.objects import Object, Sides

FUNCTIONS = ("receive", "send", "typmod_in", "typmod_out", "analyze", "subscript")
"""What can be set and taken away; input and output cannot."""
ALIGNMENT = {"c": "char", "s": "int2", "i": "int4", "d": "double"}
STORAGE = {"p": "plain", "e": "external", "x": "extended", "m": "main"}


def phrase(o: Object) -> str:
    """``TYPE app.complex``."""
    return f"TYPE {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """What its shell becomes."""
    options = ",\n".join(f"    {option}" for option in _options(o))
    return (f"CREATE {phrase(o)} (\n{options}\n)",)


def _options(o: Object) -> Iterator[str]:
    yield from (f"{k} = {o[k]}" for k in ("input", "output", *FUNCTIONS) if o[k])
    yield f"internallength = {'variable' if o['internallength'] < 0 else o['internallength']}"
    if o["passedbyvalue"]:
        yield "passedbyvalue"
    yield f"alignment = {ALIGNMENT[o['alignment']]}"
    yield f"storage = {STORAGE[o['storage']]}"
    yield f"category = {literal(o['category'])}"
    if o["preferred"]:
        yield "preferred = true"
    if o["default"] is not None:
        yield f"default = {literal(o['default'])}"
    if o["element"]:
        yield f"element = {o['element']}"
    yield f"delimiter = {literal(o['delimiter'])}"
    if o["collatable"]:
        yield "collatable = true"


def alter(now: Object, want: Object, sides: Sides) -> Statements:
    """The functions that are not its input and output, and its storage; raises Refused for the rest."""
    changed = {k for k in {*now.compared, *want.compared} if now[k] != want[k]}
    rest = sorted(changed - {*FUNCTIONS, "storage"})
    if rest or (want["storage"] == "p" and now["storage"] != "p"):
        raise Refused(f"PostgreSQL cannot change the {rest[0] if rest else 'storage'} of a base type; {_by_hand(now)}")
    actions = [f"{k} = {want[k] or 'NONE'}" for k in FUNCTIONS if k in changed]
    actions += [f"storage = {STORAGE[want['storage']]}"] if "storage" in changed else []
    return (f"ALTER {phrase(want)} SET ({', '.join(actions)})",)


def drop(o: Object, sides: Sides) -> Statements:
    """Raises Refused: the type needs its functions, and they need the type."""
    raise Refused(f"PostgreSQL drops a base type only together with its functions; {_by_hand(o)}")


def _by_hand(o: Object) -> str:
    return f"when nothing else uses it, run DROP {phrase(o)} CASCADE by hand"


KIND = Kind(rank=28, create=create, phrase=phrase, drop=drop, alter=alter)
