"""Everything that a plan and an apply need, tried one by one: what fails stops only what depends on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from difftool import api, syntax, words
from difftool.doctor.examination import Examination, Finding
from difftool.doctor.scratch import extensions, scratch
from difftool.doctor.target import (
    apply_lock,
    connection,
    may_change,
    may_read,
    owner_role,
    server_version,
    takes_changes,
    which_pg_dump,
)
from difftool.errors import SchemaError
from difftool.render.rows import DoctorRow
from difftool.settings import Settings, TargetSettings
from difftool.steps import Step, check_duplicates

if TYPE_CHECKING:
    from difftool.wanted import WantedFiles

NO_TARGET = TargetSettings("", None)
EXCERPT = 60


def examine(settings: Callable[[], Settings], talk: Callable[[str], None] = api.silent) -> tuple[DoctorRow, ...]:
    """A row for each thing that has to be right: ok, or what to do about it; nothing that fails is raised.

    Nothing is changed, but for what is made and removed again: a scratch database and its role, and a probe in the
    snapshot store. ``talk`` hears what is being tried.
    """
    exam = Examination(talk)
    given = exam.step("configuration", lambda: _configuration(settings()))
    target = exam.step("target", lambda: _target(given.value))
    wanted = exam.step("desired schema", lambda: _desired_schema(given.value, target.found or NO_TARGET))
    reached = exam.step("connection", lambda: connection(given.value, target.value))
    major = exam.step("server version", lambda: server_version(reached.value))
    exam.step("takes changes", lambda: takes_changes(reached.value))
    pg_dump = exam.step("pg_dump", lambda: which_pg_dump(reached.value, major.value))
    exam.step("may read", lambda: may_read(reached.value, pg_dump.value, given.value.rules))
    owner = exam.step("owner role", lambda: owner_role(reached.value, target.value))
    exam.step("may change", lambda: may_change(reached.value, owner.value))
    exam.step("apply lock", lambda: apply_lock(reached.value))
    made = exam.step("scratch", lambda: scratch(given.value, reached.value, major.value, wanted.found))
    exam.step("extensions", lambda: extensions(made.value, reached.value, wanted.found))
    exam.step("snapshot store", lambda: _snapshot_store(given.value))
    return tuple(exam.rows)


def _configuration(settings: Settings) -> Finding[Settings]:
    where = str(settings.file) if settings.file else "no difftool.toml: environment and defaults"
    if (settings.root / ".env").is_file():
        where += ", and .env"
    return "\n".join([where, *(f"note: {note}" for note in settings.notes)]), settings


def _target(settings: Settings) -> Finding[TargetSettings]:
    target = settings.target
    if target.missing:
        assert target.conninfo  # raises what is missing
    shown = {e.name: e.value for e in settings.explained}.get(f"targets.{target.name}", "")
    return f"{target.name}: {shown}", target


def _desired_schema(settings: Settings, target: TargetSettings) -> Finding[WantedFiles]:
    wanted = api.desired_files(settings, target)
    # one bad statement leaves its whole file unparsed, so each is asked for again
    for step in wanted.steps:
        if step.node is None and syntax.parse_one(step.sql) is None:
            raise _unreadable(step)
    check_duplicates(wanted.steps)
    return f"{wanted.label}, {words.many(len(wanted.steps), 'statement')}", wanted


def _unreadable(step: Step) -> SchemaError:
    start = words.one_line(" ".join(step.sql.split())[:EXCERPT])
    return SchemaError(
        f"{step.where}: a syntax error, in: {start}", hint="correct the file; difftool plan tells what PostgreSQL says"
    )


def _snapshot_store(settings: Settings) -> Finding[bool]:
    from difftool.snapshot import manifest

    store = api.open_store(settings)
    manifest.probe(store)
    return f"{store.describe()}: a probe was written, read back and deleted", True
