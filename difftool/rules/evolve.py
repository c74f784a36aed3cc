"""What a statement makes of the target, as far as the rules of later statements must know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from difftool.parse import Name, Node, is_a, strings
from difftool.rules.constraints import checked_not_null, constraints_of, is_serial, keys, names_in, says_null
from difftool.rules.context import UNKNOWN, Context
from difftool.rules.facts import Column, Constraint, Function, Index, Relation, Type

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


def create_sequence(node: Node, context: Context) -> None:
    """CREATE SEQUENCE."""
    name = context.qualify(node.sequence.schemaname or "", node.sequence.relname)
    if name not in context.names:
        context.add(Relation(UNKNOWN, name, "S", new=True))


def create_schema(node: Node, context: Context) -> None:
    """CREATE SCHEMA; the objects written inside it are new too."""
    if node.schemaname and not any(name.schema == node.schemaname for name in context.names):
        context.new_schemas.add(node.schemaname)
    for element in node.schemaElts or ():
        apply(element, context)


def create_type(node: Node, context: Context) -> None:
    """CREATE TYPE AS ENUM, CREATE DOMAIN, CREATE TYPE AS (...), AS RANGE and base types."""
    if is_a(node, "CompositeTypeStmt"):
        name = context.qualify(node.typevar.schemaname or "", node.typevar.relname)
        columns = {e.colname: new_column(e, context) for e in node.coldeflist or ()}
        context.add(Relation(UNKNOWN, name, "c", columns=columns, new=True))
        context.types[name] = Type(name, "c", new=True)
    elif is_a(node, "CreateDomainStmt"):
        name = context.dotted(node.domainname)
        held = [c for c in node.constraints or () if c.contype.name in ("CONSTR_CHECK", "CONSTR_NOTNULL")]
        context.types[name] = Type(name, "d", context.type(node.typeName), bool(held), new=True)
    elif is_a(node, "CreateEnumStmt"):
        name = context.dotted(node.typeName)
        context.types[name] = Type(name, "e", labels=strings(node.vals), new=True)
    elif is_a(node, "CreateRangeStmt") or node.kind.name == "OBJECT_TYPE":
        name = context.dotted(node.typeName if is_a(node, "CreateRangeStmt") else node.defnames)
        context.types[name] = Type(name, new=True)


def create_function(node: Node, context: Context) -> None:
    """CREATE FUNCTION or PROCEDURE: one more overload, or the same one with another body."""
    made = function(node, context)
    old = [f for f in context.functions[made.name] if f.takes == made.takes]
    others = [f for f in context.functions[made.name] if f.takes != made.takes]
    context.functions[made.name] = [*others, replace(made, new=not old or old[0].new)]


def create_index(node: Node, context: Context) -> None:
    """CREATE INDEX: what a later USING INDEX or a type change must know of it."""
    table = context.relation(node.relation)
    if node.idxname:
        columns = tuple(p.name for p in node.indexParams if p.name)
        plain = len(columns) == len(node.indexParams) and not node.whereClause
        name = Name(table.name.schema, node.idxname)
        context.indexes[name] = Index(name, table.oid, columns, plain)


def drop(node: Node, context: Context) -> None:
    """DROP of relations, types and functions: the name is free again."""
    what = node.removeType.name
    for item in node.objects:
        if what in ("OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE", "OBJECT_FOREIGN_TABLE"):
            context.remove(context.relation(item))
        elif what in ("OBJECT_TYPE", "OBJECT_DOMAIN"):
            context.types.pop(context.dotted(item.names, context.types), None)
        elif what == "OBJECT_INDEX":
            context.indexes.pop(context.dotted(item, context.indexes), None)
        elif what in ("OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE"):
            name = context.dotted(item.objname, context.functions)
            takes = None if item.args_unspecified else tuple(context.type(t) for t in item.objargs or ())
            kept = [f for f in context.functions[name] if takes is not None and f.takes != takes]
            context.functions[name] = kept


def rename(node: Node, context: Context) -> None:
    """RENAME and SET SCHEMA of relations, columns, types and schemas: same thing, other name."""
    what = (node.renameType if is_a(node, "RenameStmt") else node.objectType).name
    schema, new = getattr(node, "newschema", None) or "", getattr(node, "newname", None) or ""
    if what in ("OBJECT_TYPE", "OBJECT_DOMAIN"):
        old = context.dotted(node.object, context.types)
        move_type(context, old, Name(schema or old.schema, new or old.name))
    elif what in ("OBJECT_COLUMN", "OBJECT_ATTRIBUTE"):
        for table in context.family(context.relation(node.relation)):
            columns = {new if name == node.subname else name: column for name, column in table.columns.items()}
            context.change(replace(table, columns={n: replace(c, name=n) for n, c in columns.items()}))
    elif what == "OBJECT_TABCONSTRAINT":
        for table in context.family(context.relation(node.relation)):
            kept = tuple(replace(c, name=new) if c.name == node.subname else c for c in table.constraints)
            context.change(replace(table, constraints=kept))
    elif what == "OBJECT_SCHEMA":
        for relation in [r for r in context.relations.values() if r.name.schema == node.subname]:
            context.change(replace(relation, name=Name(new, relation.name.name)))
        for name in [n for n in context.types if n.schema == node.subname]:
            move_type(context, name, Name(new, name.name))
    elif node.relation is not None and what in RELATIONS:
        table = context.relation(node.relation)
        context.change(replace(table, name=Name(schema or table.name.schema, new or table.name.name)))


def move_type(context: Context, old: Name, new: Name) -> None:
    """Let a type and the columns that have it go by another name."""
    if old in context.types:
        context.types[new] = replace(context.types.pop(old), name=new)
    context.former[new] = context.former.get(old, old)
    for table, column in context.users(old):
        if column.type and column.type.name == old:
            now = context.relations[table.oid]
            context.change(with_column(now, replace(column, type=replace(column.type, name=new))))


def alter_enum(node: Node, context: Context) -> None:
    """ALTER TYPE ADD VALUE and RENAME VALUE."""
    name = context.dotted(node.typeName, context.types)
    known = context.types.get(name)
    if known:
        kept = tuple(node.newVal if label == node.oldVal else label for label in known.labels)
        added = (node.newVal,) if not node.oldVal and node.newVal not in kept else ()
        context.types[name] = replace(known, labels=kept + added)


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
    add_constraints(node, context)


def drop_column(node: Node, context: Context) -> None:
    """DROP COLUMN."""
    table = context.relation_of_table()
    context.change(replace(table, columns={n: c for n, c in table.columns.items() if n != node.name}))


def alter_type(node: Node, context: Context) -> None:
    """ALTER COLUMN TYPE."""
    alter_column(node, context, lambda column: replace(column, type=context.type(node.def_.typeName)))


def alter_column(node: Node, context: Context, change: Callable[[Column], Column]) -> None:
    """Let one column of the table at hand, and of its children, be another."""
    for table in context.family(context.relation_of_table(), only=context.only):
        if node.name in table.columns:
            context.change(with_column(table, change(table.columns[node.name])))


def add_constraints(node: Node, context: Context) -> None:
    """ADD CONSTRAINT and a column's own: what they say of NULLs, and what is validated."""
    for constraint in constraints_of(node):
        table = context.relation_of_table()
        if constraint.contype.name == "CONSTR_CHECK":
            columns, valid = checked_not_null(constraint.raw_expr), not constraint.skip_validation
            made = Constraint(constraint.conname or "", "c", valid, names_in(constraint.raw_expr), not_null=columns)
            context.change(replace(table, constraints=(*table.constraints, made)))
        elif constraint.contype.name == "CONSTR_FOREIGN":
            made = Constraint(constraint.conname or "", "f", not constraint.skip_validation)
            context.change(replace(table, constraints=(*table.constraints, made)))
        elif constraint.contype.name in ("CONSTR_PRIMARY", "CONSTR_NOTNULL") and not constraint.skip_validation:
            for name in keys(node, constraint, context):
                if name in table.columns:
                    table = with_column(table, replace(table.columns[name], not_null=True))
            context.change(table)


def drop_constraint(node: Node, context: Context) -> None:
    """DROP CONSTRAINT: a new one may take its name."""
    for table in context.family(context.relation_of_table()):
        context.change(replace(table, constraints=tuple(c for c in table.constraints if c.name != node.name)))


def validate(node: Node, context: Context) -> None:
    """VALIDATE CONSTRAINT: from now on a CHECK (x IS NOT NULL) proves that there are no NULLs."""
    for table in context.family(context.relation_of_table()):
        kept = tuple(replace(c, valid=True) if c.name == node.name else c for c in table.constraints)
        context.change(replace(table, constraints=kept))


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


def new_column(node: Node, context: Context) -> Column:
    """The column that a ColumnDef makes."""
    kinds = {c.contype.name for c in node.constraints or ()}
    generated = next((c.generated_kind for c in node.constraints or () if c.contype.name == "CONSTR_GENERATED"), "")
    given = [c.raw_expr for c in node.constraints or () if c.contype.name == "CONSTR_DEFAULT"]
    serial = is_serial(node.typeName)
    return Column(
        node.colname,
        context.type(node.typeName) if node.typeName and not serial else None,
        not_null=serial or bool(kinds & {"CONSTR_NOTNULL", "CONSTR_PRIMARY", "CONSTR_IDENTITY"}),
        default=serial or any(not says_null(expression) for expression in given),
        identity="CONSTR_IDENTITY" in kinds,
        generated=generated,
        new=True,
    )


def function(node: Node, context: Context) -> Function:
    """The overload that a CREATE FUNCTION makes; volatile unless it says otherwise."""
    parameters = [(p.mode.value, p.name or "", context.type(p.argType)) for p in node.parameters or ()]
    outs = tuple((name, type_) for mode, name, type_ in parameters if mode in "bot")
    result = (("", context.type(node.returnType)),) if node.returnType else (("", context.nothing),)
    volatility = [o.arg.sval for o in node.options or () if o.defname == "volatility"]
    return Function(
        context.dotted(node.funcname),
        tuple(type_ for mode, _, type_ in parameters if mode not in "ot"),
        (bool(node.returnType and node.returnType.setof), outs or result),
        volatile=volatility in ([], ["volatile"]),
        kind="p" if node.is_procedure else "f",
    )


def with_column(table: Relation, column: Column) -> Relation:
    """The table with this column in place of the one of its name."""
    return replace(table, columns={**table.columns, column.name: column})


RELATIONS = frozenset(
    {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_SEQUENCE", "OBJECT_FOREIGN_TABLE"}
)  # fmt: skip

EFFECTS: dict[str, Effect] = {
    "CreateStmt": create_table,
    "CreateForeignTableStmt": create_table,
    "ViewStmt": create_view,
    "CreateTableAsStmt": create_view,
    "SelectStmt": select_into,
    "CreateSeqStmt": create_sequence,
    "CreateSchemaStmt": create_schema,
    "CreateEnumStmt": create_type,
    "CreateDomainStmt": create_type,
    "CompositeTypeStmt": create_type,
    "CreateRangeStmt": create_type,
    "DefineStmt": create_type,
    "CreateFunctionStmt": create_function,
    "IndexStmt": create_index,
    "DropStmt": drop,
    "RenameStmt": rename,
    "AlterObjectSchemaStmt": rename,
    "AlterEnumStmt": alter_enum,
    "VariableSetStmt": set_search_path,
    "AT_AddColumn": add_column,
    "AT_DropColumn": drop_column,
    "AT_AlterColumnType": alter_type,
    "AT_AddConstraint": add_constraints,
    "AT_DropConstraint": drop_constraint,
    "AT_ValidateConstraint": validate,
    "AT_SetNotNull": lambda node, context: alter_column(node, context, lambda c: replace(c, not_null=True)),
    "AT_DropNotNull": lambda node, context: alter_column(node, context, lambda c: replace(c, not_null=False)),
    "AT_ColumnDefault": lambda node, context: alter_column(
        node, context, lambda c: replace(c, default=not says_null(node.def_))
    ),
    "AT_AddIdentity": lambda node, context: alter_column(node, context, lambda c: replace(c, identity=True)),
    "AT_DropIdentity": lambda node, context: alter_column(node, context, lambda c: replace(c, identity=False)),
    "AT_AttachPartition": attach,
    "AT_DetachPartition": detach,
    "AT_AddInherit": attach,
    "AT_DropInherit": detach,
    "AT_EnableRowSecurity": row_security,
    "AT_DisableRowSecurity": row_security,
}
