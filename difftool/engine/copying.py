"""A copy of the target's clone, on which it is tried what a new name does to everything else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from difftool.pg.connection import session
from difftool.pg.execute import execute
from difftool.pg.types import Error

if TYPE_CHECKING:
    from difftool.scratch.workspace import Database, Workspace


@dataclass
class Copying:
    """A copy of the target's clone on which a few statements are tried; made when the first is."""

    workspace: Workspace
    base: Database
    copies: list[Database] = field(default_factory=list)

    def database(self) -> Database:
        """The copy."""
        self.copies = self.copies or [self.workspace.create(self.base)]
        return self.copies[0]

    def run(self, sql: str) -> bool:
        """Run a statement as the plan will; False where the server refuses it."""
        with session(self.database().user) as connection:
            try:
                execute(connection, sql)
            except Error:
                return False
        return True
