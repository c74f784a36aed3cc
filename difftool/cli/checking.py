"""difftool check: one target, or all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from difftool import console
from difftool.cli.options import CheckForm, Order, Quiet, Schema, Scope, Scratch, Target, Trust, Verbose
from difftool.cli.showing import exit_by, leave, settings_of, show
from difftool.errors import DifftoolError

if TYPE_CHECKING:
    from difftool.api import Checked


def check_command(
    target: Target = "",
    schema: Schema = "",
    every: Annotated[bool, typer.Option("--all", help="Every configured target, side by side.")] = False,
    form: Annotated[CheckForm, typer.Option("--format", "-f", help="How to show it.")] = CheckForm.table,
    scratch: Scratch = "",
    column_order: Order = "",
    scope: Scope = None,
    trust_schema: Trust = False,
    accept_deferred: Annotated[
        bool, typer.Option("--accept-deferred", help="Exit 0 when nothing differs but what an apply has deferred.")
    ] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Say whether the target has the desired schema: exit 0 in sync, 3 drifted, 1 error."""
    console.set_level(quiet=quiet, verbose=verbose)
    from difftool import api

    with _annotated(form):
        settings = settings_of(
            target=target,
            schema=schema,
            scratch=scratch,
            column_order=column_order,
            scope=scope,
            trust_schema=trust_schema,
        )
        if every:
            with console.steps() as talk:
                checked = api.check_all(settings, talk=talk)
            _show_fleet(checked, form)
            codes = {0 if accept_deferred and c.plan and c.plan.only_deferred else c.exit_code for c in checked}
            leave(next((c for c in (1, 2, 5, 4, 3) if c in codes), 0))
        with console.steps() as talk:
            plan = api.check(settings, talk=talk)
    show(plan, form, settings)
    exit_by(plan, accept_deferred=accept_deferred)


@contextmanager
def _annotated(form: CheckForm) -> Iterator[None]:
    """For GitHub, an error is an annotation on stdout as well: nobody reads the log of a run that has some."""
    try:
        yield
    except DifftoolError as error:
        if form is CheckForm.github:
            from difftool.render.github import failure

            console.data(failure(error))
        raise


def _show_fleet(checked: Sequence[Checked], form: CheckForm) -> None:
    from difftool.render.fleet import FLEET_FORMATS
    from difftool.render.rows import fleet_row
    from difftool.render.tables import show_fleet

    rows = [fleet_row(c.target.name, c.database, c.answer) for c in checked]
    if form is CheckForm.table:
        show_fleet(rows, console.out())
    else:
        console.data(FLEET_FORMATS[form.value](rows))
