"""What a statement makes of the types and functions of the target."""

from __future__ import annotations

from dataclasses import replace

from difftool.parse import Name, Node, is_a, strings
from difftool.rules.columns import new_column, with_column
from difftool.rules.context import UNKNOWN, Context
from difftool.rules.facts import NOT_NULL, Function, Relation, Type, asked
from difftool.rules.made import makes

CONDITIONS = ("CONSTR_CHECK", "CONSTR_NOTNULL")


def create_type(node: Node, context: Context) -> None:
    """CREATE TYPE AS ENUM, CREATE DOMAIN, CREATE TYPE AS (...), AS RANGE and base types."""
    if is_a(node, "CompositeTypeStmt"):
        name = context.qualify(node.typevar.schemaname or "", node.typevar.relname)
        columns = {e.colname: new_column(e, context) for e in node.coldeflist or ()}
        context.add(Relation(UNKNOWN, name, "c", columns=columns, new=True))
        context.types[name] = Type(name, "c", new=True)
    elif is_a(node, "CreateDomainStmt"):
        name = context.dotted(node.domainname)
        checks = tuple(asked(c) for c in node.constraints or () if c.contype.name in CONDITIONS)
        context.types[name] = Type(name, "d", context.type(node.typeName), bool(checks), new=True, checks=checks)
    elif is_a(node, "CreateEnumStmt"):
        name = context.dotted(node.typeName)
        context.types[name] = Type(name, "e", labels=strings(node.vals), new=True)
    elif is_a(node, "CreateRangeStmt"):
        create_range(node, context)
    elif node.kind.name == "OBJECT_TYPE":
        name = context.dotted(node.defnames)
        context.types[name] = Type(name, new=True)


def create_range(node: Node, context: Context) -> None:
    """CREATE TYPE AS RANGE, with its multirange type where that is named."""
    of = [context.type(o.arg) for o in node.params or () if o.defname == "subtype" and is_a(o.arg, "TypeName")]
    name = context.dotted(node.typeName)
    for made in makes(node):
        if made.space == "type":
            each = context.qualify(made.schema, made.name)
            context.types[each] = Type(each, "r" if each == name else "m", new=True, subtype=of[0] if of else None)


def drop_type(item: Node, context: Context) -> None:
    """DROP TYPE and DROP DOMAIN; a composite type is a relation too."""
    name = context.dotted(item.names, context.types)
    context.types.pop(name, None)
    for relation in _composite(name, context):
        context.remove(relation)


def rename_type(node: Node, schema: str, new: str, context: Context) -> None:
    """RENAME TO and SET SCHEMA."""
    old = context.dotted(node.object, context.types)
    move_type(context, old, Name(schema or old.schema, new or old.name))


def move_type(context: Context, old: Name, new: Name) -> None:
    """Let a type, and the columns and domains that have it, go by another name."""
    if old in context.types:
        context.types[new] = replace(context.types.pop(old), name=new)
    context.remember("type", old, new)
    for relation in _composite(old, context):
        context.change(replace(relation, name=new))
    for table, column in context.users(old):
        if column.type and column.type.name == old:
            now = context.relations[table.oid]
            context.change(with_column(now, replace(column, type=replace(column.type, name=new))))
    for name, known in list(context.types.items()):
        if known.base and known.base.name == old:
            context.types[name] = replace(known, base=replace(known.base, name=new))


def _composite(name: Name, context: Context) -> list[Relation]:
    """The composite type of this name, if it is one."""
    found = context.relations.get(context.names.get(name, UNKNOWN))
    return [found] if found and found.kind == "c" else []


def alter_enum(node: Node, context: Context) -> None:
    """ALTER TYPE ADD VALUE and RENAME VALUE."""
    name = context.dotted(node.typeName, context.types)
    known = context.types.get(name)
    if known:
        kept = tuple(node.newVal if label == node.oldVal else label for label in known.labels)
        added = (node.newVal,) if not node.oldVal and node.newVal not in kept else ()
        context.types[name] = replace(known, labels=kept + added)


def alter_domain(node: Node, context: Context) -> None:
    """ALTER DOMAIN: what it asks of values from now on; of what is taken away nobody knows which of them it was."""
    name = context.dotted(node.typeName, context.types)
    known = context.types.get(name)
    if known and node.subtype in ("C", "O"):
        more = asked(node.def_) if node.subtype == "C" else NOT_NULL
        context.types[name] = replace(known, constrained=True, checks=(*known.checks, more))
    elif known and node.subtype in ("X", "N"):
        context.types[name] = replace(known, checks=())


def create_function(node: Node, context: Context) -> None:
    """CREATE FUNCTION or PROCEDURE: one more overload, or the same one with another body."""
    made = function(node, context)
    old = [f for f in context.functions[made.name] if f.takes == made.takes]
    others = [f for f in context.functions[made.name] if f.takes != made.takes]
    context.functions[made.name] = [*others, replace(made, new=not old or old[0].new)]


def drop_function(item: Node, context: Context) -> None:
    """DROP FUNCTION, PROCEDURE or ROUTINE."""
    name = context.dotted(item.objname, context.functions)
    takes = None if item.args_unspecified else tuple(context.type(t) for t in item.objargs or ())
    context.functions[name] = [f for f in context.functions[name] if takes is not None and f.takes != takes]


def rename_function(item: Node, schema: str, new: str, context: Context) -> None:
    """RENAME TO and SET SCHEMA of a function."""
    old = context.dotted(item.objname, context.functions)
    name = Name(schema or old.schema, new or old.name)
    takes = None if item.args_unspecified else tuple(context.type(t) for t in item.objargs or ())
    moved = [f for f in context.functions[old] if takes is None or f.takes == takes]
    context.functions[old] = [f for f in context.functions[old] if f not in moved]
    context.functions[name] = [*context.functions[name], *(replace(f, name=name) for f in moved)]
    context.remember("function", old, name)


def function(node: Node, context: Context) -> Function:
    """The overload that a CREATE FUNCTION makes; volatile unless it says otherwise."""
    parameters = [(p.mode.value, p.name or "", context.type(p.argType)) for p in node.parameters or ()]
    taken = [p for p in node.parameters or () if p.mode.value not in "ot"]
    outs = tuple((name, type_) for mode, name, type_ in parameters if mode in "bot")
    result = (("", context.type(node.returnType)),) if node.returnType else (("", context.nothing),)
    volatility = [o.arg.sval for o in node.options or () if o.defname == "volatility"]
    return Function(
        context.dotted(node.funcname),
        tuple(context.type(p.argType) for p in taken),
        (bool(node.returnType and node.returnType.setof), outs or result),
        volatile=volatility in ([], ["volatile"]),
        kind="p" if node.is_procedure else "w" if any(o.defname == "window" for o in node.options or ()) else "f",
        names=tuple(p.name or "" for p in taken) if any(p.name for p in taken) else (),
        defaults=sum(p.defexpr is not None for p in taken),
    )
