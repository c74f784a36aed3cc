"""A rename, or a move to another schema, makes every query fail that still says the old name.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-RENAME
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.context import Context
from difftool.rules.drop_type import created_again
from difftool.rules.objects import subject
from difftool.rules.registry import rule

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
    """A name that clients use; not one that the plan made itself, and not a type that the plan makes anew."""
    if is_a(node, "AlterEnumStmt"):
        yield from enum_value(node, context)
        return
    kind, name = subject(node)
    if kind in UNNAMED or is_new(node, context):
        return
    if kind in ("type", "domain") and created_again(context.dotted(node.object, context.types), context):
        return
    now = f'"{node.newname}"' if is_a(node, "RenameStmt") else f'schema "{node.newschema}"'
    moved = "is called" if is_a(node, "RenameStmt") else "is in"
    yield Hazard(
        "breaks-clients",
        f"queries that name {shown(kind, name, node, context)} fail once this commits, for it {moved} {now} then; "
        f"{WAYS.get(kind, OTHERWISE)}",
    )


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
        return relation.new or bool(column and column.new) or (node.missing_ok and context.missing(relation))
    what = (node.renameType if is_a(node, "RenameStmt") else node.objectType).name
    if what in ("OBJECT_TYPE", "OBJECT_DOMAIN"):
        known = context.types.get(context.dotted(node.object, context.types))
        return bool(known and known.new)
    return what == "OBJECT_SCHEMA" and node.subname in context.new_schemas


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
