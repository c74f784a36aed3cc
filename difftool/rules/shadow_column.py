"""A column gets another type by way of a second one, which a trigger and batches fill, and which takes its place.

Only where every value survives, and where nothing but what can be made anew beside it hangs on the column.
https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

from difftool.batches import Backfill, dollar_quote, possible
from difftool.parse import Name, Node, dotted, ending, is_a, nodes, parse, quoted, strings, written
from difftool.rules.add_column import unlike
from difftool.rules.columns import FILLING, LAST, on_target
from difftool.rules.context import Context
from difftool.rules.evolve_rows import sequence_behind
from difftool.rules.facts import Column, Constraint, Index, Relation
from difftool.rules.fill_column import CHECKED, checked
from difftool.rules.locks import referencing
from difftool.rules.registry import Online, online
from difftool.rules.typechange import by_session, loses, rewrites, steps

KEYS = {"p": "PRIMARY KEY", "u": "UNIQUE"}


@online("AT_AlterColumnType")
def swapped(node: Node, context: Context) -> Online | None:
    """The second column is filled while others write; one short transaction puts it in the first one's place."""
    table, column = context.relation_of_table(), context.column(context.relation_of_table(), node.name)
    if not context.retype or not rewritten(node, context) or against(node, context):
        return None
    new, alter = ending(column.name, FILLING), f"ALTER TABLE {table.name.sql}"
    indexes = [i for i in context.indexes_of(table) if column.name in i.columns]
    others = [c for c in table.constraints if c.type in "cf" and column.name in c.columns]
    sequence = sequence_behind(table, column.name, context)
    there = on_target(table, context)
    begin = () if kept(column.name, table, context) else begun(node, table)
    before = (
        *begin,
        backfill(node, table, context).block,
        *(sql for index in indexes for sql in _indexed(index, column.name, context)),
        *(sql for c in others for sql in _added(c, column.name, there, context)),
        *(_not_null(new, column, there) if column.not_null else ()),
    )
    here = (
        f"DROP TRIGGER {quoted(filler(column.name))} ON {table.name.sql}",
        f"DROP FUNCTION {_function(table, column.name)}()",
        *((f"ALTER SEQUENCE {sequence.name.sql} OWNED BY {table.name.sql}.{quoted(new)}",) if sequence else ()),
        f"{alter} DROP COLUMN {quoted(column.name)}",
        f"{alter} RENAME COLUMN {quoted(new)} TO {quoted(column.name)}",
        *(_required(column, table) if column.not_null else ()),
        *(sql for index in indexes for sql in _named(index, table)),
        *(f"{alter} RENAME CONSTRAINT {quoted(ending(c.name, FILLING))} TO {quoted(c.name)}" for c in others),
        *context.facts.said.get((table.oid, column.name), ()),
    )
    return Online(before, here, joined=len(begin))


@online("AT_DropColumn", "AT_DropConstraint", "DropStmt")
def gone_on_with(node: Node, context: Context) -> Online | None:
    """What an apply that stopped half-way left is not dropped where this plan goes on with it."""
    if is_a(node, "DropStmt"):
        dropped = {(*_unqualified(item),) for item in node.objects}
    else:
        dropped = {(context.relation_of_table().name.name, node.name)}
    for (subtype, name), found in context.later.commands.items() if context.retype else ():
        for place, statement, command in found if subtype == "AT_AlterColumnType" else ():
            table = context.relation(statement.relation)
            if kept(command.name, table, context) and dropped <= _left(command.name, name, table):
                return Online(by=place)
    return None


def _unqualified(item: Node) -> tuple[str, ...]:
    """The names of what is dropped: a trigger's with its table's, any other's alone."""
    parts = strings(getattr(item, "objname", item))
    return parts[-2:] if len(parts) > 2 else parts[-1:]


def _left(column: str, name: str, table: Relation) -> set[tuple[str, ...]]:
    """What there is while the column gets another type: all that is named after it and its constraints."""
    made = [ending(column, FILLING), ending(column, CHECKED), filler(column)]
    made += [ending(c.name, FILLING) for c in table.constraints if column in c.columns]
    functions = parse(f"TABLE {_function(table, column)}") or ()
    return {*((name, each) for each in made), *((dotted(node.fromClause[0]).name,) for node in functions)}


def rewritten(node: Node, context: Context) -> bool:
    """Whether the change of type writes a big table in use anew."""
    table = context.relation_of_table()
    return context.busy(table) and rewrites(context.column(table, node.name).type, steps(node, context), context)


def against(node: Node, context: Context) -> str:
    """Why a second column cannot take the first one's place, in words; "" where it can."""
    table = context.relation_of_table()
    column = context.column(table, node.name)
    beside = on_target(table, context).columns.get(ending(node.name, FILLING)) or Column(ending(node.name, FILLING))
    indexes = [i for i in context.indexes_of(table) if node.name in i.columns]
    pointing = [key for _, key in referencing(table, context) if node.name in key.referenced]
    pointing += [
        k for k in table.constraints if k.type == "f" and k.references == table.oid and node.name in k.referenced
    ]
    reasons = (
        ("values may be lost", bool(loses(column.type, steps(node, context), context))),
        ("it is partitioned, or inherits", table.kind != "r" or table.partition or bool(context.parents[table.oid])),
        ("the column is an identity or generated", column.identity or bool(column.generated)),
        ("foreign keys point at it", bool(pointing)),
        ("it is in an exclusion constraint", any(c.type == "x" and node.name in c.columns for c in table.constraints)),
        ("one of its constraints is not valid", any(not c.valid for c in table.constraints if node.name in c.columns)),
        ("one of its indexes cannot be built beside", any(not _built(i, node.name) for i in indexes)),
        (
            "the new value goes by the settings of whoever writes",
            by_session(column.type, steps(node, context), context),
        ),
        ("values are stored elsewhere as the table's row type", stored_whole(table, context)),
        (f'column "{beside.name}" is in the way', beside.type not in (None, context.type(node.def_.typeName))),
        (f'column "{beside.name}" is in the way', bool(beside.type) and not kept(node.name, table, context)),
    )
    found = next((words for words, holds in reasons if holds), "")
    return (
        found
        or unlike(table, context)
        or overruled(node.name, table, context)
        or ("" if possible(backfill(node, table, context)) else "of its name")
    )


def backfill(node: Node, table: Relation, context: Context) -> Backfill:
    """How the old rows get their values."""
    new, old = quoted(ending(node.name, FILLING)), quoted(node.name)
    value = written(node.def_.raw_default) if node.def_.raw_default else old
    return Backfill(table.name.sql, new, value, f"{new} IS NULL AND {old} IS NOT NULL", pace=context.pace)


def kept(column: str, table: Relation, context: Context) -> bool:
    """Whether the second column is there, and no row could be written without its trigger since it is."""
    return (table.oid, filler(column)) in context.facts.kept


def overruled(column: str, table: Relation, context: Context) -> str:
    """Which trigger could change the column when the second one has its value, in words; "" for none."""
    own = filler(column).encode()
    late = (name for oid, name in context.facts.late if oid == table.oid and name.encode() > own)
    return next((f"trigger {quoted(name)} would fire after the one that fills" for name in late), "")


def stored_whole(table: Relation, context: Context) -> bool:
    """Whether rows of the table may be values of a column: they would not know the second column for the first."""
    inside = (c.type for r in context.relations.values() if r.kind not in "vS" for c in r.columns.values())
    bases = (known.base for known in context.types.values())
    return any(type_ is not None and type_.name == table.name for type_ in (*inside, *bases))


def begun(node: Node, table: Relation) -> tuple[str, ...]:
    """The second column, and what gives it its value in every row that is written, be it by a subscription."""
    new = quoted(ending(node.name, FILLING))
    value = f"NEW.{quoted(node.name)}"
    if node.def_.raw_default:
        value = written(_with(node.def_.raw_default, node.name, "new", node.name))
    body = f"BEGIN NEW.{new} := {value}; RETURN NEW; END"
    quote = dollar_quote("$fill$", body)
    function, alter = _function(table, node.name), f"ALTER TABLE {table.name.sql}"
    return (
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS {quote}{body}{quote}",
        f"{alter} ADD COLUMN {new} {type_of(node)}",
        f"CREATE OR REPLACE TRIGGER {quoted(filler(node.name))} BEFORE INSERT OR UPDATE ON {table.name.sql} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()",
        f"{alter} ENABLE ALWAYS TRIGGER {quoted(filler(node.name))}",
    )


def type_of(node: Node) -> str:
    """The new type, with its collation."""
    collation = f" {written(node.def_.collClause)}" if node.def_.collClause else ""
    return f"{written(node.def_.typeName)}{collation}"


def filler(column: str) -> str:
    """The name of the trigger that keeps a column's second one."""
    return ending(f"{LAST}{column}", FILLING)


def _function(table: Relation, column: str) -> str:
    return Name(table.name.schema, ending(f"{table.name.name}_{column}", FILLING)).sql


def _with(node: Node, old: str, *new: str) -> Node:
    """The same with another name for a column."""
    changed = copy.deepcopy(node)
    for inner in nodes(changed):
        if is_a(inner, "ColumnRef") and strings(inner.fields)[-1:] == (old,):
            inner.fields = tuple(_string(name) for name in new)
        elif is_a(inner, "IndexElem") and inner.name == old:
            inner.name = new[-1]
        elif is_a(inner, "Constraint"):
            for slot in ("keys", "fk_attrs", "fk_del_set_cols", "including"):
                names = strings(getattr(inner, slot))
                if old in names:
                    setattr(inner, slot, tuple(_string(new[-1] if name == old else name) for name in names))
    return changed


def _string(name: str) -> Node:
    """A String node."""
    found = parse(f"SELECT {quoted(name)}.x")
    assert found
    return found[0].targetList[0].val.fields[0]


def _built(index: Index, column: str) -> str:
    """The same index on the second column; "" where that cannot be said."""
    parsed = parse(index.definition) or ()
    if len(parsed) != 1 or parsed[0].nulls_not_distinct:
        return ""
    node = _with(parsed[0], column, ending(column, FILLING))
    node.idxname, node.concurrent = ending(index.name.name, FILLING), True
    return written(node)


def _indexed(index: Index, column: str, context: Context) -> Iterator[str]:
    """What builds it; what a build that stopped has left goes first."""
    name = Name(index.name.schema, ending(index.name.name, FILLING))
    if any(known.name == name for known in context.facts.indexes):
        yield f"DROP INDEX CONCURRENTLY {name.sql}"
    yield _built(index, column)


def _added(constraint: Constraint, column: str, table: Relation, context: Context) -> Iterator[str]:
    """The same constraint on the second column, which is validated while others write."""
    alter = f"ALTER TABLE {table.name.sql}"
    known = [c for c in table.constraints if c.name == ending(constraint.name, FILLING)]
    if known:
        yield from () if known[0].valid else (f"{alter} VALIDATE CONSTRAINT {quoted(known[0].name)}",)
        return
    (node,) = parse(f"{alter} ADD {constraint.definition}") or ()
    there = _with(node.cmds[0].def_, column, ending(column, FILLING))
    there.conname, there.skip_validation, there.initially_valid = ending(constraint.name, FILLING), True, False
    if constraint.references in context.relations:
        there.pktable.schemaname, there.pktable.relname = context.relations[constraint.references].name
    yield f"{alter} ADD {written(there)}"
    yield f"{alter} VALIDATE CONSTRAINT {quoted(there.conname)}"


def _not_null(new: str, column: Column, table: Relation) -> tuple[str, ...]:
    return checked(ending(column.name, CHECKED), quoted(new), (), table)


def _required(column: Column, table: Relation) -> Iterator[str]:
    """NOT NULL, under the name that it had."""
    alter, name = f"ALTER TABLE {table.name.sql}", quoted(column.name)
    known = [c.name for c in table.constraints if c.type == "n" and c.columns == (column.name,)]
    if known:
        yield f"{alter} ADD CONSTRAINT {quoted(known[0])} NOT NULL {name}"
    else:
        yield f"{alter} ALTER COLUMN {name} SET NOT NULL"
    yield f"{alter} DROP CONSTRAINT {quoted(ending(column.name, CHECKED))}"


def _named(index: Index, table: Relation) -> Iterator[str]:
    """The index under the old one's name, as the key that it was."""
    there = Name(index.name.schema, ending(index.name.name, FILLING))
    for key in table.constraints:
        if key.type in KEYS and key.name == index.name.name:
            late = " DEFERRABLE" * ("DEFERRABLE" in key.definition)
            late += " INITIALLY DEFERRED" * ("INITIALLY DEFERRED" in key.definition)
            add = f"ADD CONSTRAINT {quoted(key.name)} {KEYS[key.type]} USING INDEX {quoted(there.name)}{late}"
            yield f"ALTER TABLE {table.name.sql} {add}"
            return
    yield f"ALTER INDEX {there.sql} RENAME TO {quoted(index.name.name)}"
