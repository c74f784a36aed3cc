"""What every command does: settings from its options, a plan shown, an exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

import typer

from difftool import console
from difftool.cli.options import CheckForm, Form

if TYPE_CHECKING:
    from difftool.model import Plan
    from difftool.settings import Settings

DIFFERENT = 3


def settings_of(**flags: object) -> Settings:
    """The settings under these options, those that were not given left out; what is worth knowing of them is said."""
    from difftool.settings import load

    settings = load(flags={k: v for k, v in flags.items() if v})
    for note in settings.notes:
        console.warn(note)
    return settings


def show(plan: Plan, form: Form | CheckForm, settings: Settings, *, show_secrets: bool = False) -> None:
    """A plan on stdout; one line where nothing differs and nobody looks."""
    from difftool import words

    quiet = words.unchanged(plan) and not (plan.ignored or plan.notes or plan.data)
    if form.value == "table" and quiet and not sys.stdout.isatty():
        console.data(words.in_sync(plan))
    elif form.value == "table":
        from difftool.render.terminal import show_plan

        allowed = () if settings.targets and not settings.default_target else settings.target.allow
        show_plan(plan, console.out(), allowed=allowed, show_secrets=show_secrets)
    else:
        from difftool.render.formats import FORMATS
        from difftool.script import Timeouts

        timeouts = Timeouts(settings.lock_timeout, settings.statement_timeout, settings.patience)
        console.data(FORMATS[form.value](plan, timeouts=timeouts, show_secrets=show_secrets))


def exit_by(plan: Plan, *, accept_deferred: bool = False) -> None:
    """End the command: 3 where anything differs or is not proven, else 0; what is deferred may be accepted."""
    if accept_deferred and plan.only_deferred and plan.proven is not False:
        leave(0)
    leave(DIFFERENT if plan.differs or plan.proven is False else 0)


def leave(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(code)
