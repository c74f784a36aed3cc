"""What a server is and can do, asked once, right after connecting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from difftool.errors import TargetUnfit
from difftool.pg.connection import rows

if TYPE_CHECKING:
    from difftool.pg.types import Connection

OLDEST = 14

FACTS = """
SELECT current_setting('server_version_num')::int, current_user::text, current_database()::text,
       (SELECT system_identifier::text FROM pg_control_system()),
       pg_is_in_recovery(), (SELECT reset_val::bool FROM pg_settings WHERE name = 'default_transaction_read_only'),
       r.rolsuper, r.rolcreatedb, r.rolcreaterole
FROM pg_roles r WHERE r.rolname = current_user
"""


@dataclass(frozen=True, slots=True)
class Server:
    """One server as one role sees it."""

    version: int
    """``server_version_num``: 160004 for 16.4."""
    role: str
    database: str
    system_identifier: str
    standby: bool
    read_only: bool
    superuser: bool
    createdb: bool
    createrole: bool

    @property
    def major(self) -> int:
        """16 for any 16.x."""
        return self.version // 10000

    def check_supported(self) -> None:
        """Raise TargetUnfit for a server older than PostgreSQL 14."""
        if self.major < OLDEST:
            raise TargetUnfit(
                f"PostgreSQL {self.major} is not supported: difftool works with {OLDEST} and newer",
                hint="upgrade the server; its community support has ended",
            )


def read_server(connection: Connection) -> Server:
    """The facts of the server behind an open connection, in one query."""
    return Server(*rows(connection, FACTS)[0])
