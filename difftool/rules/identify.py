"""Which object a statement is about, from its parse tree: for a plan's table of contents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from difftool.batches import as_backfill
from difftool.emptiness import guarded
from difftool.model import Action
from difftool.parse import Node, is_a, nodes, parse, qualified, quoted, strings
from difftool.rules.do_block import unfolded
from difftool.rules.objects import (
    dropped,
    granted,
    name_of,
    noun,
    relation_name,
    role_name,
    subject,
    type_name,
    with_arguments,
)

Identity = tuple[str, str, Action]


def identify(sql: str) -> Identity:
    """(kind, name, action): PostgreSQL's noun, the object's name in SQL's quoting, and what is done to it.

    Total: any text gets an answer. A column, constraint, trigger, policy or rule is named after its table:
    ``public.users.email``; ALTER TABLE with several subcommands is about the table; a statement about several objects
    lists them. What nobody recognises is a "statement", named by its first words, action "alter".
    """
    parsed = unfolded(parse(sql))
    if table := guarded(sql):
        return "table", table, "alter"
    if filling := as_backfill(sql):
        return "column", f"{filling.table}.{filling.column}", "alter"
    unknown: Identity = ("statement", " ".join(sql.split()[:3]), "alter")
    if not parsed:
        return unknown
    found = _identify(parsed[-1] if all(is_a(node, "RenameStmt") for node in parsed) else parsed[0])
    return found if found and found[1] else unknown


def _identify(node: Node) -> Identity | None:
    what = type(node).__name__
    if what in SPECIAL:
        return SPECIAL[what](node)
    if what in PLAIN:
        kind, field, action = PLAIN[what]
        return kind, _field(node, field), action
    return None


def _field(node: Node, path: str) -> str:
    """The name found by following a dotted path of attributes."""
    for part in path.split("."):
        node = getattr(node, part, None)
    return name_of(node)


def _on_table(kind: str, table: str, name: str, action: Action) -> Callable[[Node], Identity]:
    """For what belongs to a table: its name comes after the table's."""

    def read(node: Node) -> Identity:
        return kind, f"{relation_name(getattr(node, table))}.{quoted(getattr(node, name))}", action

    return read


def _alter_table(node: Node) -> Identity:
    kind, table = noun(node.objtype), relation_name(node.relation)
    whole: Identity = (kind, table, "alter")
    if len(node.cmds) != 1:
        return whole
    command = node.cmds[0]
    what = command.subtype.name
    if what in ("AT_AddColumn", "AT_DropColumn"):
        column = command.def_.colname if what == "AT_AddColumn" else command.name
        return "column", f"{table}.{quoted(column)}", "create" if what == "AT_AddColumn" else "drop"
    if what == "AT_AddConstraint":
        return "constraint", f"{table}.{_constraint_name(command.def_)}", "create"
    if what in CONSTRAINT_COMMANDS:
        constraint = str(command.name or getattr(command.def_, "conname", ""))
        return "constraint", f"{table}.{quoted(constraint)}", CONSTRAINT_COMMANDS[what]
    if command.name and (below := STATES.fullmatch(what)):
        return below[1].lower().replace("trig", "trigger"), f"{table}.{quoted(command.name)}", "alter"
    if what in COLUMN_COMMANDS and command.name:
        return "column", f"{table}.{quoted(command.name)}", "alter"
    return whole


def _constraint_name(constraint: Node) -> str:
    """Its name, or what it is where PostgreSQL makes up the name."""
    if constraint.conname:
        return quoted(constraint.conname)
    return str(constraint.contype.name).removeprefix("CONSTR_").lower().replace("_", " ")


def _several(found: Iterable[tuple[str, str]], action: Action) -> Identity | None:
    """One identity for a statement about several objects."""
    listed = list(found)
    return (listed[0][0], ", ".join(name for _, name in listed), action) if listed else None


def _drop(node: Node) -> Identity | None:
    return _several(dropped(node), "drop")


def _subject(node: Node) -> Identity:
    return *subject(node), "alter"


def _comment(node: Node) -> Identity:
    return "comment", subject(node)[1], "create" if getattr(node, "comment", None) else "drop"


def _grant(node: Node) -> Identity | None:
    action: Action = "create" if node.is_grant else "drop"
    if is_a(node, "GrantRoleStmt"):
        return "grant", ", ".join(quoted(role.priv_name) for role in node.granted_roles), action
    found = _several(granted(node), action)
    return ("grant", found[1], action) if found else None


def _default_privileges(node: Node) -> Identity:
    schemas = [name for o in node.options or () if o.defname == "schemas" for name in strings(o.arg)]
    roles = [role_name(r) for o in node.options or () if o.defname == "roles" for r in o.arg]
    place = ", ".join([*(f"role {r}" for r in roles), *(f"schema {quoted(s)}" for s in schemas)])
    return "default privileges", place or "database", "alter"


def _function(node: Node) -> Identity:
    kind = "procedure" if node.is_procedure else "function"
    takes = [type_name(p.argType) for p in node.parameters or () if p.mode.value not in "ot"]
    return kind, f"{qualified(*strings(node.funcname))}({', '.join(takes)})", "create"


def _define(node: Node) -> Identity:
    kind = noun(node.kind)
    if kind == "operator":
        given = {o.defname: type_name(o.arg) for o in node.definition or () if is_a(o.arg, "TypeName")}
        *schema, last = strings(node.defnames)
        name = ".".join((*(quoted(part) for part in schema), last))
        return kind, f"{name}({given.get('leftarg', 'NONE')}, {given.get('rightarg', 'NONE')})", "create"
    name = qualified(*strings(node.defnames))
    if kind == "aggregate":
        takes = [type_name(p.argType) for p in (node.args[0] if node.args else None) or ()]
        name += f"({', '.join(takes) or '*'})"
    return kind, name, "create"


def _create_as(node: Node) -> Identity:
    return noun(node.objtype), relation_name(node.into.rel), "create"


def _class(kind: str, field: str, action: Action) -> Callable[[Node], Identity]:
    """For operator classes and families."""
    return lambda node: (kind, f"{qualified(*strings(getattr(node, field)))} USING {quoted(node.amname)}", action)


def _user_mapping(action: Action) -> Callable[[Node], Identity]:
    return lambda node: ("user mapping", f"{role_name(node.user)} on server {quoted(node.servername)}", action)


def _set(node: Node) -> Identity:
    return "session", node.name or "all", "set"


def _select(node: Node) -> Identity | None:
    """``set_config(…)`` is about a setting, ``setval(…)`` a sequence, SELECT INTO a table; the rest has no name."""
    if node.intoClause:
        return "table", relation_name(node.intoClause.rel), "create"
    for call in nodes(node):
        text = _first_text(call) if is_a(call, "FuncCall") else ""
        if text and strings(call.funcname)[-1] == "set_config":
            return "session", text, "set"
        if text and strings(call.funcname)[-1] == "setval":
            return "sequence", text, "alter"
    return None


def _first_text(call: Node) -> str:
    """A call's first argument, where that is a literal or a cast of one."""
    first: Node = call.args[0] if call.args else None
    first = first.arg if is_a(first, "TypeCast") else first
    return getattr(first.val, "sval", "") if is_a(first, "A_Const") else ""


def _alter_domain(node: Node) -> Identity:
    name = qualified(*strings(node.typeName))
    below = node.name or getattr(node.def_, "conname", None)
    actions: dict[str, Action] = {"C": "create", "X": "drop", "V": "alter"}
    if below and node.subtype in actions:
        return "constraint", f"{name}.{quoted(below)}", actions[node.subtype]
    return "domain", name, "alter"


def _cast(node: Node) -> Identity:
    return "cast", f"({type_name(node.sourcetype)} AS {type_name(node.targettype)})", "create"


def _transform(node: Node) -> Identity:
    return "transform", f"for {type_name(node.type_name)} language {quoted(node.lang)}", "create"


def _index(node: Node) -> Identity:
    schema = [node.relation.schemaname] if node.relation.schemaname else []
    return "index", qualified(*schema, node.idxname) if node.idxname else relation_name(node.relation), "create"


def _reindex(node: Node) -> Identity:
    kind = str(node.kind.name).removeprefix("REINDEX_OBJECT_").lower()
    return kind, relation_name(node.relation) if node.relation else quoted(node.name or "database"), "alter"


def _tables(field: str, kind: str = "table") -> Callable[[Node], Identity | None]:
    """For statements over a list of tables."""

    def read(node: Node) -> Identity | None:
        listed = [getattr(item, "relation", item) for item in getattr(node, field) or ()]
        return _several(((kind, relation_name(item)) for item in listed if is_a(item, "RangeVar")), "alter")

    return read


STATES = re.compile(r"AT_(?:Enable|Disable)(?:Always|Replica)?(Trig|Rule)")
"""ENABLE and DISABLE of one trigger or rule."""
COLUMN_COMMANDS = frozenset(
    {"AT_ColumnDefault", "AT_DropNotNull", "AT_SetNotNull", "AT_SetExpression", "AT_DropExpression", "AT_SetStatistics",
     "AT_SetOptions", "AT_ResetOptions", "AT_SetStorage", "AT_SetCompression", "AT_AlterColumnType",
     "AT_AlterColumnGenericOptions", "AT_AddIdentity", "AT_SetIdentity", "AT_DropIdentity"}
)  # fmt: skip
CONSTRAINT_COMMANDS: dict[str, Action] = {
    "AT_DropConstraint": "drop",
    "AT_AlterConstraint": "alter",
    "AT_ValidateConstraint": "alter",
}

PLAIN: dict[str, tuple[str, str, Action]] = {
    "AlterCollationStmt": ("collation", "collname", "alter"),
    "AlterDatabaseRefreshCollStmt": ("database", "dbname", "alter"),
    "AlterDatabaseSetStmt": ("database", "dbname", "alter"),
    "AlterDatabaseStmt": ("database", "dbname", "alter"),
    "AlterEnumStmt": ("type", "typeName", "alter"),
    "AlterEventTrigStmt": ("event trigger", "trigname", "alter"),
    "AlterExtensionContentsStmt": ("extension", "extname", "alter"),
    "AlterExtensionStmt": ("extension", "extname", "alter"),
    "AlterFdwStmt": ("foreign-data wrapper", "fdwname", "alter"),
    "AlterForeignServerStmt": ("server", "servername", "alter"),
    "AlterPublicationStmt": ("publication", "pubname", "alter"),
    "AlterRoleSetStmt": ("role", "role", "alter"),
    "AlterRoleStmt": ("role", "role", "alter"),
    "AlterSeqStmt": ("sequence", "sequence", "alter"),
    "AlterStatsStmt": ("statistics", "defnames", "alter"),
    "AlterSubscriptionStmt": ("subscription", "subname", "alter"),
    "AlterTSConfigurationStmt": ("text search configuration", "cfgname", "alter"),
    "AlterTSDictionaryStmt": ("text search dictionary", "dictname", "alter"),
    "AlterTableSpaceOptionsStmt": ("tablespace", "tablespacename", "alter"),
    "AlterTypeStmt": ("type", "typeName", "alter"),
    "ClusterStmt": ("table", "relation", "alter"),
    "CompositeTypeStmt": ("type", "typevar", "create"),
    "CopyStmt": ("table", "relation", "alter"),
    "CreateAmStmt": ("access method", "amname", "create"),
    "CreateConversionStmt": ("conversion", "conversion_name", "create"),
    "CreateDomainStmt": ("domain", "domainname", "create"),
    "CreateEnumStmt": ("type", "typeName", "create"),
    "CreateEventTrigStmt": ("event trigger", "trigname", "create"),
    "CreateExtensionStmt": ("extension", "extname", "create"),
    "CreateFdwStmt": ("foreign-data wrapper", "fdwname", "create"),
    "CreateForeignServerStmt": ("server", "servername", "create"),
    "CreateForeignTableStmt": ("foreign table", "base.relation", "create"),
    "CreatePLangStmt": ("language", "plname", "create"),
    "CreatePublicationStmt": ("publication", "pubname", "create"),
    "CreateRangeStmt": ("type", "typeName", "create"),
    "CreateRoleStmt": ("role", "role", "create"),
    "CreateSchemaStmt": ("schema", "schemaname", "create"),
    "CreateSeqStmt": ("sequence", "sequence", "create"),
    "CreateStatsStmt": ("statistics", "defnames", "create"),
    "CreateStmt": ("table", "relation", "create"),
    "CreateSubscriptionStmt": ("subscription", "subname", "create"),
    "CreateTableSpaceStmt": ("tablespace", "tablespacename", "create"),
    "CreatedbStmt": ("database", "dbname", "create"),
    "DeleteStmt": ("table", "relation", "alter"),
    "DropTableSpaceStmt": ("tablespace", "tablespacename", "drop"),
    "DropdbStmt": ("database", "dbname", "drop"),
    "ImportForeignSchemaStmt": ("schema", "local_schema", "alter"),
    "InsertStmt": ("table", "relation", "alter"),
    "MergeStmt": ("table", "relation", "alter"),
    "RefreshMatViewStmt": ("materialized view", "relation", "alter"),
    "UpdateStmt": ("table", "relation", "alter"),
    "ViewStmt": ("view", "view", "create"),
}
"""Parse nodes whose object is named by one attribute."""

SPECIAL: dict[str, Callable[[Node], Identity | None]] = {
    "AlterDefaultPrivilegesStmt": _default_privileges,
    "AlterDomainStmt": _alter_domain,
    "AlterFunctionStmt": lambda node: (noun(node.objtype), with_arguments(node.func), "alter"),
    "AlterObjectDependsStmt": _subject,
    "AlterObjectSchemaStmt": _subject,
    "AlterOperatorStmt": lambda node: ("operator", with_arguments(node.opername, "operator"), "alter"),
    "AlterOpFamilyStmt": _class("operator family", "opfamilyname", "alter"),
    "AlterOwnerStmt": _subject,
    "AlterPolicyStmt": _on_table("policy", "table", "policy_name", "alter"),
    "AlterTableStmt": _alter_table,
    "AlterUserMappingStmt": _user_mapping("alter"),
    "CommentStmt": _comment,
    "CreateCastStmt": _cast,
    "CreateFunctionStmt": _function,
    "CreateOpClassStmt": _class("operator class", "opclassname", "create"),
    "CreateOpFamilyStmt": _class("operator family", "opfamilyname", "create"),
    "CreatePolicyStmt": _on_table("policy", "table", "policy_name", "create"),
    "CreateTableAsStmt": _create_as,
    "CreateTransformStmt": _transform,
    "CreateTrigStmt": _on_table("trigger", "relation", "trigname", "create"),
    "CreateUserMappingStmt": _user_mapping("create"),
    "DefineStmt": _define,
    "DropRoleStmt": _drop,
    "DropStmt": _drop,
    "DropSubscriptionStmt": _drop,
    "DropUserMappingStmt": _drop,
    "GrantRoleStmt": _grant,
    "GrantStmt": _grant,
    "IndexStmt": _index,
    "LockStmt": _tables("relations"),
    "ReindexStmt": _reindex,
    "RenameStmt": _subject,
    "RuleStmt": _on_table("rule", "relation", "rulename", "create"),
    "SecLabelStmt": lambda node: ("security label", subject(node)[1], "create" if node.label else "drop"),
    "SelectStmt": _select,
    "TruncateStmt": _tables("relations"),
    "VacuumStmt": _tables("rels"),
    "VariableSetStmt": _set,
}
"""Parse nodes that need more than one attribute."""
