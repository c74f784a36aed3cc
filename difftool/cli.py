"""The command line: parse, call, show, exit.

Exit codes: 0 done or nothing to do, 1 error, 2 usage, 3 differences found, 4 refused, 5 stopped part-way.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from difftool import __version__, console
from difftool.errors import DifftoolError, Interrupted, Refused, UsageError
from difftool.pg import interrupt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from difftool.api import Checked
    from difftool.database_as_files import SchemaFiles
    from difftool.model import Outcome, Plan
    from difftool.settings import Settings
    from difftool.snapshot.manifest import Reason

DIFFERENT = 3
INTERRUPTED = 130
"""What typer exits with when it is interrupted outside of a command."""
NOTHING_CHANGED = "interrupted; nothing was changed"


class Commands(TyperGroup):
    """The commands; Ctrl-C in any of them is an error like others, where click would only say "Aborted!"."""

    def invoke(self, ctx: Any) -> Any:  # the context's class is click's, or typer's own copy of it
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Interrupted(NOTHING_CHANGED) from None


app = typer.Typer(
    cls=Commands,
    help="One desired PostgreSQL schema as SQL: plan, prove, apply, snapshot, roll back.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
snapshots = typer.Typer(help="What can be rolled back to.", rich_markup_mode=None)
server = typer.Typer(
    help="The PostgreSQL servers that difftool itself runs.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(snapshots, name="snapshots")
app.add_typer(server, name="server")


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
Online = Annotated[
    str, typer.Option("--online", help="on, or off: write statements that block nobody for long, or plain.")
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
    list[str] | None, typer.Option("--allow", help="A hazard that may run, unproven, or all; repeatable.")
]
Preview = Annotated[
    list[str] | None, typer.Option("--allow", help="recreate:NAME, or all: plan as apply would with it; repeatable.")
]
NoSnapshot = Annotated[bool, typer.Option("--no-snapshot", help="Apply without a snapshot to go back to.")]
LockTimeout = Annotated[str, typer.Option("--lock-timeout", help="How long a statement may wait for a lock.")]


@app.command("plan")
def plan_command(
    target: Target = "",
    schema: Schema = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Save the plan to this file, for apply.")] = None,
    form: Format = Form.table,
    scratch: Scratch = "",
    engine: Engine = "",
    column_order: Order = "",
    online: Online = "",
    rename: Rename = None,
    trust_schema: Trust = False,
    allow: Preview = None,
    show_secrets: Secrets = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show what would change, proven on a scratch database. Exit 3 when something differs."""
    console.set_level(quiet=quiet, verbose=verbose)
    from difftool import api, planfile

    settings = _settings(
        target=target,
        schema=schema,
        scratch=scratch,
        engine=engine,
        column_order=column_order,
        online=online,
        rename=rename,
        trust_schema=trust_schema,
    )
    with console.steps() as talk:
        plan = api.plan(settings, allow=_previewed(allow), talk=talk)
    _show(plan, form, settings, show_secrets=show_secrets)
    if out:
        planfile.write(plan, out)
        console.say(f"saved to {out}: {_apply_command(out, target)} runs exactly that")
    _exit(plan)


@app.command("apply")
def apply_command(
    planfile_: Annotated[
        Path | None, typer.Argument(metavar="[PLAN]", help="A plan saved by difftool plan -o.")
    ] = None,
    target: Target = "",
    schema: Schema = "",
    yes: Yes = False,
    allow: Allow = None,
    no_snapshot: NoSnapshot = False,
    create_database: Annotated[
        bool, typer.Option("--create-database", help="Make the database if it is missing.")
    ] = False,
    lock_timeout: LockTimeout = "",
    scratch: Scratch = "",
    engine: Engine = "",
    column_order: Order = "",
    online: Online = "",
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

    settings = _settings(
        target=target,
        schema=schema,
        scratch=scratch,
        engine=engine,
        column_order=column_order,
        online=online,
        rename=rename,
        trust_schema=trust_schema,
        allow=allow,
        lock_timeout=lock_timeout,
    )
    if planfile_ and (schema or engine or online or rename or column_order):
        raise UsageError(
            f"{planfile_} is a finished plan: "
            "--schema, --engine, --online, --rename and --column-order are for making one",
            hint=f"difftool apply {planfile_}, or leave the file out",
        )
    if planfile_ and (anew := [a for a in allow or () if a.startswith(RECREATE)]):
        raise UsageError(
            f"{planfile_} is a finished plan: --allow {anew[0]} is for making one",
            hint=f"difftool plan --allow {anew[0]} -o {planfile_}, then apply that",
        )
    if create_database:
        _create_database(settings, yes=yes)
    if planfile_:
        plan = planfile.read(planfile_)
        api.check_fresh(plan, settings)  # before anybody is asked; apply itself looks again, alone
    else:
        with console.steps() as talk:
            plan = api.plan(settings, talk=talk)
    _show(plan, Form.table, settings, show_secrets=show_secrets)
    _run(plan, settings, yes=yes, snapshot=not no_snapshot, reason="apply")


@app.command("check")
def check_command(
    target: Target = "",
    schema: Schema = "",
    every: Annotated[bool, typer.Option("--all", help="Every configured target, side by side.")] = False,
    form: Annotated[CheckForm, typer.Option("--format", "-f", help="How to show it.")] = CheckForm.table,
    scratch: Scratch = "",
    column_order: Order = "",
    trust_schema: Trust = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Say whether the target has the desired schema: exit 0 in sync, 3 drifted, 1 error."""
    console.set_level(quiet=quiet, verbose=verbose)
    from difftool import api

    with _annotated(form):
        settings = _settings(
            target=target, schema=schema, scratch=scratch, column_order=column_order, trust_schema=trust_schema
        )
        if every:
            with console.steps() as talk:
                checked = api.check_all(settings, talk=talk)
            _show_fleet(checked, form)
            codes = {c.exit_code for c in checked}
            _leave(next((c for c in (1, 2, 5, 4, 3) if c in codes), 0))
        with console.steps() as talk:
            plan = api.check(settings, talk=talk)
    _show(plan, form, settings)
    _exit(plan)


@app.command("diff")
def diff_command(
    source: Annotated[str, typer.Argument(metavar="FROM", help="A URL, a configured target, a folder or a file.")],
    wanted: Annotated[str, typer.Argument(metavar="TO", help="The same.")],
    prove: Annotated[bool, typer.Option("--prove", help="Prove the statements on a clone of FROM.")] = False,
    form: Format = Form.table,
    scratch: Scratch = "",
    engine: Engine = "",
    column_order: Order = "",
    online: Online = "",
    trust_schema: Trust = False,
    allow: Preview = None,
    show_secrets: Secrets = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show the statements that turn one source into another. Exit 3 when something differs."""
    console.set_level(quiet=quiet, verbose=verbose)
    from difftool import api

    settings = _settings(
        scratch=scratch, engine=engine, online=online, column_order=column_order, trust_schema=trust_schema
    )
    with console.steps() as talk:
        plan = api.diff(source, wanted, settings, prove=prove, allow=_previewed(allow), talk=talk)
    _show(plan, form, settings, show_secrets=show_secrets)
    _exit(plan)


@app.command("dump")
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

    settings = _settings(target=source)
    folder = None if output == "-" else output or os.path.relpath(settings.target.schema)
    with console.steps() as talk:
        found = api.dump(folder, settings, show_secrets=show_secrets, talk=talk)
    if folder is None:
        console.data(found.script)
    _say_dumped(found, folder)
    _leave(DIFFERENT if found.left_out else 0)


@app.command("rollback")
def rollback_command(
    snapshot: Annotated[
        str, typer.Argument(metavar="[ID]", help="A snapshot; by default the one before the last apply.")
    ] = "",
    target: Target = "",
    yes: Yes = False,
    allow: Allow = None,
    no_snapshot: NoSnapshot = False,
    lock_timeout: LockTimeout = "",
    scratch: Scratch = "",
    engine: Engine = "",
    online: Online = "",
    trust_schema: Trust = False,
    show_secrets: Secrets = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Put a snapshot's schema back: its own plan, question, snapshot and verification."""
    console.set_level(quiet=quiet, verbose=verbose)
    from difftool import api

    settings = _settings(
        target=target,
        scratch=scratch,
        engine=engine,
        online=online,
        trust_schema=trust_schema,
        allow=allow,
        lock_timeout=lock_timeout,
    )
    with console.steps() as talk:
        plan, chosen = api.rollback_plan(snapshot, settings, talk=talk)
    console.say(f"rolling back to snapshot {chosen.id}, taken before the {chosen.reason} of {chosen.created}")
    _show(plan, Form.table, settings, show_secrets=show_secrets)
    _run(plan, settings, yes=yes, snapshot=not no_snapshot, reason="rollback")


@snapshots.callback(invoke_without_command=True)
def snapshots_command(context: typer.Context, target: Target = "") -> None:
    """List the target's snapshots, the newest first; ``list`` does the same."""
    if context.invoked_subcommand is None:
        snapshots_list(target)


@snapshots.command("list")
def snapshots_list(target: Target = "") -> None:
    """List the target's snapshots, the newest first."""
    from difftool import api
    from difftool.render.tables import show_snapshots
    from difftool.snapshot import manifest

    settings = _settings(target=target)
    now = api.read_target(settings, settings.target)
    found = manifest.snapshots(api.open_store(settings), now.identity)
    show_snapshots(found, console.out())


@snapshots.command("show")
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

    settings = _settings(target=target)
    now, store = api.read_target(settings, settings.target), api.open_store(settings)
    chosen = manifest.load(store, snapshot, now.identity)
    if part == "schema":
        text = manifest.schema_of(store, chosen)
        console.data(text if show_secrets else mask(text))
    elif part == "plan":
        _show(manifest.plan_of(store, chosen), Form.table, settings, show_secrets=show_secrets)
    else:
        raise UsageError(f'a snapshot has no part "{part}"', hint="--part schema or --part plan")


@snapshots.command("diff")
def snapshots_diff(
    snapshot: Annotated[str, typer.Argument(metavar="ID")],
    target: Target = "",
    form: Annotated[CheckForm, typer.Option("--format", "-f", help="How to show it.")] = CheckForm.table,
) -> None:
    """Say what the target has otherwise than a snapshot of it. Exit 3 when something differs."""
    from difftool import api

    settings = _settings(target=target)
    plan = api.snapshot_diff(snapshot, settings)
    _show(plan, form, settings)
    _exit(plan)


@app.command("config")
def config_command(target: Target = "", schema: Schema = "", scratch: Scratch = "") -> None:
    """Show every setting and where it came from, secrets masked."""
    from difftool.render.tables import show_config
    from difftool.settings import explain

    settings = _settings(target=target, schema=schema, scratch=scratch)
    show_config(explain(settings), console.out())


@app.command("doctor")
def doctor_command(target: Target = "", schema: Schema = "", scratch: Scratch = "") -> None:
    """Try everything that a plan and an apply need, and say what to do about what fails."""
    from difftool import doctor
    from difftool.render.tables import show_doctor
    from difftool.settings import load

    with console.steps() as talk:
        findings = doctor.examine(lambda: load(flags={"target": target, "schema": schema, "scratch": scratch}), talk)
    show_doctor(findings, console.out())
    _leave(1 if any(f.ok is False for f in findings) else 0)


@app.command("psql", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql_command(context: typer.Context, target: Target = "") -> None:
    """Open psql on the target; what follows -- is handed on to it."""
    import os

    from difftool import api
    from difftool.pg.programs import programs, wheels

    settings = _settings(target=target)
    info = api.address(settings, settings.target)
    found = programs("psql")
    if not found:
        raise DifftoolError("no psql found", hint="install PostgreSQL's client programs (Debian: postgresql-client)")
    last = () if info.local else {i.bin for i in wheels()}  # the embedded server's psql speaks no TLS
    program = str(min(found, key=lambda p: p.path.parent in last).path)
    os.execve(program, [program, info.dsn(secrets=False), *context.args], {**os.environ, **info.environment()})  # noqa: S606


@server.command("status")
def server_status() -> None:
    """List the servers that difftool runs: the embedded target and the scratch servers."""
    from difftool.render.servers import show_servers
    from difftool.scratch.home import clusters

    show_servers(clusters(_settings().root), console.out())


@server.command("stop")
def server_stop() -> None:
    """Stop every one of them; the next command starts what it needs."""
    from difftool.scratch.home import clusters, stop

    running = [state for state in clusters(_settings().root) if state.pid]
    for state in running:
        stop(state)
        console.say(f"stopped {state.what}, process {state.pid}")
    if not running:
        console.say("no server of difftool's own is running")


@app.callback(invoke_without_command=True)
def callback(version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False) -> None:
    """One desired PostgreSQL schema as SQL: plan, prove, apply, snapshot, roll back."""
    if version:
        console.data(__version__)
        _leave(0)


def _settings(**flags: object) -> Settings:
    from difftool.settings import load

    settings = load(flags={k: v for k, v in flags.items() if v})
    for note in settings.notes:
        console.warn(note)
    return settings


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


def _show(plan: Plan, form: Form | CheckForm, settings: Settings, *, show_secrets: bool = False) -> None:
    from difftool import words

    quiet = words.unchanged(plan) and not (plan.ignored or plan.notes)
    if form.value == "table" and quiet and not sys.stdout.isatty():
        console.data(words.in_sync(plan))
    elif form.value == "table":
        from difftool.render.terminal import show_plan

        allowed = () if settings.targets and not settings.default_target else settings.target.allow
        show_plan(plan, console.out(), allowed=allowed, show_secrets=show_secrets)
    else:
        from difftool.render.formats import FORMATS

        console.data(FORMATS[form.value](plan, lock_timeout=settings.lock_timeout, show_secrets=show_secrets))


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


def _previewed(allow: Sequence[str] | None) -> Sequence[str]:
    """What makes another plan; raises UsageError for what is to be allowed when a plan is run."""
    from difftool.settings.readers import RECREATE

    for word in allow or ():
        if word != "all" and not (word.startswith(RECREATE) and word != RECREATE):
            raise UsageError(
                f"--allow {word} makes no other plan: here it takes recreate:NAME, or all",
                hint="a hazard is allowed when the plan is applied: difftool apply --allow",
            )
    return allow or ()


def _run(plan: Plan, settings: Settings, *, yes: bool, snapshot: bool, reason: Reason) -> NoReturn:
    """Refuse, ask, run, show, exit."""
    from difftool import api, words
    from difftool.guard import refuse_unless_allowed
    from difftool.render.tables import show_outcomes

    if not plan.differs:
        _leave(0)
    refuse_unless_allowed(plan, settings.target.allow)
    if plan.statements:
        _ask(plan, settings, yes=yes)
    with console.progress("applying", len(plan.statements)) as bar:

        def report(outcome: Outcome) -> None:
            if outcome.state == "running":
                bar.begin(words.title(outcome.statement), outcome.number)
            elif outcome.state == "done":
                bar.done(outcome.number)

        applied = api.apply(plan, settings, snapshot=snapshot, reason=reason, talk=console.say, report=report)
    show_outcomes(applied, console.out())
    _leave(DIFFERENT if applied.left else 0)


def _ask(plan: Plan, settings: Settings, *, yes: bool) -> None:
    from difftool import words

    if yes:
        return
    what = words.many(len(plan.statements), "statement")
    question = f"apply {what} to {words.label(plan.target)} ({words.place(plan.target)})?"
    if settings.target.protect:
        agreed = console.confirm_typed(f"{question} type the database's name to go ahead:", plan.target.database)
    else:
        agreed = console.confirm(question)
    if not agreed:
        raise Refused("not confirmed, so nothing was done", hint="run it again and answer y, or say --yes")


def _create_database(settings: Settings, *, yes: bool) -> None:
    from difftool import api
    from difftool.errors import DatabaseMissing

    info = api.address(settings, settings.target)
    try:
        api.read_target(settings, settings.target)
    except DatabaseMissing:
        if not yes and not console.confirm(f'create database "{info.database}" at {info.place}?'):
            raise Refused("not confirmed, so no database was created", hint="say --yes, or answer y") from None
        console.say(f'created database "{api.create_database(settings)}"')


def _apply_command(out: Path, target: str) -> str:
    """What to type to apply a saved plan."""
    import shlex

    from difftool.pg.conninfo import mask_url

    return shlex.join(["difftool", "apply", str(out), *(["--target", mask_url(target)] if target else [])])


def _exit(plan: Plan) -> None:
    _leave(DIFFERENT if plan.differs or plan.proven is False else 0)


def _leave(code: int) -> NoReturn:
    raise typer.Exit(code)


def main() -> None:
    """Run the command line; every failure is one error with a hint and its exit code."""
    interrupt.interruptible()
    try:
        app()
    except DifftoolError as error:
        _fail(error)
    except (KeyboardInterrupt, SystemExit) as over:
        if isinstance(over, KeyboardInterrupt) or over.code == INTERRUPTED:
            _fail(Interrupted(NOTHING_CHANGED))
        raise
    except Exception as error:  # noqa: BLE001 (a traceback is no answer to a user; --verbose shows it)
        _fail(_unforeseen(error))
    finally:
        interrupt.ignore()


def _fail(error: DifftoolError) -> NoReturn:
    interrupt.ignore()
    if isinstance(error, Interrupted) and console.is_interactive():
        console.say("")  # the terminal shows ^C where the question or the spinner stood
    console.error(error)
    sys.exit(error.exit_code)


def _unforeseen(error: Exception) -> DifftoolError:
    """What nobody foresaw, in the same form as everything else."""
    import traceback

    console.debug("".join(traceback.format_exception(error)))
    words = " ".join(str(error).split()) or "no message"
    return DifftoolError(
        f"{type(error).__name__}: {words}", hint="run it again with --verbose, and report what it prints"
    )


if __name__ == "__main__":
    main()
