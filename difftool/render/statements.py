"""The statements of a plan for people: numbered, in colour, each with what to know about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from difftool import words
from difftool.locked import Segment, told
from difftool.model import Plan, Statement
from difftool.render.layout import MARGIN, heading, put
from difftool.script import terminated

if TYPE_CHECKING:
    from rich.console import Console
    from rich.syntax import Syntax
    from rich.text import Text

MARKS = {"create": ("+", "green"), "alter": ("~", "yellow"), "drop": ("-", "red"), "set": (" ", "dim")}
MANY_HAZARDS = 40
"""More than these are told under their statements, and only summed up at the end."""


def show_statements(console: Console, plan: Plan) -> None:
    """Every statement in full, numbered, with what to know about it underneath; one-line neighbours stand close."""
    from rich.text import Text

    heading(console, "statements")
    highlighter, in_full = _highlighter(console), len(plan.hazards()) > MANY_HAZARDS
    digits, long_before = len(str(len(plan.statements))), False
    for number, segment, statement, locks in _numbered(plan):
        sql = words.visible(terminated(statement.sql))
        remarks = list(_remarks(statement, segment, locks, in_full=in_full))
        long, begins = bool("\n" in sql or remarks), number == segment.first and bool(segment.title)
        if number > 1 and (long or long_before or begins):
            put(console, Text())
        if begins:
            _begin(console, segment)
        mark, style = MARKS[statement.action]
        gutter = Text.assemble(" " * MARGIN, (f"{mark} {number:>{digits}}", style))
        put(console, _highlighted(sql, highlighter), indent=gutter.cell_len + 2, first=gutter)
        for remark in remarks:
            put(console, remark, indent=gutter.cell_len + 2)
        long_before = long


def _numbered(plan: Plan) -> Iterator[tuple[int, Segment, Statement, str]]:
    """Each statement with its number, what it is committed with, and its locks in words."""
    for segment in told(plan.statements):
        numbers = range(segment.first, segment.first + len(segment.statements))
        for number, statement, locks in zip(numbers, segment.statements, segment.taken, strict=True):
            yield number, segment, statement, locks


def _begin(console: Console, segment: Segment) -> None:
    """Where a transaction of several statements begins: what is committed together, and what it keeps locked."""
    from rich.text import Text

    put(console, Text(segment.title, style="dim"), indent=MARGIN)
    for line in segment.kept:
        put(console, Text(line, style="dim"), indent=2 * MARGIN)
    put(console, Text())


def _remarks(statement: Statement, segment: Segment, locks: str, *, in_full: bool) -> Iterator[Text]:
    """What to know about a statement: its hazards, where it is committed by itself, and what it locks."""
    from rich.text import Text

    if in_full:
        yield from (Text(words.hazard(h), style="red") for h in statement.hazards)
    elif statement.hazards:
        yield Text(", ".join(dict.fromkeys(h.kind for h in statement.hazards)), style="red")
    if not statement.transaction:
        yield Text("runs outside a transaction", style="dim")
    elif segment.label and not segment.title and statement.action != "set":
        yield Text(f"{segment.label}, by itself", style="dim")
    if locks:
        yield Text(locks, style="dim")


def _highlighter(console: Console) -> Syntax | None:
    """Keywords bold, strings cyan: green, yellow and red keep their meaning, on any background."""
    if console.no_color or not console.color_system:
        return None
    from pygments.token import Comment, Keyword, String  # type: ignore[import-untyped]  # it comes with rich, without types
    from rich.style import Style
    from rich.syntax import ANSISyntaxTheme, Syntax

    cyan = Style(color="cyan")
    theme = ANSISyntaxTheme({Keyword: Style(bold=True), String: cyan, String.Name: Style(), Comment: Style(dim=True)})
    return Syntax("", "postgresql", theme=theme)


def _highlighted(sql: str, highlighter: Syntax | None) -> Text:
    from rich.text import Text

    if highlighter is None:
        return Text(sql)
    text = highlighter.highlight(sql)
    text.rstrip()
    text.no_wrap, text.overflow = False, "fold"
    return text
