"""Going on with an apply that stopped part-way: what happened is settled by looking at the database, never guessed.

A segment at work is committed or not: the server says it of its transaction (``pg_xact_status``), the catalog of a
statement outside of one. Then the target must be what the snapshot's schema and the committed statements make, tried
on a scratch server; whatever else it is was done by somebody else, and the rest of the plan is not run.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from difftool import words
from difftool.aftermath import FATE_SECONDS, Rest, remainder, status
from difftool.catalog import changed, parse
from difftool.clone import Names, clone
from difftool.cluster import midway
from difftool.cluster.rights import refuse_unless_able
from difftool.errors import DifftoolError, Refused, StoppedPartWay
from difftool.gates import Gate, every
from difftool.guard import (
    at_work,
    only_apply,
    refuse_other_target,
    refuse_unfit,
    refuse_unless_allowed,
    refuse_unless_fresh,
    scope_of,
    verify,
)
from difftool.journal import Journal, Keeper, newest, of_snapshot
from difftool.model import Applied, Outcome, Plan, Unhandled
from difftool.narrowing import narrow
from difftool.parse import is_a
from difftool.parse import parse as parse_sql
from difftool.pg.connection import rows, run, session
from difftool.pg.dump import Dump
from difftool.pg.execute import reason
from difftool.pg.types import Error
from difftool.pipeline import scratch_for
from difftool.prove import Rehearsal
from difftool.runner import Talk
from difftool.script import Timeouts, session_settings, waiting
from difftool.snapshot import Snapshot, Store, manifest
from difftool.unseen import copy_unseen
from difftool.wanted import WantedDump

if TYPE_CHECKING:
    from difftool.applying import Terms
    from difftool.now import Now
    from difftool.pg.types import Connection
    from difftool.pipeline import Options

REPEATABLE = ("DoStmt", "RefreshMatViewStmt", "ReindexStmt", "VacuumStmt")
"""What may run twice: difftool's own DO blocks commit in batches, and go on where the last one ended."""
PATIENCE = 30.0
"""Seconds that a session may take to end once it was told to."""
TOLD_EVERY = 30.0
NOTE_SECONDS = 3.0
ONCE = "which does nothing where it was brought in already"
PLAN = "difftool plan shows what is left, and difftool apply finishes it"
TERMINATE = "SELECT pg_terminate_backend(%s, %s)"


@dataclass(frozen=True)
class Stopped:
    """An apply that did not finish: its snapshot, its plan and the last journal of it."""

    snapshot: Snapshot
    plan: Plan
    journal: Journal


@dataclass(frozen=True)
class Settled:
    """How far the plan is: ``done`` statements are committed, ``rest`` is left of the next (None: all of it)."""

    done: int
    told: str = ""
    rest: Rest | None = None
    unsure: int = 0
    """The statement up to which it may be committed as well, for the schema to tell; 0 for none."""


def find(store: Store, now: Now, snapshot_id: str = "") -> Stopped:
    """The apply that is to be gone on with, by default the last one; raises Refused where there is nothing to do."""
    database = now.identity.database
    if snapshot_id:
        snapshot = manifest.load(store, snapshot_id, now.identity)
        journal = of_snapshot(store, snapshot.folder)
        if journal is None:
            raise Refused(f"snapshot {snapshot.id} has no journal: its apply cannot be gone on with", hint=PLAN)
    else:
        found = newest(store, now.identity)
        if found is None:
            raise Refused(f'no apply of "{database}" left a journal in {store.describe()}', hint=PLAN)
        journal = found[1]
        snapshot = manifest.load(store, journal.snapshot, now.identity)
    if journal.ended == "done":
        raise Refused(f"the {snapshot.reason} of {snapshot.created} is finished: nothing is left of it", hint=PLAN)
    stopped = Stopped(snapshot, manifest.plan_of(store, snapshot), journal)
    refuse_other_target(stopped.plan, now)
    return stopped


def note(store: Store, now: Now, talk: Talk) -> str:
    """What a plan says of the last apply where that stopped part-way, else ""; a store that is slow holds up nobody."""
    found: list[str] = []
    asking = threading.Thread(target=lambda: found.append(_note(store, now, talk)), daemon=True)
    asking.start()
    asking.join(NOTE_SECONDS)
    return found[0] if found else ""


def _note(store: Store, now: Now, talk: Talk) -> str:
    try:
        last = newest(store, now.identity)
    except DifftoolError as error:
        talk(f"whether an apply stopped part-way is not known: {error.message}")
        return ""
    if not last or not last[1].stopped_part_way:
        return ""
    journal = last[1]
    so_far = f"{'' if journal.ended else 'at least '}{journal.done} of {words.many(journal.statements, 'statement')}"
    return (
        f"an apply stopped part-way, snapshot {journal.snapshot}, {so_far} committed: "
        "difftool apply --resume finishes its plan; this one goes on from what is there"
    )


def tell(stopped: Stopped, now: Now) -> tuple[str, ...]:
    """What happened, as far as a look can tell now, in sentences."""
    journal, snapshot = stopped.journal, stopped.snapshot
    data = words.some([step.file for step in stopped.plan.data])
    with session(now.info, read_only=True) as connection:
        settled = settle(connection, stopped)
        holder = at_work(connection)
    ended = f"stopped: {journal.why}" if journal.why else f"never told its end (process {journal.process})"
    return (
        f"the {snapshot.reason} of {snapshot.created}, snapshot {snapshot.id}, on {journal.host} {ended}",
        *([f"its session is still on the server: {holder.told}"] if holder else []),
        *([settled.told] if settled.told else []),
        f"{settled.done} of {words.many(journal.statements, 'statement')} are committed",
        *([f"left: the data of {data}, {ONCE}"] if data and settled.done == journal.statements else []),
    )


def settle(connection: Connection, stopped: Stopped) -> Settled:
    """What became of the segment that was at work, asked of the server and its catalog; nothing is changed."""
    journal = stopped.journal
    if not journal.reaches:
        return Settled(journal.done)
    return _of_transaction(connection, journal) if journal.transaction else _of_statement(connection, stopped)


def _of_transaction(connection: Connection, journal: Journal) -> Settled:
    first, last = journal.done + 1, journal.reaches
    what = f"statement {first}" if first == last else f"statements {first} to {last}"
    found = status(connection, journal.transaction)
    if found == "committed":
        return Settled(last, f"the transaction of {what} was committed")
    if found == "aborted":
        return Settled(journal.done, f"the transaction of {what} was rolled back: it runs again")
    if found:
        return Settled(journal.done, f"the transaction of {what} has not ended yet")
    return Settled(journal.done, f"what became of the transaction of {what} the schema must tell", unsure=last)


def _of_statement(connection: Connection, stopped: Stopped) -> Settled:
    number = stopped.journal.reaches
    statement = stopped.plan.statements[number - 1]
    what = f"statement {number} ({words.title(statement)})"
    if all(is_a(node, *REPEATABLE) for node in parse_sql(statement.sql) or (None,)):
        return Settled(number - 1, f"{what} had begun: it runs again")
    rest = remainder(connection, statement)
    if rest is None:
        return Settled(number - 1, f"whether {what} was done the schema must tell", unsure=number)
    if not rest.sql:
        return Settled(number, f"{what} was done")
    if rest.half:
        return Settled(number - 1, f"{what} is half done: {rest.sql[0]} finishes it", rest)
    if len(rest.sql) > 1:
        return Settled(number - 1, f"{what} left an INVALID index: it is dropped and built anew", rest)
    return Settled(number - 1, f"{what} was not done: it runs again")


@dataclass(frozen=True)
class Resumption:
    """How an apply is gone on with: under which terms, where it is kept, how its target is read."""

    stopped: Stopped
    terms: Terms
    store: Store
    read: Callable[[], Now]
    """The target as it is by then."""
    options: Options
    allow: frozenset[str]
    pause: Callable[[int], Gate]
    """Of how many statements were committed before, where to stop; data is no part of that."""

    def go_on(self) -> Applied:
        """Run what is left of the plan, and verify.

        Raises Refused where the target is not what the plan's committed statements made of it, and what an apply
        raises.
        """
        now = self.read()
        refuse_unfit(now)
        hooks = self.terms.hooks(self.stopped.plan, now.info, self.stopped.snapshot.reason)
        with only_apply(now, alone=False) as watcher:
            stopped = find(self.store, now, self.stopped.snapshot.id)  # another one may have gone on with it meanwhile
            refuse_unless_allowed(stopped.plan, {*stopped.journal.allowed, *self.allow})
            _end_the_dead(watcher, stopped.journal, self.terms.talk)
            settled = settle(watcher, stopped)
            if settled.told:
                self.terms.talk(settled.told)
            self.pause(settled.done)  # what was asked for and cannot be is refused before anything is done
            hooks.open()
            settled = _finish_half(now, stopped, settled, self.terms.timeouts)
            self.terms.talk("comparing the target with what these statements make, on a scratch server")
            now = self.read()
            settled = _place(now, self.store, stopped, settled, self.options)
            midway.refuse_lost_password(stopped.plan, settled.done)
            left = replace(stopped.plan, statements=stopped.plan.statements[settled.done :])
            refuse_unless_able(left, now.info)
            paused = self.pause(settled.done)
            return hooks.around(lambda: self._run(now, stopped, settled, watcher, paused), stopped.snapshot.id)

    def _run(self, now: Now, stopped: Stopped, settled: Settled, watcher: Connection, paused: Gate) -> Applied:
        plan, kept = stopped.plan, stopped.snapshot.id
        allowed = tuple(sorted({*stopped.journal.allowed, *self.allow}))
        begun = settled.done + 1 if settled.rest else 0  # it may stop before it comes to that
        following = stopped.journal.following(settled.done, allowed, begun)
        keeper = Keeper(self.store, stopped.snapshot.folder, following, self.terms.talk)
        keeper.start()
        gate = self.terms.gate(watcher)
        runner = self.terms.runner(plan, now.info, watcher, every(paused, gate), keeper)
        runner.before, runner.rest = settled.done, settled.rest.sql if settled.rest else None
        before = tuple(Outcome(n, s, "done") for n, s in enumerate(plan.statements[: settled.done], 1))
        outcomes = runner.run()
        data = self.terms.finish(plan, now.info, watcher, gate, keeper)
        self.terms.talk("verifying")
        return Applied(plan, (*before, *outcomes), kept, verify(plan, now), data)


def _end_the_dead(connection: Connection, journal: Journal, talk: Talk) -> None:
    """Wait for a statement that goes on without its client and needs none; end a session that could only roll back."""
    began, told = time.monotonic(), 0.0
    while holder := at_work(connection):
        now = time.monotonic()
        if holder.pid != journal.session.pid:  # of one that died before its journal knew it: it has nothing to do
            if now - began > PATIENCE:
                told_of = f"another apply's session is at work on this database: {holder.told}"
                raise Refused(told_of, hint="wait for its end")
        elif not journal.transaction and holder.active:
            if not told or now - told > TOLD_EVERY:
                talk(f"statement {journal.reaches} is still at work, and is waited for: {holder.told}")
                told = now
            began = now
        elif now - began > PATIENCE:
            hint = f"SELECT pg_terminate_backend({holder.pid}), as its user or a superuser"
            raise Refused(f"the session of the apply that stopped does not end: {holder.told}", hint=hint)
        elif holder.ours:
            rows(connection, TERMINATE, (holder.pid, int(FATE_SECONDS * 1000)))
        time.sleep(0.2)


def _finish_half(now: Now, stopped: Stopped, settled: Settled, timeouts: Timeouts) -> Settled:
    """What is half done is finished before the schemas are compared: no dump shows it."""
    if not settled.rest or not settled.rest.half:
        return settled
    patience, _ = waiting(stopped.plan.statements[settled.done], timeouts)
    with session(now.info) as connection:
        try:
            for sql in (*session_settings(stopped.plan, timeouts), *patience, *settled.rest.sql):
                run(connection, sql)
        except (Error, KeyboardInterrupt) as error:
            why = "was interrupted" if isinstance(error, KeyboardInterrupt) else f"failed: {reason(error)}"
            raise StoppedPartWay(f"{settled.rest.sql[0]} {why}", hint="difftool apply --resume tries again") from None
    return Settled(settled.done + 1)


def _place(now: Now, store: Store, stopped: Stopped, settled: Settled, options: Options) -> Settled:
    """Where the target is in the plan; raises Refused, saying what differs, when it is nowhere in it."""
    if settled.done == len(stopped.plan.statements):
        return settled  # the verification tells what is left
    if not settled.done and not settled.unsure:
        refuse_unless_fresh(stopped.plan, now)
        return settled
    found = moved(now, store, stopped, settled.done, options)
    further = moved(now, store, stopped, settled.unsure, options) if settled.unsure else found
    if settled.unsure and not further and not found:
        raise Refused(
            f"whether statement {settled.unsure} was done nobody can tell: the target is the same before and after it",
            hint=PLAN,
        )
    if settled.unsure and not further:
        return Settled(settled.unsure)
    if found:
        named = ", ".join(f"{u.kind} {u.name} {u.detail}" for u in found[:5])
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        raise Refused(f"the target has changed since the apply stopped: {named}{more}", hint=PLAN)
    return settled


def moved(now: Now, store: Store, stopped: Stopped, done: int, options: Options) -> tuple[Unhandled, ...]:
    """What the target has otherwise than the snapshot and the first ``done`` statements make: tried on a copy.

    Of roles and the database that goes by digests; where these do not know, what is left must lead to what is wanted.
    """
    plan, scope = stopped.plan, scope_of(stopped.plan, now)
    here = narrow(scope, now.catalog)
    if plan.fingerprints.method != here.catalog.method:
        raise Refused(f"the plan was made with {plan.fingerprints.method}, here is {here.catalog.method}", hint=PLAN)
    if found := midway.strayed(now, plan, done):
        return found
    first, rest = (
        [s for s in part if not midway.of_cluster(s)] for part in (plan.statements[:done], plan.statements[done:])
    )
    tried, open_ = bool(first and rest), midway.between(plan, done)
    if not tried:
        made = plan.fingerprints
        end = (made.result, made.result_objects) if made.result else (made.desired, made.desired_objects)
        there = end if first or not rest else (made.target, made.target_objects)
        found = () if here.catalog.fingerprint == there[0] else changed(there[1], here.catalog.objects)
        if found or not open_:
            return found
    past = now.at(parse(Dump(manifest.schema_of(store, stopped.snapshot), (), now.program.major)))
    with scratch_for(past, WantedDump(past.catalog, stopped.snapshot.id), options) as workspace:
        if open_ and (found := midway.leads(now, plan, done, workspace)):
            return found
        if not tried:
            return ()
        names = Names(past.owner, past.quoted_owner, workspace.role)
        base, _, _ = clone(workspace, past.catalog, names, past.program, narrow(scope, past.catalog).whole)
        copy_unseen(base.admin, stopped.journal.invalid)
        allowed = frozenset(options.scratch.extensions)
        rehearsal = Rehearsal(workspace, base, past, here, names, allowed=allowed, scope=scope)
        ran = rehearsal.run(first)
        return ran.left and (changed(ran.after.objects, here.catalog.objects) or ran.left)
