"""What a value loses on its way from one type to another; what is not known to be harmless loses something."""

from __future__ import annotations

from dataclasses import replace

from difftool.rules.context import UNKNOWN, Context
from difftool.rules.sqltype import ALL_FIELDS, FULL, SqlType
from difftool.rules.words import listed

INTEGER_DIGITS = {"int2": 5, "int4": 10, "int8": 19}
FLOAT_DIGITS = {"float4": 6, "float8": 15}
LONGEST = {"bool": 5, "int2": 6, "int4": 11, "int8": 20, "uuid": 36, "name": 63, "char": 1, "macaddr": 17}
"""The longest text that a value of the type can be."""
SECOND = 6
"""Digits of a second that PostgreSQL keeps when no precision was given."""
TEXTS = frozenset({"text", "varchar", "bpchar", "citext"})
SAFE = frozenset(
    {("float4", "float8"), ("int2", "float4"), ("int2", "float8"), ("int4", "float8"), ("int4", "oid"),
     ("date", "timestamp"), ("date", "timestamptz"), ("timestamp", "timestamptz"), ("time", "timetz"),
     ("time", "interval"), ("jsonb", "json"), ("cidr", "inet"), ("macaddr", "macaddr8"), ("bool", "int4")}
)  # fmt: skip
STEADY = frozenset(
    {"int2", "int4", "int8", "numeric", "bool", "uuid", "name", "char", "oid", "bit", "varbit", "cidr", "inet",
     "macaddr", "macaddr8", "json", "jsonb"} | TEXTS
)  # fmt: skip
"""Types of which each session writes the same text."""
LOST = {
    ("timestamp", "date"): "the time of day is lost",
    ("timestamptz", "date"): "the time of day is lost",
    ("timestamp", "time"): "the date is lost",
    ("timestamptz", "time"): "the date is lost",
    ("timestamptz", "timetz"): "the date is lost",
    ("timetz", "time"): "the time zone is lost",
    ("json", "jsonb"): "white space, the order of keys and all but the last of equal keys are lost",
    ("float8", "float4"): "digits beyond the 6th are rounded away",
}


def flat(type_: SqlType, context: Context) -> SqlType:
    """The type under a domain, and under that one's; any other type as it is."""
    known = context.known_type(type_)
    if known and known.base and not type_.array:
        return flat(known.base, context)
    return type_


def flat_elements(type_: SqlType, context: Context) -> SqlType:
    """The same for the elements of an array too."""
    if not type_.array:
        return flat(type_, context)
    element = flat(replace(type_, array=False), context)
    return type_ if element.array else replace(element, array=True)


def loss(old: SqlType, new: SqlType, *, cut: bool, context: Context, utc: bool) -> str:
    """What is lost, or why the statement fails; ``cut``: an explicit cast cuts what is too long, silently."""
    inside = contents(old, new, context, utc=utc)
    if inside is not None:
        return inside
    a, b = plain(old), plain(new)
    if b in TEXTS and (old.array or not new.array):
        return to_text(old, new, cut=cut, context=context)
    if old.array != new.array:
        return other(new)
    if a == b and old.name == new.name:
        return same_type(a, old.modifiers, new.modifiers) or ""
    if (a, b) == ("timestamptz", "timestamp"):
        zone = context.facts.time_zone or "the session"
        return same_type(b, old.modifiers, new.modifiers) if utc else f"the moment is lost: {zone} time alone stays"
    if a in ("bit", "varbit") and b == "varbit":
        return "" if not new.modifiers or new.modifiers >= (old.modifiers or (1,)) else bits(new.modifiers)
    if (a, b) in SAFE and (not new.modifiers or a == "date" or new.modifiers[-1] >= (old.modifiers or (SECOND,))[-1]):
        return ""
    return LOST.get((a, b)) or to_number(a, b, old.modifiers, new.modifiers, new)


def varies(old: SqlType, new: SqlType, context: Context) -> bool:
    """Whether the settings of a session have a say in what a value becomes; what nobody knows may be so."""
    known, a, b = context.known_type(old), plain(old), plain(new)
    if a == b or (known and known.kind == "e"):
        return False
    if known and known.kind != "b":
        return True
    return a not in STEADY if b in TEXTS else bool({a, b} & {"timestamptz", "timetz"})


def contents(old: SqlType, new: SqlType, context: Context, *, utc: bool) -> str | None:
    """What is lost of enums, and of what ranges and composite types are made of; None for any other pair of types."""
    a, b = context.known_type(old), context.known_type(new)
    if old.array != new.array or a is None or b is None or a.kind != b.kind:
        return None
    if a.kind == "e":
        lost = [f"'{label}'" for label in a.labels if label not in b.labels]
        return f"values {listed(lost)} make it fail" if lost else ""
    pairs = [(a.subtype, b.subtype)] if a.kind == "r" else attributes(old, new, context)
    found = [
        None
        if before is None or after is None
        else loss(flat_elements(before, context), flat_elements(after, context), cut=False, context=context, utc=utc)
        for before, after in pairs
    ]
    return None if not pairs or None in found else next((words for words in found if words), "")


def attributes(old: SqlType, new: SqlType, context: Context) -> list[tuple[SqlType | None, SqlType | None]]:
    """The types of what two composite types have at the same place; none where one has more, or they are no such."""
    found = [context.relations.get(context.names.get(type_.name, UNKNOWN)) for type_ in (old, new)]
    lists = [[c.type for c in relation.columns.values()] for relation in found if relation and relation.kind == "c"]
    return list(zip(*lists, strict=True)) if len(lists) == 2 and len(lists[0]) == len(lists[1]) else []


def plain(type_: SqlType) -> str:
    """A built-in type's short name; citext counts as one, wherever the extension was put."""
    return type_.name.name if type_.name.schema == "pg_catalog" or type_.name.name == "citext" else type_.name.sql


def other(new: SqlType) -> str:
    """The words for a pair of types that nobody has looked at."""
    return f"values that {new.shown} cannot hold are lost or make it fail"


def to_text(old: SqlType, new: SqlType, *, cut: bool, context: Context) -> str:
    """Into text, varchar or char: only the length can be too short."""
    if not new.modifiers:
        return ""
    known = context.known_type(old)
    longest = LONGEST.get(plain(old)) if not old.array else None
    if plain(old) in TEXTS and old.modifiers and not old.array:
        longest = old.modifiers[0]
    elif known and known.kind == "e" and not old.array:
        longest = max(map(len, known.labels), default=0)
    if longest is not None and longest <= new.modifiers[0]:
        return ""
    limit = new.modifiers[0]
    return f"values longer than {limit} character{'' if limit == 1 else 's'} {'are cut off' if cut else 'make it fail'}"


def same_type(name: str, old: tuple[int, ...], new: tuple[int, ...]) -> str:
    """The same type with other numbers in parentheses."""
    if not new or old == new:
        return ""
    if name == "numeric":
        return numeric(old, new)
    if name in ("timestamp", "timestamptz", "time", "timetz"):
        return "" if new[0] >= (old[0] if old else SECOND) else fraction(new[0])
    if name == "interval":
        if new[0] != ALL_FIELDS and (not old or old[0] != new[0]):
            return "fields that the new interval does not keep are lost"
        return "" if new[1] == FULL or new[1] >= min(old[1] if old else SECOND, SECOND) else fraction(new[1])
    if name in ("bit", "varbit"):
        return "" if name == "varbit" and old and new >= old else bits(new)
    return "values that do not fit the new modifier are lost or make it fail"


def fraction(digits: int) -> str:
    """The words for a coarser clock."""
    return f"fractions of a second beyond {digits} digit{'' if digits == 1 else 's'} are rounded away"


def bits(new: tuple[int, ...]) -> str:
    """The words for a shorter bit string."""
    return f"values of another length than {new[0]} bits are cut, filled up or make it fail"


def numeric(old: tuple[int, ...], new: tuple[int, ...]) -> str:
    """Into a numeric with fewer digits after the point, before it, or both."""
    whole, scale = new[0] - new[1], new[1]
    rounded = not old or old[1] > scale
    too_big = not old or old[0] - old[1] > whole
    words = [f"digits beyond {scale} after the point are rounded away"] if rounded else []
    words += [f"values with more than {max(whole, 0)} digits before the point make it fail"] if too_big else []
    return " and ".join(words)


def to_number(a: str, b: str, old: tuple[int, ...], new: tuple[int, ...], type_: SqlType) -> str:
    """Between whole, decimal and floating-point numbers; the words of ``other`` for all else."""
    if a in INTEGER_DIGITS and b in INTEGER_DIGITS:
        return (
            "" if INTEGER_DIGITS[b] >= INTEGER_DIGITS[a] else f"values beyond the range of {type_.shown} make it fail"
        )
    if a in INTEGER_DIGITS and b == "numeric":
        return numeric((INTEGER_DIGITS[a], 0), new) if new else ""
    if a == "numeric" and b in INTEGER_DIGITS:
        if old and old[1] <= 0 and old[0] < INTEGER_DIGITS[b]:
            return ""
        return f"digits after the point are rounded away, and values beyond the range of {type_.shown} make it fail"
    if a in FLOAT_DIGITS and b in INTEGER_DIGITS:
        return f"digits after the point are rounded away, and values beyond the range of {type_.shown} make it fail"
    if b in FLOAT_DIGITS and (a in INTEGER_DIGITS or a == "numeric"):
        return f"digits beyond the {FLOAT_DIGITS[b]}th are rounded away"
    if a in FLOAT_DIGITS and b == "numeric":
        return numeric((), new) if new else f"digits beyond the {FLOAT_DIGITS[a]}th are rounded away"
    return other(type_)
