"""The statements of a plan for people: numbered, in colour, each with what to know about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from difftool import words
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
    highlighter, told = _highlighter(console), len(plan.hazards()) > MANY_HAZARDS
    digits, last = len(str(len(plan.statements))), len(plan.statements)
    long_before = False
    for number, statement in enumerate(plan.statements, 1):
        sql = words.visible(terminated(statement.sql))
        remarks = list(_remarks(statement, told=told, last=number == last))
        long = bool("\n" in sql or remarks)
        if number > 1 and (long or long_before):
            put(console, Text())
        mark, style = MARKS[statement.action]
        gutter = Text.assemble(" " * MARGIN, (f"{mark} {number:>{digits}}", style))
        put(console, _highlighted(sql, highlighter), indent=gutter.cell_len + 2, first=gutter)
        for remark in remarks:
            put(console, remark, indent=gutter.cell_len + 2)
        long_before = long


def _remarks(statement: Statement, *, told: bool, last: bool) -> Iterator[Text]:
    """What to know about a statement: its hazards, in full when ``told``, and where a transaction does not hold it."""
    from rich.text import Text

    if told:
        yield from (Text(words.hazard(h), style="red") for h in statement.hazards)
    elif statement.hazards:
        yield Text(", ".join(dict.fromkeys(h.kind for h in statement.hazards)), style="red")
    if not statement.transaction:
        yield Text("runs outside a transaction", style="dim")
    elif statement.commit and not last:
        yield Text("committed before the next statement", style="dim")


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
