"""What a statement makes of the constraints of the target's tables, and of the indexes that come with them."""

from __future__ import annotations

from dataclasses import replace

from difftool.parse import Name, Node, is_a, quoted, strings, written
from difftool.rules.constraints import INDEXED, OVERLAPS, constraints_of, forbids_null, keys, names_in
from difftool.rules.context import Context
from difftool.rules.facts import Constraint, Index, Relation

KEYS = {"CONSTR_PRIMARY": "p", "CONSTR_UNIQUE": "u"}
"""``pg_constraint.contype`` of keys."""


def add(node: Node, context: Context) -> None:
    """ADD CONSTRAINT and a column's own: what they say of NULLs, and what is validated."""
    for constraint in constraints_of(node):
        table = context.relation_of_table()
        index_of(constraint, keys(node, constraint, context), table, context)
        if constraint.contype.name == "CONSTR_CHECK":
            text, columns = f"CHECK ({written(constraint.raw_expr)})", names_in(constraint.raw_expr)
            made = Constraint(constraint.conname or "", "c", not constraint.skip_validation, columns, text)
            for member in context.family(table, only=context.only or bool(constraint.is_no_inherit)):
                context.change(replace(member, constraints=(*member.constraints, made)))
        elif constraint.contype.name == "CONSTR_FOREIGN":
            context.change(replace(table, constraints=(*table.constraints, foreign_key(node, constraint, context))))
        elif constraint.contype.name == "CONSTR_EXCLUSION":
            columns = tuple(element.name for element, _ in constraint.exclusions if element.name)
            made = Constraint(constraint.conname or "", "x", valid=True, columns=columns)
            context.change(replace(table, constraints=(*table.constraints, made)))
        elif constraint.without_overlaps:
            made = Constraint(constraint.conname or "", KEYS[constraint.contype.name], True, definition=OVERLAPS)
            context.change(replace(table, constraints=(*table.constraints, made)))
        if constraint.contype.name in ("CONSTR_PRIMARY", "CONSTR_NOTNULL"):
            forbid_null(keys(node, constraint, context), constraint, context)


def renamed(constraint: Constraint, old: str, new: str) -> Constraint:
    """A constraint whose column is called otherwise; a CHECK is kept for what it says of NULLs."""
    if old not in constraint.columns:
        return constraint
    known = tuple(forbids_null(constraint.definition)) if constraint.type == "c" else ()
    columns, proven = ([new if name == old else name for name in names] for names in (constraint.columns, known))
    said = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in proven)
    return replace(constraint, columns=tuple(columns), definition=f"CHECK ({said})" if said else "")


def foreign_key(node: Node, constraint: Node, context: Context) -> Constraint:
    """The foreign key that a Constraint node makes."""
    there = context.relation(constraint.pktable)
    here = (node.def_.colname,) if is_a(node.def_, "ColumnDef") else strings(constraint.fk_attrs)
    keys_there = [c.columns for c in there.constraints if c.type == "p"]
    pointed_at = strings(constraint.pk_attrs) or (keys_there[0] if keys_there else ())
    valid = not constraint.skip_validation
    return Constraint(constraint.conname or "", "f", valid, here, references=there.oid, referenced=pointed_at)


def forbid_null(columns: tuple[str, ...], constraint: Node, context: Context) -> None:
    """A primary key, or a NOT NULL with what inherits it."""
    table, named = context.relation_of_table(), constraint.contype.name == "CONSTR_NOTNULL"
    only = context.only or constraint.is_no_inherit or not named
    for member in context.family(table, only=only) if not constraint.skip_validation else ():
        known = {n: replace(c, not_null=True) for n, c in member.columns.items() if n in columns}
        context.change(replace(member, columns={**member.columns, **known}))
    if named:
        table = context.relation_of_table()
        made = Constraint(constraint.conname or "", "n", not constraint.skip_validation, columns)
        context.change(replace(table, constraints=(*table.constraints, made)))


def index_of(constraint: Node, columns: tuple[str, ...], table: Relation, context: Context) -> None:
    """The index that a key or an exclusion brings, where its name is told; one that it takes over gets that name."""
    if constraint.contype.name in INDEXED and constraint.conname:
        if constraint.indexname:
            context.indexes.pop(Name(table.name.schema, constraint.indexname), None)
        name = Name(table.name.schema, constraint.conname)
        context.indexes[name] = Index(name, table.oid, columns, plain=constraint.contype.name != "CONSTR_EXCLUSION")
        context.unseen |= set() if constraint.indexname else {name}


def drop(node: Node, context: Context) -> None:
    """DROP CONSTRAINT: a new one may take its name; a key's index goes with it."""
    for table in context.family(context.relation_of_table()):
        name = Name(table.name.schema, node.name)
        if name in context.indexes and context.indexes[name].table == table.oid:
            del context.indexes[name]
        context.change(replace(table, constraints=tuple(c for c in table.constraints if c.name != node.name)))


def validate(node: Node, context: Context) -> None:
    """VALIDATE CONSTRAINT: from now on a CHECK (x IS NOT NULL) proves that there are no NULLs."""
    for table in context.family(context.relation_of_table()):
        kept = tuple(replace(c, valid=True) if c.name == node.name else c for c in table.constraints)
        context.change(replace(table, constraints=kept))
