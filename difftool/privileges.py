"""What a plan's statements need of the role that runs them, asked of the target before the first one is run.

A proof cannot tell: on the copy, the role is a member of every role that the dump names. Only what PostgreSQL's manual
says of each command is asked for, and only of objects that are there already: what it misses, the server refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from difftool import words
from difftool.parse import Name, Node, created, dotted, is_a, nodes, parse, qualified, strings
from difftool.pg.connection import rows, session

if TYPE_CHECKING:
    from difftool.model import Statement
    from difftool.pg.conninfo import Conninfo
    from difftool.pg.types import Connection

Right = Literal["owner", "drop", "references", "trigger", "create", "database", "member", "routine", "type"]
"""To drop, the owner of the schema will do; ``create`` is in a schema, and a schema in the ``database``."""


class Need(NamedTuple):
    """A right to an object."""

    right: Right
    name: Name


RELATIONS = frozenset("TABLE VIEW MATVIEW SEQUENCE INDEX FOREIGN_TABLE".split())
PARTS = frozenset("TRIGGER POLICY RULE COLUMN TABCONSTRAINT".split())
"""What belongs to the owner of its relation."""
ROUTINES = frozenset("FUNCTION PROCEDURE ROUTINE AGGREGATE".split())
TYPES = frozenset("TYPE DOMAIN".split())
# to drop something, to own its schema is enough; who owns an object may grant any right to it, to itself as well
LACKING = """
WITH me AS (SELECT oid FROM pg_roles WHERE rolname = %s), need AS (
    SELECT n.* FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[]) AS n (number, kind, schema, name)
), found AS (
    SELECT n.number, n.kind, n.schema, n.name, c.relowner AS owner,
           pg_has_role(me.oid, c.relowner, 'USAGE') OR CASE n.kind
               WHEN 'drop' THEN pg_has_role(me.oid, s.nspowner, 'USAGE')
               WHEN 'references' THEN has_any_column_privilege(me.oid, c.oid, 'REFERENCES')
               WHEN 'trigger' THEN has_table_privilege(me.oid, c.oid, 'TRIGGER')
               ELSE false END AS held
    FROM me, need n JOIN pg_namespace s ON s.nspname = n.schema
    JOIN pg_class c ON c.relnamespace = s.oid AND c.relname = n.name
    WHERE n.kind IN ('owner', 'drop', 'references', 'trigger')
    UNION ALL
    SELECT n.number, n.kind, n.schema, n.name, min(p.proowner::text)::oid,
           bool_or(pg_has_role(me.oid, p.proowner, 'USAGE') OR pg_has_role(me.oid, s.nspowner, 'USAGE'))
    FROM me, need n JOIN pg_namespace s ON s.nspname = n.schema
    JOIN pg_proc p ON p.pronamespace = s.oid AND p.proname = n.name
    WHERE n.kind = 'routine' GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT n.number, n.kind, n.schema, n.name, t.typowner,
           pg_has_role(me.oid, t.typowner, 'USAGE') OR pg_has_role(me.oid, s.nspowner, 'USAGE')
    FROM me, need n JOIN pg_namespace s ON s.nspname = n.schema
    JOIN pg_type t ON t.typnamespace = s.oid AND t.typname = n.name
    WHERE n.kind = 'type'
    UNION ALL
    SELECT n.number, n.kind, n.schema, n.name, s.nspowner,
           pg_has_role(me.oid, s.nspowner, 'USAGE') OR has_schema_privilege(me.oid, s.oid, 'CREATE')
    FROM me, need n JOIN pg_namespace s ON s.nspname = n.name
    WHERE n.kind = 'create'
    UNION ALL
    SELECT n.number, n.kind, n.schema, d.datname, d.datdba,
           pg_has_role(me.oid, d.datdba, 'USAGE') OR has_database_privilege(me.oid, d.oid, 'CREATE')
    FROM me, need n JOIN pg_database d ON d.datname = current_database()
    WHERE n.kind = 'database'
    UNION ALL
    SELECT n.number, n.kind, n.schema, n.name, r.oid, pg_has_role(me.oid, r.oid, 'MEMBER')
    FROM me, need n JOIN pg_roles r ON r.rolname = n.name
    WHERE n.kind = 'member'
)
SELECT number, kind, schema, name, pg_get_userbyid(owner) FROM found WHERE NOT held ORDER BY number, kind, name
"""


def lacking(connection: Connection, role: str, statements: Sequence[Statement]) -> tuple[str, ...]:
    """What the role lacks, a sentence each: 'statement 1 (alter …) needs ownership of app.t, which is of "admin"'."""
    wanted = sorted(set(_wanted(statements)))
    if not wanted:
        return ()
    numbers, rights, names = zip(*wanted, strict=True)
    parameters = (role, list(numbers), list(rights), [n.schema for n in names], [n.name for n in names])
    found = rows(connection, LACKING, parameters)
    return tuple(
        f"statement {number} ({words.title(statements[number - 1])}) needs {_said(right, Name(schema, name), owner)}"
        for number, right, schema, name, owner in found
    )


def _wanted(statements: Sequence[Statement]) -> Iterator[tuple[int, Right, Name]]:
    """What each statement needs, less what is said of an object that one before it made: that is our own."""
    made: set[Name] = set()
    for number, statement in enumerate(statements, 1):
        yield from ((number, *need) for need in needs(statement.sql) if need.name not in made)
        made |= {found[1] for node in parse(statement.sql) or () if (found := created(node))}


def refusal(info: Conninfo, role: str, statements: Sequence[Statement]) -> Iterator[str]:
    """A plan's note that its apply is going to be refused, as the target is now."""
    with session(info, read_only=True) as connection:
        if missing := lacking(connection, role, statements):
            yield f'apply as "{role}" is going to be refused: {words.some(missing)}'


def needs(sql: str) -> frozenset[Need]:
    """What one statement needs of objects that have a schema in it; nothing for what cannot be read."""
    return frozenset(need for node in parse(sql) or () for need in _needs(node) if _is_placed(need))


def _is_placed(need: Need) -> bool:
    return bool(need.name.schema) or need.right in ("create", "database", "member")


def _needs(node: Node) -> Iterator[Need]:
    if (made := created(node)) and made[1].schema:
        yield Need("create", Name("", made[1].schema))
    for inner in nodes(node):
        if is_a(inner, "Constraint") and inner.pktable:
            yield Need("references", dotted(inner.pktable))
        elif is_a(inner, "CreateSchemaStmt") and inner.schemaname:
            yield Need("database", Name("", inner.schemaname))
        owner = getattr(inner, "newowner", None)
        if owner and owner.rolename:
            yield Need("member", Name("", owner.rolename))
    yield from _of_owner(node)


def _of_owner(node: Node) -> Iterator[Need]:
    """What only the owner may do to something that is there."""
    if is_a(node, "IndexStmt"):
        yield Need("create", Name("", node.relation.schemaname or ""))
    if is_a(node, "AlterTableStmt", "IndexStmt", "RenameStmt", "AlterObjectSchemaStmt", "RuleStmt") and node.relation:
        yield Need("owner", dotted(node.relation))
    elif is_a(node, "CreatePolicyStmt", "AlterPolicyStmt"):
        yield Need("owner", dotted(node.table))
    elif is_a(node, "CreateTrigStmt"):
        yield Need("trigger", dotted(node.relation))
    elif is_a(node, "AlterSeqStmt"):
        yield Need("owner", dotted(node.sequence))
    elif is_a(node, "AlterEnumStmt"):
        yield Need("type", dotted(node.typeName))
    elif is_a(node, "AlterFunctionStmt"):
        yield Need("routine", dotted(node.func))
    elif is_a(node, "CreateStmt"):
        yield from (Need("owner", dotted(parent)) for parent in node.inhRelations or ())
    elif is_a(node, "DropStmt"):
        yield from (need for dropped in node.objects for need in _to_touch(node.removeType, dropped, "drop"))
    elif is_a(node, "AlterOwnerStmt"):
        yield from _to_touch(node.objectType, node.object, "owner")
    elif is_a(node, "CommentStmt"):
        yield from _to_touch(node.objtype, node.object, "owner")


def _to_touch(kind: Node, named: Node, right: Right) -> Iterator[Need]:
    what = kind.name.removeprefix("OBJECT_")
    if what in RELATIONS:
        yield Need(right, Name(*("", "", *strings(named))[-2:]))
    elif what in PARTS:
        yield Need("owner", Name(*("", "", *strings(named)[:-1])[-2:]))
    elif what in ROUTINES:
        yield Need("routine", dotted(named))
    elif what in TYPES:
        yield Need("type", dotted(named))


def _said(right: Right, name: Name, owner: str) -> str:
    if right in ("references", "trigger"):
        return f"{right.upper()} on {name.sql}"
    if right == "create":
        return f"CREATE on schema {name.sql}"
    if right == "database":
        return f"CREATE on database {name.sql}"
    if right == "member":
        return f"membership in {qualified(owner)}"
    return f'ownership of {name.sql}, which is of "{owner}"'
