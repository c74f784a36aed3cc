"""A rename, or a move to another schema, makes every query fail that still says the old name.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Name, Node, is_a
from difftool.rules.columns import filled_by_plan
from difftool.rules.context import Context
from difftool.rules.drop_extension import moved
from difftool.rules.evolve_types import function
from difftool.rules.later import Again, missing
from difftool.rules.made import space_of
from difftool.rules.objects import noun, subject
from difftool.rules.registry import rule
from difftool.rules.words import gone

UNNAMED = frozenset(
    {"index", "constraint", "trigger", "policy", "rule", "statistics", "event trigger", "operator class",
     "operator family", "access method", "tablespace", "conversion"}
)  # fmt: skip
"""What queries do not name."""
WAYS = {
    "table": "leave a view under the old name until no code says it",
    "column": "add a new column, write both, move the code over, then drop the old one",
}
OTHERWISE = "keep both for a while, and move the code over first"


@rule("rename", "RenameStmt", "AlterObjectSchemaStmt", "AlterEnumStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A name that clients use; not one that the plan made itself, drops at once, or gives to something else."""
    if is_a(node, "AlterEnumStmt"):
        yield from enum_value(node, context)
        return
    kind, name = subject(node)
    if kind in UNNAMED or is_new(node, context):
        return
    if kind == "extension":
        yield Hazard("breaks-clients", moved(name, node.newschema))
        return
    what, made = shown(kind, name, node, context), names(kind, node, context)
    if made and context.dropped_later(space_of(kind), made[1]):
        return
    if made and kind == "function" and context.dropped_later("type", made[1]) and not again(made[0], node, context):
        yield Hazard("breaks-clients", gone(what))
        return
    back = again(made[0], node, context) if made else None
    if back:
        yield from missing(what, back)
        return
    now = f'"{node.newname}"' if is_a(node, "RenameStmt") else f'schema "{node.newschema}"'
    called = "is called" if is_a(node, "RenameStmt") else "is in"
    yield Hazard(
        "breaks-clients",
        f"queries that name {what} fail once this commits, for it {called} {now} then; {WAYS.get(kind, OTHERWISE)}",
    )


def names(kind: str, node: Node, context: Context) -> tuple[Name, Name] | None:
    """The names before and after; None for what is part of something else, or has no schema."""
    if getattr(node, "subname", None):
        return None
    if node.relation is not None:
        old = context.relation(node.relation).name
    elif kind in ("type", "domain"):
        old = context.dotted(node.object, context.types)
    else:
        parts = getattr(node.object, "objname", node.object)
        old = context.dotted(parts, context.functions) if isinstance(parts, tuple) else Name("", "")
    new = Name(getattr(node, "newschema", None) or old.schema, getattr(node, "newname", None) or old.name)
    return (old, new) if old.name else None


def again(old: Name, node: Node, context: Context) -> Again | None:
    """The later statement that gives the old name to the like: for a function, one that takes the same."""
    object_type = node.renameType if is_a(node, "RenameStmt") else node.objectType
    for found in context.every_again(space_of(noun(object_type)), old):
        if not is_a(found.node, "CreateFunctionStmt") or same_arguments(node.object, found.node, context):
            return found
    return None


def same_arguments(old: Node, made: Node, context: Context) -> bool:
    """True when a CREATE FUNCTION takes what an ObjectWithArgs says."""
    return tuple(context.type(t) for t in getattr(old, "objargs", None) or ()) == function(made, context).takes


def shown(kind: str, name: str, node: Node, context: Context) -> str:
    """The object in a sentence, what belongs to a table with the table."""
    if node.relation is None:
        return f'{kind} "{name}"'
    relation = context.relation(node.relation).name.shown
    below = getattr(node, "subname", None)
    return f'{kind} "{below}" of {relation}' if below else f"{kind} {relation}"


def is_new(node: Node, context: Context) -> bool:
    """True for what the plan itself made, and for what IF EXISTS passes over."""
    if node.relation is not None:
        relation = context.relation(node.relation)
        column = relation.columns.get(getattr(node, "subname", None) or "")
        made = bool(column and (column.new or filled_by_plan(relation, column.name, context)))
        return relation.new or made or (node.missing_ok and context.missing(relation))
    what = (node.renameType if is_a(node, "RenameStmt") else node.objectType).name
    if what in ("OBJECT_TYPE", "OBJECT_DOMAIN"):
        known = context.types.get(context.dotted(node.object, context.types))
        return bool(known and known.new)
    if what == "OBJECT_SCHEMA":
        return node.subname in context.new_schemas
    return context.made_before(*subject(node))


def enum_value(node: Node, context: Context) -> Iterator[Hazard]:
    """RENAME VALUE: rows keep the value, queries have to say the new label."""
    name = context.dotted(node.typeName, context.types)
    known = context.types.get(name)
    if node.oldVal and not (known and known.new):
        yield Hazard(
            "breaks-clients",
            f"queries that write or compare '{node.oldVal}' of type {name.shown} fail once this commits, for it is "
            "called "
            f"'{node.newVal}' then; add the new label beside it and move the code over first",
        )
