"""What a statement makes: the names that mean something once it has run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from difftool.parse import Node, created, dotted, is_a, strings
from difftool.rules.objects import noun

SPACES = {
    "table": "relation", "view": "relation", "materialized view": "relation", "sequence": "relation",
    "foreign table": "relation", "domain": "type", "procedure": "function", "routine": "function",
    "aggregate": "function",
}  # fmt: skip
"""Kinds of objects that share their names; any other kind has names of its own."""


class Made(NamedTuple):
    """A name that a statement gives: ``space`` says to what sort of thing; no schema where none is written."""

    space: str
    schema: str
    name: str


def space_of(kind: str) -> str:
    """The sort of things among which an object of this kind has its name alone."""
    return SPACES.get(kind, kind)


def makes(node: Node) -> Iterator[Made]:
    """Every name that the statement gives."""
    what, found = type(node).__name__, created(node)
    if found:
        made = Made(found[0], *found[1])
        yield made
        if (
            made.space == "relation" and what != "CreateSeqStmt"
        ):  # rows are of a type that is called like their relation
            yield made._replace(space="type")
        if what == "CreateRangeStmt":
            yield from _made_with_range(node)
    elif what == "DefineStmt":
        yield Made(space_of(noun(node.kind)), *dotted(node.defnames))
    elif what in ("RenameStmt", "AlterObjectSchemaStmt"):
        yield from _renamed(node)
    yield from _sequences(node)


def _sequences(node: Node) -> Iterator[Made]:
    """The sequences of the identities that a statement makes."""
    columns: Iterator[tuple[str, tuple[Node, ...] | None]] = iter(())
    if is_a(node, "CreateStmt"):
        columns = ((e.colname, e.constraints) for e in node.tableElts or () if is_a(e, "ColumnDef"))
    elif is_a(node, "AlterTableStmt"):
        columns = (found for command in node.cmds for found in _given(command))
    for column, constraints in columns:
        for constraint in constraints or ():
            if constraint.contype.name == "CONSTR_IDENTITY":
                table = node.relation
                yield Made("relation", *sequence_name(constraint, table.schemaname or "", table.relname, column))


def _given(command: Node) -> Iterator[tuple[str, tuple[Node, ...] | None]]:
    if command.subtype.name == "AT_AddColumn":
        yield command.def_.colname, command.def_.constraints
    elif command.subtype.name == "AT_AddIdentity":
        yield command.name, (command.def_,)


def sequence_name(constraint: Node, schema: str, table: str, column: str) -> tuple[str, str]:
    """Schema and name of an identity's sequence: given, or what PostgreSQL makes up where that is free."""
    given = [strings(option.arg) for option in constraint.options or () if option.defname == "sequence_name"]
    if not given:
        return schema, f"{table}_{column}_seq"
    return (given[0][-2] if len(given[0]) > 1 else schema), given[0][-1]


def _made_with_range(node: Node) -> Iterator[Made]:
    """The multirange type, and the functions that are called like either."""
    several = [option.arg for option in node.params or () if option.defname == "multirange_type_name"]
    yield Made("function", *dotted(node.typeName))
    for arg in several:
        yield Made("type", *dotted(arg))
        yield Made("function", *dotted(arg))


def _renamed(node: Node) -> Iterator[Made]:
    renamed = is_a(node, "RenameStmt")
    if renamed and node.subname:  # a column, a constraint, a trigger
        return
    old = node.relation if node.relation is not None else node.object
    if old is not None:
        space, (schema, name) = space_of(noun(node.renameType if renamed else node.objectType)), dotted(old)
        yield Made(space, schema, node.newname) if renamed else Made(space, node.newschema, name)
