"""Which desired databases stay on the scratch server: as many as are told, however many were made in one day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from difftool.scratch.workspace import KEEP_DAYS, KEEP_MOST, MARK_DESIRED, MARK_SCRATCH, kept

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)


def used(ago: timedelta) -> str:
    return f"{MARK_DESIRED} {(NOW - ago).isoformat(timespec='milliseconds')}"


def test_of_one_days_databases_the_last_ones_stay() -> None:
    marked = [(f"s_{n}", used(timedelta(seconds=n))) for n in range(KEEP_MOST + 30)]
    assert kept(marked, NOW) == {f"s_{n}" for n in range(KEEP_MOST)}


def test_what_nobody_used_for_long_goes() -> None:
    marked = [("late", used(timedelta(days=KEEP_DAYS - 1))), ("old", used(timedelta(days=KEEP_DAYS + 1)))]
    assert kept([*marked, ("first", f"{MARK_DESIRED} 2025-12-01")], NOW) == {"late"}


def test_what_a_killed_run_left_goes() -> None:
    assert kept([("scratch", MARK_SCRATCH), ("unmarked", None)], NOW) == set()
