"""What a statement takes that cannot run in a transaction block, where nobody can look at its locks before they go.

One entry a form of statement, as its page in PostgreSQL's manual says it; the tests catch each of them at work. See
https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from difftool.batches import as_backfill
from difftool.model import LOCK_MODES, LockMode, Work
from difftool.parse import Name, Node
from difftool.rules.context import Context
from difftool.rules.facts import Relation

MODES: dict[str, LockMode] = {mode.title().replace(" ", "") + "Lock": mode for mode in LOCK_MODES[1:]}
"""The modes as pg_locks has them, without the one that every UPDATE takes."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a statement does to the relations that were there before the plan, by their names at that time."""

    locks: Mapping[Name, LockMode] = field(default_factory=dict)
    rewritten: frozenset[Name] = frozenset()
    read: frozenset[Name] = frozenset()
    """Those of which every row is looked at."""
    filled: frozenset[Name] = frozenset()
    """Those whose rows are changed a batch at a time, each committed by itself."""
    rest: float = 0.0
    """For how many seconds a batch rests, for each of its rows."""


def strongest(modes: Iterable[str]) -> LockMode | None:
    """The strongest of the modes of pg_locks; None where all are weaker than those that stop anybody."""
    return max((MODES[mode] for mode in modes if mode in MODES), key=LOCK_MODES.index, default=None)


def known(nodes: Iterable[Node], context: Context) -> Taken:
    """What these statements take, by the table below."""
    locks: dict[Name, LockMode] = {}
    works: dict[Name, Work] = {}
    for node in nodes:
        form = FORMS.get(type(node).__name__)
        for relation, mode, work in form(node, context) if form else ():
            if not relation.new:
                name = context.known_as("relation", relation.name)
                locks[name], works[name] = mode, work
    read, filled = (frozenset(n for n, done in works.items() if done == work) for work in ("read", "filled"))
    return Taken(locks, read=read, filled=filled, rest=_rest(context) if filled else 0.0)


Form = Iterator[tuple[Relation, LockMode, Work]]


def _index(node: Node, context: Context) -> Form:
    """CREATE INDEX CONCURRENTLY."""
    if node.concurrent:
        yield context.relation(node.relation), "SHARE UPDATE EXCLUSIVE", "read"


def _drop(node: Node, context: Context) -> Form:
    """DROP INDEX CONCURRENTLY."""
    if node.concurrent:
        yield from ((context.table_of_index(item), "SHARE UPDATE EXCLUSIVE", "") for item in node.objects)


def _reindex(node: Node, context: Context) -> Form:
    """REINDEX CONCURRENTLY of one table or index."""
    if node.relation is not None:
        yield context.table_of_index(node.relation), "SHARE UPDATE EXCLUSIVE", "read"


def _alter(node: Node, context: Context) -> Form:
    """DETACH PARTITION CONCURRENTLY: the partition is taken at the end, when nobody uses the parent as it was."""
    for command in node.cmds:
        if command.subtype.name == "AT_DetachPartition" and command.def_.concurrent:
            yield context.relation(node.relation), "SHARE UPDATE EXCLUSIVE", ""
            yield context.relation(command.def_.name), "ACCESS EXCLUSIVE", ""


def _batches(node: Node, context: Context) -> Form:
    """A DO block that fills in batches: of a partitioned table only what has rows is locked, one after the other."""
    if as_backfill(context.statements[context.position].sql):
        family = context.family(context.relation(node.relation))
        yield from ((table, "ROW EXCLUSIVE", "filled") for table in family if table.kind != "p")


def _rest(context: Context) -> float:
    """For how many seconds the batches of the statement at hand rest, for each row."""
    found = as_backfill(context.statements[context.position].sql)
    return found.pace.pause / 1000 / found.pace.rows if found else 0.0


FORMS: Mapping[str, Callable[[Node, Context], Form]] = {
    "IndexStmt": _index,
    "DropStmt": _drop,
    "ReindexStmt": _reindex,
    "AlterTableStmt": _alter,
    "UpdateStmt": _batches,
}
