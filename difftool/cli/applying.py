"""difftool apply, and difftool rollback."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from difftool import console
from difftool.cli.options import (
    Allow,
    Atomic,
    Defer,
    Engine,
    Form,
    IgnoreWindow,
    LockTimeout,
    NoSnapshot,
    Online,
    Order,
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
    Yes,
)
from difftool.cli.renaming import ask_renames
from difftool.cli.running import run_plan, run_rest, say_idle
from difftool.cli.showing import settings_of, show
from difftool.errors import Refused, UsageError

if TYPE_CHECKING:
    from difftool.model import Plan
    from difftool.settings import Settings


def apply_command(
    planfile_: Annotated[
        Path | None,
        typer.Argument(metavar="[PLAN]", help="A plan saved by difftool plan -o; with --resume, a snapshot."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with an apply that stopped part-way: the last one, or a snapshot's.")
    ] = False,
    target: Target = "",
    schema: Schema = "",
    yes: Yes = False,
    allow: Allow = None,
    defer: Defer = None,
    no_snapshot: NoSnapshot = False,
    create_database: Annotated[
        bool, typer.Option("--create-database", help="Make the database if it is missing.")
    ] = False,
    lock_timeout: LockTimeout = "",
    ignore_window: IgnoreWindow = False,
    pause_after: Annotated[
        int, typer.Option("--pause-after", min=0, help="Stop when this statement is committed, and ask.")
    ] = 0,
    scratch: Scratch = "",
    engine: Engine = "",
    column_order: Order = "",
    scope: Scope = None,
    online: Online = "",
    atomic: Atomic = False,
    online_type_change: Retype = False,
    rename: Rename = None,
    trust_schema: Trust = False,
    show_secrets: Secrets = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show the plan again, ask, take a snapshot, run it and verify."""
    console.set_level(quiet=quiet, verbose=verbose)
    from difftool import api, planfile
    from difftool.settings.readers import RECREATE

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
        allow=allow,
        lock_timeout=lock_timeout,
    )
    if resume:
        making = (schema, engine, online, atomic, online_type_change, rename, column_order, scope, defer)
        if any(making) or no_snapshot or create_database:
            raise UsageError(
                "--resume goes on with the plan that is kept with the snapshot: --schema, --engine, --online, "
                "--atomic, --online-type-change, --rename, --column-order, --scope, --defer, --no-snapshot and "
                "--create-database are for a new one",
                hint="difftool apply --resume [SNAPSHOT]",
            )
        run_rest(str(planfile_ or ""), settings, yes=yes, ignore_window=ignore_window, pause_after=pause_after)
    if planfile_ and (schema or engine or online or atomic or online_type_change or rename or column_order or scope):
        raise UsageError(
            f"{planfile_} is a finished plan: "
            "--schema, --engine, --online, --atomic, --online-type-change, --rename, --column-order and --scope "
            "are for making one",
            hint=f"difftool apply {planfile_}, or leave the file out",
        )
    if planfile_ and (anew := [a for a in allow or () if a.startswith(RECREATE)]):
        raise UsageError(
            f"{planfile_} is a finished plan: --allow {anew[0]} is for making one",
            hint=f"difftool plan --allow {anew[0]} -o {planfile_}, then apply that",
        )
    if planfile_ and defer:
        raise UsageError(
            f"{planfile_} is a finished plan: --defer {defer[0]} is for making one",
            hint=f"difftool plan --defer {defer[0]} -o {planfile_}, then apply that",
        )
    if create_database:
        create_missing(settings, yes=yes)

    def made(under: Settings) -> Plan:
        with console.steps() as talk:
            return api.plan(under, defer=defer or (), talk=talk)

    others: tuple[str, ...] = ()
    if planfile_:
        plan = planfile.read(planfile_)
        api.check_fresh(plan, settings)  # before anybody is asked; apply itself looks again, alone
    else:
        plan = made(settings)
        if not yes:
            plan, settings, others = ask_renames(plan, settings, settings.target.allow, made)
    show(plan, Form.table, settings, show_secrets=show_secrets)
    say_idle(plan, allow or ())
    run_plan(
        plan,
        settings,
        yes=yes,
        snapshot=not no_snapshot,
        reason="apply",
        ignore_window=ignore_window,
        pause_after=pause_after,
        allow=others,
    )


def rollback_command(
    snapshot: Annotated[
        str, typer.Argument(metavar="[ID]", help="A snapshot; by default the one before the last apply.")
    ] = "",
    target: Target = "",
    yes: Yes = False,
    allow: Allow = None,
    no_snapshot: NoSnapshot = False,
    lock_timeout: LockTimeout = "",
    ignore_window: IgnoreWindow = False,
    scratch: Scratch = "",
    engine: Engine = "",
    online: Online = "",
    atomic: Atomic = False,
    online_type_change: Retype = False,
    trust_schema: Trust = False,
    show_secrets: Secrets = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Put a snapshot's schema back: its own plan, question, snapshot and verification."""
    console.set_level(quiet=quiet, verbose=verbose)
    from difftool import api

    settings = settings_of(
        target=target,
        scratch=scratch,
        engine=engine,
        online=online,
        atomic=atomic,
        online_type_change=online_type_change,
        trust_schema=trust_schema,
        allow=allow,
        lock_timeout=lock_timeout,
    )
    with console.steps() as talk:
        plan, chosen = api.rollback_plan(snapshot, settings, talk=talk)
    console.say(f"rolling back to snapshot {chosen.id}, taken before the {chosen.reason} of {chosen.created}")
    show(plan, Form.table, settings, show_secrets=show_secrets)
    say_idle(plan, allow or ())
    run_plan(plan, settings, yes=yes, snapshot=not no_snapshot, reason="rollback", ignore_window=ignore_window)


def create_missing(settings: Settings, *, yes: bool) -> None:
    """Make the target's database where there is none, after a question."""
    from difftool import api
    from difftool.errors import DatabaseMissing

    info = api.address(settings, settings.target)
    try:
        api.read_target(settings, settings.target)
    except DatabaseMissing:
        if not yes and not console.confirm(f'create database "{info.database}" at {info.place}?'):
            raise Refused("not confirmed, so no database was created", hint="say --yes, or answer y") from None
        console.say(f'created database "{api.create_database(settings)}"')
