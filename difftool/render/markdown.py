"""A plan as Markdown, for a pull request's comment or a job's summary."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from difftool import words
from difftool.allowing import how_to_allow
from difftool.model import Plan
from difftool.script import TIMEOUTS, Timeouts, sql_script
from difftool.secrets import masked


def markdown(plan: Plan, *, timeouts: Timeouts = TIMEOUTS, show_secrets: bool = False) -> str:
    """The plan: counts, hazards, what is left, the proof, and the SQL as ``--format sql`` has it."""
    plan = plan if show_secrets else masked(plan)
    target, desired = plan.target, code(words.one_line(plan.desired))
    blocks = [
        f"## difftool: {text(words.label(target))}: {words.counts(plan)}",
        f"{code(words.place(target))}, {words.version(target.server_version)}, desired: {desired}",
        text(words.proof(plan)),
        *_objects(plan),
        *_hazards(plan),
        *_items(words.unsettled(plan).capitalize(), [code(words.subject(u)) + _why(u.detail) for u in plan.unhandled]),
        *_items("Data steps", [code(words.data_step(d)) for d in plan.data]),
        *_items("Deferred", [text(words.put_off(d)) for d in plan.deferred]),
        *_items("Ignored", [code(words.one_line(i.name)) + _why(i.detail) for i in plan.ignored]),
        *_items("Notes", [text(words.one_line(n)) for n in plan.notes]),
    ]
    if plan.statements or plan.data:
        blocks += ["### SQL", fenced(sql_script(plan, timeouts), "sql")]
    return "\n\n".join(blocks) + "\n"


def _objects(plan: Plan) -> Iterator[str]:
    lines = [
        [action, f"{len(names):,}", kind, ", ".join(code(words.one_line(name)) for name in names)]
        for action, kinds in words.objects(plan).items()
        for kind, names in kinds.items()
    ]
    if lines:
        yield table(["Action", "Count", "Kind", "Names"], lines)


def _hazards(plan: Plan) -> Iterator[str]:
    rows = [[h.kind, str(n), code(words.subject(s)), text(words.one_line(h.detail))] for n, s, h in plan.hazards()]
    if rows:
        yield "### Hazards"
        yield table(["Hazard", "Statement", "Object", "What happens"], rows)
        yield f"To allow: {code(words.one_line(how_to_allow(plan)))}"


def _items(name: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield f"### {name}"
        yield "\n".join(f"- {item}" for item in items)


def _why(detail: str) -> str:
    return f": {text(words.one_line(detail))}" if detail else ""


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; the cells are Markdown already."""
    lines = [headers, ["---"] * len(headers), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def text(words_: str) -> str:
    """Plain text in which Markdown and HTML see nothing of theirs."""
    return re.sub(r"([\\`*_{}\[\]<>#&~])", r"\\\1", words_)


def code(name: str) -> str:
    """A code span, with more backticks around it than are in it."""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", name)), default=0))
    pad = " " if name.startswith("`") or name.endswith("`") else ""
    return f"{fence}{pad}{name}{pad}{fence}"


def fenced(block: str, language: str = "") -> str:
    """A code block, with a longer fence than any inside it."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", block)), default=0))
    return f"{fence}{language}\n{words.visible(block).rstrip()}\n{fence}"
