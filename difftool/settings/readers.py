"""What a setting's value may be: one reader a kind of value, with the words for what it allows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from difftool.allowing import allowance, in_bytes
from difftool.errors import UsageError
from difftool.limits import limit
from difftool.model import HAZARDS
from difftool.pg.conninfo import is_url
from difftool.settings.values import Hook
from difftool.window import Window
from difftool.window import read as window

ALLOWABLE: tuple[str, ...] = (*HAZARDS, "unproven", "all")
RECREATE = "recreate:"
"""Before the name of a table or column that may be dropped with its rows and created anew."""
SCRATCH = ("auto", "embedded", "local", "docker")
CLUSTER = ("roles", "database")
"""What of a cluster may be taken in."""
YES, NO = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})
# https://www.postgresql.org/docs/current/config-setting.html: case-sensitive; of lock_timeout a bare number is ms
DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?(us|ms|s|min|h|d|)")
MILLISECONDS = {"us": 0.001, "ms": 1.0, "": 1.0, "s": 1000.0, "min": 60_000.0, "h": 3_600_000.0, "d": 86_400_000.0}
LONGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of value: ``read`` takes what TOML, an option or a variable holds, and raises ValueError otherwise.

    ``types`` are what TOML may hold; an option and a variable may hold the same as text.
    """

    allowed: str
    types: tuple[type, ...]
    read: Callable[[Any], Any]
    path: bool = False


def _refuse() -> ValueError:
    return ValueError("not allowed")


def _text(value: Any) -> str:
    text = str(value)
    if not text.strip() or "\x00" in text:
        raise _refuse()
    return text


def _word(value: Any) -> str:
    return _text(value).strip()


def _integer(low: int, high: int, *, also: int | None = None) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        number = int(str(value).strip()) if re.fullmatch(r"\s*-?[0-9]+\s*", str(value)) else low - 2
        if not low <= number <= high and number != also:
            raise _refuse()
        return number

    return read


def _boolean(value: Any) -> bool:
    word = str(value).strip().lower()
    if word not in YES | NO:
        raise _refuse()
    return word in YES


def _names(value: Any) -> tuple[str, ...]:
    """A list, or text with commas; each name once, in order."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(p, str) for p in parts):
        raise _refuse()
    return tuple(dict.fromkeys(p.strip() for p in parts if p.strip()))


def _hooks(value: Any) -> tuple[Hook, ...]:
    """A list, or text with one hook a line, each in the quoting of a shell."""
    parts = value.splitlines() if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(p, str) for p in parts):
        raise _refuse()
    return tuple(Hook(tuple(shlex.split(_word(p)))) for p in parts if p.strip())


def _windows(value: Any) -> tuple[Window, ...]:
    """One window, a list of them, or text with commas."""
    return tuple(window(part) for part in _names(value))


def _hazards(value: Any) -> tuple[str, ...]:
    names = _names(value)
    if not all(_allowable(n) for n in names):
        raise _refuse()
    return names


def _scope(value: Any) -> tuple[str, ...]:
    names = _names(value if isinstance(value, str) else ",".join(_names(value)))
    if not set(names) <= set(CLUSTER):
        raise _refuse()
    return names


def _allowable(word: str) -> bool:
    anew = word.startswith(RECREATE) and word != RECREATE
    return anew or word in ALLOWABLE or allowance(word) is not None


def in_seconds(duration: str) -> float:
    """A time as a setting keeps it, in seconds: "10min" is 600."""
    found = DURATION.fullmatch(duration)
    assert found, duration
    return _milliseconds(found) / 1000


def _milliseconds(found: re.Match[str]) -> float:
    return float(found[1]) * MILLISECONDS[found[2]]


def _lock_timeout(value: Any) -> str:
    """The text as PostgreSQL takes it. Below a millisecond PostgreSQL rounds to 0, and 0 waits for ever."""
    match = DURATION.fullmatch(str(value).strip())
    if not match or not 1 <= _milliseconds(match) <= LONGEST:
        raise _refuse()
    return match[0]


def _statement_timeout(value: Any) -> str:
    """The same as of lock_timeout, and 0 for none."""
    return "0" if str(value).strip() == "0" else _lock_timeout(value)


def _lag(value: Any) -> str:
    """A time or a size as it is written; the unit says which."""
    limit(str(value))
    return str(value).strip()


def _size(value: Any) -> str:
    in_bytes(str(value))
    return str(value).strip()


def _store(value: Any) -> str:
    store = _word(value)
    if is_url(store) and not re.fullmatch(r"s3://[^/]+(/.*)?", store):
        raise _refuse()
    return store


def _endpoint(value: Any) -> str:
    endpoint = _word(value)
    if not re.match(r"https?://[^/]", endpoint):
        raise _refuse()
    return endpoint


def choice(*words: str, url: bool = False) -> Reader:
    """One of a few words; with ``url`` a URL as well."""

    def read(value: Any) -> str:
        word = _word(value)
        if word not in words and not (url and is_url(word)):
            raise _refuse()
        return word

    allowed = ("one of " if len(words) > 1 else "") + ", ".join(words)
    return Reader(allowed + (", or a URL" if url else ""), (str,), read)


def integer(low: int, high: int, *, also: int | None = None, meaning: str = "") -> Reader:
    """A whole number in a range; ``also`` is one number outside it, with its ``meaning``."""
    extra = f", or {also} {meaning}" if also is not None else ""
    return Reader(f"a whole number from {low} to {high}{extra}", (int,), _integer(low, high, also=also))


TEXT = Reader("text", (str,), _word)
SECRET = Reader("text", (str,), _text)
PATH = Reader("a path", (str,), _word, path=True)
STORE = Reader("a folder or s3://BUCKET/PREFIX", (str,), _store, path=True)
ENDPOINT = Reader("an http:// or https:// URL", (str,), _endpoint)
BOOLEAN = Reader("true or false", (bool,), _boolean)
PORT = integer(1, 65535)
NAMES = Reader("a list of names", (list,), _names)
WINDOWS = Reader(
    'hours with a time zone, such as "02:00-04:00 UTC" or "22:30-01:00 Europe/Berlin"', (str, list), _windows
)
SCOPE = Reader("a list of these: " + ", ".join(CLUSTER), (list,), _scope)
MAX_LAG = Reader('a time in ms, s, min or h, or a size in kB, MB or GB, such as "30s" or "100MB"', (str,), _lag)
HOOKS = Reader("a list of SQL files and commands", (list,), _hooks)
ALLOW = Reader(
    "a list of these: " + ", ".join((*ALLOWABLE, f"{RECREATE}NAME", "HAZARD:NAME", "HAZARD:below=SIZE (500MB, 2GB)")),
    (list,),
    _hazards,
)
SIZE = Reader('a size in B, kB, MB or GB, such as "10MB" (a bare number is bytes)', (str, int), _size)
LOCK_TIMEOUT = Reader(
    'a time of at least 1 ms in PostgreSQL\'s units us, ms, s, min, h, d, such as "3s" (a bare number is milliseconds)',
    (str, int),
    _lock_timeout,
)
STATEMENT_TIMEOUT = Reader(f"0 for no limit, or {LOCK_TIMEOUT.allowed}", (str, int), _statement_timeout)


def typed(place: str, reader: Reader, value: Any, *, secret: bool = False) -> Any:
    """A TOML value as the setting's own type; raises UsageError with what is allowed. Secrets are not repeated."""
    # bool is an int to Python, not to whoever wrote the file
    if isinstance(value, reader.types) and (not isinstance(value, bool) or bool in reader.types):
        return read(place, reader, value, secret=secret)
    raise UsageError(f"{place} is {_kind(value)}, not {reader.allowed}", hint="see docs/configuration.md")


def read(place: str, reader: Reader, value: Any, *, secret: bool = False) -> Any:
    """Any layer's value as the setting's own type; raises UsageError with what is allowed. Secrets are not repeated."""
    try:
        return reader.read(value)
    except ValueError:
        shown = "" if secret or "://" in str(value) else f'"{value}", ' if isinstance(value, str) else f"{value}, "
        raise UsageError(f"{place} is {shown}not {reader.allowed}", hint="see docs/configuration.md") from None


def _kind(value: Any) -> str:
    names = {
        bool: "a boolean",
        int: "a number",
        float: "a number with a point",
        str: "text",
        list: "a list",
        dict: "a table",
    }
    return names.get(type(value), "a date or time")
