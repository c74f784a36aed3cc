"""A column that moves to an enum with fewer labels fails on the rows that hold the others, or loses them to USING.

PostgreSQL cannot take a label away from an enum, so plans replace the type:
https://www.postgresql.org/docs/current/datatype-enum.html#DATATYPE-ENUM-IMPLEMENTATION-DETAILS
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a, quoted, strings
from difftool.rules.context import Context
from difftool.rules.facts import Type
from difftool.rules.losses import flat_elements
from difftool.rules.registry import Probe, probe, rule
from difftool.rules.rows import filled, those
from difftool.rules.words import listed


@rule("remove-enum-value", "AT_AlterColumnType", "DropStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A column that goes from one enum to another with fewer labels, or other places for them; a type made anew so."""
    if is_a(node, "DropStmt"):
        yield from made_anew(node, context)
        return
    table = context.relation_of_table()
    old, new = context.column(table, node.name).type, context.type(node.def_.typeName)
    before, after = (context.known_type(flat_elements(type_, context)) if type_ else None for type_ in (old, new))
    if table.new or not before or not after or (before.kind, after.kind) != ("e", "e"):
        return
    lost, type_name = without(before, after), context.known_as("type", before.name).shown
    column = f'column "{node.name}"'
    if lost and not context.found_empty(table, only=context.only):
        yield Hazard(
            "data-loss",
            f"takes {listed(lost)} away from type {type_name}: rows of {context.shown(table, only=context.only)} that "
            f"hold {'it' if len(lost) == 1 else 'them'} in {column} make it fail, or lose it to USING; "
            "give those rows another value first",
        )
    if lost:
        yield Hazard(
            "breaks-clients",
            f"queries that write or compare {listed(lost)} in {column} of {table.name.shown} fail once "
            "this commits; let the code forget it first",
        )
    if moved(before, after):
        yield Hazard(
            "breaks-clients",
            f"puts the labels of type {type_name} in another order: queries that sort by {column} of "
            f"{table.name.shown}, or compare it by < and >, find other rows once this commits; "
            "compare the two lists before you allow it",
        )


def without(before: Type, after: Type) -> list[str]:
    """The labels that are no more, as SQL writes them."""
    return [f"'{label}'" for label in before.labels if label not in after.labels]


def moved(before: Type, after: Type) -> bool:
    """True when the labels that stay do not stay in their order."""
    kept = [label for label in before.labels if label in after.labels]
    return kept != [label for label in after.labels if label in before.labels]


def made_anew(node: Node, context: Context) -> Iterator[Hazard]:
    """DROP TYPE of an enum that no column has, and that a later statement creates with other labels."""
    for item in node.objects if node.removeType.name == "OBJECT_TYPE" else ():
        known = context.types.get(context.dotted(item.names, context.types))
        again = context.again("type", known.name) if known and known.kind == "e" and not known.new else None
        if known and again and is_a(again.node, "CreateEnumStmt"):
            lost = without(known, Type(known.name, "e", labels=strings(again.node.vals)))
            if lost:
                yield Hazard(
                    "breaks-clients",
                    f"queries that write or compare {listed(lost)} of type {known.name.shown} fail once this commits, "
                    "for it is created again without; let the code forget it first",
                )


@probe("AT_AlterColumnType")
def in_use(node: Node, context: Context) -> Iterator[Probe]:
    """The rows that hold a label which is no more."""
    table = context.relation_of_table()
    old, new = context.column(table, node.name).type, context.type(node.def_.typeName)
    before, after = (context.known_type(type_) if type_ and not type_.array else None for type_ in (old, new))
    if not before or not after or (before.kind, after.kind) != ("e", "e") or not filled(table, context):
        return
    lost = without(before, after)
    if lost:
        yield Probe(
            those(table, f"{quoted(node.name)}::text IN ({', '.join(lost)})", context, only=context.only),
            table.name.shown,
            "hold",
            f'{listed(lost)} in column "{node.name}": it fails; change those first',
        )
