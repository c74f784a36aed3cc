"""A plan for people: what is touched, every statement, what is dangerous, what is left, and whether it was proven."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from difftool import words
from difftool.allowing import how_to_allow
from difftool.model import HAZARDS, Hazard, Plan, Statement
from difftool.render.layout import MARGIN, NARROW, facts, heading, listing, put, room
from difftool.render.statements import MANY_HAZARDS, MARKS, show_statements
from difftool.secrets import masked
from difftool.segments import is_transaction, segments

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Found = tuple[int, Statement, Hazard]
DIRECTIONS = {"missing in the target": "create", "not in the desired schema": "drop"}
"""What a comparison says of an object that only one side has."""
MANY_OBJECTS, FEW_NAMES = 100, 10
"""In a plan of more objects, more names of a kind than these are counted: the statements below have them all."""


def show_plan(plan: Plan, console: Console, *, allowed: Collection[str] = (), show_secrets: bool = False) -> None:
    """Print the plan; ``allowed`` are the hazards that need no more ``--allow``.

    On a terminal it is wrapped to the width, elsewhere every line is as long as it is.
    """
    plan = plan if show_secrets else masked(plan)
    _header(console, plan)
    if plan.statements:
        _objects(console, plan)
        show_statements(console, plan)
    _hazards(console, plan, allowed)
    if words.is_drift(plan):
        if plan.unhandled:
            _drift(console, plan)
    else:
        _items(console, words.unsettled(plan), [words.with_detail(u) for u in plan.unhandled], "yellow")
    _items(console, "data steps", [words.data_step(d) for d in plan.data])
    _items(console, "deferred", [words.put_off(d) for d in plan.deferred])
    _items(console, "ignored", [words.with_detail(i) for i in plan.ignored])
    _items(console, "notes", [words.one_line(n) for n in plan.notes])
    _verdict(console, plan)


def _header(console: Console, plan: Plan) -> None:
    """Which target this is for, and what it should become."""
    from rich.text import Text

    target = plan.target
    put(console, Text.assemble("drift of " if words.is_drift(plan) else "plan for ", (words.label(target), "bold")))
    put(console, Text())
    facts(console, words.header(plan))


def _objects(console: Console, plan: Plan) -> None:
    """What is created, altered and dropped, counted by kind."""
    from rich.text import Text

    grouped = words.objects(plan)
    numbers = [len(names) for kinds in grouped.values() for names in kinds.values()]
    if not numbers:
        return
    brief, digits = sum(numbers) > MANY_OBJECTS, len(f"{max(numbers):,}")
    rows = []
    for action, kinds in grouped.items():
        mark, style = MARKS[action]
        for n, (kind, names) in enumerate(kinds.items()):
            head = f"{mark} {action}" if n == 0 or room(console) < NARROW else ""
            cells = [Text(head, style=style), Text(f"{len(names):>{digits},}"), Text(words.one_line(kind))]
            rows.append((cells, Text(_names(names, brief=brief))))
    heading(console, "objects")
    listing(console, rows)


def _names(names: Sequence[str], *, brief: bool) -> str:
    """The names, or of a long list in a long plan the first few."""
    shown = [words.one_line(name) for name in names]
    return words.some(shown) if brief and len(names) > FEW_NAMES else ", ".join(shown)


def _hazards(console: Console, plan: Plan, allowed: Collection[str]) -> None:
    """Each danger in words with its statement's number, the worst first, and what to type to allow it."""
    from rich.text import Text

    found = plan.hazards()
    if not found:
        return
    heading(console, "hazards")
    listing(console, _hazard_sums(found) if len(found) > MANY_HAZARDS else _hazard_rows(found))
    missing = how_to_allow(plan, allowed)
    put(console, Text())
    if missing:
        put(console, Text.assemble("to allow: ", (words.one_line(missing), "bold")), indent=MARGIN)
    else:
        put(console, Text("allowed", style="dim"), indent=MARGIN)


def _hazard_rows(found: Sequence[Found]) -> list[tuple[list[Text], Text]]:
    """A row a hazard: its kind, its statement's number, its sentence."""
    from rich.text import Text

    digits = len(str(found[-1][0]))
    worst_first = sorted(found, key=lambda item: (HAZARDS.index(item[2].kind), item[0]))
    return [
        ([Text(h.kind, style="red"), Text(f"{n:>{digits}}")], Text(words.one_line(h.detail))) for n, _, h in worst_first
    ]


def _hazard_sums(found: Sequence[Found]) -> list[tuple[list[Text], Text]]:
    """A row a kind: the numbers of its statements, under which the sentences stand."""
    from rich.text import Text

    kinds = {kind: [n for n, _, h in found if h.kind == kind] for kind in HAZARDS}
    return [
        ([Text(kind, style="red")], Text(f"{words.many(len(numbers), 'statement')}: {_ranges(numbers)}"))
        for kind, numbers in kinds.items()
        if numbers
    ]


def _ranges(numbers: Sequence[int]) -> str:
    """ "1-3, 7": rising numbers, runs of them joined, the first few runs only."""
    runs: list[list[int]] = []
    for n in dict.fromkeys(numbers):
        if runs and n == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], n]
        else:
            runs.append([n])
    return words.some([f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs], most=10)


def _drift(console: Console, plan: Plan) -> None:
    """Each object that differs, marked as the statement would be that settles it."""
    from rich.text import Text

    heading(console, words.unsettled(plan))
    for item in plan.unhandled:
        mark, style = MARKS[DIRECTIONS.get(item.detail, "alter")]
        line = Text.assemble((words.subject(item), style), f": {words.one_line(item.detail)}")
        put(console, line, indent=MARGIN + 2, first=Text(f"  {mark}", style=style))


def _items(console: Console, name: str, items: Sequence[str], style: str = "") -> None:
    """A section of one sentence each, or nothing."""
    from rich.text import Text

    if not items:
        return
    heading(console, name, f"bold {style}".strip())
    for item in items:
        put(console, Text(item), indent=MARGIN + 2, first=Text("  -"))


def _verdict(console: Console, plan: Plan) -> None:
    """The last lines, which stay on the screen: how much, in how many transactions, proven or not."""
    from rich.text import Text

    put(console, Text())
    counts = Text(words.counts(plan), style="bold")
    put(console, Text.assemble(counts, _transactions(plan)))
    if words.is_drift(plan):
        return
    style = {True: "green", False: "red", None: "dim"}[plan.proven]
    put(console, Text(words.proof(plan), style=style))
    if plan.proven is False:
        put(console, Text.assemble("apply refuses it without ", ("--allow unproven", "bold")))


def _transactions(plan: Plan) -> str:
    """ ", in one transaction", or how many and what runs outside."""
    cut = segments(plan.statements)
    inside = sum(is_transaction(s) for s in cut)
    if len(cut) <= 1:
        return ", in one transaction" if inside else ", outside a transaction" if cut else ""
    outside = f", {words.many(len(cut) - inside, 'statement')} outside" if len(cut) > inside else ""
    return f", in {words.many(inside, 'transaction')}{outside}" if inside else ", each outside a transaction"
