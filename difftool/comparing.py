"""What differs between a database as it is and a schema as it should be, before anything is planned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from difftool import positions
from difftool.catalog import Catalog, compare
from difftool.clone import named_roles
from difftool.ignore import ABSENT_ROLE
from difftool.model import DataStep, Deferred, Proof, Statement, Unhandled
from difftool.pg.connection import session
from difftool.seen import Seen, former, see
from difftool.unseen import compare_unseen
from difftool.words import some

if TYPE_CHECKING:
    from difftool.annotations import Renamed
    from difftool.clone import Names
    from difftool.engine import Proposal
    from difftool.now import Now
    from difftool.pipeline import Options
    from difftool.prove import Proven
    from difftool.rules.facts import Facts
    from difftool.scratch.workspace import Database, Workspace
    from difftool.wanted import Built


@dataclass(frozen=True, slots=True)
class Difference:
    """What leads from one schema to another, with its hazards, what it leaves, and what to say of how it was found."""

    statements: tuple[Statement, ...] = ()
    unhandled: tuple[Unhandled, ...] = ()
    notes: tuple[str, ...] = ()
    proof: Proof | None = None
    deferred: tuple[Deferred, ...] = ()
    result: Catalog | None = None
    """What it leads to, where something is put off."""
    data: tuple[DataStep, ...] = ()


def look(now: Now, want: Built, renamed: Iterable[Renamed] = ()) -> Seen:
    """Both sides less what is ignored; what is ``renamed`` is known by its former name, too."""
    named = want.named | frozenset(former(renamed))
    return see(now.rules, now.catalog, want.catalog, now.owner, now.cluster_roles, want.roles, now.without, named)


def compared(now: Now, want: Built, seen: Seen, options: Options) -> Difference:
    """Whatever differs, in the dumps and beyond; nothing when the schemas are equal."""
    differing = (*compare(seen.now.catalog, seen.want.catalog), *unseen(now, want, seen))
    left, notes = orders(seen.now.catalog, seen.want.catalog, options)
    return Difference(unhandled=(*differing, *left), notes=notes)


def orders(now: Catalog, want: Catalog, options: Options) -> tuple[tuple[Unhandled, ...], tuple[str, ...]]:
    """Columns that stand in another order: as differences where the order is strict, and as notes."""
    found = positions.reordered(now, want)
    if options.column_order == "strict":
        return positions.unhandled(found), tuple(positions.users(found, want))
    return (), positions.notes(found, want)


def unseen(now: Now, want: Built, seen: Seen) -> tuple[Unhandled, ...]:
    """What differs beyond the dumps, among what both sides have."""
    common = [k for k in seen.now.catalog.by_key if k in seen.want.catalog.by_key]
    both = {(kind, k.schema, k.name) for k in common for kind in ("materialized_view", "partition")}
    return compare_unseen(now.unseen, want.unseen, both)


def remarks(
    workspace: Workspace, proposal: Proposal, proven: Proven, lost: Sequence[str], facts: Facts, *, retype: bool
) -> Iterator[str]:
    """What is worth knowing of how a plan came to be."""
    from difftool.online import bound_anew
    from difftool.rules.half_way import half_way

    if lost:
        yield f"ignored, and not in the clone: {some(lost)}; whether they stand in the plan's way was not tried"
    if proven.referee:
        yield proven.referee
    if proven.offline:
        whose = f" for {some(proven.about)}" if proven.about else ""
        yield f"no online form was found{whose} that can be proven: {proven.offline}"
    if anew := bound_anew(proven.statements):
        yield f"dropped, added again and checked anew: foreign key {some(anew)}"
    yield from half_way(proven.statements, facts, retype=retype)
    for name in proposal.idle:
        yield f"recreate:{name} is allowed, and this plan makes nothing of that name anew"
    if proposal.broken:
        yield f"{proposal.broken}; the plan was made from the dump alone"
    if workspace.scratch.same_server:
        yield f"scratch databases were made on the target's own server: {'; '.join(workspace.scratch.skipped)}"


def with_data(found: Difference, data: Sequence[DataStep], copy: Database, now: Now, names: Names) -> Difference:
    """The difference with what brings in reference data, tried on a copy that has the schema by then."""
    from difftool.data_steps import tried, with_hazards
    from difftool.rules.facts import read_facts

    with session(now.info, read_only=True) as connection:
        steps = with_hazards(data, found.statements, read_facts(connection))
    left, notes = tried(steps, copy.user, names.to_scratch)
    return replace(found, data=steps, unhandled=(*found.unhandled, *left), notes=(*found.notes, *notes))


def needed_roles(built: Built, seen: Seen) -> tuple[str, ...]:
    """The roles that the files create; where what absent roles may do is ignored, those that more is said of."""
    if not seen.scope.rules.asks(ABSENT_ROLE):
        return built.roles
    return tuple(sorted(named_roles(seen.want.catalog)))
