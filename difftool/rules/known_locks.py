"""What a statement takes that cannot run in a transaction block, where nobody can look at its locks before they go.

One entry a form of statement, as its page in PostgreSQL's manual says it; the tests catch each of them at work. See
https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from difftool.model import LOCK_MODES, LockMode
from difftool.parse import Name, Node
from difftool.rules.context import Context
from difftool.rules.facts import Relation

MODES: dict[str, LockMode] = {mode.title().replace(" ", "") + "Lock": mode for mode in LOCK_MODES}
"""The modes as pg_locks has them."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a statement does to the relations that were there before the plan, by their names at that time."""

    locks: Mapping[Name, LockMode] = field(default_factory=dict)
    rewritten: frozenset[Name] = frozenset()
    read: frozenset[Name] = frozenset()
    """Those of which every row is looked at."""


def strongest(modes: Iterable[str]) -> LockMode | None:
    """The strongest of the modes of pg_locks; None where all are weaker than those that stop anybody."""
    return max((MODES[mode] for mode in modes if mode in MODES), key=LOCK_MODES.index, default=None)


def known(nodes: Iterable[Node], context: Context) -> Taken:
    """What these statements take, by the table below."""
    locks: dict[Name, LockMode] = {}
    read = set()
    for node in nodes:
        form = FORMS.get(type(node).__name__)
        for relation, mode, reads in form(node, context) if form else ():
            if not relation.new:
                name = context.known_as("relation", relation.name)
                locks[name] = mode
                read |= {name} if reads else set()
    return Taken(locks, read=frozenset(read))


Form = Iterator[tuple[Relation, LockMode, bool]]


def _index(node: Node, context: Context) -> Form:
    """CREATE INDEX CONCURRENTLY."""
    if node.concurrent:
        yield context.relation(node.relation), "SHARE UPDATE EXCLUSIVE", True


def _drop(node: Node, context: Context) -> Form:
    """DROP INDEX CONCURRENTLY."""
    if node.concurrent:
        yield from ((context.table_of_index(item), "SHARE UPDATE EXCLUSIVE", False) for item in node.objects)


def _reindex(node: Node, context: Context) -> Form:
    """REINDEX CONCURRENTLY of one table or index."""
    if node.relation is not None:
        yield context.table_of_index(node.relation), "SHARE UPDATE EXCLUSIVE", True


def _alter(node: Node, context: Context) -> Form:
    """DETACH PARTITION CONCURRENTLY: the partition is taken at the end, when nobody uses the parent as it was."""
    for command in node.cmds:
        if command.subtype.name == "AT_DetachPartition" and command.def_.concurrent:
            yield context.relation(node.relation), "SHARE UPDATE EXCLUSIVE", False
            yield context.relation(command.def_.name), "ACCESS EXCLUSIVE", False


FORMS: Mapping[str, Callable[[Node, Context], Form]] = {
    "IndexStmt": _index,
    "DropStmt": _drop,
    "ReindexStmt": _reindex,
    "AlterTableStmt": _alter,
}
