"""An aclitem[] as a set of grants, in which the owner has no name: ALTER … OWNER TO moves the owner's own along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

OWNER = "\0owner"
"""Stands for the object's owner, as grantee and as grantor."""
PUBLIC = ""

ITEM = re.compile(r'("(?:[^"]|"")*"|[^=]*)=([^/]*)/("(?:[^"]|"")*"|.*)', re.DOTALL)
LETTERS = {
    "r": "SELECT", "w": "UPDATE", "a": "INSERT", "d": "DELETE", "D": "TRUNCATE", "x": "REFERENCES", "t": "TRIGGER",
    "m": "MAINTAIN", "X": "EXECUTE", "U": "USAGE", "C": "CREATE", "c": "CONNECT", "T": "TEMPORARY", "s": "SET",
    "A": "ALTER SYSTEM",
}  # fmt: skip
"""https://www.postgresql.org/docs/current/ddl-priv.html"""
OWNERS = {"r": "arwdDxtm", "s": "rwU", "n": "UC", "f": "X", "l": "U", "T": "U", "F": "U", "S": "U", "c": "", "L": "rw"}
EVERYBODYS = {"f": "X", "l": "U", "T": "U"}

Grants = dict[str, dict[str, bool]]
"""By "grantee\\ngrantor", each privilege and whether it may be passed on."""


def granted(acl: Sequence[str] | None, letter: str, owner: str, major: int) -> dict[str, Any]:
    """The attributes of a ``grant`` object; ``acl`` None means what a fresh object has."""
    found = default(letter, major) if acl is None else parse(acl, owner)
    return {"grants": found, "_type": letter}


@cache
def default(letter: str, major: int) -> Grants:
    """acldefault(): all for the owner, and USAGE or EXECUTE for everybody where the manual says so."""
    own = {LETTERS[x]: False for x in OWNERS[letter] if x != "m" or major >= 17}
    everybody = {LETTERS[x]: False for x in EVERYBODYS.get(letter, "")}
    found = {_who(OWNER, OWNER): own} if own else {}
    return {**found, **({_who(PUBLIC, OWNER): everybody} if everybody else {})}


def parse(acl: Sequence[str], owner: str) -> Grants:
    """Each item: ``grantee=privileges/grantor``, a ``*`` behind a privilege that may be passed on."""
    found: Grants = {}
    for item in acl:
        match = ITEM.fullmatch(item)
        if not match:
            raise ValueError(f"an aclitem that is none: {item}")
        grantee, grantor = _role(match[1], owner), _role(match[3], owner)
        some = found.setdefault(_who(grantee, grantor), {})
        for letter, star in re.findall(r"(\w)(\*?)", match[2]):
            some[LETTERS.get(letter, letter)] = bool(star)
    return found


def _who(grantee: str, grantor: str) -> str:
    return f"{grantee}\n{grantor}"


def _role(text: str, owner: str) -> str:
    name = text[1:-1].replace('""', '"') if text.startswith('"') else text
    return OWNER if name == owner else name
