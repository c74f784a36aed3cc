"""difftool snapshots: list, show and diff."""

from __future__ import annotations

from typing import Annotated

import typer

from difftool import console
from difftool.cli.options import CheckForm, Form, Secrets, Target
from difftool.cli.showing import exit_by, settings_of, show
from difftool.errors import UsageError


def snapshots_command(context: typer.Context, target: Target = "") -> None:
    """List the target's snapshots, the newest first; ``list`` does the same."""
    if context.invoked_subcommand is None:
        snapshots_list(target)


def snapshots_list(target: Target = "") -> None:
    """List the target's snapshots, the newest first, and how far the apply came that each was taken for."""
    from difftool import api
    from difftool.journal import journals
    from difftool.render.tables import show_snapshots
    from difftool.snapshot import manifest

    settings = settings_of(target=target)
    now = api.read_target(settings, settings.target)
    store = api.open_store(settings)
    show_snapshots(manifest.snapshots(store, now.identity), console.out(), journals(store, now.identity))


def snapshots_show(
    snapshot: Annotated[str, typer.Argument(metavar="ID")],
    part: Annotated[str, typer.Option("--part", help="schema (as SQL) or plan.")] = "plan",
    target: Target = "",
    show_secrets: Secrets = False,
) -> None:
    """Show the plan that a snapshot was taken for, or with --part schema the schema that it keeps."""
    from difftool import api
    from difftool.secrets import mask
    from difftool.snapshot import manifest

    settings = settings_of(target=target)
    now, store = api.read_target(settings, settings.target), api.open_store(settings)
    chosen = manifest.load(store, snapshot, now.identity)
    if part == "schema":
        text = manifest.schema_of(store, chosen)
        console.data(text if show_secrets else mask(text))
    elif part == "plan":
        show(manifest.plan_of(store, chosen), Form.table, settings, show_secrets=show_secrets)
    else:
        raise UsageError(f'a snapshot has no part "{part}"', hint="--part schema or --part plan")


def snapshots_diff(
    snapshot: Annotated[str, typer.Argument(metavar="ID")],
    target: Target = "",
    form: Annotated[CheckForm, typer.Option("--format", "-f", help="How to show it.")] = CheckForm.table,
) -> None:
    """Say what the target has otherwise than a snapshot of it. Exit 3 when something differs."""
    from difftool import api

    settings = settings_of(target=target)
    plan = api.snapshot_diff(snapshot, settings)
    show(plan, form, settings)
    exit_by(plan)
