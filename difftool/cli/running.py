"""What apply and rollback do with a plan: refuse, ask, run, show, exit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from difftool import console
from difftool.cli.showing import DIFFERENT, leave
from difftool.errors import Refused

if TYPE_CHECKING:
    from difftool.model import Outcome, Plan
    from difftool.settings import Settings
    from difftool.snapshot.manifest import Reason


def run_plan(
    plan: Plan,
    settings: Settings,
    *,
    yes: bool,
    snapshot: bool,
    reason: Reason,
    ignore_window: bool = False,
    pause_after: int = 0,
    allow: tuple[str, ...] = (),
) -> NoReturn:
    """Refuse, ask, run, show, exit; ``allow`` is what was agreed to besides the settings'."""
    from difftool import api, words
    from difftool.gates import refuse_outside
    from difftool.guard import refuse_unless_allowed
    from difftool.render.tables import show_outcomes

    if not (plan.differs or plan.data):
        leave(0)
    refuse_unless_allowed(plan, {*settings.target.allow, *allow})
    if plan.statements or plan.data:
        if not ignore_window:
            refuse_outside(settings.target.window)
        _ask(f"apply {words.to_run(plan)}", plan, settings, yes=yes)
        if plan.statements and not snapshot:
            console.say(
                "without a snapshot there is no journal: if this stops part-way, difftool plan goes on from there"
            )
    with _reported(plan) as report:
        applied = api.apply(
            plan,
            settings,
            allow=allow,
            snapshot=snapshot,
            reason=reason,
            ignore_window=ignore_window,
            pause_after=pause_after,
            ask=_asked(),
            talk=console.say,
            report=report,
        )
    show_outcomes(applied, console.out())
    _say_deferred(plan, snapshot=snapshot)
    leave(DIFFERENT if applied.left else 0)


def run_rest(
    snapshot: str, settings: Settings, *, yes: bool, ignore_window: bool = False, pause_after: int = 0
) -> NoReturn:
    """Say what happened to an apply that stopped part-way, ask, go on with it, show, exit."""
    from difftool import api, words
    from difftool.gates import refuse_outside
    from difftool.render.tables import show_outcomes

    with console.steps("looking for what happened"):
        stopped, told = api.find_stopped(snapshot, settings)
    for sentence in told:
        console.say(sentence)
    if not ignore_window:
        refuse_outside(settings.target.window)
    _ask(f"go on with its plan of {words.to_run(stopped.plan)}", stopped.plan, settings, yes=yes)
    with _reported(stopped.plan) as report:
        applied = api.resume(
            stopped,
            settings,
            ignore_window=ignore_window,
            pause_after=pause_after,
            ask=_asked(),
            talk=console.say,
            report=report,
        )
    show_outcomes(applied, console.out())
    _say_deferred(stopped.plan, snapshot=True)
    leave(DIFFERENT if applied.left else 0)


@contextmanager
def _reported(plan: Plan) -> Iterator[Callable[[Outcome], None]]:
    """A bar, or a line a statement, and what tells it of them."""
    from difftool import words

    with console.progress("applying", len(plan.statements)) as bar:

        def report(outcome: Outcome) -> None:
            if outcome.state == "running" and outcome.seconds:
                bar.lasts(words.title(outcome.statement), outcome.number, outcome.seconds, outcome.progress)
            elif outcome.state == "running":
                bar.begin(words.title(outcome.statement), outcome.number)
            elif outcome.state == "done":
                bar.done(outcome.number)

        yield report


def _say_deferred(plan: Plan, *, snapshot: bool) -> None:
    """What was put off, and whether that is on record."""
    from difftool import words

    if not plan.deferred:
        return
    named = words.some([words.title(d.statement) for d in plan.deferred], 10)
    console.say(f"deferred: {named}; difftool apply runs them")
    if not snapshot:
        console.warn("without a snapshot nothing records what was deferred: difftool check calls it drift")


def say_idle(plan: Plan, allow: Sequence[str]) -> None:
    """Warn of what was allowed and is about nothing in the plan: it may be misspelt."""
    from difftool.allowing import idle

    for word in idle(plan, allow):
        console.warn(f"--allow {word} is about nothing in this plan")


def _asked() -> Callable[[str], bool] | None:
    """Who is asked whether to go on after a pause; nobody where this is no terminal."""
    return console.confirm if console.is_interactive() else None


def _ask(doing: str, plan: Plan, settings: Settings, *, yes: bool) -> None:
    from difftool import hooks, words

    if yes:
        return
    for line in hooks.announced(settings.before_apply, settings.after_apply):
        console.say(line)
    question = f"{doing} to {words.label(plan.target)} ({words.place(plan.target)})?"
    if settings.target.protect:
        agreed = console.confirm_typed(f"{question} type the database's name to go ahead:", plan.target.database)
    else:
        agreed = console.confirm(question)
    if not agreed:
        raise Refused("not confirmed, so nothing was done", hint="run it again and answer y, or say --yes")
