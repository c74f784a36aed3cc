"""The options that several commands take, and the forms in which they show things."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Form(StrEnum):
    """How a plan is shown."""

    table = "table"
    sql = "sql"
    json = "json"
    markdown = "markdown"


class CheckForm(StrEnum):
    """How a check is shown."""

    table = "table"
    json = "json"
    markdown = "markdown"
    github = "github"


Target = Annotated[str, typer.Option("--target", "-t", help="A configured target's name, or a URL.")]
Schema = Annotated[str, typer.Option("--schema", "-s", help="Folder or file of the desired schema.")]
Scratch = Annotated[str, typer.Option("--scratch", help="auto, embedded, local, docker, or a server's URL.")]
Engine = Annotated[str, typer.Option("--engine", help="The engine that proposes statements.")]
Order = Annotated[str, typer.Option("--column-order", help="any, or strict: another order is a difference.")]
Scope = Annotated[
    list[str] | None,
    typer.Option("--scope", help="Compare roles, or the database's own settings, too; repeatable."),
]
Online = Annotated[
    str, typer.Option("--online", help="on, or off: write statements that block nobody for long, or plain.")
]
Atomic = Annotated[
    bool, typer.Option("--atomic", help="One transaction or nothing: plain statements, whatever that blocks.")
]
Retype = Annotated[
    bool, typer.Option("--online-type-change", help="Change types of big tables by way of a second column.")
]
Rename = Annotated[
    list[str] | None, typer.Option("--rename", help="What has another name now: SCHEMA.TABLE.OLD=NEW; repeatable.")
]
Trust = Annotated[bool, typer.Option("--trust-schema", help="Run the schema files as the scratch server's superuser.")]
Secrets = Annotated[bool, typer.Option("--show-secrets", help="Show passwords inside statements.")]
Format = Annotated[Form, typer.Option("--format", "-f", help="How to show it.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only warnings and errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say every step.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        "--allow", help="A hazard that may run, HAZARD:NAME, HAZARD:below=SIZE, unproven, or all; repeatable."
    ),
]
Preview = Annotated[
    list[str] | None, typer.Option("--allow", help="recreate:NAME, or all: plan as apply would with it; repeatable.")
]
Defer = Annotated[
    list[str] | None,
    typer.Option("--defer", help="A hazard to put off, with what needs it; HAZARD:NAME as in --allow; repeatable."),
]
NoSnapshot = Annotated[bool, typer.Option("--no-snapshot", help="Apply without a snapshot to go back to.")]
IgnoreWindow = Annotated[bool, typer.Option("--ignore-window", help="Apply outside of the maintenance window, too.")]
LockTimeout = Annotated[str, typer.Option("--lock-timeout", help="How long a statement may wait for a lock.")]
