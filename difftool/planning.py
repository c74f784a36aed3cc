"""From a difference to a plan: what an engine proposes is tried on a clone of the target, and completed.

The pipeline comes here when the two schemas are not equal and both are on a scratch server.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from difftool.apart import apart
from difftool.at_work import at_work, with_writes
from difftool.clone import Names, clone, flaws, read_catalog
from difftool.comparing import Difference, orders, remarks, unseen, with_data
from difftool.deferring import Interim, Ways, defer
from difftool.emptiness import is_empty
from difftool.engine import Proposal, Renaming, Side, propose
from difftool.engine.copying import Copying
from difftool.locking import touches, with_locks
from difftool.measure import measure
from difftool.model import Proof, Statement, Unhandled
from difftool.narrowing import Narrowed, narrow
from difftool.online import online
from difftool.partly import as_they_are
from difftool.pg.connection import session
from difftool.privileges import refusal
from difftool.prove import Proven, Rehearsal, about_ignored
from difftool.rows_today import with_rows
from difftool.rules import annotate
from difftool.rules.belongs import attached, read_belongs
from difftool.rules.facts import Facts, read_facts, with_hot
from difftool.seen import Seen
from difftool.unseen import copy_unseen, settled

if TYPE_CHECKING:
    from difftool.now import Now
    from difftool.pipeline import Options
    from difftool.scratch.workspace import Database, Workspace
    from difftool.wanted import Built, Wanted

NATIVE = "native"


@dataclass(frozen=True, slots=True)
class Planning:
    """The two sides of a difference, where they are tried, and what the plan may be made with."""

    now: Now
    wanted: Wanted
    want: Built
    seen: Seen
    """Both catalogs less what is ignored."""
    desired: Database
    """The wanted schema on the scratch server."""
    workspace: Workspace
    names: Names
    options: Options

    def difference(self) -> Difference:
        """The statements, proven whether that was asked for or not: only a run on a clone tells what is left."""
        now, options = self.now, self.options
        started = time.monotonic()
        options.talk("cloning the target's schema")
        base, copy, lost = clone(self.workspace, now.catalog, self.names, now.program, self.seen.now.whole)
        before = narrow(self.seen.scope, copy)
        copy_unseen(base.admin, now.unseen)
        options.talk(f"comparing ({options.engine})")
        copying = Copying(self.workspace, base)
        proposal, facts = self._proposal(Side(base, now.unseen, before.circumstances), self._there, copying)
        options.talk("proving the plan")
        rehearsal = self._rehearsal(base, before, copying, proposal, facts)
        proven = rehearsal.prove(self._to_try(proposal, before))
        statements = annotate(proven.statements, facts, small=self._ways.small, retype=self._ways.retype)
        statements = with_rows(statements, facts, partial(session, now.info, read_only=True))
        interim = self._deferred(rehearsal, proven, statements, facts, before)
        statements, left = interim.statements if interim else statements, self._left(proposal, proven, interim)
        after = interim.after if interim else proven.after
        ordered, noted = orders(after or self.seen.now.catalog, self.seen.want.catalog, options)
        statements, busy = self._locks(statements, facts, rehearsal)
        found = Difference(
            statements,
            (*flaws(before.catalog, self.seen.now.catalog), *left, *ordered),
            (
                *remarks(self.workspace, proposal, proven, lost, facts, retype=options.retype),
                *noted,
                *busy,
                *(interim.notes if interim else ()),
                *refusal(now.info, now.owner, statements),
            ),
            Proof(self.workspace.scratch.label, self.workspace.server.version, round(time.monotonic() - started, 3)),
            interim.deferred if interim else (),
            after if interim else None,
        )
        if not options.data:
            return found
        options.talk("trying the data")
        with rehearsal.ran(found.statements) as (result, _):
            return with_data(found, options.data, result, now, self.names)

    @property
    def _ways(self) -> Ways:
        options = self.options
        return Ways(options.small, options.pace, options.online and options.retype)

    @property
    def _there(self) -> Side:
        """The wanted side: what the files say nothing of beyond the dumps is as it is."""
        unseen = self.now.unseen if self.want.unseen is None else self.want.unseen
        return Side(self.desired, unseen, self.seen.want.circumstances)

    def _proposal(self, here: Side, there: Side, copying: Copying) -> tuple[Proposal, Facts]:
        """What the engine would run, and what the rules must know of the target."""
        options, role = self.options, self.workspace.role
        renamed = (*self.wanted.renamed, *options.renamed)
        renaming = Renaming(renamed, copying.run, copying.database, self.wanted.computed)
        with session(self.now.info, read_only=True) as connection:
            empty = partial(is_empty, connection)
            found = propose(options.engine, here, there, role, empty, options.recreate, renaming, self.seen.scope)
            facts = replace(with_hot(read_facts(connection), options.busy), role=self.now.owner)
        with session(there.database.admin) as connection:
            return found, replace(facts, wanted=read_belongs(connection, attached(found.statements, facts)))

    def _rehearsal(
        self, base: Database, before: Narrowed, copying: Copying, proposal: Proposal, facts: Facts
    ) -> Rehearsal:
        """Where the plan is tried, and what the result is held against."""
        options = self.options
        return Rehearsal(
            self.workspace,
            base,
            self.now,
            self.seen.want,
            self.names,
            allowed=frozenset(options.scratch.extensions),
            objects=proposal.wanted,
            desired=self.desired if options.engine == NATIVE else None,
            scope=self.seen.scope,
            before=before,
            renamed=self._with_new_names(copying),
            online=partial(self._online, facts) if options.online and not options.atomic else as_they_are,
        )

    def _with_new_names(self, copying: Copying) -> Narrowed | None:
        """The dump of the copy on which names were changed; None where none was, or nothing is ignored."""
        if not (copying.copies and self.seen.scope):
            return None
        major = self.workspace.server.major
        return narrow(self.seen.scope, read_catalog(copying.database().admin, major, self.now.program, self.names))

    def _online(
        self, facts: Facts, statements: Sequence[Statement], only: Collection[int] | None = None, /
    ) -> tuple[Statement, ...]:
        """The same change, so that nobody is blocked for longer than it must be."""
        small, options = self.options.small, self.options
        made = online(statements, facts, small=small, pace=options.pace, retype=options.retype, only=only)
        return apart(made, facts, small=small)

    def _to_try(self, proposal: Proposal, before: Narrowed) -> list[str]:
        """What the engine proposes as the target would run it; migra knows nothing of what is ignored."""
        native = self.options.engine == NATIVE
        proposed = (s for s in proposal.statements if native or not about_ignored(s, before))
        return [self.names.from_scratch(sql) for sql in proposed]

    def _deferred(
        self, rehearsal: Rehearsal, proven: Proven, statements: Sequence[Statement], facts: Facts, before: Narrowed
    ) -> Interim | None:
        """The plan less what is put off; None where nothing is."""
        if not self.options.defer:
            return None

        def contract(copy: Database) -> tuple[str, ...]:
            here, there = Side(copy, circumstances=before.circumstances), replace(self._there, unseen=frozenset())
            found, _ = self._proposal(here, there, Copying(self.workspace, copy))
            return tuple(map(self.names.from_scratch, found.statements))

        self.options.talk("putting off what is deferred")
        return defer(self.options.defer, rehearsal, proven, statements, facts, self._ways, contract)

    def _left(self, proposal: Proposal, proven: Proven, interim: Interim | None) -> tuple[Unhandled, ...]:
        """What the plan does not settle: what was refused, then what else is left, each object once."""
        native = self.options.engine == NATIVE
        beyond = (u for u in unseen(self.now, self.want, self.seen) if not (native and settled(u)))
        left = _besides(proposal.refused, (*proven.unhandled, *beyond))
        return _besides(left, interim.unhandled if interim else ())

    def _locks(
        self, statements: tuple[Statement, ...], facts: Facts, rehearsal: Rehearsal
    ) -> tuple[tuple[Statement, ...], tuple[str, ...]]:
        """The statements with what they lock of the target, and notes on who is at work there."""
        if not touches(statements, facts):
            return statements, ()
        self.options.talk("measuring locks")
        with rehearsal.fresh() if self.options.data else nullcontext(rehearsal.spent()) as copy:
            measured = measure(rehearsal, copy, statements)
            locked = with_locks(statements, facts, measured, small=self.options.small)
        if not any(statement.locks for statement in locked):
            return locked, ()
        with session(self.now.info, read_only=True) as connection:
            return with_writes(locked, facts, connection), tuple(at_work(connection))


def _besides(known: Sequence[Unhandled], more: Iterable[Unhandled]) -> tuple[Unhandled, ...]:
    """What is known, and of what else there is whatever is about other objects."""
    named = {(u.kind, u.name) for u in known}
    return (*known, *(u for u in more if (u.kind, u.name) not in named))
