"""CREATE OPERATOR: https://www.postgresql.org/docs/current/sql-createoperator.html.

A commutator or negator that is not there yet is made as a shell, and names this operator in turn when it comes: the
server sets both sides of such a pair, and takes both back when one is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import quoted
from difftool.objects import Key, Object, Sides

ESTIMATORS = ("restrict", "join")
PAIRS = ("commutator", "negator")
ABILITIES = ("hashes", "merges")
SETTABLE_SINCE = 17
"""Since when what was not given at first can be given later."""


def phrase(o: Object) -> str:
    """``OPERATOR app.+ (integer, integer)``."""
    return f"OPERATOR {quoted(o.names[0])}.{o['_name']} ({o['_left']}, {o['_right']})"


def create(o: Object, sides: Sides) -> Statements:
    """With whatever is said of it; a shell comes with the operator that names it."""
    if not o["function"]:
        return ()
    left = (f"LEFTARG = {o['_left']}",) if o["_left"] != "NONE" else ()
    said = (
        f"FUNCTION = {o['function']}",
        *left,
        f"RIGHTARG = {o['_right']}",
        *(f"{x.upper()} = {_operator(o[x])}" for x in PAIRS if o[x]),
        *(f"{x.upper()} = {o[x]}" for x in ESTIMATORS if o[x]),
        *(x.upper() for x in ABILITIES if o[x]),
    )
    return (f"CREATE OPERATOR {quoted(o.names[0])}.{o['_name']} ({', '.join(said)})",)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Estimators in place, since 17 also what was not given before; what its pair sets needs no statement."""
    pairs = {x: _pair(x, now, want, sides) for x in PAIRS if now[x] != want[x]}
    if now["function"] != want["function"] or any(_lost(x, now, want) for x in ABILITIES) or None in pairs.values():
        return None
    said = (
        *(f"{x.upper()} = {want[x] or 'NONE'}" for x in ESTIMATORS if now[x] != want[x]),
        *(s for s in pairs.values() if s),
        *_gained(now, want),
    )
    later = any(pairs.values()) or any(_gained(now, want))
    if later and sides.major < SETTABLE_SINCE:
        return None
    return (f"ALTER {phrase(want)} SET ({', '.join(said)})",) if said else ()


def _operator(names: list[str]) -> str:
    schema, name = names
    return f"OPERATOR({quoted(schema)}.{name})"


def _lost(ability: str, now: Object, want: Object) -> bool:
    return bool(now[ability] and not want[ability])


def _gained(now: Object, want: Object) -> Iterator[str]:
    return (x.upper() for x in ABILITIES if want[x] and not now[x])


def _pair(what: str, now: Object, want: Object, sides: Sides) -> str | None:
    """What to set; nothing where the other operator's own coming or going sets it; None where nothing can."""
    before, after = _paired(what, now), _paired(what, want)
    if before and (before not in sides.now or before in sides.want):
        return None
    if not after:
        return ""
    other = sides.want.by_key.get(after)
    if not other or not other["function"]:
        return None
    if after not in sides.now or after in sides.coming:
        return "" if _paired(what, other) == want.key else None
    return None if before else f"{what.upper()} = {_operator(want[what])}"


def _paired(what: str, o: Object) -> Key | None:
    """The key of its commutator or negator."""
    if not o[what]:
        return None
    schema, name = o[what]
    left, right = (o["_right"], o["_left"]) if what == "commutator" else (o["_left"], o["_right"])
    return ("operator", schema, f"{name}({left}, {right})")


KIND = Kind(rank=31, create=create, phrase=phrase, alter=alter)
