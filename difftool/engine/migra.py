"""The door to migra and schemainspect, and the traps of theirs that it steps around.

- schemainspect imports pkg_resources, which setuptools 82 removed: a stand-in serves the one function it uses.
- While it is imported it reads the source of every caller, 17 times: they are told without, a third of a second sooner.
- It inspects on a cursor in autocommit, since pg_get_viewdef would otherwise leave locks on every relation it read.
- Its transitive closure of dependencies counts paths, 2^depth of them: ours visits each object once.
- Its "safe" gate is a regular expression: never asked, the rules read the statements instead.
- It switches check_function_bodies off and leaves it so: the plan does that itself, and back again.
"""

from __future__ import annotations

import inspect
import re
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from difftool import syntax
from difftool.pg.connection import run, session
from difftool.pg.conninfo import Conninfo

if TYPE_CHECKING:
    from difftool.pg.types import Connection

CHECK_BODIES = re.compile(r"set\s+check_function_bodies\s*=\s*off", re.IGNORECASE)


class EngineError(Exception):
    """migra itself broke down: its own words."""


def statements(now: Conninfo, want: Conninfo) -> tuple[str, ...]:
    """What migra would run on ``now`` to make it ``want``, one statement each; raises EngineError when it breaks down.

    Grants are left to the dump comparison: migra sees only those on tables.
    """
    with session(now) as a, session(want) as b:
        try:
            for connection in (a, b):  # so that every name is printed with its schema
                run(connection, "SET search_path = ''")
            return _migrate(a, b)
        except Exception as error:
            raise EngineError(f"{type(error).__name__}: {error}".strip()) from error


def _migrate(now: Connection, want: Connection) -> tuple[str, ...]:
    with _pkg_resources(), _callers_without_source():
        from migra import Migration

    make: Any = Migration  # migra has no types
    migration = make(_inspect(now), _inspect(want))
    migration.set_safety(False)
    migration.add_all_changes(privileges=False)
    pieces = (p.sql for text in migration.statements for p in syntax.split(str(text)))
    return tuple(p for p in pieces if p and not CHECK_BODIES.fullmatch(p))


def _inspect(connection: Connection) -> Any:
    """schemainspect's picture of a database, its dependencies closed in linear time."""
    from psycopg2.extras import NamedTupleCursor
    from schemainspect.pg.obj import PostgreSQL

    class Inspector(PostgreSQL):
        selectables: Any
        get_dependency_by_signature: Any

        def load_deps_all(self) -> None:
            for item in self.selectables.values():
                item.dependent_on_all = self._closure(item, "dependent_on")
                item.dependents_all = self._closure(item, "dependents")

        def _closure(self, item: Any, direction: str) -> list[str]:
            found: set[str] = set()
            waiting = list(getattr(item, direction))
            while waiting:
                related = self.get_dependency_by_signature(waiting.pop())
                if related is not None and related.signature not in found:
                    found.add(related.signature)
                    waiting.extend(getattr(related, direction))
            return sorted(found)

    inspector: Any = Inspector
    return inspector(connection.cursor(cursor_factory=NamedTupleCursor))


@contextmanager
def _pkg_resources() -> Iterator[None]:
    """Let ``from pkg_resources import resource_stream`` work where setuptools is new or absent."""
    if "pkg_resources" in sys.modules:
        yield
        return
    stand_in = types.ModuleType("pkg_resources")

    def resource_stream(module: str, path: str) -> IO[bytes]:
        folder = Path(sys.modules[module].__file__ or "").parent
        return (folder / path).open("rb")

    stand_in.resource_stream = resource_stream  # type: ignore[attr-defined]  # a module made by hand
    sys.modules["pkg_resources"] = stand_in
    try:
        yield
    finally:
        del sys.modules["pkg_resources"]


@contextmanager
def _callers_without_source() -> Iterator[None]:
    """Let ``inspect.stack()`` name the callers and look at no file for them."""

    def stack(context: int = 1) -> list[inspect.FrameInfo]:
        frame, found = sys._getframe(1), []
        while frame:
            code = frame.f_code
            found.append(inspect.FrameInfo(frame, code.co_filename, frame.f_lineno, code.co_name, None, None))
            frame = frame.f_back  # type: ignore[assignment]  # None ends it
        return found

    whole, inspect.stack = inspect.stack, stack
    try:
        yield
    finally:
        inspect.stack = whole
