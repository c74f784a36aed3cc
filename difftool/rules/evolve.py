"""What a statement makes of the target, as far as the rules of later statements must know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from difftool.parse import Name, Node, is_a, strings
from difftool.rules import evolve_constraints as constraints
from difftool.rules import evolve_rows as rows
from difftool.rules import evolve_types as types
from difftool.rules.columns import new_column, with_column
from difftool.rules.constraints import constraints_of, says_null
from difftool.rules.context import UNKNOWN, Context
from difftool.rules.facts import Column, Index, Relation
from difftool.rules.made import space_of
from difftool.rules.objects import noun

Effect = Callable[[Node, Context], None]


def apply(node: Node, context: Context) -> None:
    """Let the context show the target as it is after this statement (or ALTER TABLE subcommand)."""
    what = node.subtype.name if is_a(node, "AlterTableCmd") else type(node).__name__
    effect = EFFECTS.get(what)
    if effect:
        effect(node, context)


def create_table(node: Node, context: Context) -> None:
    """CREATE TABLE, FOREIGN TABLE, and partitions of a parent."""
    base = node.base if is_a(node, "CreateForeignTableStmt") else node
    name = context.qualify(base.relation.schemaname or "", base.relation.relname)
    if base.if_not_exists and name in context.names:
        return
    elements = [e for e in base.tableElts or () if is_a(e, "ColumnDef")]
    kind = "f" if base is not node else "p" if base.partspec else "r"
    made = context.add(
        Relation(
            UNKNOWN,
            name,
            kind,
            rows=0,
            bytes=0,
            new=True,
            partition=bool(base.partbound),
            default_partition=bool(base.partbound and base.partbound.is_default),
            columns={e.colname: new_column(e, context) for e in elements},
        )
    )
    for parent in base.inhRelations or ():
        context.inherit(made.oid, context.relation(parent).oid)
    for constraint in (c for c in base.tableElts or () if is_a(c, "Constraint")):
        constraints.index_of(constraint, strings(constraint.keys), made, context)
    for column, constraint in ((e.colname, c) for e in elements for c in e.constraints or ()):
        constraints.index_of(constraint, (column,), made, context)
        if constraint.contype.name == "CONSTR_IDENTITY":
            rows.number(made, column, constraint, context)


def create_view(node: Node, context: Context) -> None:
    """CREATE VIEW, CREATE MATERIALIZED VIEW and CREATE TABLE AS: a new relation, unless one is replaced."""
    into = node.view if is_a(node, "ViewStmt") else node.into.rel
    kinds = {"ViewStmt": "v"}
    kind = kinds.get(type(node).__name__) or ("m" if node.objtype.name == "OBJECT_MATVIEW" else "r")
    name = context.qualify(into.schemaname or "", into.relname)
    if name not in context.names:
        context.add(Relation(UNKNOWN, name, kind, rows=0, bytes=0, new=True))


def select_into(node: Node, context: Context) -> None:
    """SELECT … INTO: a new table."""
    if node.intoClause:
        name = context.qualify(node.intoClause.rel.schemaname or "", node.intoClause.rel.relname)
        context.add(Relation(UNKNOWN, name, rows=0, bytes=0, new=True))


def create_schema(node: Node, context: Context) -> None:
    """CREATE SCHEMA; the objects written inside it are new too."""
    if node.schemaname and not any(name.schema == node.schemaname for name in context.names):
        context.new_schemas.add(node.schemaname)
    for element in node.schemaElts or ():
        apply(element, context)


def create_index(node: Node, context: Context) -> None:
    """CREATE INDEX: what a later USING INDEX or a type change must know of it."""
    table = context.relation(node.relation)
    if node.idxname:
        columns = tuple(p.name for p in node.indexParams if p.name)
        plain = len(columns) == len(node.indexParams) and not node.whereClause
        name = Name(table.name.schema, node.idxname)
        context.indexes[name] = Index(name, table.oid, columns, plain)
        context.unseen.add(name)


def drop(node: Node, context: Context) -> None:
    """DROP of relations, types and functions: the name is free again."""
    what = node.removeType.name
    for item in node.objects:
        if what in RELATIONS:
            context.remove(context.relation(item))
        elif what in ("OBJECT_TYPE", "OBJECT_DOMAIN"):
            types.drop_type(item, context)
        elif what == "OBJECT_INDEX":
            context.indexes.pop(context.dotted(item, context.indexes), None)
        elif what in ("OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE"):
            types.drop_function(item, context)


def rename(node: Node, context: Context) -> None:
    """RENAME and SET SCHEMA of relations, columns, types and schemas: same thing, other name."""
    object_type = node.renameType if is_a(node, "RenameStmt") else node.objectType
    schema, new = getattr(node, "newschema", None) or "", getattr(node, "newname", None) or ""
    what = object_type.name
    if what in ("OBJECT_TYPE", "OBJECT_DOMAIN"):
        types.rename_type(node, schema, new, context)
    elif what in ("OBJECT_COLUMN", "OBJECT_ATTRIBUTE"):
        for table in context.family(context.relation(node.relation)):
            columns = {new if name == node.subname else name: column for name, column in table.columns.items()}
            known = tuple(constraints.renamed(c, node.subname, new) for c in table.constraints)
            context.change(
                replace(table, columns={n: replace(c, name=n) for n, c in columns.items()}, constraints=known)
            )
    elif what == "OBJECT_TABCONSTRAINT":
        for table in context.family(context.relation(node.relation)):
            kept = tuple(replace(c, name=new) if c.name == node.subname else c for c in table.constraints)
            context.change(replace(table, constraints=kept))
    elif what == "OBJECT_SCHEMA":
        rename_schema(node.subname, new, context)
    elif node.relation is not None and what in RELATIONS:
        table = context.relation(node.relation)
        name = Name(schema or table.name.schema, new or table.name.name)
        context.remember("relation", table.name, name)
        context.change(replace(table, name=name))
    elif node.relation is not None and what == "OBJECT_INDEX":
        old = context.qualify(node.relation.schemaname or "", node.relation.relname, context.indexes)
        rename_index(old, new, context)
    elif is_a(node.object, "ObjectWithArgs"):
        types.rename_function(node.object, schema, new, context)
    elif isinstance(node.object, tuple):
        old = context.dotted(node.object)
        context.remember(space_of(noun(object_type)), old, Name(schema or old.schema, new or old.name))


def rename_schema(old: str, new: str, context: Context) -> None:
    """ALTER SCHEMA … RENAME TO."""
    for relation in [r for r in context.relations.values() if r.name.schema == old]:
        context.change(replace(relation, name=Name(new, relation.name.name)))
    for name in [n for n in context.types if n.schema == old]:
        types.move_type(context, name, Name(new, name.name))


def rename_index(old: Name, new: str, context: Context) -> None:
    """ALTER INDEX … RENAME TO."""
    if old in context.indexes:
        name = Name(old.schema, new)
        context.indexes[name] = replace(context.indexes.pop(old), name=name)


def set_search_path(node: Node, context: Context) -> None:
    """SET search_path: where unqualified names are looked up from now on."""
    if node.name == "search_path":
        named = tuple(a.val.sval for a in node.args or () if hasattr(a.val, "sval") and a.val.sval)
        context.search_path = named if node.args else context.facts.search_path


def add_column(node: Node, context: Context) -> None:
    """ADD COLUMN, with the constraints written inside it."""
    table = context.relation_of_table()
    if node.def_.colname not in table.columns:
        context.change(with_column(table, new_column(node.def_, context)))
    constraints.add(node, context)
    for constraint in constraints_of(node):
        if constraint.contype.name == "CONSTR_IDENTITY":
            rows.number(table, node.def_.colname, constraint, context)


def drop_column(node: Node, context: Context) -> None:
    """DROP COLUMN, and the indexes over it."""
    table = context.relation_of_table()
    for index in [i for i in context.indexes_of(table) if node.name in i.columns]:
        del context.indexes[index.name]
    context.change(replace(table, columns={n: c for n, c in table.columns.items() if n != node.name}))


def alter_type(node: Node, context: Context) -> None:
    """ALTER COLUMN TYPE; without COLLATE it is the new type's own collation."""
    clause = node.def_.collClause
    given = strings(clause.collname)[-1] if clause else ""

    def change(column: Column) -> Column:
        own = "default" if column.collation else ""
        return replace(column, type=context.type(node.def_.typeName), collation=given or own)

    alter_column(node, context, change)


def alter_column(node: Node, context: Context, change: Callable[[Column], Column]) -> None:
    """Let one column of the table at hand, and of its children, be another."""
    for table in context.family(context.relation_of_table(), only=context.only):
        if node.name in table.columns:
            context.change(with_column(table, change(table.columns[node.name])))


def attach(node: Node, context: Context) -> None:
    """ATTACH PARTITION and INHERIT."""
    context.inherit(*child_and_parent(node, context))


def detach(node: Node, context: Context) -> None:
    """DETACH PARTITION and NO INHERIT."""
    context.disinherit(*child_and_parent(node, context))


def child_and_parent(node: Node, context: Context) -> tuple[int, int]:
    """Who inherits from whom, by OID: ALTER TABLE names the parent of a partition, but the child of INHERIT."""
    if is_a(node.def_, "PartitionCmd"):
        return context.relation(node.def_.name).oid, context.table.oid
    return context.table.oid, context.relation(node.def_).oid


def row_security(node: Node, context: Context) -> None:
    """ENABLE and DISABLE ROW LEVEL SECURITY."""
    enabled = node.subtype.name == "AT_EnableRowSecurity"
    context.change(replace(context.relation_of_table(), row_security=enabled))


def add_identity(node: Node, context: Context) -> None:
    """ADD GENERATED … AS IDENTITY."""
    rows.number(context.relation_of_table(), node.name, node.def_, context)
    alter_column(node, context, lambda column: replace(column, identity=True))


def drop_identity(node: Node, context: Context) -> None:
    """DROP IDENTITY."""
    rows.no_number(node, context)
    alter_column(node, context, lambda column: replace(column, identity=False))


def refresh(node: Node, context: Context) -> None:
    """REFRESH MATERIALIZED VIEW: from the commit on it can be read, or cannot."""
    view = context.relation(node.relation)
    context.change(replace(view, populated=not node.skipData or (view.populated and context.refreshed_later(view))))


def select(node: Node, context: Context) -> None:
    """SELECT: INTO, setval, and rows that a WITH inserts."""
    select_into(node, context)
    rows.carry(node, context)
    rows.fill(node, context)


RELATIONS = frozenset(
    {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE", "OBJECT_FOREIGN_TABLE"}
)  # fmt: skip

EFFECTS: dict[str, Effect] = {
    "CreateStmt": create_table,
    "CreateForeignTableStmt": create_table,
    "ViewStmt": create_view,
    "CreateTableAsStmt": create_view,
    "SelectStmt": select,
    "CreateSeqStmt": rows.create_sequence,
    "AlterSeqStmt": rows.own,
    "CreateSchemaStmt": create_schema,
    "CreateEnumStmt": types.create_type,
    "CreateDomainStmt": types.create_type,
    "CompositeTypeStmt": types.create_type,
    "CreateRangeStmt": types.create_type,
    "DefineStmt": types.create_type,
    "CreateFunctionStmt": types.create_function,
    "IndexStmt": create_index,
    "DropStmt": drop,
    "RenameStmt": rename,
    "AlterObjectSchemaStmt": rename,
    "AlterEnumStmt": types.alter_enum,
    "AlterDomainStmt": types.alter_domain,
    "VariableSetStmt": set_search_path,
    "LockStmt": rows.lock,
    "DoStmt": rows.run_code,
    "InsertStmt": rows.fill,
    "MergeStmt": rows.fill,
    "CopyStmt": rows.fill,
    "CallStmt": rows.fill,
    "ExecuteStmt": rows.fill,
    "RefreshMatViewStmt": refresh,
    "AT_AddColumn": add_column,
    "AT_DropColumn": drop_column,
    "AT_AlterColumnType": alter_type,
    "AT_AddConstraint": constraints.add,
    "AT_DropConstraint": constraints.drop,
    "AT_ValidateConstraint": constraints.validate,
    "AT_SetNotNull": lambda node, context: alter_column(node, context, lambda c: replace(c, not_null=True)),
    "AT_DropNotNull": lambda node, context: alter_column(node, context, lambda c: replace(c, not_null=False)),
    "AT_ColumnDefault": lambda node, context: alter_column(
        node, context, lambda c: replace(c, default=not says_null(node.def_))
    ),
    "AT_DropExpression": lambda node, context: alter_column(node, context, lambda c: replace(c, generated="")),
    "AT_AddIdentity": add_identity,
    "AT_DropIdentity": drop_identity,
    "AT_AttachPartition": attach,
    "AT_DetachPartition": detach,
    "AT_DetachPartitionFinalize": detach,
    "AT_AddInherit": attach,
    "AT_DropInherit": detach,
    "AT_EnableRowSecurity": row_security,
    "AT_DisableRowSecurity": row_security,
}
