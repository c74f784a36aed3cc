"""What operators ask of difftool itself: config, doctor, psql, and the servers that it runs."""

from __future__ import annotations

import typer

from difftool import console
from difftool.cli.options import Schema, Scratch, Target
from difftool.cli.showing import leave, settings_of
from difftool.errors import DifftoolError


def config_command(target: Target = "", schema: Schema = "", scratch: Scratch = "") -> None:
    """Show every setting and where it came from, secrets masked."""
    from difftool.render.tables import show_config
    from difftool.settings import explain

    settings = settings_of(target=target, schema=schema, scratch=scratch)
    show_config(explain(settings), console.out())


def doctor_command(target: Target = "", schema: Schema = "", scratch: Scratch = "") -> None:
    """Try everything that a plan and an apply need, and say what to do about what fails."""
    from difftool import doctor
    from difftool.render.tables import show_doctor
    from difftool.settings import load

    with console.steps() as talk:
        findings = doctor.examine(lambda: load(flags={"target": target, "schema": schema, "scratch": scratch}), talk)
    show_doctor(findings, console.out())
    leave(1 if any(f.ok is False for f in findings) else 0)


def psql_command(context: typer.Context, target: Target = "") -> None:
    """Open psql on the target; what follows -- is handed on to it."""
    import os

    from difftool import api
    from difftool.pg.programs import programs, wheels

    settings = settings_of(target=target)
    info = api.address(settings, settings.target)
    found = programs("psql")
    if not found:
        raise DifftoolError("no psql found", hint="install PostgreSQL's client programs (Debian: postgresql-client)")
    last = () if info.local else {i.bin for i in wheels()}  # the embedded server's psql speaks no TLS
    program = str(min(found, key=lambda p: p.path.parent in last).path)
    os.execve(program, [program, info.dsn(secrets=False), *context.args], {**os.environ, **info.environment()})  # noqa: S606


def server_status() -> None:
    """List the servers that difftool runs: the embedded target and the scratch servers."""
    from difftool.render.servers import show_servers
    from difftool.scratch.home import clusters

    show_servers(clusters(settings_of().root), console.out())


def server_stop() -> None:
    """Stop every one of them; the next command starts what it needs."""
    from difftool.scratch.home import clusters, stop

    running = [state for state in clusters(settings_of().root) if state.pid]
    for state in running:
        stop(state)
        console.say(f"stopped {state.what}, process {state.pid}")
    if not running:
        console.say("no server of difftool's own is running")
