"""DROP SCHEMA … CASCADE deletes every table in the schema. Without CASCADE, PostgreSQL only drops an empty one.

https://www.postgresql.org/docs/current/sql-dropschema.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, strings
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.registry import rule
from difftool.rules.words import cascade, counted, gone


@rule("drop-schema", "DropStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Each schema dropped with CASCADE, with the tables that go."""
    if node.removeType.name != "OBJECT_SCHEMA" or not cascade(node):
        return
    for item in node.objects:
        schema = strings(item)[0]
        held = [r for r in context.relations.values() if r.name.schema == schema and not r.new]
        if schema in context.new_schemas or (context.facts.complete and not held):
            continue
        tables = [r for r in held if r.kind in "rp"]
        if tables or any(r.kind == "S" for r in held) or not held:
            yield Hazard(
                "data-loss",
                f'deletes schema "{schema}" with all that is in it{contents(tables, context)}, for good; '
                "save it first with pg_dump --schema, and drop its tables by name",
            )
        yield Hazard("breaks-clients", gone(f'anything in schema "{schema}"'))


def contents(tables: list[Relation], context: Context) -> str:
    """``: 12 tables (about 3 million rows, 1.2 GB)``, empty when the facts know of none."""
    stored = [t for t in tables if t.kind == "r"]
    return f": {counted(tables, 'table')} ({context.size(stored)})" if tables else ""
