"""A column whose every row needs a value of its own is filled in batches, a new one under another name.

Nobody sees it half filled: it gets its name when every row has its value. What stopped half-way is gone on with.
In one statement, each row is locked until it is over: https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from difftool.batches import Backfill, possible
from difftool.model import Hazard, Statement
from difftool.parse import Node, ending, is_a, nodes, parse, quoted, strings, written
from difftool.rules.add_column import unlike, volatile
from difftool.rules.columns import FILLING, fills, on_target
from difftool.rules.constraints import is_serial
from difftool.rules.context import Context
from difftool.rules.facts import Constraint, Relation
from difftool.rules.registry import Online, online, rule
from difftool.rules.restart_sequence import drawn_from
from difftool.rules.typechange import constrained

CHECKED = "__not_null"
SWEEPS = 2
"""How often a table is gone through while others may go on leaving the column out: rows may move meanwhile."""
NEAR = 3
"""How far behind its ADD COLUMN a column's NOT NULL stands, where it is filled in between."""


@rule("fill-column", "UpdateStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A column of a big table that is filled in one transaction."""
    table = context.relation(node.relation)
    whole = fills(node) and is_a(node.whereClause, "NullTest")
    if whole and context.busy(table) and statement.transaction:
        otherwise = unlike(table, context)
        why = f", which is left to you, for {otherwise}" if otherwise else ""
        yield Hazard(
            "blocks-writes",
            f"blocks writes to every row of {context.shown(table)} that it fills until this transaction commits; "
            f"fill it in batches{why}",
        )


@dataclass(frozen=True, slots=True)
class Filled:
    """A new column: how it is filled, and the statements around its own that are about nothing else."""

    how: Backfill
    fill: int | None = None
    """The place of the UPDATE; None where a default does it, and goes on doing it."""
    not_null: Node = None
    """The constraint in the column's statement, or the subcommand of another."""
    default: str = ""
    """What rows that leave it out get, where an UPDATE fills the others: nobody is to fail at the CHECK."""


@online("AT_AddColumn")
def filled_beside(node: Node, context: Context) -> Online | None:
    """The column without values, then their default, then the old rows'; at last its name and NOT NULL."""
    table, column = context.relation_of_table(), node.def_
    found = new_column(node, context)
    if found is None:
        return None
    alter, new, name = f"ALTER TABLE {table.name.sql}", found.how.column, quoted(column.colname)
    given = found.default if found.fill else found.how.value
    default = f", ALTER COLUMN {new} SET DEFAULT {given}" if given else ""
    add = f"{alter} ADD COLUMN {new} {_type(column)}{default}"
    also = () if begun(column.colname, table, context) else tuple(_granted(given, context))
    begin = () if begun(column.colname, table, context) else (*(context.statements[n].sql for n in also), add)
    before = (*begin, found.how.block)
    to_the_end = replace(found.how, sweeps=0).block
    rename = f"{alter} RENAME COLUMN {new} TO {name}"
    if found.not_null is None:
        return Online(before, (rename,), also=frozenset(also), joined=len(begin))
    check = ending(column.colname, CHECKED)
    again = (to_the_end,) if found.fill else ()
    proven = (f"{alter} {not_null_again(found.not_null, name)}", f"{alter} DROP CONSTRAINT {quoted(check)}")
    before = (*before, *checked(check, new, again, on_target(table, context)))
    here = (rename, *(() if found.fill else proven))
    return Online(before, here, also=frozenset(also), joined=len(begin))


@online("AT_DropColumn", "AT_DropConstraint")
def gone_on_with(node: Node, context: Context) -> Online | None:
    """What an apply that stopped half-way left is not dropped where this plan goes on with it."""
    table = context.relation_of_table()
    for place, statement, command in context.later.commands.get(("AT_AddColumn", table.name.name), ()):
        column = command.def_.colname
        if context.relation(statement.relation).oid == table.oid and begun(column, table, context):
            left = {"AT_DropColumn": ending(column, FILLING), "AT_DropConstraint": ending(column, CHECKED)}
            if node.name == left[node.subtype.name]:
                return Online(by=place)
    return None


@online("UpdateStmt", "AT_SetNotNull", "AT_AddConstraint")
def done_with_the_column(node: Node, context: Context) -> Online | None:
    """What the form of a new column, or of the NOT NULL that comes next, does along with it."""
    here = context.position
    if is_a(node, "UpdateStmt"):
        table, name = context.relation(node.relation), node.targetList[0].name
        if not fills(node):
            return None
        if _adds(here - 1, table, name, context):
            return Online(by=here - 1)
        return Online(by=here + 1) if not_null_of(here + 1, table, name, context) else None
    table, name = context.relation_of_table(), _forbidden(node)
    for place in range(here - 1, max(here - 1 - NEAR, -1), -1):
        if name and _adds(place, table, name, context) and fill_of(place + 1, table, name, context):
            drop = f"ALTER TABLE {table.name.sql} DROP CONSTRAINT {quoted(ending(name, CHECKED))}"
            return Online(here=(context.statements[here].sql, drop), by=place)
    return None


def _granted(default: str, context: Context) -> Iterator[int]:
    """The places of what lets others use the new sequences of a default: until then they could not write."""
    calls = [call for node in parse(f"SELECT {default}") or () for call in nodes(node) if is_a(call, "FuncCall")]
    called = {sequence.name for call in calls if (sequence := drawn_from(call, context)) and sequence.new}
    for place, node in context.later.nodes.get("GrantStmt", ()):
        one_by_one = node.is_grant and node.targtype.name == "ACL_TARGET_OBJECT"
        sequences = node.objects if one_by_one and node.objtype.name == "OBJECT_SEQUENCE" else ()
        if sequences and {context.relation(sequence).name for sequence in sequences} <= called:
            yield place


def new_column(node: Node, context: Context) -> Filled | None:
    """How the column of an ADD COLUMN is filled, where that is worth the while and does the same."""
    table, column, here = context.relation_of_table(), node.def_, context.position
    given = {constraint.contype.name: constraint for constraint in column.constraints or ()}
    if not context.busy(table) or unlike(table, context) or node.missing_ok or is_serial(column.typeName):
        return None
    if given.keys() - {"CONSTR_DEFAULT", "CONSTR_NOTNULL"} or constrained(context.type(column.typeName), context):
        return None
    new = ending(column.colname, FILLING)
    default = given.get("CONSTR_DEFAULT")
    if default is not None:
        how = backfill(new, default.raw_expr, table, context) if volatile(default.raw_expr, context) else None
        return Filled(how, not_null=given.get("CONSTR_NOTNULL")) if how else None
    update = fill_of(here + 1, table, column.colname, context)
    how = backfill(new, update.targetList[0].val, table, context, SWEEPS) if update and not given else None
    if how is None:
        return None
    places = range(here + 2, here + 1 + NEAR)
    known = (not_null_of(place, table, column.colname, context) for place in places)
    commands = (_command(place, table, context) for place in places)
    same = [c for c in commands if c and c.subtype.name == "AT_ColumnDefault" and c.name == column.colname and c.def_]
    default = written(same[0].def_) if same else ""
    return Filled(how, here + 1, next((found for found in known if found), None), default)


def backfill(column: str, value: Node, table: Relation, context: Context, sweeps: int = 0) -> Backfill | None:
    """How a column gets that value where it has none; None where it cannot be said in one line."""
    name = quoted(column)
    how = Backfill(table.name.sql, name, written(value), f"{name} IS NULL", table.kind == "p", context.pace, sweeps)
    return how if possible(how) else None


def begun(column: str, table: Relation, context: Context) -> bool:
    """Whether the target has the column already, under its other name."""
    return ending(column, FILLING) in on_target(table, context).columns


def fill_of(place: int, table: Relation, column: str, context: Context) -> Node | None:
    """The UPDATE at that place, if it fills this column and does nothing else."""
    found = context.parsed[place] if 0 <= place < len(context.parsed) else None
    if not found or len(found) != 1 or not fills(found[0]):
        return None
    return found[0] if context.relation(found[0].relation) == table and found[0].targetList[0].name == column else None


def not_null_of(place: int, table: Relation, column: str, context: Context) -> Node | None:
    """The NOT NULL of this column that is the statement at that place."""
    command = _command(place, table, context)
    return command if command is not None and _forbidden(command) == column else None


def checked(check: str, column: str, again: tuple[str, ...], table: Relation) -> tuple[str, ...]:
    """What is left to do until PostgreSQL knows that every row has a value.

    ``again``: rows that came without a value before there was the CHECK. ``table`` is as it is on the target.
    """
    alter = f"ALTER TABLE {table.name.sql}"
    there: dict[str, Constraint] = {c.name: c for c in table.constraints}
    add = f"{alter} ADD CONSTRAINT {quoted(check)} CHECK ({column} IS NOT NULL) NOT VALID"
    validate = f"{alter} VALIDATE CONSTRAINT {quoted(check)}"
    if check not in there:
        return add, *again, validate
    return () if there[check].valid else (validate,)


def _adds(place: int, table: Relation, column: str, context: Context) -> bool:
    command = _command(place, table, context)
    return command is not None and command.subtype.name == "AT_AddColumn" and command.def_.colname == column


def _command(place: int, table: Relation, context: Context) -> Node | None:
    """The only subcommand of the ALTER TABLE at that place, if it is of this table."""
    found = context.parsed[place] if 0 <= place < len(context.parsed) else None
    if not found or len(found) != 1 or not is_a(found[0], "AlterTableStmt") or len(found[0].cmds) != 1:
        return None
    return found[0].cmds[0] if context.relation(found[0].relation) == table else None


def _forbidden(command: Node) -> str:
    """The column of a SET NOT NULL, or of an ADD CONSTRAINT … NOT NULL that is valid and inherited."""
    if command.subtype.name == "AT_SetNotNull":
        return str(command.name)
    constraint = command.def_ if command.subtype.name == "AT_AddConstraint" else None
    if constraint is None or constraint.contype.name != "CONSTR_NOTNULL" or constraint.skip_validation:
        return ""
    return "" if constraint.is_no_inherit else strings(constraint.keys)[0]


def not_null_again(said: Node, column: str) -> str:
    """The subcommand that says NOT NULL of a column, under the name that it is to have."""
    if is_a(said, "Constraint") and said.conname:
        return f"ADD CONSTRAINT {quoted(said.conname)} NOT NULL {column}"
    return f"ALTER COLUMN {column} SET NOT NULL"


def _type(column: Node) -> str:
    collation = f" {written(column.collClause)}" if column.collClause else ""
    return f"{written(column.typeName)}{collation}"
