"""A plan as workflow commands of GitHub Actions: annotations that stand beside a pull request's checks.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from difftool import words
from difftool.errors import DifftoolError
from difftool.model import Plan
from difftool.script import TIMEOUTS, Timeouts
from difftool.secrets import mask, masked

Level = Literal["error", "warning", "notice"]
MOST = 9
"""GitHub shows ten annotations of a level from one step: the result and nine more, the last may sum up the rest."""


def github(plan: Plan, *, timeouts: Timeouts = TIMEOUTS, show_secrets: bool = False) -> str:
    """A line for the result, one an object that differs and is not handled, one a hazard; "in sync" as a notice."""
    plan = plan if show_secrets else masked(plan)
    return "\n".join(_lines(plan)) + "\n"


def failure(error: DifftoolError) -> str:
    """An error of difftool's own as an annotation, at the file and line that its message begins with."""
    found = re.match(r"([^\s:]+):(\d+): ", error.message)
    hint = f"\nhint: {error.hint}" if error.hint else ""
    file, line = (found[1], int(found[2])) if found else ("", 0)
    return annotation("error", mask(error.message + hint), file=file, line=line, title="difftool") + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    title, file = f"difftool: {words.label(plan.target)}", _file(plan.desired)
    if words.unchanged(plan):
        yield annotation("notice", "in sync with the desired schema", title=title)
        return
    touched = [words.title(s) for s in plan.statements]
    result = "\n".join([words.counts(plan), *([] if words.is_drift(plan) else [words.proof(plan)]), *_most(touched)])
    yield annotation("notice" if plan.only_deferred else "error", result, file=file, title=f"{title} differs")
    yield from (annotation("notice", f"deferred: {words.put_off(d)}", title=title) for d in plan.deferred[:MOST])
    left = [f"{words.unsettled(plan)}: {words.with_detail(u)}" for u in plan.unhandled]
    yield from (annotation("error", item, file=file, title=title) for item in _most(left))
    dangers = [f"statement {n}, {words.title(s)}: {words.hazard(h)}" for n, s, h in plan.hazards()]
    yield from (annotation("warning", item, file=file, title=title) for item in _most(dangers))


def _most(items: list[str]) -> list[str]:
    return items if len(items) <= MOST else [*items[: MOST - 1], f"and {len(items) - MOST + 1:,} more"]


def _file(desired: str) -> str:
    """The desired schema's path, when it is one: a URL or a snapshot is no place in the repository."""
    found = re.fullmatch(r"([^\s:]+)(?: \(\d+ files?\))?", desired)
    return found[1] if found else ""


def annotation(level: Level, message: str, *, file: str = "", line: int = 0, title: str = "") -> str:
    """One workflow command, escaped so that no text can end it or begin another."""
    given = {"file": file, "line": str(line or ""), "title": title}
    properties = ",".join(f"{name}={_property(value)}" for name, value in given.items() if value)
    return f"::{level}{' ' + properties if properties else ''}::{_message(message)}"


def _message(text: str) -> str:
    """Escaped as the runner's toolkit does it: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
