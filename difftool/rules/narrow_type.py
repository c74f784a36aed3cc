"""ALTER COLUMN TYPE to a type that holds less cuts, rounds or refuses values.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from difftool.model import Hazard, Statement
from difftool.parse import Node, quoted
from difftool.rules.context import Context
from difftool.rules.losses import flat_elements
from difftool.rules.registry import Probe, probe, rule
from difftool.rules.rows import filled, those
from difftool.rules.sqltype import SqlType
from difftool.rules.typechange import loses, steps
from difftool.rules.unfit import unfit


@rule("narrow-type", "AT_AlterColumnType")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A change after which some value of the old type is not what it was."""
    table = context.relation_of_table()
    column = context.column(table, node.name)
    if not context.in_use(table) or column.new or column.generated or context.found_empty(table, only=context.only):
        return
    through, new = steps(node, context), context.type(node.def_.typeName)
    words = loses(column.type, through, context)
    if words:
        before, after = told(column.type, new, context)
        yield Hazard(
            "data-loss",
            f'changes column "{node.name}" of {context.shown(table, only=context.only)} {before}to {after}: {words}; '
            "add a new column, move the values and compare them before the old one is dropped",
        )


def told(old: SqlType | None, new: SqlType, context: Context) -> tuple[str, str]:
    """The two types in a sentence; of one made anew under its name also what it is made of."""
    if old is None:
        return "", new.shown
    known_as = replace(old, name=context.known_as("type", old.name))
    if known_as.shown != new.shown:
        return f"from {known_as.shown} ", new.shown
    inside = [flat_elements(type_, context).shown for type_ in (old, new)]
    if inside[0] == inside[1] or inside == [old.shown, new.shown]:
        return "", new.shown
    was, is_ = (new.shown if name in (old.shown, new.shown) else f"{new.shown} ({name})" for name in inside)
    return f"from {was} ", is_


@probe("AT_AlterColumnType")
def no_room(node: Node, context: Context) -> Iterator[Probe]:
    """The values that the new type refuses, cuts or rounds."""
    table, through = context.relation_of_table(), steps(node, context)
    column = context.column(table, node.name)
    if not filled(table, context) or column.new or column.generated or column.type is None or through is None:
        return
    version, cut = context.facts.version, len(through) > 1
    for where, said, kind in unfit(quoted(node.name), column.type, through[-1], cut=cut, version=version):
        rows = those(table, where, context, only=context.only)
        yield Probe(rows, table.name.shown, "have", f'a value in column "{node.name}" that {said}', kind)
