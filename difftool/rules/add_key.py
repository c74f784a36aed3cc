"""PRIMARY KEY, UNIQUE and EXCLUDE build an index under ACCESS EXCLUSIVE, unless an existing one is used.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, quoted, strings, written
from difftool.rules.constraints import constraints_of, keys, proven_not_null
from difftool.rules.context import Context
from difftool.rules.create_index import building
from difftool.rules.facts import Relation
from difftool.rules.registry import Online, Probe, online, probe, rule
from difftool.rules.rows import duplicates
from difftool.rules.words import listed

KEYS = {
    "CONSTR_PRIMARY": "primary key",
    "CONSTR_UNIQUE": "unique constraint",
    "CONSTR_EXCLUSION": "exclusion constraint",
}
CONCURRENTLY = "build it first with CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX"
PARTITIONED = (
    "build a unique index CONCURRENTLY on each partition, add the constraint to ONLY the parent, "
    "then ATTACH the indexes"
)
NO_WAY = "there is no online way: add it in quiet hours"


@rule("add-key", "AT_AddConstraint", "AT_AddColumn")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """A key whose index has to be built, and a primary key that has to look for NULL."""
    table = context.relation_of_table()
    if not context.in_use(table) or (context.only and table.kind == "p"):
        return
    for constraint in constraints_of(node):
        kind = KEYS.get(constraint.contype.name)
        if kind and not constraint.indexname and context.busy(table):
            yield Hazard(
                "blocks-reads",
                f"blocks reads and writes on {context.shown(table, only=table.kind != 'p')} until the index of the "
                f"{kind} is "
                f"built; {safe_way(constraint, table)}",
            )
        if kind == "primary key":
            yield from forbids_null(node, constraint, table, context)


def safe_way(constraint: Node, table: Relation) -> str:
    """How the index comes to be without a lock."""
    if constraint.contype.name == "CONSTR_EXCLUSION" or constraint.without_overlaps:
        return NO_WAY
    return PARTITIONED if table.kind == "p" else CONCURRENTLY


def forbids_null(node: Node, constraint: Node, table: Relation, context: Context) -> Iterator[Hazard]:
    """A primary key makes its columns NOT NULL: those that are not yet are read, and inserts that omit them fail."""
    known = [name for name in keys(node, constraint, context) if name in table.columns]
    open_ = [name for name in known if not table.columns[name].not_null]
    unproven = [name for name in open_ if not proven_not_null(table, name)]
    if constraint.indexname and unproven and context.busy(table):
        yield Hazard(
            "blocks-reads",
            f"blocks reads and writes on {context.shown(table, only=True)} until column {quote(unproven)} is checked "
            "for "
            "NULL; SET NOT NULL first, by way of a validated CHECK",
        )
    required = [name for name in open_ if not table.columns[name].fills_itself]
    if required:
        yield Hazard(
            "breaks-clients",
            f"inserts into {table.name.shown} that leave out column {quote(required)} fail once this commits, for it "
            "has no "
            "default; give it one, or let the code fill it first",
        )


def quote(names: list[str]) -> str:
    """Column names for a sentence."""
    return listed(f'"{name}"' for name in names)


@online("AT_AddConstraint")
def using_index(node: Node, context: Context) -> Online | None:
    """The index first, CONCURRENTLY; the constraint takes it over, and gives it its name."""
    table, constraint = context.relation_of_table(), node.def_
    kind = KEYS.get(constraint.contype.name)
    if kind is None or constraint.indexname or not constraint.conname or constraint.without_overlaps:
        return None
    if kind == "exclusion constraint" or table.kind != "r" or not context.busy(table):
        return None
    name = building(constraint.conname)
    key = "PRIMARY KEY" if kind == "primary key" else "UNIQUE"
    late = " DEFERRABLE" * constraint.deferrable + " INITIALLY DEFERRED" * constraint.initdeferred
    add = f"ALTER TABLE {table.name.sql} ADD CONSTRAINT {quoted(constraint.conname)} {key} USING INDEX {quoted(name)}"
    return Online((unique_index(name, constraint, table),), (add + late,))


def unique_index(name: str, constraint: Node, table: Relation) -> str:
    """The index that a key would build for itself."""
    keyed, with_ = strings(constraint.keys), [written(option) for option in constraint.options or ()]
    clauses = (
        f" INCLUDE ({', '.join(map(quoted, strings(constraint.including)))})" if constraint.including else "",
        " NULLS NOT DISTINCT" if constraint.nulls_not_distinct else "",
        f" WITH ({', '.join(with_)})" if with_ else "",
        f" TABLESPACE {quoted(constraint.indexspace)}" if constraint.indexspace else "",
    )
    listed_keys = ", ".join(map(quoted, keyed))
    return f"CREATE UNIQUE INDEX CONCURRENTLY {quoted(name)} ON {table.name.sql} ({listed_keys}){''.join(clauses)}"


@probe("AT_AddConstraint")
def not_unique(node: Node, context: Context) -> Iterator[Probe]:
    """The keys that stand more than once."""
    constraint = node.def_
    unique = constraint.contype.name in ("CONSTR_PRIMARY", "CONSTR_UNIQUE")
    if unique and not constraint.indexname and not constraint.without_overlaps:
        columns, nulls = [quoted(name) for name in strings(constraint.keys)], bool(constraint.nulls_not_distinct)
        yield from duplicates(context.relation_of_table(), columns, context, nulls=nulls)
