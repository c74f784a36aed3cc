"""The locks that a statement takes on relations in use, and keeps until its transaction ends.

https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES, and ``AlterTableGetLockLevel`` for the
subcommands of ALTER TABLE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from difftool.parse import Node, is_a, nodes
from difftool.rules.context import Context
from difftool.rules.facts import Relation

WRITES, READS = 1, 2
"""What a lock blocks: SHARE and above block writes, ACCESS EXCLUSIVE reads too. Weaker locks do not count."""
SHARE, ACCESS_EXCLUSIVE = 5, 8
"""Lock modes as ``LockStmt`` numbers them."""
WEAK = frozenset(
    {"AT_SetStatistics", "AT_ClusterOn", "AT_DropCluster", "AT_SetOptions", "AT_ResetOptions", "AT_ValidateConstraint",
     "AT_SetRelOptions", "AT_ResetRelOptions", "AT_AttachPartition"}
)  # fmt: skip
TRIGGERS = frozenset(
    {"AT_EnableTrig", "AT_EnableAlwaysTrig", "AT_EnableReplicaTrig", "AT_DisableTrig", "AT_EnableTrigAll",
     "AT_DisableTrigAll", "AT_EnableTrigUser", "AT_DisableTrigUser"}
)  # fmt: skip
"""The subcommands that take SHARE ROW EXCLUSIVE, as adding a foreign key does."""

Taken = Iterator[tuple[Relation, int]]


def locks(node: Node, context: Context) -> dict[int, int]:
    """OID of each relation in use that the statement locks: WRITES or READS, whichever it blocks."""
    found: dict[int, int] = {}
    take = TAKES.get(type(node).__name__)
    for relation, level in take(node, context) if take else ():
        if context.busy(relation) and level:
            found[relation.oid] = max(level, found.get(relation.oid, 0))
    return found


def _alter_table(node: Node, context: Context) -> Taken:
    table = context.relation(node.relation)
    yield context.table_of_index(table.name), max((_subcommand(command) for command in node.cmds), default=READS)
    for command in node.cmds:
        yield from _referenced(command, context)
        yield from _dropped_key(command, table, context)
        if command.subtype.name == "AT_AttachPartition" and not command.def_.concurrent:
            yield context.relation(command.def_.name), READS


def _subcommand(command: Node) -> int:
    what = command.subtype.name
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
        elif what in ("OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE"):
            yield context.relation(item[:-1]), READS
        elif what == "OBJECT_TABLE":
            table = context.relation(item)
            beside = [*context.parents[table.oid], *(key.references for key in table.constraints if key.type == "f")]
            yield from ((context.relations[oid], READS) for oid in beside if oid in context.relations)


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
    "TruncateStmt": lambda node, context: _each(node.relations, READS, context),
}
"""What takes a lock that counts."""
