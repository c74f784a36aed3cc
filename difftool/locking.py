"""What each statement of a plan holds others up with: the locks that were measured, sizes, and who is at work there.

Where what was measured is more than the rules expected, the statement carries a hazard that says so: no strong lock on
a big table goes without a word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from difftool.model import HAZARDS, LOCK_MODES, Hazard, HazardKind, Lock, LockMode, Statement, Work
from difftool.parse import Name, Node, is_a, nodes, parse
from difftool.rules import before_each
from difftool.rules.attach_partition import looked_through
from difftool.rules.context import Context
from difftool.rules.facts import Facts, Relation
from difftool.rules.known_locks import Taken, known
from difftool.rules.locks import READS, WRITES, locks

LOCKLESS = (
    "CommentStmt CreateEnumStmt CreateRangeStmt CreateFunctionStmt CreateSchemaStmt AlterEnumStmt AlterFunctionStmt "
    "VariableSetStmt GrantStmt AlterDefaultPrivilegesStmt"
).split()
NAMING = "CreateStmt CreateSeqStmt CreateTrigStmt IndexStmt AlterTableStmt ViewStmt".split()
"""What locks nothing, and what locks only what it names."""
READ_RATE, WRITE_RATE = 50 * 1024**2, 20 * 1024**2
"""Bytes of a table in a second: looked at, and written anew with its indexes. A guess on the slow side."""
SEEN = "this was measured on a copy of the schema, and no rule knows of it; run it in quiet hours"


def with_locks(
    statements: Sequence[Statement], facts: Facts, measured: Sequence[Taken | None], *, small: int = 0
) -> tuple[Statement, ...]:
    """The statements with the locks that each takes, and a hazard more for each that no rule expected.

    ``measured`` may end early, where a statement did not run: of the rest nobody knows more than before.
    """
    start = Start(facts, small)
    found = list(statements)
    for place, context in before_each(statements, facts, small):
        if place < len(measured):
            nodes = context.parsed[place] or ()
            taken = measured[place] or known(nodes, context)
            taken = replace(taken, read=taken.read | {r.name for node in nodes for r in _looked_through(node, context)})
            found[place] = _with(statements[place], taken, measured[place] is not None, context, start)
    return tuple(found)


def touches(statements: Sequence[Statement], facts: Facts) -> bool:
    """Whether a statement may lock what the target has; False only where it is certain that none does."""
    own = {relation.name.name for relation in facts.relations} | {index.name.name for index in facts.indexes}
    return bool(own) and any(_touches(node, own) for s in statements for node in parse(s.sql) or (None,))


def _touches(node: Node, own: Collection[str]) -> bool:
    if is_a(node, *LOCKLESS):
        return False
    if not is_a(node, *NAMING):
        return True
    return any(is_a(below, "RangeVar") and below.relname in own for below in nodes(node))


def _looked_through(node: Node, context: Context) -> Iterator[Relation]:
    """The default partition's rows are looked at for what belongs into a new one: the server says nothing of it."""
    for command in node.cmds if is_a(node, "AlterTableStmt") else ():
        if command.subtype.name == "AT_AttachPartition":
            yield from looked_through(
                context.relation(node.relation), context.relation(command.def_.name).name, context
            )
    base = node.base if is_a(node, "CreateForeignTableStmt") else node
    if is_a(base, "CreateStmt") and base.partbound:
        made = context.qualify(base.relation.schemaname or "", base.relation.relname)
        yield from looked_through(context.relation(base.inhRelations[0]), made, context)


class Start:
    """The target's relations as they are before the plan, by name."""

    def __init__(self, facts: Facts, small: int) -> None:
        self.context = Context(facts, (), (), small)
        self.by_name: Mapping[Name, Relation] = {relation.name: relation for relation in facts.relations}


def _with(statement: Statement, taken: Taken, measured: bool, context: Context, start: Start) -> Statement:
    roots = [(relation, mode, below) for relation, mode, below in _roots(taken.locks, start)]
    found = [_lock(relation, mode, below, taken, measured, start.context) for relation, mode, below in roots]
    expected = _expected(context)
    surprises = (
        hazard
        for (relation, *_), lock in zip(roots, found, strict=True)
        if measured and start.context.busy(relation) and relation.populated
        for hazard in _surprises(statement, lock, expected.get(relation.oid, 0), start.context.shown(relation))
    )
    hazards = dict.fromkeys((*statement.hazards, *surprises))
    found.sort(key=lambda lock: (-LOCK_MODES.index(lock.mode), not lock.work, lock.relation))
    return replace(
        statement,
        hazards=tuple(sorted(hazards, key=lambda h: HAZARDS.index(h.kind))),
        locks=tuple(found),
    )


def _roots(locks: Mapping[Name, LockMode], start: Start) -> Iterator[tuple[Relation, LockMode, int]]:
    """The locked relations of the target with how many partitions or children each stands for."""
    held = {start.by_name[name].oid: mode for name, mode in locks.items() if name in start.by_name}
    covered: set[int] = set()
    for oid, mode in held.items():
        family = start.context.family(start.context.relations[oid])[1:]
        covered |= {m.oid for m in family if held.get(m.oid) == mode}
    for oid, mode in held.items():
        relation = start.context.relations[oid]
        if oid not in covered and (relation.kind != "m" or mode == "ACCESS EXCLUSIVE"):  # nobody writes to such a view
            below = [m for m in start.context.family(relation)[1:] if m.oid in covered and m.kind != "p"]
            yield relation, mode, len(below)


def _lock(relation: Relation, mode: LockMode, below: int, taken: Taken, measured: bool, start: Context) -> Lock:
    members = [m for m in (start.family(relation) if below else [relation]) if m.kind != "p"]
    names = {relation.name, *(m.name for m in members)}
    works: tuple[tuple[Work, frozenset[Name]], ...]
    works = ("rewritten", taken.rewritten), ("filled", taken.filled), ("read", taken.read)
    work: Work = next((done for done, tables in works if names & tables), "")
    rows = _sum(m.rows for m in members) if members else None
    size = _sum(m.bytes for m in members) if members else None
    rate = {"": None, "read": READ_RATE}.get(work, WRITE_RATE)
    rest = (rows or 0) * taken.rest if work == "filled" else 0.0
    return Lock(
        mode=mode,
        relation=relation.name.sql,
        measured=measured,
        work=work,
        below=below,
        rows=rows,
        bytes=size,
        seconds=0.0 if rate is None else None if size is None else round(size / rate + rest, 1),
    )


def _sum(numbers: Iterator[int | None]) -> int | None:
    every = list(numbers)
    return None if None in every else sum(n or 0 for n in every)


def _expected(context: Context) -> dict[int, int]:
    """What the rules think that the statement at hand blocks, by OID: also of each partition and child."""
    found: dict[int, int] = {}
    for node in context.parsed[context.position] or ():
        for oid, level in locks(node, context).items():
            for member in context.family(context.relations[oid]) if oid in context.relations else ():
                found[member.oid] = max(level, found.get(member.oid, 0))
    return found


def _surprises(statement: Statement, lock: Lock, expected: int, shown: str) -> Iterator[Hazard]:
    """What was measured and no rule has told of: work under a lock that blocks, or a lock that nobody thought of."""
    for kind, detail in _unexpected(statement, lock, expected, shown):
        yield Hazard(kind, f"{detail}: {SEEN}", (lock.relation,), lock.bytes)


def _unexpected(statement: Statement, lock: Lock, expected: int, shown: str) -> Iterator[tuple[HazardKind, str]]:
    level = {"reads and writes": READS, "writes": WRITES}.get(lock.blocks, 0)
    kind: HazardKind = "blocks-reads" if level == READS else "blocks-writes"
    told = any(hazard.kind in ("rewrites-table", "blocks-reads", "blocks-writes") for hazard in statement.hazards)
    if level and lock.work and not told:
        until = "it is rewritten" if lock.work == "rewritten" else "every row is read"
        yield kind, f"blocks {lock.blocks} on {shown} until {until}"
    elif level > expected:
        yield kind, f"blocks {lock.blocks} on {shown} until it is committed, by {lock.mode}"
    if lock.work == "rewritten" and not told:
        yield "rewrites-table", f"rewrites {shown} and its indexes"
