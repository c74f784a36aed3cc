"""Running one statement: the notices that mean it did nothing, and the server's reason for a refusal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from difftool.pg.connection import run

if TYPE_CHECKING:
    from difftool.pg.types import Connection, Error

MEANINGLESS = re.compile(
    r"no privileges (were granted|could be revoked) for|not all privileges (were granted|could be revoked)"
)
EXISTS = re.compile(r"already exists, skipping")


class Meaningless(Exception):
    """A statement that ran and did nothing: the server's own notice."""


def execute(connection: Connection, sql: str) -> tuple[str, ...]:
    """Run one statement and return the server's notices."""
    del connection.notices[:]
    run(connection, sql)
    return tuple(n.strip() for n in connection.notices)


def reason(error: Error) -> str:
    """PostgreSQL's primary message and its detail, on one line; of libpq's own words, what happened."""
    if not error.diag or not error.diag.message_primary:
        return re.sub(r"\s+", " ", str(error).partition("This probably means")[0].strip())
    detail = f" ({error.diag.message_detail})" if error.diag.message_detail else ""
    return re.sub(r"\s+", " ", f"{error.diag.message_primary}{detail}")
