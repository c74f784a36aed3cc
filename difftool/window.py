"""Maintenance windows: the hours of the day in which an apply may run, on the clock of a named time zone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FORM = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9]) ?[-\u2013] ?([01][0-9]|2[0-3]):([0-5][0-9]) +(\S+)")


@dataclass(frozen=True, slots=True)
class Window:
    """From ``start`` to ``end`` of every day in a zone; an end that is not later than the start is the next day's."""

    start: time
    end: time
    zone: tzinfo
    text: str

    def __str__(self) -> str:
        return self.text

    def around(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Opening and closing from yesterday's to tomorrow's, in order."""
        today = now.astimezone(self.zone).date()
        for day in (today + timedelta(days=n) for n in (-1, 0, 1)):
            last = day + timedelta(days=self.end <= self.start)
            yield datetime.combine(day, self.start, self.zone), datetime.combine(last, self.end, self.zone)


def read(text: str) -> Window:
    """ "02:00-04:00 Europe/Berlin" as a window; raises ValueError for what is none, or names no known zone."""
    found = FORM.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    start, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if start == end:
        raise ValueError(text)
    return Window(start, end, _zone(found[5]), text.strip())


def _zone(name: str) -> tzinfo:
    if name == "UTC":  # no file is needed for that one
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError(name) from None


def closing(windows: Sequence[Window], now: datetime) -> tuple[Window, datetime] | None:
    """The window that is open longest, and when it closes; None outside of all."""
    found = [(w, closes) for w in windows for opens, closes in w.around(now) if _utc(opens) <= _utc(now) < _utc(closes)]
    return max(found, key=lambda f: _utc(f[1]), default=None)


def opening(windows: Sequence[Window], now: datetime) -> tuple[Window, datetime]:
    """The window that opens next, and when."""
    found = [(w, opens) for w in windows for opens, _ in w.around(now) if _utc(opens) > _utc(now)]
    return min(found, key=lambda f: _utc(f[1]))


def opens_at(windows: Sequence[Window], now: datetime) -> str:
    """When the next one opens, in its own zone: "2026-03-01 02:00 UTC, in 3 h 20 min"."""
    window, when = opening(windows, now)
    return f"{when:%Y-%m-%d %H:%M} {window.text.split()[-1]}, in {_span(_utc(when) - _utc(now))}"


def _utc(moment: datetime) -> datetime:
    """Two moments of one zone are compared by their clocks, which an hour that comes twice puts wrong."""
    return moment.astimezone(UTC)


def _span(span: timedelta) -> str:
    minutes = -(-int(span.total_seconds()) // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
