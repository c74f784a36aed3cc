"""The desired schema's files run on a scratch database, statement by statement.

File order does not matter: what fails because something it needs comes later is tried again after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from difftool.errors import SchemaError
from difftool.pg.connection import run
from difftool.pg.execute import EXISTS, MEANINGLESS, execute, reason
from difftool.steps import Setting, Step, check_duplicates, cluster_wide, comments_on_extension

if TYPE_CHECKING:
    from difftool.pg.types import Connection, Error

DUPLICATE = frozenset({"42P07", "42710", "42723", "42P06", "42701", "42P03"})
MISSING_ROLE = re.compile(r'role "([^"]+)" does not exist')
NO_MEMBER = re.compile(r'(?:permission denied to set role|must be able to SET ROLE|must be member of role) "([^"]+)"')
EXTENSIONS = frozenset(
    "amcheck autoinc bloom earthdistance insert_username intagg moddatetime pageinspect pg_buffercache "
    "pg_freespacemap pg_partman pg_prewarm pg_stat_statements pg_trgm pg_visibility pg_walinspect pgrowlocks "
    "pgstattuple postgis postgis_raster postgis_tiger_geocoder postgis_topology refint timescaledb vector xml2 "
    "hypopg pgaudit pg_hint_plan rum h3 address_standardizer btree_gin btree_gist citext cube "
    "fuzzystrmatch hstore intarray isn lo ltree pgcrypto seg tablefunc tcn tsm_system_rows tsm_system_time unaccent "
    "uuid-ossp".split()
)
"""Extensions made for the ordinary role by the superuser; none of them reads files, runs programs or connects."""


@dataclass
class Loader:
    """Runs the steps of a schema as the ordinary role, again and again until all of them stand or none moves."""

    user: Connection
    admin: Connection | None
    """The scratch superuser, for allow-listed extensions; None where nobody may."""
    make_role: Callable[[str], bool]
    rename: Callable[[str], str] = str
    """A statement with the owner role under its scratch name."""
    trusted: bool = False
    allowed: frozenset[str] = EXTENSIONS
    context: tuple[Setting, ...] | None = None
    asked: set[str] = field(default_factory=set)
    """Roles that ``make_role`` was called for."""

    def load(self, plan: Sequence[Step]) -> None:
        """Run every step; raises SchemaError for the first that cannot run, with file, line and PostgreSQL's words."""
        check_duplicates(plan)
        pending = [s for s in plan if not cluster_wide(s) and s.tag != "CopyStmt"]
        for step in [s for s in pending if s.tag == "CreateExtensionStmt"]:
            if self._by_superuser(step, pending):
                pending.remove(step)
        # event triggers come last: they would fire on what is tried again after them
        waiting = [s for s in pending if s.tag == "CreateEventTrigStmt"]
        pending = [s for s in pending if s.tag != "CreateEventTrigStmt"]
        while pending or waiting:
            failed = [(s, e) for s in pending if (e := self._try(s)) is not None]
            moved = len(failed) < len(pending)
            if not moved and not waiting:
                raise explain(*failed[0], others=len(failed) - 1)
            pending = [s for s, _ in failed]
            if not moved:
                pending, waiting = [*pending, *waiting], []

    def _by_superuser(self, step: Step, pending: list[Step]) -> bool:
        """An untrusted, allow-listed extension is made first of all, before any schema code could lie in its way."""
        if self.trusted or not self.admin or step.node.extname not in self.allowed or not self._untrusted(step):
            return False
        wanted = {o.arg.sval for o in step.node.options or () if o.defname == "schema"}
        for schema in [s for s in pending if s.tag == "CreateSchemaStmt" and s.node.schemaname in wanted]:
            if not schema.node.schemaElts and self._try(schema) is None:
                pending.remove(schema)
        return self._try(step, self.admin) is None

    def _untrusted(self, step: Step) -> bool:
        assert self.admin is not None
        with self.admin.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_catalog.pg_available_extension_versions WHERE name = %s AND trusted",
                (step.node.extname,),
            )
            return cursor.fetchone() is None

    def _try(self, step: Step, connection: Connection | None = None) -> Error | None:
        """Run one step; the error when it has to wait for others, raised when waiting cannot help."""
        from difftool.pg.types import Error

        connection = (
            connection or (self.admin if self.admin and comments_on_extension(step.node) else None) or self.user
        )
        self._enter(step)
        try:
            notices = execute(connection, self.rename(step.sql))
        except Error as error:
            if self._makes_role(error):
                return self._try(step, connection)
            if error.pgcode in DUPLICATE or connection.closed:
                raise explain(step, error) from None
            return error
        check_notices(step, notices)
        return None

    def _makes_role(self, error: Error) -> bool:
        """Whether a role, or membership in one, was all that a statement lacked, and is there now."""
        missing = MISSING_ROLE.search(str(error)) or NO_MEMBER.search(str(error))
        if not missing or error.pgcode not in ("42704", "22023", "42501") or missing[1] in self.asked:
            return False
        self.asked.add(missing[1])
        return self.make_role(missing[1])

    def _enter(self, step: Step) -> None:
        """Put the session's settings as they were where the step stands."""
        if step.context == self.context:
            return
        from difftool.pg.types import Error

        for sql in ("RESET SESSION AUTHORIZATION", "RESET ALL"):
            run(self.user, sql)
        for setting in step.context:
            try:
                self._set(self.rename(setting.sql))
            except Error as error:
                raise explain(Step(setting.sql, step.file, setting.line), error) from None
        self.context = step.context

    def _set(self, setting: str) -> None:
        """Run a SET; SET ROLE too of a role that no statement has named so far."""
        from difftool.pg.types import Error

        try:
            run(self.user, setting)
        except Error as error:
            if not self._makes_role(error):
                raise
            run(self.user, setting)


def check_notices(step: Step, notices: Iterable[str]) -> None:
    """Raise SchemaError for a notice that means nothing was done: a void grant, an object that stood already."""
    for notice in notices:
        if MEANINGLESS.search(notice):
            raise SchemaError(
                f"{step.where}: {notice}", hint="the role that loads the schema does not hold that privilege"
            )
        if EXISTS.search(notice) and step.tag not in ("CreateSchemaStmt", "CreateExtensionStmt"):
            raise SchemaError(f"{step.where}: defined twice: {notice}", hint="keep one of the two definitions")


def explain(step: Step, error: Error, others: int = 0) -> SchemaError:
    """PostgreSQL's refusal of one statement: file, line (of the position it names), the statement, its words."""
    position = error.diag.statement_position if error.diag else None
    line = step.line + (step.sql[: int(position) - 1].count("\n") if position else 0)
    more = f" ({others} more statement{'s' if others != 1 else ''} wait for it or fail too)" if others else ""
    message = f"{step.file}:{line}: {reason(error)}{more}\n{_excerpt(step.sql)}"
    return SchemaError(message, hint=_hint(step, error))


def _hint(step: Step, error: Error) -> str:
    if error.pgcode in DUPLICATE:
        return "it is defined twice; keep one of the two definitions"
    if error.pgcode == "42501" or "must be superuser" in str(error):
        return "only a superuser may do this; if you trust these files, run them as one with --trust-schema"
    if error.pgcode in ("0A000", "58P01") and step.tag == "CreateExtensionStmt":
        return "this scratch server lacks the extension; choose one that has it (scratch = local, docker or a URL)"
    missing = MISSING_ROLE.search(str(error))
    if missing:
        return f"create it on the target first: CREATE ROLE {missing[1]}"
    return (error.diag.message_hint if error.diag else "") or "correct the file and run the same command again"


def _excerpt(sql: str, lines: int = 6) -> str:
    shown = sql.splitlines()[:lines]
    return "\n".join(f"    {x}" for x in (*shown, *(["…"] if len(sql.splitlines()) > lines else [])))
