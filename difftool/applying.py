"""An apply: what it keeps to, which going on with one keeps to as well, and what it does in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from difftool import bringing, gates, lag
from difftool.cluster.rights import refuse_unless_able
from difftool.errors import DifftoolError
from difftool.gates import Gate
from difftool.guard import (
    keep,
    only_apply,
    record_deferred,
    refuse_unable,
    refuse_unfit,
    refuse_unless_allowed,
    refuse_unless_fresh,
    verify,
)
from difftool.hooks import Hooks, Occasion
from difftool.journal import Keeper
from difftool.model import Applied, Plan
from difftool.runner import Report, Runner, Talk
from difftool.script import Timeouts

if TYPE_CHECKING:
    from difftool.now import Now
    from difftool.pg.conninfo import Conninfo
    from difftool.pg.types import Connection
    from difftool.settings import Settings
    from difftool.snapshot.manifest import Reason
    from difftool.snapshot.store import Store
    from difftool.window import Window


@dataclass(frozen=True, slots=True)
class Terms:
    """What an apply keeps to, by the settings; ``windows`` are those that it has to keep to, none for any time."""

    settings: Settings
    windows: tuple[Window, ...]
    talk: Talk
    report: Report

    @property
    def timeouts(self) -> Timeouts:
        """How long its statements may wait, and run."""
        return Timeouts(self.settings.lock_timeout, self.settings.statement_timeout, self.settings.patience)

    def hooks(self, plan: Plan, info: Conninfo, reason: str) -> Hooks:
        """What is run around it."""
        return Hooks(
            self.settings.before_apply,
            self.settings.after_apply,
            info,
            self.settings.lock_timeout,
            self.settings.hook_timeout,
            Occasion(plan, self.settings.target.name, reason),
            self.talk,
        )

    def gate(self, watcher: Connection) -> Gate:
        """What is asked between two segments: whether standbys keep up, and whether a window is open."""
        return gates.every(lag.within(self.settings.max_lag, watcher, self.talk), gates.within(self.windows))

    def runner(self, plan: Plan, info: Conninfo, watcher: Connection, gate: Gate, journal: Keeper) -> Runner:
        """What runs its statements."""
        return Runner(
            plan,
            info,
            watcher,
            self.settings.lock_timeout,
            self.settings.retries,
            self.talk,
            self.report,
            journal.now.snapshot,
            journal,
            statement_timeout=self.settings.statement_timeout,
            patience=self.settings.patience,
            gate=gate,
        )

    def finish(self, plan: Plan, info: Conninfo, watcher: Connection, gate: Gate, journal: Keeper) -> tuple[str, ...]:
        """Run its files of data, which is the last of it, and end the journal; returns what was done."""
        try:
            done = bringing.bring_in(plan, info, watcher, self.timeouts, self.settings.retries, gate, self.talk)
        except DifftoolError as error:
            journal.stops(error.message)
            raise
        journal.ends()
        return done


@dataclass(frozen=True, slots=True)
class Apply:
    """One apply that was asked for."""

    plan: Plan
    terms: Terms
    open_store: Callable[[], Store]
    """Where snapshots are kept; without one it is not opened."""
    read: Callable[[], Now]
    """The target as it is by then."""
    allowed: frozenset[str]
    snapshot: bool
    reason: Reason
    pause: Gate
    """Where to stop; data is no part of that."""

    def run(self) -> Applied:
        """Run the plan, and verify; raises what ``difftool.api.apply`` raises."""
        now = self.read()
        refuse_unfit(now)
        refuse_unless_allowed(self.plan, self.allowed)
        gates.refuse_outside(self.terms.windows if self.plan.statements or self.plan.data else ())
        if self.plan.statements:
            return self._run(now)
        refuse_unless_fresh(self.plan, now)
        puts_off = self.plan.deferred and self.snapshot
        recorded = record_deferred(self.open_store(), self.plan, now, self.reason) if puts_off else ""
        if self.plan.data:
            return self._data_alone(now, recorded)
        return Applied(self.plan, (), recorded, self.plan.unhandled)

    def _run(self, now: Now) -> Applied:
        hooks = self.terms.hooks(self.plan, now.info, self.reason)
        with only_apply(now) as watcher:
            refuse_unless_fresh(self.plan, now)
            refuse_unable(self.plan, watcher, now.owner)
            refuse_unless_able(self.plan, now.info)
            now = self._after_hooks(hooks, now)
            keeper = self._keep(now) if self.snapshot else Keeper()
            gate = self.terms.gate(watcher)
            runner = self.terms.runner(self.plan, now.info, watcher, gates.every(self.pause, gate), keeper)

            def run() -> Applied:
                outcomes = runner.run()
                data = self.terms.finish(self.plan, now.info, watcher, gate, keeper)
                self.terms.talk("verifying")
                return Applied(self.plan, outcomes, keeper.now.snapshot, verify(self.plan, now), data)

            return hooks.around(run, keeper.now.snapshot)

    def _data_alone(self, now: Now, recorded: str) -> Applied:
        """No statement is left to run, and files of data are."""
        hooks = self.terms.hooks(self.plan, now.info, self.reason)
        with only_apply(now) as watcher:
            gate = self.terms.gate(watcher)
            self._after_hooks(hooks, now)

            def run() -> Applied:
                data = self.terms.finish(self.plan, now.info, watcher, gate, Keeper())
                return Applied(self.plan, (), recorded, self.plan.unhandled, data)

            return hooks.around(run, "")

    def _after_hooks(self, hooks: Hooks, now: Now) -> Now:
        """The target once the hooks before have run: it must be what it was."""
        if not hooks.before:
            return now
        hooks.open()
        then = self.read()
        refuse_unless_fresh(self.plan, then)
        return then

    def _keep(self, now: Now) -> Keeper:
        return keep(self.open_store(), self.plan, now, self.reason, self.allowed, self.terms.talk)
