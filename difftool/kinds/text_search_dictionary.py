"""CREATE TEXT SEARCH DICTIONARY: https://www.postgresql.org/docs/current/sql-createtsdictionary.html."""

from __future__ import annotations

import re

from difftool.kinds import Kind, Statements
from difftool.kinds.sql import name_of, qualified
from difftool.objects import Object, Sides

OPTION = re.compile(r"""(?P<name>"(?:[^"]|"")*"|\w+)\s*=\s*(?:E?'(?:[^']|'')*'|[^',]*)(?:,\s*|$)""")
"""One of dictinitoption: ``stopwords = 'english'``; a number has no quotes."""


def phrase(o: Object) -> str:
    """``TEXT SEARCH DICTIONARY app.stems``."""
    return f"TEXT SEARCH DICTIONARY {name_of(o)}"


def create(o: Object, sides: Sides) -> Statements:
    """With its options as the catalog has them."""
    options = f", {o['options']}" if o["options"] else ""
    return (f"CREATE {phrase(o)} (TEMPLATE = {qualified(*o['template'])}{options})",)


def alter(now: Object, want: Object, sides: Sides) -> Statements | None:
    """All options once more, in their order; one that has no value is taken away."""
    if now["template"] != want["template"]:
        return None
    kept = _names(want["options"])
    gone = [n for n in _names(now["options"]) if n not in kept]
    return (f"ALTER {phrase(want)} ({', '.join((*gone, *((want['options'],) if kept else ())))})",)


def _names(options: str | None) -> list[str]:
    """The options' names, as SQL quotes them."""
    return [m["name"] for m in OPTION.finditer(options or "")]


KIND = Kind(rank=37, create=create, phrase=phrase, alter=alter)
