"""How far behind is too far: a time, or a size."""

from __future__ import annotations

import re
from dataclasses import dataclass

from difftool.allowing import in_bytes

SECONDS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Limit:
    """How far behind is too far: a time or a size, the other being None; and as it was written."""

    seconds: float | None
    size: int | None
    text: str


def limit(text: str) -> Limit:
    """ "30s" or "100MB" as a limit; raises ValueError."""
    if found := re.fullmatch(r"([0-9]{1,9}) ?(ms|s|min|h)", text.strip()):
        return Limit(int(found[1]) * SECONDS[found[2]], None, text.strip())
    if text.strip().isdecimal():
        raise ValueError(text)  # seconds or bytes?
    return Limit(None, in_bytes(text), text.strip())
