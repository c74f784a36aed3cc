"""SET NOT NULL reads the whole table under ACCESS EXCLUSIVE, unless a valid CHECK has proven that there is no NULL.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, ending, is_a, quoted, strings
from difftool.rules.add_column import unlike
from difftool.rules.constraints import constraints_of, proven_not_null
from difftool.rules.context import Context
from difftool.rules.facts import Relation
from difftool.rules.fill_column import CHECKED, SWEEPS, backfill, fill_of
from difftool.rules.registry import Online, Probe, online, probe, rule
from difftool.rules.rows import filled, those
from difftool.rules.validated import not_valid, validate


@rule("set-not-null", "AT_SetNotNull", "AT_AddConstraint", "AT_AlterConstraint")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """SET NOT NULL, and PostgreSQL 18's ADD CONSTRAINT … NOT NULL and ALTER CONSTRAINT … INHERIT."""
    if is_a(node, "AlterTableCmd") and node.subtype.name == "AT_SetNotNull":
        yield from forbids_null(node.name, context, scans=True, only=context.only)
        return
    if node.subtype.name == "AT_AlterConstraint":
        yield from inherited(node.def_, context)
        return
    for constraint in constraints_of(node):
        if constraint.contype.name == "CONSTR_NOTNULL":
            for name in strings(constraint.keys):
                only = context.only or bool(constraint.is_no_inherit)
                yield from forbids_null(name, context, scans=not constraint.skip_validation, only=only)


def inherited(change: Node, context: Context) -> Iterator[Hazard]:
    """A NOT NULL that the children get too."""
    table = context.relation_of_table()
    names = [name for c in table.constraints if c.name == change.conname and c.type == "n" for name in c.columns]
    if change.alterInheritability and not change.noinherit:
        for child in context.family(table)[1:]:
            for name in names:
                yield from forbids_null(name, context, scans=True, table=child, only=True)


def forbids_null(
    name: str, context: Context, *, scans: bool, only: bool, table: Relation | None = None
) -> Iterator[Hazard]:
    """The scan, and the inserts that fail from then on."""
    table = table or context.relation_of_table()
    column = context.column(table, name)
    before = next((r.columns.get(name) for r in context.facts.relations if r.oid == table.oid), None)
    if not context.in_use(table) or column.not_null:
        return
    known = all(proven_not_null(member, name) for member in context.family(table, only=only))
    if scans and context.busy(table) and not known:
        yield Hazard(
            "blocks-reads",
            f"blocks reads and writes on {context.shown(table, only=only)} until every row is checked for "
            "NULL; "
            f"add CHECK ({quoted(name)} IS NOT NULL) NOT VALID, VALIDATE it in a later transaction, then SET NOT NULL "
            "takes its word",
        )
    if not column.fills_itself and not (before and before.not_null):
        yield Hazard(
            "breaks-clients",
            f'inserts into {table.name.shown} that leave out column "{name}" fail once this commits, for it has no '
            "default; "
            "give it one, or let the code fill it first",
        )


@online("AT_SetNotNull")
def proven_first(node: Node, context: Context) -> Online | None:
    """A CHECK that is validated while others write; SET NOT NULL takes its word, and it goes."""
    table, column = context.relation_of_table(), node.name
    if not scanned(column, context) or (context.only and len(context.family(table)) > 1):
        return None
    check, blocks = quoted(ending(column, CHECKED)), filled_first(column, table, context)
    alter = f"ALTER TABLE {table.name.sql}"
    return Online(
        (
            *blocks[:1],
            f"{alter} ADD CONSTRAINT {check} CHECK ({quoted(column)} IS NOT NULL) NOT VALID",
            *blocks[1:],
            f"{alter} VALIDATE CONSTRAINT {check}",
        ),
        (context.statements[context.position].sql, f"{alter} DROP CONSTRAINT {check}"),
    )


@online("AT_AddConstraint")
def validated_first(node: Node, context: Context) -> Online | None:
    """PostgreSQL 18: NOT NULL … NOT VALID, which is validated before anything else needs it."""
    constraint = node.def_
    if constraint.contype.name != "CONSTR_NOTNULL" or constraint.skip_validation or not constraint.conname:
        return None
    if constraint.is_no_inherit or not scanned(strings(constraint.keys)[0], context):
        return None
    blocks = filled_first(strings(constraint.keys)[0], context.relation_of_table(), context)
    return Online((*blocks[:1], not_valid(context), *blocks[1:], validate(constraint.conname, context)))


def filled_first(column: str, table: Relation, context: Context) -> tuple[str, ...]:
    """What fills the column in batches, where the statement before does so in one; and what fills the last rows."""
    update = fill_of(context.position - 1, table, column, context)
    if update is None or unlike(table, context):
        return ()
    how = [backfill(column, update.targetList[0].val, table, context, sweeps) for sweeps in (SWEEPS, 0)]
    return tuple(each.block for each in how if each)


def scanned(column: str, context: Context) -> bool:
    """True where SET NOT NULL would read a big table in use."""
    table = context.relation_of_table()
    family = context.family(table, only=context.only)
    known = all(proven_not_null(member, column) for member in family)
    return context.busy(table) and not known and not context.column(table, column).new


@probe("AT_SetNotNull", "AT_AddConstraint")
def nulls(node: Node, context: Context) -> Iterator[Probe]:
    """The rows without a value."""
    added = node.subtype.name == "AT_AddConstraint"
    names = strings(node.def_.keys) if added and node.def_.contype.name == "CONSTR_NOTNULL" else ()
    names = names if added else (node.name,)
    table = context.relation_of_table()
    for name in names if filled(table, context) else ():
        filled_before = any(fill_of(place, table, name, context) for place in range(context.position))
        if not context.column(table, name).new and not filled_before:
            yield Probe(
                those(table, f"{quoted(name)} IS NULL", context, only=context.only),
                table.name.shown,
                "have",
                f'no value in column "{name}": it fails; give them one first',
            )
