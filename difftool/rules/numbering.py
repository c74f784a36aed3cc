"""What numbers a new identity column until it is one: a sequence beside its own, which counts like that one.

It belongs to the column under its other name, so that both go together; and it may be used by all who may write, for an
identity asks nobody for a privilege on its sequence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from difftool.batches import Backfill, possible
from difftool.parse import Name, Node, ending, quoted
from difftool.pg.connection import literal
from difftool.rules.columns import FILLING, on_target
from difftool.rules.context import Context
from difftool.rules.counting import Counting, counting
from difftool.rules.facts import Relation
from difftool.rules.made import sequence_name


@dataclass(frozen=True, slots=True)
class Numbering:
    """How the rows of a table get their numbers: its name, the column's other one, both sequences."""

    table: Name
    column: str
    own: Name
    """The sequence that the identity will have."""
    counting: Counting

    @property
    def sequence(self) -> Name:
        """The one until then."""
        return Name(self.own.schema, ending(self.own.name, FILLING))

    @property
    def value(self) -> str:
        """Its next number."""
        return f"nextval(CAST({literal(self.sequence.sql)} AS regclass))"

    @property
    def backfill(self) -> Backfill:
        """How the old rows get theirs."""
        column = quoted(self.column)
        return Backfill(self.table.sql, column, self.value, f"{column} IS NULL")


def numbering(node: Node, table: Relation, context: Context) -> Numbering | None:
    """How the column of an ADD COLUMN is numbered; None for one that is no identity, or does not say how it counts."""
    column = node.def_
    type_ = context.type(column.typeName).name.name if column.typeName else ""
    for constraint in column.constraints or ():
        if constraint.contype.name == "CONSTR_IDENTITY" and (how := counting(constraint, type_)):
            schema, own = sequence_name(constraint, table.name.schema, table.name.name, column.colname)
            return Numbering(table.name, ending(column.colname, FILLING), Name(schema or table.name.schema, own), how)
    return None


def unnumbered(node: Node, table: Relation, context: Context) -> str:
    """Why a new identity column cannot be numbered in batches, in words; "" where it can, and for any other column."""
    if not any(c.contype.name == "CONSTR_IDENTITY" for c in node.def_.constraints or ()):
        return ""
    how = numbering(node, table, context)
    if how is None:
        return "the statement does not say how its sequence counts"
    return next(_against(how, node, table, context), "")


def _against(how: Numbering, node: Node, table: Relation, context: Context) -> Iterator[str]:
    kinds = {constraint.contype.name for constraint in node.def_.constraints}
    if kinds - {"CONSTR_IDENTITY", "CONSTR_NOTNULL"} or node.missing_ok:
        yield "the statement says more"
    if table.kind != "r" or table.partition or context.parents[table.oid]:
        yield "it is partitioned, or inherits"
    if context.facts.role not in ("", table.owner):
        yield f'it belongs to role "{table.owner}"'
    if not how.counting.reaches(table.rows or 0):
        yield "it has fewer numbers than there are rows"
    if how.column in on_target(table, context).columns and not numbered_so_far(how, table, context):
        yield f'column "{how.column}" is in the way'
    elif how.sequence in context.names and not numbered_so_far(how, table, context):
        yield f"{how.sequence.shown} is in the way"
    if not possible(how.backfill):
        yield "of its name"


def stood_in(sequence: Relation, context: Context) -> bool:
    """Whether it numbered a column until now, when that one's own has taken its position over."""
    _, column = context.owned.get(sequence.oid, (0, ""))
    return column.endswith(FILLING) and sequence.name in context.carried


def numbered_so_far(how: Numbering, table: Relation, context: Context) -> bool:
    """Whether an apply that stopped has left column and sequence, and this one counts like what is wanted."""
    there = next((r for r in context.facts.relations if r.name == how.sequence), None)
    if there is None or (there.oid, table.oid, how.column) not in context.facts.owned:
        return False
    column = on_target(table, context).columns[how.column]
    return column.default and context.facts.counting.get(there.oid) == how.counting
