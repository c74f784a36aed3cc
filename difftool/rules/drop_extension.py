"""DROP EXTENSION takes the extension's functions, types and tables away, and the tables' rows with them.

https://www.postgresql.org/docs/current/sql-dropextension.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, quoted, strings
from difftool.rules.context import Context
from difftool.rules.later import missing
from difftool.rules.registry import rule
from difftool.rules.words import cascade


@rule("drop-extension", "DropStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Each extension: its own tables, and by CASCADE the columns of its types."""
    if node.removeType.name != "OBJECT_EXTENSION":
        return
    for item in node.objects:
        name = strings(item)[0]
        for table in sorted(context.relations.values(), key=lambda r: r.name):
            if table.extension == name and table.kind in "rp":
                yield Hazard(
                    "data-loss",
                    f'deletes {context.shown(table)}, a table of extension "{name}", for good; '
                    "save it first with pg_dump --table",
                )
        if cascade(node):
            yield Hazard(
                "data-loss",
                f'deletes, by CASCADE, every column of a type that extension "{name}" brought, for good; '
                "change the columns to another type first",
            )
        yield from elsewhere(name, context)


def elsewhere(name: str, context: Context) -> Iterator[Hazard]:
    """Who uses what the extension brought; made again, it may be in another schema."""
    what = f'the functions, types and operators of extension "{name}"'
    again = context.identity_later("extension", quoted(name))
    if again is None or not again.together:
        yield from missing(what, again)
        return
    options = (option for node in again.node for option in node.options or ())
    yield from (Hazard("breaks-clients", moved(name, o.arg.sval)) for o in options if o.defname == "schema")


def moved(name: str, schema: str) -> str:
    """The words for an extension in another schema: its own name stands in no query."""
    return (
        f'queries that find the functions, types and operators of extension "{name}" where they are so far fail once '
        f'this commits, for they are in schema "{schema}" then; put it on the search_path first'
    )
