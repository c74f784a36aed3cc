"""CREATE TEXT SEARCH CONFIGURATION: https://www.postgresql.org/docs/current/sql-createtsconfig.html."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import listed, name_of, qualified
from difftool.objects import Object, Sides

Mappings = Mapping[str, Sequence[str]]
"""The dictionaries of each type of token."""


def phrase(o: Object) -> str:
    """``TEXT SEARCH CONFIGURATION app.english``."""
    return f"TEXT SEARCH CONFIGURATION {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """With its mappings, tokens that share their dictionaries in one statement."""
    return (f"CREATE {phrase(o)} (PARSER = {qualified(*o['parser'])})", *_mapped(o, "ADD", o["mappings"]))


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """Its mappings in place; its parser cannot be."""
    if now["parser"] != want["parser"]:
        return None
    before, after = now["mappings"], want["mappings"]
    gone = listed(t for t in before if t not in after)
    return (
        *((f"ALTER {phrase(want)} DROP MAPPING FOR {gone}",) if gone else ()),
        *_mapped(want, "ALTER", {t: d for t, d in after.items() if t in before and before[t] != d}),
        *_mapped(want, "ADD", {t: d for t, d in after.items() if t not in before}),
    )


def _mapped(o: Object, verb: str, mappings: Mappings) -> Iterator[str]:
    tokens: dict[str, list[str]] = {}
    for token, dictionaries in mappings.items():
        tokens.setdefault(", ".join(dictionaries), []).append(token)
    return (f"ALTER {phrase(o)} {verb} MAPPING FOR {listed(t)} WITH {d}" for d, t in tokens.items())


KIND = Kind(rank=38, create=create, phrase=phrase, alter=alter)
