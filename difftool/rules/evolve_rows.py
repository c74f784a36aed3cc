"""What a statement makes of a table's rows and of a sequence's position, as far as that is certain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from difftool.emptiness import guarded
from difftool.parse import Name, Node, is_a, nodes, strings
from difftool.rules.context import UNKNOWN, Context
from difftool.rules.facts import Relation
from difftool.rules.made import sequence_name

ACCESS_EXCLUSIVE = 8
"""The strongest mode as ``LockStmt`` numbers it."""


def create_sequence(node: Node, context: Context) -> None:
    """CREATE SEQUENCE."""
    name = context.qualify(node.sequence.schemaname or "", node.sequence.relname)
    if name not in context.names:
        context.add(Relation(UNKNOWN, name, "S", new=True))


def number(table: Relation, column: str, constraint: Node, context: Context) -> None:
    """ADD GENERATED … AS IDENTITY, wherever it is written: a sequence of the column's own."""
    schema, own = sequence_name(constraint, table.name.schema, table.name.name, column)
    name = Name(schema or table.name.schema, own)
    if name not in context.names:
        context.owned[context.add(Relation(UNKNOWN, name, "S", new=True)).oid] = (table.oid, column)


def own(node: Node, context: Context) -> None:
    """ALTER SEQUENCE … OWNED BY."""
    for option in node.options or ():
        if option.defname == "owned_by":
            sequence, parts = context.relation(node.sequence), strings(option.arg)
            context.owned.pop(sequence.oid, None)
            if len(parts) > 1:
                table = context.qualify(parts[-3] if len(parts) > 2 else "", parts[-2], context.names)
                context.owned[sequence.oid] = (context.relation(table).oid, parts[-1])


def sequence_behind(table: Relation, column: str, context: Context) -> Relation | None:
    """The sequence that belongs to a column."""
    found = (context.relations.get(oid) for oid, place in context.owned.items() if place == (table.oid, column))
    return next((sequence for sequence in found if sequence), None)


def no_number(node: Node, context: Context) -> None:
    """DROP IDENTITY: the sequence goes."""
    sequence = sequence_behind(context.relation_of_table(), node.name, context)
    if sequence:
        context.remove(sequence)


def carry(node: Node, context: Context) -> None:
    """``SELECT setval('new', last_value, is_called) FROM old``: what the old one had come to is safe with the new."""
    for old in carried(node):
        context.carried.add(context.relation(old).name)


def carried(node: Node) -> Iterator[Node]:
    """The sequence, as a RangeVar, whose position a SELECT gives to another."""
    calls, sources = [target.val for target in node.targetList or ()], list(node.fromClause or ())
    if len(calls) == len(sources) == 1 and is_a(calls[0], "FuncCall") and is_a(sources[0], "RangeVar"):
        given = [strings(a.fields)[-1:] for a in (calls[0].args or ())[1:] if is_a(a, "ColumnRef")]
        if strings(calls[0].funcname)[-1] == "setval" and given == [("last_value",), ("is_called",)]:
            yield sources[0]


def lock(node: Node, context: Context) -> None:
    """LOCK TABLE: from now on nobody else can write to these."""
    for relation in node.relations if node.mode == ACCESS_EXCLUSIVE else ():
        members = context.family(context.relation(relation), only=not relation.inh)
        context.locked.update(member.name for member in members)


def run_code(node: Node, context: Context) -> None:
    """DO: a look that finds a locked table empty; any other code may fill every table."""
    name = guarded(context.statements[context.position].sql)
    if not name:
        context.empty.clear()
        return
    for member in context.family(context.called(name)):
        if member.name in context.locked:
            context.empty.add(member.name)
            context.change(replace(member, rows=None if member.kind == "p" else 0))


def fill(node: Node, context: Context) -> None:
    """INSERT, MERGE, COPY, and code: a table may have rows again."""
    if is_a(node, "CallStmt", "ExecuteStmt"):
        context.empty.clear()
    for inner in nodes(node):
        if is_a(inner, "InsertStmt", "MergeStmt", "CopyStmt") and inner.relation:
            context.empty.discard(context.relation(inner.relation).name)
