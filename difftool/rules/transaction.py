"""What cannot run inside a transaction block, and where a plan has to commit before it goes on.

See "cannot be executed inside a transaction block" in each command's page, and for enum labels
https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from difftool.model import Statement
from difftool.parse import Node, is_a, nodes, parse, strings, written
from difftool.rules.do_block import backfilled

NEVER = frozenset(
    {"CreatedbStmt", "DropdbStmt", "CreateTableSpaceStmt", "DropTableSpaceStmt", "AlterSystemStmt", "TransactionStmt"}
)
WHOLE = frozenset({"REINDEX_OBJECT_SCHEMA", "REINDEX_OBJECT_SYSTEM", "REINDEX_OBJECT_DATABASE"})
HARMLESS = frozenset({"AlterEnumStmt", "CreateEnumStmt", "CommentStmt"})
"""What may name a label that has not been committed yet."""
INSIDE = tuple("{([")
"""How the text of an array, a composite value or a range begins: a label may stand in it."""
NO = frozenset({"false", "off", "no", "0"})


def transactional(sql: str) -> bool:
    """True when the statement may run between BEGIN and COMMIT; what cannot be read is taken to."""
    return all(_transactional(node) for node in parse(sql) or ())


def commit_points(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """The same statements; a new enum label that a later one uses asks for a commit: until then it must not be used.

    Labels that are added one after the other are committed together. "Uses" is wide on purpose: the label stands in the
    later statement as a literal or inside one, or quoted in a body.
    A subscription that has let go of its slot before can be dropped with the rest: nothing is done at the publisher.
    """
    found = []
    used = False
    for number, statement in enumerate(statements):
        later = statements[number + 1 :]
        used = used or _label_used(statement.sql, later)
        commit = statement.commit or (used and not _adds_labels(later[:1]))
        used = used and not commit
        transaction = statement.transaction or _without_slot(statement.sql, statements[:number])
        found.append(replace(statement, commit=commit, transaction=transaction))
    return tuple(found)


def leaves_slot(node: Node, subscription: str) -> bool:
    """True for ALTER SUBSCRIPTION … SET (slot_name = NONE)."""
    option = _option(node.options, "slot_name") if is_a(node, "AlterSubscriptionStmt") else None
    return option is not None and node.subname == subscription and written(option.arg).strip("'").lower() == "none"


def _transactional(node: Node) -> bool:
    what = type(node).__name__
    if what in NEVER:
        return False
    if what in CHECKS:
        return bool(CHECKS[what](node))
    if what == "AlterTableStmt":
        return not any(c.subtype.name == "AT_DetachPartition" and c.def_.concurrent for c in node.cmds)
    return True


def _option(options: Node, *names: str) -> Node:
    """The last option of one of these names, or None."""
    return next((o for o in reversed(options or ()) if o.defname in names), None)


def _on(options: Node, name: str, *, default: bool) -> bool:
    """A boolean option as PostgreSQL reads it: by name alone it is on."""
    option = _option(options, name)
    if option is None:
        return default
    arg = option.arg
    if arg is None:
        return True
    word = strings(arg.names)[-1] if is_a(arg, "TypeName") else written(arg).strip("'")  # a bare OFF parses as a type
    return word.lower() not in NO


def _reindex(node: Node) -> bool:
    return not _on(node.params, "concurrently", default=False) and node.kind.name not in WHOLE


def _create_subscription(node: Node) -> bool:
    """The replication slot is made on another server, where nothing can be rolled back."""
    connect = _on(node.options, "connect", default=True)
    return not _on(node.options, "create_slot", default=connect)


def _alter_subscription(node: Node) -> bool:
    kind = node.kind.name
    if kind in (
        "ALTER_SUBSCRIPTION_SET_PUBLICATION",
        "ALTER_SUBSCRIPTION_ADD_PUBLICATION",
        "ALTER_SUBSCRIPTION_DROP_PUBLICATION",
    ):
        return not _on(node.options, "refresh", default=True)
    return not (kind.startswith("ALTER_SUBSCRIPTION_REFRESH") or _option(node.options, "two_phase", "failover"))


CHECKS: dict[str, Callable[[Node], bool]] = {
    "DoStmt": lambda node: not backfilled(node),
    "IndexStmt": lambda node: not node.concurrent,
    "DropStmt": lambda node: not node.concurrent,
    "ReindexStmt": _reindex,
    "VacuumStmt": lambda node: not node.is_vacuumcmd,
    "ClusterStmt": lambda node: node.relation is not None,
    "AlterDatabaseStmt": lambda node: _option(node.options, "tablespace") is None,
    "CreateSubscriptionStmt": _create_subscription,
    "AlterSubscriptionStmt": _alter_subscription,
    "DropSubscriptionStmt": lambda node: False,
    "DiscardStmt": lambda node: node.target.name != "DISCARD_ALL",
}
"""What can run inside a transaction block in one form and not in another."""


def _without_slot(sql: str, earlier: Sequence[Statement]) -> bool:
    """True for DROP SUBSCRIPTION of one that the plan itself has parted from its slot."""
    dropped = parse(sql) or () if sql[:4].upper() == "DROP" else ()
    if not dropped or not all(is_a(node, "DropSubscriptionStmt") for node in dropped):
        return False
    alters = [node for before in earlier for node in parse(before.sql) or ()]
    return all(any(leaves_slot(alter, node.subname) for alter in alters) for node in dropped)


def _adds_labels(statements: Sequence[Statement]) -> bool:
    """True when each does nothing else."""
    parsed = [parse(s.sql) for s in statements]
    return bool(parsed) and all(p and all(is_a(n, "AlterEnumStmt") and not n.oldVal for n in p) for p in parsed)


def _label_used(sql: str, later: Sequence[Statement]) -> bool:
    added = [n.newVal for n in parse(sql) or () if is_a(n, "AlterEnumStmt") and not n.oldVal]
    return any(_uses(statement.sql, label) for label in added for statement in later)


def _uses(sql: str, label: str) -> bool:
    parsed = parse(sql)
    if parsed and all(is_a(node, *HARMLESS) for node in parsed):
        return False
    escaped = label.replace("'", "''")
    if f"'{escaped}'" in sql:
        return True
    texts = (getattr(node.val, "sval", "") for top in parsed or () for node in nodes(top) if is_a(node, "A_Const"))
    return any(text == label or (text[:1] in INSIDE and label in text.replace("\\", "")) for text in texts)
