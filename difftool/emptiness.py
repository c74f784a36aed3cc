"""What is dropped because it holds no rows: looked at once more in the same transaction, behind a lock."""

from __future__ import annotations

import re

from difftool.pg.connection import literal

GUARD = re.compile(
    r"DO (\$guard_*\$) BEGIN IF EXISTS \(SELECT FROM (.+?)\) THEN RAISE EXCEPTION .+; END IF; END \1", re.DOTALL
)


def guard(table: str) -> tuple[str, str]:
    """Statements after which nobody can write to ``table``, an SQL name, and which fail if somebody has."""
    message = literal(f"{table} holds rows by now: make a new plan".replace("%", "%%"))
    quote = "$guard$"
    while quote in table:
        quote = f"{quote[:-1]}_$"
    return (
        f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
        f"DO {quote} BEGIN IF EXISTS (SELECT FROM {table}) THEN RAISE EXCEPTION {message}; END IF; END {quote}",
    )


def guarded(sql: str) -> str:
    """The table whose emptiness a statement makes sure of, or ""."""
    found = GUARD.fullmatch(sql)
    return found[2] if found else ""
