"""The two consoles: data to stdout, talk to stderr; questions, progress, warnings, errors. Nothing else prints.

rich is imported by what needs it, so that ``--help`` and ``--format sql`` do not pay for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol, TextIO

from difftool import words
from difftool.errors import DifftoolError, Refused
from difftool.secrets import mask

if TYPE_CHECKING:
    from rich.console import Console

QUIET, NORMAL, VERBOSE = 0, 1, 2
WIDE = 60
"""Columns from which a progress bar leaves room for the step that it is at."""


class Live(Protocol):
    """A display that can be taken off the screen and put back."""

    def start(self) -> None:
        """Draw it."""

    def stop(self) -> None:
        """Leave the screen."""


@dataclass(slots=True)
class Talk:
    """How much is said on stderr, set once by the command line, and whether a spinner or a bar is on the screen."""

    level: int = NORMAL
    busy: bool = False
    live: Live | None = None
    """What is drawn over and over, and has to stand still for a question."""


talk = Talk()


def set_level(*, quiet: bool = False, verbose: bool = False) -> None:
    """``--quiet`` leaves warnings, errors and questions; ``--verbose`` adds what ``debug`` says."""
    talk.level = QUIET if quiet else VERBOSE if verbose else NORMAL


@cache
def out() -> Console:
    """The console for data that people read, on stdout."""
    return build()


@cache
def err() -> Console:
    """The console for talk, on stderr."""
    return build(stderr=True)


def build(*, stderr: bool = False, file: TextIO | None = None) -> Console:
    """A console that shows text as it is: no markup, no emoji codes; a character the stream cannot write is escaped."""
    from rich.console import Console

    stream = file or (sys.stderr if stderr else sys.stdout)
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
    return Console(file=file, stderr=stderr, markup=False, emoji=False, highlight=False)


def data(text: str) -> None:
    """Write ``text`` to stdout as it is, in UTF-8 whatever the locale; a terminal gets control characters escaped."""
    if sys.stdout.isatty():
        text = words.visible(text)
    elif hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")
    sys.stdout.flush()


def is_interactive() -> bool:
    """True when a question can be asked and answered: stdin and stderr are a terminal."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def say(text: str) -> None:
    """One line of talk, unless ``--quiet``."""
    if talk.level >= NORMAL:
        _line("", "", text)


def debug(text: str) -> None:
    """One line of talk that only ``--verbose`` shows."""
    if talk.level >= VERBOSE:
        _line("", "", text, "dim")


def warn(text: str) -> None:
    """``warning: …`` on stderr."""
    _line("warning: ", "yellow", text)


def error(failure: DifftoolError) -> None:
    """``error: …`` and, when there is one, ``hint: …`` on stderr."""
    _line("error: ", "bold red", failure.message)
    if failure.hint:
        _line("hint: ", "bold", failure.hint)


def _line(label: str, style: str, text: str, text_style: str = "") -> None:
    """A labelled message on stderr, masked and made visible; words wrap on a terminal, nothing does in a pipe."""
    from rich.text import Text

    message = Text.assemble((label, style), (words.visible(mask(text)), text_style))
    err().print(message, soft_wrap=not err().is_terminal)


def confirm(question: str) -> bool:
    """Ask ``question [y/N]`` on stderr; True for yes alone. Raises Refused where nobody can answer."""
    return _ask(f"{question} [y/N] ").lower() in ("y", "yes")


def confirm_typed(question: str, expected: str) -> bool:
    """Ask for ``expected`` to be typed, as for a protected target; True when it was, to the letter."""
    return _ask(f"{question} ") == expected


def _ask(prompt: str) -> str:
    """What the user types, "" at the end of the input; asked on stderr, as stdout may be a file."""
    if not is_interactive():
        raise Refused("nobody can be asked: this is no terminal", hint="--yes answers for you")
    from rich.text import Text

    with _still():
        err().print()
        err().print(Text(words.visible(mask(prompt)), style="bold"), end="")
        return sys.stdin.readline().strip()


@contextmanager
def _still() -> Iterator[None]:
    """Nothing is drawn meanwhile."""
    live = talk.live
    if live:
        live.stop()
    try:
        yield
    finally:
        if live:
            live.start()


@contextmanager
def steps(text: str = "") -> Iterator[Callable[[str], None]]:
    """A spinner on a terminal while the body runs; yields ``talk``, which changes what stands beside it.

    With ``--verbose`` each text is a line as well, on a terminal or not; otherwise a pipe hears nothing.
    """
    if talk.level < NORMAL or not sys.stderr.isatty() or talk.busy:
        if text:
            debug(text)
        yield debug
        return
    from rich.text import Text

    with _alone(), err().status(Text(_shown(text), style="dim"), spinner="dots") as spinner:

        def tell(step: str) -> None:
            debug(step)
            spinner.update(Text(_shown(step), style="dim"))

        yield tell


@contextmanager
def status(text: str) -> Iterator[None]:
    """``steps`` with one text."""
    with steps(text):
        yield


def _shown(text: str) -> str:
    return words.one_line(mask(text))


@contextmanager
def _alone(live: Live | None = None) -> Iterator[None]:
    """For what draws over its own lines: rich before 14.1 cannot nest such displays."""
    talk.busy, talk.live = True, live
    try:
        yield
    finally:
        talk.busy, talk.live = False, None


@dataclass(frozen=True, slots=True)
class Progress:
    """Told when a step begins, with what it does, and when it is done."""

    begin: Callable[[str, int], None]
    """``begin(text, number)``: a number that was begun before is begun again, and what came after it is not done."""
    done: Callable[[int], None]
    """``done(number)``."""
    lasts: Callable[[str, int, float, str], None]
    """``lasts(text, number, seconds, where)``: it has run for so long, and is there as far as anybody knows."""


@contextmanager
def progress(description: str, total: int) -> Iterator[Progress]:
    """A bar over ``total`` steps on a terminal, naming the one that runs; elsewhere a line a step: ``[3/9] …``."""
    if talk.level < NORMAL:
        yield Progress(lambda text, number: None, lambda number: None, lambda text, number, seconds, where: None)
    elif err().is_terminal and not talk.busy:
        yield from _bar(description, total)
    else:
        yield _lines(total)


FIRST_LINE, RAREST_LINE = 5.0, 300.0
"""Seconds after which a step that lasts gets a line where there is no terminal; then as long as it took till then."""


def _lines(total: int) -> Progress:
    """Progress as lines: one when a step begins, and more, ever more rarely, while it lasts."""
    due: dict[int, float] = {}

    def begin(text: str, number: int) -> None:
        due[number] = FIRST_LINE
        _line(f"[{number}/{total}] ", "", _shown(text))

    def lasts(_text: str, number: int, seconds: float, where: str) -> None:
        if seconds >= due.get(number, FIRST_LINE):
            due[number] = seconds + min(seconds, RAREST_LINE)
            _line(f"[{number}/{total}] ", "", _shown(lasted(seconds, where)))

    return Progress(begin, lambda number: None, lasts)


def lasted(seconds: float, where: str) -> str:
    """What is shown of a step that goes on: "building index: scanning table, 45 %, 12 s"."""
    return f"{where}, {words.duration(seconds)}" if where else f"still at work, {words.duration(seconds)}"


def _bar(description: str, total: int) -> Iterator[Progress]:
    """Progress for a terminal: what, a bar, how many, how long, and the step that runs."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar
    from rich.table import Column

    rest = Column(no_wrap=True, overflow="ellipsis", ratio=1)
    running = TextColumn("{task.fields[running]}", markup=False, table_column=rest)
    count = MofNCompleteColumn()
    name = TextColumn("{task.description}", markup=False)
    bar = BarColumn(bar_width=20, complete_style="green", finished_style="green")
    columns = (name, bar, count, TimeElapsedColumn(), running) if err().width >= WIDE else (count, running)
    shown = Bar(*columns, console=err(), transient=True, expand=True)
    with _alone(shown), shown:
        task = shown.add_task(_shown(description), total=total, running="")
        yield Progress(
            lambda text, number: shown.update(task, completed=number - 1, running=_shown(text)),
            lambda number: shown.update(task, completed=number, running=""),
            lambda text, number, seconds, where: shown.update(
                task, running=_shown(f"{text}: {lasted(seconds, where)}")
            ),
        )
