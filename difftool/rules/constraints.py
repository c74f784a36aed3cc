"""Constraints in parse trees: where they are written, which columns they name, what they prove of NULLs."""

from __future__ import annotations

from collections.abc import Iterator

from difftool.parse import Node, is_a, nodes, parse, strings, written
from difftool.rules.context import Context
from difftool.rules.facts import Relation

INDEXED = frozenset({"CONSTR_PRIMARY", "CONSTR_UNIQUE", "CONSTR_EXCLUSION"})
"""The constraints that have an index."""
OVERLAPS = "WITHOUT OVERLAPS"
"""What the definition of a key says that is kept by an index as of an exclusion constraint."""
SERIALS = frozenset({"serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"})


def constraints_of(node: Node) -> tuple[Node, ...]:
    """The Constraint nodes of an ADD CONSTRAINT, or of the column that an ADD COLUMN brings."""
    if is_a(node.def_, "Constraint"):
        return (node.def_,)
    return tuple(node.def_.constraints or ()) if is_a(node.def_, "ColumnDef") else ()


def keys(node: Node, constraint: Node, context: Context) -> tuple[str, ...]:
    """The columns of a key or a NOT NULL: listed, those of its USING INDEX, or the one that it is written in."""
    if is_a(node.def_, "ColumnDef"):
        return (node.def_.colname,)
    if constraint.indexname:
        found = [i for i in context.indexes_of(context.relation_of_table()) if i.name.name == constraint.indexname]
        return found[0].columns if found else ()
    return strings(constraint.keys)


def says_null(expression: Node) -> bool:
    """True for no default at all, and for DEFAULT NULL, which is the same."""
    return expression is None or (is_a(expression, "A_Const") and expression.isnull)


def is_serial(type_name: Node) -> bool:
    """True for the six spellings of serial, which are no types but a default from a sequence."""
    return bool(type_name) and len(type_name.names) == 1 and type_name.names[0].sval in SERIALS


def checked_not_null(expression: Node) -> tuple[str, ...]:
    """The columns that a CHECK keeps from being NULL: those it tests by IS NOT NULL, alone or joined by AND."""
    if is_a(expression, "BoolExpr") and expression.boolop.name == "AND_EXPR":
        return tuple(name for part in expression.args for name in checked_not_null(part))
    if (
        is_a(expression, "NullTest")
        and expression.nulltesttype.name == "IS_NOT_NULL"
        and is_a(expression.arg, "ColumnRef")
    ):
        return strings(expression.arg.fields)[-1:]
    return ()


def names_in(expression: Node) -> tuple[str, ...]:
    """The columns that an expression names."""
    found = (strings(node.fields)[-1:] for node in nodes(expression) if is_a(node, "ColumnRef"))
    return tuple(dict.fromkeys(name for names in found for name in names))


def proven_not_null(table: Relation, column: str) -> bool:
    """True when PostgreSQL need not look: the column is NOT NULL already, or a valid CHECK says so."""
    known = table.columns.get(column)
    return bool(known and known.not_null) or column in set(_checked(table))


def _checked(table: Relation) -> Iterator[str]:
    for constraint in table.constraints:
        if constraint.type == "c" and constraint.valid:
            yield from forbids_null(constraint.definition)


def forbids_null(definition: str) -> Iterator[str]:
    """The columns that a CHECK keeps from being NULL."""
    for node in (parse(f"ALTER TABLE t ADD {definition}") or ()) if definition else ():
        yield from checked_not_null(node.cmds[0].def_.raw_expr)


def says(table: Relation, condition: str) -> bool:
    """Whether a valid CHECK of the table says this, word for word."""
    wanted = _expression(f"CHECK ({condition})")
    checks = (c for c in table.constraints if c.type == "c" and c.valid and c.definition)
    return bool(wanted) and any(_expression(c.definition) == wanted for c in checks)


def _expression(definition: str) -> str:
    parsed = parse(f"ALTER TABLE t ADD {definition}")
    return written(parsed[0].cmds[0].def_.raw_expr) if parsed else ""
