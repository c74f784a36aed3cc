"""What ALTER COLUMN TYPE does to the rows: are they written anew, and what of them is lost.

Follows ``ATColumnChangeRequiresRewrite`` and the support functions of the length coercions; see
https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES.
Whatever is not known to be harmless is taken to rewrite, and to lose.
"""

from __future__ import annotations

from difftool.parse import Node, is_a, strings
from difftool.rules.context import Context
from difftool.rules.losses import SECOND, flat, flat_elements, loss, varies
from difftool.rules.sqltype import ALL_FIELDS, SqlType

UTC = frozenset({"UTC", "UCT", "GMT", "GMT0", "GMT+0", "GMT-0", "Greenwich", "Universal", "Zulu"})
SAME_OPERATORS = {"varchar": "text", "cidr": "inet"}


def steps(node: Node, context: Context) -> list[SqlType] | None:
    """The types that a value goes through, the new one last; None when USING is more than casts of the column."""
    new, expression, casts = context.type(node.def_.typeName), node.def_.raw_default, []
    while is_a(expression, "TypeCast"):
        casts.append(context.type(expression.typeName))
        expression = expression.arg
    if expression is not None and not (
        is_a(expression, "ColumnRef") and strings(expression.fields)[-1:] == (node.name,)
    ):
        return None
    return [*reversed(casts), new]


def rewrites(old: SqlType | None, through: list[SqlType] | None, context: Context) -> bool:
    """True when the table is written anew; ``through`` as ``steps`` gives it."""
    if old is None or through is None:
        return True
    return any(_rewrites(a, b, context) for a, b in zip([old, *through], through, strict=False))


def loses(old: SqlType | None, through: list[SqlType] | None, context: Context) -> str:
    """What may be lost of the values, or why the statement fails, in words; empty when every value survives."""
    if through is None:
        return "the values that USING computes replace the old ones"
    new = through[-1]
    if old is None:
        return f"values that {new.shown} cannot hold are lost or make it fail"
    if _both_enums(old, new, context):
        return ""
    utc, cut = is_utc(context.facts.time_zone), len(through) > 1
    before = flat_elements(old, context)
    found = (loss(before, flat_elements(new, context), cut=cut, context=context, utc=utc) for new in through)
    return next((words for words in found if words), "") or refused(old, new, context)


def by_session(old: SqlType | None, through: list[SqlType] | None, context: Context) -> bool:
    """True where two sessions may make different values of one, by their time zone or the style of their output."""
    if old is None or through is None:
        return True
    pairs = zip([old, *through], through, strict=False)
    return any(varies(flat_elements(a, context), flat_elements(b, context), context) for a, b in pairs)


def refused(old: SqlType, new: SqlType, context: Context) -> str:
    """What a domain does not take that the old type had, in words; empty when it asks for nothing more."""
    if checks(new, context) <= checks(old, context):
        return ""
    return f"values that the constraints of {new.shown.removesuffix('[]')} refuse make it fail"


def checks(type_: SqlType, context: Context) -> frozenset[str]:
    """What a domain and those below it ask of a value; the domain's name for what nobody knows."""
    known = context.known_type(type_)
    if known is None or known.kind != "d":
        return frozenset()
    own = frozenset(known.checks) or frozenset({known.name.sql} if known.constrained else ())
    return own | (checks(known.base, context) if known.base else frozenset())


def is_utc(zone: str) -> bool:
    """True for a session time zone that is UTC all year round, under any of its names."""
    return zone.removeprefix("Etc/") in UTC


def rebuilt(old: SqlType | None, node: Node, collation: str, context: Context) -> bool:
    """True when indexes on the column are built again though the rows stay: other operators, or another collation."""
    new = flat(context.type(node.def_.typeName), context)
    clause = node.def_.collClause
    wanted = strings(clause.collname)[-1] if clause else "default" if collation else ""
    before = flat(old, context) if old else None
    same = before is not None and _operators(before) == _operators(new)
    return not same or (bool(collation) and wanted != collation)


def constrained(type_: SqlType, context: Context) -> bool:
    """True for a domain with a CHECK or NOT NULL of its own or of a domain below it."""
    known = context.known_type(type_)
    return bool(
        known and known.kind == "d" and (known.constrained or (known.base and constrained(known.base, context)))
    )


def _both_enums(old: SqlType, new: SqlType, context: Context) -> bool:
    both = (flat_elements(old, context), flat_elements(new, context))
    kinds = [known.kind for known in map(context.known_type, both) if known]
    return kinds == ["e", "e"] and old.array == new.array


def _operators(type_: SqlType) -> tuple[str, str, bool]:
    name = (
        type_.name.name if type_.name.schema != "pg_catalog" else SAME_OPERATORS.get(type_.name.name, type_.name.name)
    )
    return (type_.name.schema, name, type_.array)


def _rewrites(old: SqlType, new: SqlType, context: Context) -> bool:
    if old == new:
        return False
    if constrained(new, context):
        return True
    before, after = flat(old, context), flat(new, context)
    if before == after:
        return False
    if before.array or after.array:
        return True
    if before.name == after.name:
        return not _wider(before.name.name, before.modifiers, after.modifiers)
    if after.modifiers not in ((), (SECOND,)):
        return True
    if {before.name.name, after.name.name} == {"timestamp", "timestamptz"}:
        return not is_utc(context.facts.time_zone)
    return bool(after.modifiers) or (before.name, after.name) not in context.facts.binary_casts


def _wider(name: str, old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    """True when every value of ``name(old)`` is a value of ``name(new)`` as it stands in the row."""
    if not new:
        return True
    if name in ("varchar", "varbit"):
        return bool(old) and new[0] >= old[0]
    if name == "numeric":
        return bool(old) and new[1] == old[1] and new[0] >= old[0]
    if name in ("timestamp", "timestamptz", "time", "timetz"):
        return new[0] >= (old[0] if old else SECOND)
    if name == "interval":
        fields_kept = not old or old[0] == new[0]
        return fields_kept and new[0] == ALL_FIELDS and new[1] >= min(old[1] if old else SECOND, SECOND)
    return False
