"""Several targets as JSON, Markdown and GitHub annotations: ``FLEET_FORMATS``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict

from difftool import words
from difftool.render.github import annotation
from difftool.render.markdown import code, table, text
from difftool.render.rows import FleetRow, fleet_summary


def fleet_json(rows: Sequence[FleetRow]) -> str:
    """One object a target, under ``targets``; ``format`` is 1."""
    return json.dumps({"format": 1, "targets": [asdict(row) for row in rows]}, indent=2, ensure_ascii=False) + "\n"


def fleet_markdown(rows: Sequence[FleetRow]) -> str:
    """A table of the targets under a line that sums them up."""
    headers = ["Target", "Database", "State", "What", "How much"]
    lines = [
        [_code(r.name), _code(r.database), r.state, text(words.one_line(r.what)), f"{r.count:,}" if r.count else ""]
        for r in rows
    ]
    return f"## difftool: {fleet_summary(rows)}\n\n{table(headers, lines)}\n"


def _code(name: str) -> str:
    return code(words.one_line(name))


def fleet_github(rows: Sequence[FleetRow]) -> str:
    """An error for each target that is not in sync, and a notice that sums them up."""
    bad = [
        annotation(
            "notice" if row.state == "deferred" else "error",
            f"{row.state}: {words.visible(row.what)}",
            title=f"difftool: {row.name} ({row.database})",
        )
        for row in rows
        if row.state != "in sync"
    ]
    return "\n".join([*bad, annotation("notice", fleet_summary(rows), title="difftool")]) + "\n"


FLEET_FORMATS: Mapping[str, Callable[[Sequence[FleetRow]], str]] = {
    "json": fleet_json,
    "markdown": fleet_markdown,
    "github": fleet_github,
}
