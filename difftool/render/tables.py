"""The other tables: several targets, snapshots, settings, the doctor's findings, and what an apply did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, groupby
from types import MappingProxyType
from typing import TYPE_CHECKING

from difftool import words
from difftool.errors import DifftoolError
from difftool.model import Applied, Outcome
from difftool.render.layout import MARGIN, heading, listing, put, table
from difftool.render.rows import DoctorRow, FleetRow, fleet_summary
from difftool.secrets import mask
from difftool.segments import segments

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from difftool.journal import Journal
    from difftool.settings.values import Explained
    from difftool.snapshot.manifest import Snapshot

STATES = {"in sync": "green", "deferred": "cyan", "drifted": "yellow", "unreachable": "red", "error": "red"}
OUTCOMES = {
    "done": "green",
    "running": "yellow",
    "failed": "red",
    "rolled back": "yellow",
    "not run": "dim",
    "in doubt": "red",
}
Result = tuple[str, Outcome]
FEW = 30
"""A longer run of statements that went the same way is one row; when all of them are done, the sum says it."""


def show_fleet(rows: Sequence[FleetRow], console: Console) -> None:
    """Print one row a target, and the sum."""
    cells = [
        [
            plain(row.name, "bold"),
            plain(row.database),
            plain(row.state, STATES[row.state]),
            plain(f"{row.count:,}" if row.count else ""),
            plain(row.what),
        ]
        for row in rows
    ]
    table(console, ["target", "database", "state", "differ", "what"], cells)
    put(console, plain(""))
    worst = max((row.state for row in rows), key=list(STATES).index, default="in sync")
    put(console, plain(fleet_summary(rows), STATES[worst]))


def show_snapshots(
    snapshots: Sequence[Snapshot],
    console: Console,
    journals: Mapping[str, Journal | DifftoolError] = MappingProxyType({}),
) -> None:
    """Print one row a snapshot, in the order given, with how far its apply came; a broken one says why."""
    if not snapshots:
        put(console, plain("no snapshots"))
        return
    headers = ["snapshot", "when (UTC)", "database", "before", "size", "schema", "run", "problem"]
    rows = [_snapshot(s, journals.get(s.folder)) for s in snapshots]
    columns = len(headers) if any(s.broken for s in snapshots) else len(headers) - 1
    table(console, headers[:columns], [row[:columns] for row in rows])


def _how_far(journal: Journal | DifftoolError | None) -> Text:
    """How an apply ended, by its journal."""
    if journal is None:
        return plain("")
    if isinstance(journal, DifftoolError):
        return plain("not known", "red")
    if journal.ended == "done":
        return plain("done", "green")
    if journal.stopped_part_way or journal.finished:
        return plain(f"{'stopped' if journal.ended else 'not finished'}, {journal.done} of {journal.statements}", "red")
    return plain("nothing changed" if journal.ended else "not begun", "dim")


def _snapshot(snapshot: Snapshot, journal: Journal | DifftoolError | None) -> list[Text]:
    """A snapshot's row: the fingerprint's first digits tell which snapshots hold the same schema."""
    size = words.size(sum(part.size for part in snapshot.parts)) if snapshot.parts else ""
    return [
        plain(snapshot.id, "bold"),
        plain(snapshot.created[:16].replace("T", " ")),
        plain(snapshot.target.database),
        plain(snapshot.reason),
        plain(size),
        plain(snapshot.fingerprints.target[:8], "dim"),
        _how_far(journal),
        plain(snapshot.broken, "red"),
    ]


def show_config(rows: Sequence[Explained], console: Console) -> None:
    """Print each setting, its value and where it came from."""
    table(
        console,
        ["name", "value", "from"],
        [[plain(r.name), plain(mask(r.value), "bold"), plain(r.origin, "dim")] for r in rows],
    )


def show_doctor(rows: Sequence[DoctorRow], console: Console) -> None:
    """Print each thing tried: ok, or what to do."""
    marks = {True: plain("ok", "green"), False: plain("no", "bold red"), None: plain("--", "dim")}
    lines = []
    for row in rows:
        detail = plain(mask(row.detail))
        if row.todo:
            detail.append("\n" + words.visible(mask(row.todo)), style="bold")
        lines.append(([marks[row.ok], plain(row.name)], detail))
    listing(console, lines)
    bad = sum(row.ok is False for row in rows)
    put(console, plain(""))
    put(console, plain(f"{words.many(bad, 'thing')} to do", "red") if bad else plain("all is well", "green"))


def show_outcomes(applied: Applied, console: Console) -> None:
    """Print what became of every statement, then the snapshot, then what verification still found."""
    if applied.plan.statements or not applied.data:
        _statements(applied, console)
    for sentence in applied.data:
        put(console, plain(mask(words.one_line(f"data: {sentence}"))))
    if applied.snapshot:
        put(console, plain(f"snapshot {applied.snapshot}: difftool rollback {applied.snapshot} goes back to it"))
    if applied.left:
        heading(console, "still different", "bold red")
        for item in applied.left:
            put(console, plain(mask(words.with_detail(item))), indent=MARGIN + 2, first=plain("  -"))


def _statements(applied: Applied, console: Console) -> None:
    """What became of every statement, and of all of them together."""
    results = list(_results(applied))
    done = [outcome for state, outcome in results if state == "done"]
    if len(done) < len(results) or len(done) <= FEW:
        digits = len(str(len(results)))
        listing(console, [row for run in _runs(results) for row in _result_rows(run, digits)])
        put(console, plain(""))
    well = len(done) == len(results) and not applied.left
    took = sum(outcome.seconds for outcome in done)
    sentence = f"{len(done):,} of {words.many(len(results), 'statement')} done, in {took:.1f} s"
    put(console, plain(sentence, "green" if well else "red"))


def _results(applied: Applied) -> Iterator[Result]:
    """Every statement's last outcome under its state; what ran in a failed statement's transaction was rolled back."""
    told = {o.number: o for o in applied.outcomes}
    numbers = count(1)
    for segment in segments(applied.plan.statements):
        outcomes = [told.get(n) or Outcome(n, s, "not-run") for s, n in zip(segment, numbers, strict=False)]
        failed = any(o.state != "done" for o in outcomes)
        yield from (("rolled back" if failed and o.state == "done" else o.state.replace("-", " "), o) for o in outcomes)


def _runs(results: Sequence[Result]) -> Iterator[list[Result]]:
    """Neighbours that went the same way; a failure is never joined to another."""
    return (list(run) for _, run in groupby(results, key=lambda r: (r[0], r[1].number if r[0] == "failed" else 0)))


def _result_rows(run: Sequence[Result], digits: int) -> Iterator[tuple[list[Text], Text]]:
    """A row for each result, or one for all of a long run."""
    state, (first, last) = run[0][0], (run[0][1].number, run[-1][1].number)
    mark = plain(state, OUTCOMES[state])
    if len(run) > FEW:
        took = _seconds(state, sum(o.seconds for _, o in run))
        yield [plain(f"{first}-{last}"), mark, took], plain(words.many(len(run), "statement"))
        return
    for _, outcome in run:
        what = plain(mask(words.title(outcome.statement)))
        if outcome.error:
            what.append("\n" + words.visible(mask(outcome.error)), style="red")
        yield [plain(f"{outcome.number:>{digits}}"), mark, _seconds(state, outcome.seconds)], what


def _seconds(state: str, seconds: float) -> Text:
    return plain(f"{seconds:7.2f} s" if state == "done" else "", "dim")


def plain(text: str, style: str = "") -> Text:
    """Text that neither rich nor the terminal takes for more than text."""
    from rich.text import Text

    return Text(words.visible(text), style=style)
