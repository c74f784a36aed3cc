"""difftool dump."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from difftool import console
from difftool.cli.options import Quiet, Verbose
from difftool.cli.showing import DIFFERENT, leave, settings_of

if TYPE_CHECKING:
    from difftool.database_as_files import SchemaFiles


def dump_command(
    source: Annotated[
        str, typer.Argument(metavar="[SOURCE]", help="A URL or a configured target; by default the target.")
    ] = "",
    output: Annotated[
        str, typer.Option("--output", "-o", help="The folder, new or empty; by default the schema's. - is stdout.")
    ] = "",
    show_secrets: Annotated[bool, typer.Option("--show-secrets", help="Write passwords, too.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write a database's schema as SQL files: the desired schema to start from. Exit 3 when something is left out."""
    console.set_level(quiet=quiet, verbose=verbose)
    import os

    from difftool import api

    settings = settings_of(target=source)
    folder = None if output == "-" else output or os.path.relpath(settings.target.schema)
    with console.steps() as talk:
        found = api.dump(folder, settings, show_secrets=show_secrets, talk=talk)
    if folder is None:
        console.data(found.script)
    _say_dumped(found, folder)
    leave(DIFFERENT if found.left_out else 0)


def _say_dumped(found: SchemaFiles, folder: str | None) -> None:
    """How much was written where, and what is not in it."""
    from difftool import words

    for item in found.left_out:
        console.warn(f"left out: {words.with_detail(item)}")
    for rule in found.ignored:
        console.say(f"ignored: {words.with_detail(rule)}")
    if found.masked:
        where = f"{', '.join(found.masked)}: " if folder else ""
        console.warn(f"{where}passwords are masked, so it does not load; --show-secrets writes them")
    if folder:
        many = f"{words.many(len(found.files), 'file')} with {words.many(found.statements, 'statement')}"
        console.say(f"wrote {many} to {folder}: the schema of {found.database}")
    if found.roles:
        console.say(f"the roles that it names must exist: {words.some(found.roles, 10)}")
