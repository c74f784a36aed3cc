"""What is dropped because it holds no rows: looked at once more in the same transaction, behind a lock."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from difftool.parse import qualified
from difftool.pg.connection import literal, rows

if TYPE_CHECKING:
    from difftool.pg.types import Connection

GUARD = re.compile(
    r"DO (\$guard_*\$) BEGIN IF EXISTS \(SELECT FROM (.+?)\) THEN RAISE EXCEPTION .+; END IF; END \1", re.DOTALL
)


def guard(table: str) -> tuple[str, str]:
    """Statements after which nobody can write to ``table``, an SQL name, and which fail if somebody has.

    Both are blocks: where a plan's statements are run one by one, LOCK TABLE alone would be refused.
    """
    message = literal(f"{table} holds rows by now: make a new plan".replace("%", "%%"))
    quote = "$guard$"
    while quote in table:
        quote = f"{quote[:-1]}_$"
    return (
        f"DO {quote} BEGIN LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; END {quote}",
        f"DO {quote} BEGIN IF EXISTS (SELECT FROM {table}) THEN RAISE EXCEPTION {message}; END IF; END {quote}",
    )


def guarded(sql: str) -> str:
    """The table whose emptiness a statement makes sure of, or ""."""
    found = GUARD.fullmatch(sql)
    return found[2] if found else ""


def is_empty(connection: Connection, schema: str, table: str) -> bool:
    """Whether a table of the target holds no rows, and its children hold none either."""
    return not rows(connection, f"SELECT EXISTS (SELECT FROM {qualified(schema, table)})")[0][0]
