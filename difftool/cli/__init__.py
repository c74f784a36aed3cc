"""The command line: parse, call, show, exit.

Exit codes: 0 done or nothing to do, 1 error, 2 usage, 3 differences found, 4 refused, 5 stopped part-way.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from difftool import __version__, console
from difftool.cli import applying, checking, dumping, operating, planning, snapshots
from difftool.cli.showing import DIFFERENT, leave
from difftool.errors import DifftoolError, Interrupted
from difftool.pg import interrupt

__all__ = ["DIFFERENT", "app", "main"]

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
snapshots_app = typer.Typer(help="What can be rolled back to.", rich_markup_mode=None)
server_app = typer.Typer(
    help="The PostgreSQL servers that difftool itself runs.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(snapshots_app, name="snapshots")
app.add_typer(server_app, name="server")

app.command("plan")(planning.plan_command)
app.command("apply")(applying.apply_command)
app.command("check")(checking.check_command)
app.command("diff")(planning.diff_command)
app.command("dump")(dumping.dump_command)
app.command("rollback")(applying.rollback_command)
app.command("config")(operating.config_command)
app.command("doctor")(operating.doctor_command)
app.command("psql", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(operating.psql_command)
snapshots_app.callback(invoke_without_command=True)(snapshots.snapshots_command)
snapshots_app.command("list")(snapshots.snapshots_list)
snapshots_app.command("show")(snapshots.snapshots_show)
snapshots_app.command("diff")(snapshots.snapshots_diff)
server_app.command("status")(operating.server_status)
server_app.command("stop")(operating.server_stop)


@app.callback(invoke_without_command=True)
def callback(version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False) -> None:
    """One desired PostgreSQL schema as SQL: plan, prove, apply, snapshot, roll back."""
    if version:
        console.data(__version__)
        leave(0)


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
