"""What a statement makes: the names that mean something once it has run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from difftool.parse import Node, is_a, strings
from difftool.rules.objects import noun

RELATIONS = {
    "CreateStmt": "relation",
    "CreateForeignTableStmt": "base.relation",
    "CreateSeqStmt": "sequence",
    "CreateTableAsStmt": "into.rel",
    "ViewStmt": "view",
}
TYPES = {
    "CompositeTypeStmt": "typevar",
    "CreateDomainStmt": "domainname",
    "CreateEnumStmt": "typeName",
    "CreateRangeStmt": "typeName",
}
"""Where each statement that creates a relation or a type has the name."""
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
    what = type(node).__name__
    if what in RELATIONS:
        made = _dotted("relation", _follow(node, RELATIONS[what]))
        yield made
        if what != "CreateSeqStmt":  # rows are of a type that is called like their relation
            yield made._replace(space="type")
    elif what in TYPES:
        yield _dotted("type", _follow(node, TYPES[what]))
        if what == "CreateRangeStmt":
            yield from _made_with_range(node)
    elif what == "DefineStmt":
        yield _dotted(space_of(noun(node.kind)), node.defnames)
    elif what == "CreateFunctionStmt":
        yield _dotted("function", node.funcname)
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
    yield _dotted("function", node.typeName)
    for arg in several:
        yield _dotted("type", arg.names)
        yield _dotted("function", arg.names)


def _renamed(node: Node) -> Iterator[Made]:
    renamed = is_a(node, "RenameStmt")
    if renamed and node.subname:  # a column, a constraint, a trigger
        return
    old = node.relation if node.relation is not None else getattr(node.object, "objname", node.object)
    if old is not None:
        space, schema, name = _dotted(space_of(noun(node.renameType if renamed else node.objectType)), old)
        yield Made(space, schema, node.newname) if renamed else Made(space, node.newschema, name)


def _follow(node: Node, path: str) -> Node:
    for part in path.split("."):
        node = getattr(node, part)
    return node


def _dotted(space: str, name: Node) -> Made:
    """A RangeVar or String nodes as a name."""
    if is_a(name, "RangeVar"):
        return Made(space, name.schemaname or "", name.relname)
    parts = strings(getattr(name, "names", name))
    return Made(space, parts[-2] if len(parts) > 1 else "", parts[-1] if parts else "")
