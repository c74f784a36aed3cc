"""difftool plan, and difftool diff."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from difftool import console
from difftool.cli.options import (
    Atomic,
    Defer,
    Engine,
    Form,
    Format,
    Online,
    Order,
    Preview,
    Quiet,
    Rename,
    Retype,
    Schema,
    Scope,
    Scratch,
    Secrets,
    Target,
    Trust,
    Verbose,
)
from difftool.cli.renaming import ask_renames
from difftool.cli.showing import exit_by, settings_of, show
from difftool.errors import UsageError

if TYPE_CHECKING:
    from difftool.model import Plan
    from difftool.settings import Settings


def plan_command(
    target: Target = "",
    schema: Schema = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Save the plan to this file, for apply.")] = None,
    form: Format = Form.table,
    scratch: Scratch = "",
    engine: Engine = "",
    column_order: Order = "",
    scope: Scope = None,
    online: Online = "",
    atomic: Atomic = False,
    online_type_change: Retype = False,
    rename: Rename = None,
    trust_schema: Trust = False,
    allow: Preview = None,
    defer: Defer = None,
    show_secrets: Secrets = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show what would change, proven on a scratch database. Exit 3 when something differs."""
    console.set_level(quiet=quiet, verbose=verbose)
    from difftool import api, planfile

    settings = settings_of(
        target=target,
        schema=schema,
        scratch=scratch,
        engine=engine,
        column_order=column_order,
        scope=scope,
        online=online,
        atomic=atomic,
        online_type_change=online_type_change,
        rename=rename,
        trust_schema=trust_schema,
    )

    def made(under: Settings) -> Plan:
        with console.steps() as talk:
            return api.plan(under, allow=previewed(allow), defer=defer or (), talk=talk)

    plan = made(settings)
    if out:  # a finished plan can be told no more
        plan, settings, _ = ask_renames(plan, settings, (), made)
    show(plan, form, settings, show_secrets=show_secrets)
    if out:
        planfile.write(plan, out)
        console.say(f"saved to {out}: {_apply_command(out, target)} runs exactly that")
    exit_by(plan)


def diff_command(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A URL, a configured target, a folder or a file.")],
    wanted: Annotated[str, typer.Argument(metavar="TO", help="The same.")],
    prove: Annotated[bool, typer.Option("--prove", help="Prove the statements on a clone of FROM.")] = False,
    form: Format = Form.table,
    scratch: Scratch = "",
    engine: Engine = "",
    column_order: Order = "",
    scope: Scope = None,
    online: Online = "",
    atomic: Atomic = False,
    online_type_change: Retype = False,
    trust_schema: Trust = False,
    allow: Preview = None,
    show_secrets: Secrets = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show the statements that turn one source into another. Exit 3 when something differs."""
    console.set_level(quiet=quiet, verbose=verbose)
    from difftool import api

    settings = settings_of(
        scratch=scratch,
        engine=engine,
        online=online,
        atomic=atomic,
        online_type_change=online_type_change,
        column_order=column_order,
        scope=scope,
        trust_schema=trust_schema,
    )
    with console.steps() as talk:
        plan = api.diff(source, wanted, settings, prove=prove, allow=previewed(allow), talk=talk)
    show(plan, form, settings, show_secrets=show_secrets)
    exit_by(plan)


def previewed(allow: Sequence[str] | None) -> Sequence[str]:
    """What makes another plan; raises UsageError for what is to be allowed when a plan is run."""
    from difftool.settings.readers import RECREATE

    for word in allow or ():
        if word != "all" and not (word.startswith(RECREATE) and word != RECREATE):
            raise UsageError(
                f"--allow {word} makes no other plan: here it takes recreate:NAME, or all",
                hint="a hazard is allowed when the plan is applied: difftool apply --allow",
            )
    return allow or ()


def _apply_command(out: Path, target: str) -> str:
    """What to type to apply a saved plan."""
    import shlex

    from difftool.pg.conninfo import mask_url

    return shlex.join(["difftool", "apply", str(out), *(["--target", mask_url(target)] if target else [])])
