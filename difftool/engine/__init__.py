"""Engines: two databases in, the statements that turn the first into the second out."""

from __future__ import annotations

from difftool.errors import UsageError
from difftool.pg.conninfo import Conninfo

ENGINES = ("migra",)


def propose(engine: str, now: Conninfo, want: Conninfo) -> tuple[tuple[str, ...], str]:
    """An engine's statements from ``now`` to ``want``, and ""; of one that breaks down, none and its own words."""
    if engine not in ENGINES:
        raise UsageError(f'unknown engine "{engine}"', hint=f"known: {', '.join(ENGINES)}")
    from difftool.engine import migra

    try:
        return migra.statements(now, want), ""
    except migra.EngineError as error:
        return (), f"the engine {engine} broke down ({error})"
