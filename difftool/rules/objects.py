"""How parse trees name objects: PostgreSQL's noun for each kind, and the name as SQL writes it."""

from __future__ import annotations

from collections.abc import Iterator

from difftool.parse import Node, is_a, qualified, quoted, strings, written

NOUNS = {
    "ACCESS_METHOD": "access method", "AMOP": "operator family", "AMPROC": "operator family", "ATTRIBUTE": "column",
    "DEFACL": "default privileges", "DOMCONSTRAINT": "constraint", "EVENT_TRIGGER": "event trigger",
    "FDW": "foreign-data wrapper", "FOREIGN_SERVER": "server", "FOREIGN_TABLE": "foreign table",
    "LARGEOBJECT": "large object", "MATVIEW": "materialized view", "OPCLASS": "operator class",
    "OPFAMILY": "operator family", "PARAMETER_ACL": "parameter", "PUBLICATION_NAMESPACE": "publication",
    "PUBLICATION_REL": "publication", "STATISTIC_EXT": "statistics", "TABCONSTRAINT": "constraint",
    "TSCONFIGURATION": "text search configuration", "TSDICTIONARY": "text search dictionary",
    "TSPARSER": "text search parser", "TSTEMPLATE": "text search template", "USER_MAPPING": "user mapping",
}  # fmt: skip
"""``ObjectType`` where the noun is not simply its name in lower case."""


def noun(object_type: Node) -> str:
    """PostgreSQL's noun for an ``ObjectType``, as ``pg_identify_object`` says it."""
    word = object_type.name.removeprefix("OBJECT_")
    return str(NOUNS.get(word, word.lower()))


def relation_name(node: Node) -> str:
    """A RangeVar as SQL writes it."""
    return qualified(*(part for part in (node.schemaname, node.relname) if part))


def name_of(item: Node, kind: str = "") -> str:
    """Whatever a parse tree uses to name an object, as SQL writes the name; total, for an odd one its SQL text."""
    if isinstance(item, str):
        return quoted(item)
    if is_a(item, "RangeVar"):
        return relation_name(item)
    if is_a(item, "String"):
        return quoted(item.sval)
    if is_a(item, "ObjectWithArgs"):
        return with_arguments(item, kind)
    if is_a(item, "TypeName"):
        return type_name(item)
    if is_a(item, "RoleSpec"):
        return role_name(item)
    if isinstance(item, tuple):
        return _list_name(item, kind)
    return written(item) if item is not None else ""


def _list_name(item: tuple[Node, ...], kind: str) -> str:
    if all(is_a(part, "String") for part in item):
        if kind in ("operator class", "operator family"):
            return f"{qualified(*strings(item[1:]))} USING {quoted(item[0].sval)}"
        return qualified(*strings(item))
    if kind == "cast" and len(item) == 2:
        return f"({type_name(item[0])} AS {type_name(item[1])})"
    if kind == "transform" and len(item) == 2:
        return f"for {type_name(item[0])} language {name_of(item[1])}"
    return ".".join(name_of(part) for part in item)


def type_name(node: Node) -> str:
    """A TypeName as SQL writes it; built-in types by their SQL name."""
    text = written(node)
    return text.removeprefix("pg_catalog.")


def with_arguments(item: Node, kind: str = "") -> str:
    """``public.f(integer, text)``; without parentheses where the statement gives no arguments."""
    *schema, last = strings(item.objname)
    name = ".".join((*(quoted(part) for part in schema), last)) if kind == "operator" else qualified(*schema, last)
    if item.args_unspecified:
        return name
    types = [type_name(t) if t is not None else "NONE" for t in item.objargs or ()]
    if kind == "aggregate" and not types:
        return f"{name}(*)"
    return f"{name}({', '.join(types)})"


def role_name(node: Node) -> str:
    """A RoleSpec as SQL writes it: a name, or PUBLIC, CURRENT_USER …"""
    if node.rolename:
        return quoted(node.rolename)
    return str(node.roletype.name).removeprefix("ROLESPEC_")


def subject(node: Node) -> tuple[str, str]:
    """(kind, name) of what a RENAME, SET SCHEMA, OWNER TO, COMMENT or DEPENDS ON is about."""
    object_type = getattr(node, "renameType", None) or getattr(node, "objectType", None)
    object_type = node.objtype if object_type is None else object_type
    kind, relation, below = noun(object_type), getattr(node, "relation", None), getattr(node, "subname", None)
    if relation is not None:
        name = relation_name(relation)
        return kind, f"{name}.{quoted(below)}" if below else name
    if node.object is None:
        return kind, quoted(below or "")
    name = name_of(node.object, kind)
    return kind, f"{name}.{quoted(below)}" if below else name


def dropped(node: Node) -> Iterator[tuple[str, str]]:
    """(kind, name) of each object that a DROP statement takes away."""
    if is_a(node, "DropStmt"):
        kind = noun(node.removeType)
        for item in node.objects:
            yield kind, name_of(item, kind)
    elif is_a(node, "DropSubscriptionStmt"):
        yield "subscription", quoted(node.subname)
    elif is_a(node, "DropUserMappingStmt"):
        yield "user mapping", f"{role_name(node.user)} on server {quoted(node.servername)}"
    elif is_a(node, "DropRoleStmt"):
        for role in node.roles:
            yield "role", role_name(role)


def granted(node: Node) -> list[tuple[str, str]]:
    """(kind, name) of each object of a GRANT or REVOKE."""
    kind = noun(node.objtype)
    if node.targtype.name == "ACL_TARGET_ALL_IN_SCHEMA":
        return [(f"every {kind} in schema", name_of(item)) for item in node.objects or ()]
    return [(kind, name_of(item, kind)) for item in node.objects or ()]


def privileges(node: Node) -> list[str]:
    """The privileges of a GRANT or REVOKE in capitals, with their columns; the roles of a membership."""
    if is_a(node, "GrantRoleStmt"):
        return [quoted(role.priv_name) for role in node.granted_roles]
    if not node.privileges:
        return ["all privileges"]
    listed = []
    for privilege in node.privileges:
        columns = ", ".join(quoted(c) for c in strings(privilege.cols))
        listed.append((privilege.priv_name or "all").upper() + (f" ({columns})" if columns else ""))
    return listed


def grantees(node: Node) -> list[str]:
    """Who a GRANT or REVOKE is about."""
    return [role_name(role) for role in (node.grantee_roles if is_a(node, "GrantRoleStmt") else node.grantees)]
