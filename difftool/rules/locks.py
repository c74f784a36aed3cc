"""The locks that a statement takes on relations in use, and keeps until its transaction ends.

https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES, and ``AlterTableGetLockLevel`` for the
subcommands of ALTER TABLE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from difftool.parse import Node, is_a, nodes
from difftool.rules.context import Context
from difftool.rules.facts import Constraint, Relation

WRITES, READS = 1, 2
"""What a lock blocks: SHARE and above block writes, ACCESS EXCLUSIVE reads too. Weaker locks do not count."""
SHARE, ACCESS_EXCLUSIVE = 5, 8
"""Lock modes as ``LockStmt`` numbers them."""
WEAK = frozenset(
    {"AT_SetStatistics", "AT_ClusterOn", "AT_DropCluster", "AT_SetOptions", "AT_ResetOptions", "AT_ValidateConstraint",
     "AT_AttachPartition", "AT_DetachPartitionFinalize"}
)  # fmt: skip
STRONG = frozenset({"user_catalog_table"})
"""The options of a table that are set under ACCESS EXCLUSIVE."""
TRIGGERS = frozenset(
    {"AT_EnableTrig", "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig", "AT_DisableTrig", "AT_EnableTrigAll",
     "AT_DisableTrigAll", "AT_EnableTrigUser", "AT_DisableTrigUser"}
)  # fmt: skip
"""The subcommands that take SHARE ROW EXCLUSIVE, as adding a foreign key does."""

Taken = Iterator[tuple[Relation, int]]


def locks(node: Node, context: Context) -> dict[int, int]:
    """OID of each relation that others may use and the statement locks: WRITES or READS, whichever it blocks."""
    found: dict[int, int] = {}
    take = TAKES.get(type(node).__name__)
    for relation, level in take(node, context) if take else ():
        if context.awaited(relation) and level:
            found[relation.oid] = max(level, found.get(relation.oid, 0))
    return found


def _alter_table(node: Node, context: Context) -> Taken:
    table = context.relation(node.relation)
    yield context.table_of_index(table.name), max((_subcommand(command) for command in node.cmds), default=READS)
    for command in node.cmds:
        yield from _referenced(command, context)
        yield from _dropped_key(command, table, context)
        if command.subtype.name == "AT_AttachPartition":
            yield from ((relation, READS) for relation in _attached(node, command, context))
            beside = [*lacking(table, context.relation(command.def_.name), context), *referencing(table, context)]
            yield from ((other, WRITES) for other, _ in beside)
        elif command.subtype.name == "AT_AlterColumnType":
            yield from ((o, READS) for o, key in referencing(table, context) if command.name in key.referenced)
        elif command.subtype.name == "AT_DetachPartitionFinalize":
            yield context.relation(command.def_.name), READS
        elif command.subtype.name == "AT_DetachPartition" and not command.def_.concurrent:
            yield from ((child, READS) for child in _detached(command, table, context))


def _attached(node: Node, command: Node, context: Context) -> Iterator[Relation]:
    """A table and the default partition; or the table of an index that others know: no query of it can be planned."""
    name = command.def_.name
    if node.objtype.name != "OBJECT_INDEX":
        yield context.relation(name)
        yield from default_of(context.relation(node.relation), context)
    elif context.qualify(name.schemaname or "", name.relname, context.indexes) not in context.unseen:
        yield context.table_of_index(name)


def _detached(command: Node, parent: Relation, context: Context) -> Iterator[Relation]:
    """The partition, the default one, to which its rows would belong from now on, and who points at the parent."""
    yield context.relation(command.def_.name)
    yield from (table for table, _ in referencing(parent, context))
    yield from default_of(parent, context)


def default_of(parent: Relation, context: Context) -> list[Relation]:
    """The default partition, where there is one."""
    children = (context.relations.get(oid) for oid in context.children[parent.oid])
    return [child for child in children if child and child.default_partition]


def lacking(parent: Relation, child: Relation, context: Context) -> list[tuple[Relation, Constraint]]:
    """The foreign keys that a partition gets from its parent when it is attached, each with the table it points at."""
    own = {(key.columns, key.references, key.referenced) for key in child.constraints if key.valid}
    return [
        (context.relations[key.references], key)
        for key in parent.constraints
        if key.type == "f"
        and (key.columns, key.references, key.referenced) not in own
        and key.references in context.relations
    ]


def referencing(table: Relation, context: Context) -> list[tuple[Relation, Constraint]]:
    """The foreign keys of other tables that point at this one, each with its table, by name."""
    found = [
        (other, key)
        for other in context.relations.values()
        for key in other.constraints
        if key.type == "f" and key.references == table.oid and other.oid != table.oid and not other.new
    ]
    return sorted(found, key=lambda pair: (pair[0].name, pair[1].name))


def _subcommand(command: Node) -> int:
    what = command.subtype.name
    if what in ("AT_SetRelOptions", "AT_ResetRelOptions"):
        return READS if any(option.defname in STRONG for option in command.def_) else 0
    if what in WEAK or (what == "AT_DetachPartition" and command.def_.concurrent):
        return 0
    if what in TRIGGERS or (what == "AT_AddConstraint" and command.def_.contype.name == "CONSTR_FOREIGN"):
        return WRITES
    return READS


def _dropped_key(command: Node, table: Relation, context: Context) -> Taken:
    """DROP CONSTRAINT of a foreign key, or of its column, locks the table that it points at too."""
    what = command.subtype.name
    for key in table.constraints:
        by_name = what == "AT_DropConstraint" and key.name == command.name
        by_column = what in ("AT_DropColumn", "AT_AlterColumnType") and command.name in key.columns
        if key.type == "f" and (by_name or by_column) and key.references in context.relations:
            yield context.relations[key.references], READS


def _referenced(node: Node, context: Context) -> Taken:
    """The tables that foreign keys inside the statement point at."""
    for constraint in nodes(node):
        if is_a(constraint, "Constraint") and constraint.contype.name == "CONSTR_FOREIGN":
            yield context.relation(constraint.pktable), WRITES


def _create_table(node: Node, context: Context) -> Taken:
    yield from _referenced(node, context)
    base = node.base if is_a(node, "CreateForeignTableStmt") else node
    if base.partbound:
        yield from ((context.relation(parent), READS) for parent in base.inhRelations or ())


def _drop(node: Node, context: Context) -> Taken:
    what = node.removeType.name
    for item in node.objects:
        if what == "OBJECT_INDEX" and not node.concurrent:
            yield context.table_of_index(item), READS
        elif what in ("OBJECT_TYPE", "OBJECT_DOMAIN") and node.behavior.name == "DROP_CASCADE":
            yield from ((table, READS) for table, _ in context.users(context.dotted(item.names, context.types)))
        elif what in ("OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE"):
            yield context.relation(item[:-1]), READS
        elif what == "OBJECT_TABLE":
            table = context.relation(item)
            beside = [*context.parents[table.oid], *(key.references for key in table.constraints if key.type == "f")]
            yield from ((context.relations[oid], READS) for oid in beside if oid in context.relations)
        if what in ("OBJECT_TABLE", "OBJECT_FOREIGN_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW"):
            yield context.relation(item), READS


def _rename(node: Node, context: Context) -> Taken:
    what = (node.renameType if is_a(node, "RenameStmt") else node.objectType).name
    if node.relation is not None and what != "OBJECT_INDEX":
        yield context.relation(node.relation), READS


def _domain(node: Node, context: Context) -> Taken:
    if node.subtype in ("C", "O", "V") and not getattr(node.def_, "skip_validation", False):
        yield from ((table, WRITES) for table, _ in context.users(context.dotted(node.typeName, context.types)))


def _reindex(node: Node, context: Context) -> Taken:
    if node.relation is not None and not any(o.defname == "concurrently" for o in node.params or ()):
        yield context.table_of_index(node.relation), READS


def _lock(node: Node, context: Context) -> Taken:
    level = READS if node.mode == ACCESS_EXCLUSIVE else WRITES if node.mode >= SHARE else 0
    yield from _each(node.relations, level, context)


def _each(relations: Iterable[Node], level: int, context: Context) -> Taken:
    yield from ((context.relation(relation), level) for relation in relations)


TAKES: dict[str, Callable[[Node, Context], Taken]] = {
    "AlterTableStmt": _alter_table,
    "AlterDomainStmt": _domain,
    "AlterObjectSchemaStmt": _rename,
    "AlterPolicyStmt": lambda node, context: _each([node.table], READS, context),
    "ClusterStmt": lambda node, context: _each([node.relation] if node.relation else [], READS, context),
    "CreateForeignTableStmt": _create_table,
    "CreatePolicyStmt": lambda node, context: _each([node.table], READS, context),
    "CreateStmt": _create_table,
    "CreateTrigStmt": lambda node, context: _each([node.relation], WRITES, context),
    "DropStmt": _drop,
    "IndexStmt": lambda node, context: _each([node.relation], 0 if node.concurrent else WRITES, context),
    "LockStmt": _lock,
    "RefreshMatViewStmt": lambda node, context: _each([node.relation], 0 if node.concurrent else READS, context),
    "ReindexStmt": _reindex,
    "RenameStmt": _rename,
    "RuleStmt": lambda node, context: _each([node.relation], READS, context),
    "ViewStmt": lambda node, context: _each([node.view] if node.replace else [], READS, context),
    "TruncateStmt": lambda node, context: _each(node.relations, READS, context),
}
"""What takes a lock that counts."""
