"""The Python API, which the command line uses itself: plan, apply, check, diff, dump, rollback.

Every call takes ``Settings`` (``difftool.settings.load``) or builds them from the environment as the commands do; what
goes wrong is raised as a DifftoolError that knows its hint and exit code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from difftool.errors import DatabaseMissing, DifftoolError, UsageError
from difftool.model import Applied, Outcome, Plan
from difftool.pg.conninfo import Conninfo, is_url
from difftool.settings import Settings, TargetSettings
from difftool.settings import load as load_settings
from difftool.settings.targets import parse as parse_url

if TYPE_CHECKING:
    from difftool.applying import Terms
    from difftool.database_as_files import SchemaFiles
    from difftool.now import Now
    from difftool.pipeline import Options
    from difftool.resuming import Stopped
    from difftool.snapshot import Snapshot
    from difftool.snapshot.manifest import Reason
    from difftool.snapshot.store import Store
    from difftool.wanted import Wanted, WantedFiles

Talk = Callable[[str], None]
Report = Callable[[Outcome], None]
Ask = Callable[[str], bool]


def silent(_: object) -> None:
    """Talk that nobody hears."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One target's answer: its drift as a plan without statements, or why there is none."""

    target: TargetSettings
    plan: Plan | None = None
    error: DifftoolError | None = None

    @property
    def answer(self) -> Plan | DifftoolError:
        """The drift, or the error."""
        return self.plan or self.error or DifftoolError("no answer")

    @property
    def database(self) -> str:
        """The database's name, as far as it is known."""
        if self.plan:
            return self.plan.target.database
        return self.target.address.database if self.target.address else ""

    @property
    def exit_code(self) -> int:
        """0 in sync, 3 drifted, else the error's own."""
        if self.error:
            return self.error.exit_code
        return 3 if self.plan and self.plan.differs else 0


def plan(
    settings: Settings | None = None,
    *,
    prove: bool = True,
    allow: Collection[str] = (),
    defer: Collection[str] = (),
    talk: Talk = silent,
) -> Plan:
    """The plan that makes the target its desired schema, proven unless ``prove`` is False; nothing is changed.

    ``allow`` is what apply would be allowed; only "recreate:NAME" and "all" make another plan. ``defer`` puts off what
    carries these hazards, with what needs it.
    """
    return _planned(settings or load_settings(), prove, allow, defer, talk)


def _planned(settings: Settings, prove: bool, allow: Collection[str], defer: Collection[str], talk: Talk) -> Plan:
    from difftool.allowing import deferrable
    from difftool.data_steps import read as read_data
    from difftool.pipeline import make_plan

    now = read_target(settings, settings.target)
    wanted = desired_files(settings, settings.target)
    made = options(settings, prove=prove, allow=allow, talk=talk)
    data = read_data(settings.data) if settings.data else ()
    plan = make_plan(now, wanted, replace(made, defer=deferrable(defer, settings.engine), data=data))
    if not plan.differs:
        return plan
    from difftool.resuming import note

    said = note(open_store(settings), now, talk)
    return replace(plan, notes=(*plan.notes, said)) if said else plan


def check(settings: Settings | None = None, *, talk: Talk = silent) -> Plan:
    """What differs between the target and its desired schema, each object in ``unhandled``; no statement is planned."""
    settings = settings or load_settings()
    return _check(settings, settings.target, talk)


def check_all(settings: Settings | None = None, *, talk: Talk = silent, jobs: int = 8) -> tuple[Checked, ...]:
    """Every configured target, side by side; one that cannot be reached holds up none."""
    settings = settings or load_settings()
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(jobs) as pool:
        return tuple(pool.map(lambda t: _checked(settings, t, talk), settings.targets))


@contextmanager
def pooled(settings: Settings | None = None) -> Iterator[None]:
    """For a service: within it, connections to targets are kept and shared, by SQLAlchemy's pool (DATABASE_POOL_…)."""
    from difftool.pg.pool import pooled as pools

    with pools(**asdict((settings or load_settings()).pool)):
        yield


def apply(
    plan: Plan | str | Path | None = None,
    settings: Settings | None = None,
    *,
    allow: Collection[str] = (),
    defer: Collection[str] = (),
    snapshot: bool = True,
    reason: Reason = "apply",
    ignore_window: bool = False,
    pause_after: int = 0,
    ask: Ask | None = None,
    talk: Talk = silent,
    report: Report = silent,
) -> Applied:
    """Run a plan, a plan file, or the plan to the desired schema, on the target, and verify.

    With ``pause_after`` it stops when that statement is committed, unless ``ask`` says to go on.
    Raises Refused when something is not allowed or the plan is stale, SnapshotError when the snapshot cannot be kept,
    ApplyFailed when nothing was changed and StoppedPartWay when something was.
    """
    from difftool import gates, planfile
    from difftool.applying import Apply

    settings = settings or load_settings()
    if isinstance(plan, str | Path):
        plan = planfile.read(Path(plan))
    elif plan is None:
        plan = _planned(settings, True, allow, defer, talk)
    return Apply(
        plan,
        _terms(settings, ignore_window, talk, report),
        lambda: open_store(settings),
        lambda: read_target(settings, settings.target),
        frozenset({*allow, *settings.target.allow}),
        snapshot,
        reason,
        gates.pause(plan, pause_after, ask) if plan.statements or plan.data else gates.always,
    ).run()


def find_stopped(snapshot_id: str = "", settings: Settings | None = None) -> tuple[Stopped, tuple[str, ...]]:
    """The apply that ``resume`` would go on with, and what happened to it, in sentences; nothing is changed.

    Raises Refused where there is none.
    """
    from difftool.resuming import find, tell

    settings = settings or load_settings()
    now = read_target(settings, settings.target)
    stopped = find(open_store(settings), now, snapshot_id)
    return stopped, tell(stopped, now)


def resume(
    stopped: Stopped | str = "",
    settings: Settings | None = None,
    *,
    allow: Collection[str] = (),
    ignore_window: bool = False,
    pause_after: int = 0,
    ask: Ask | None = None,
    talk: Talk = silent,
    report: Report = silent,
) -> Applied:
    """Go on with an apply that stopped part-way, by default the last one or that of a snapshot, and verify.

    What was allowed then is allowed now; ``pause_after`` counts what this run commits. Raises what ``apply`` raises,
    and Refused where it cannot be gone on with.
    """
    from difftool import gates
    from difftool.resuming import Resumption

    settings = settings or load_settings()
    if isinstance(stopped, str):
        stopped, _ = find_stopped(stopped, settings)
    terms = _terms(settings, ignore_window, talk, report)
    gates.refuse_outside(terms.windows)
    return Resumption(
        stopped,
        terms,
        open_store(settings),
        lambda: read_target(settings, settings.target),
        options(settings),
        frozenset((*allow, *settings.target.allow)),
        lambda before: gates.pause(stopped.plan, pause_after, ask, before),
    ).go_on()


def _terms(settings: Settings, ignore_window: bool, talk: Talk, report: Report) -> Terms:
    from difftool.applying import Terms

    return Terms(settings, () if ignore_window else settings.target.window, talk, report)


def check_fresh(plan: Plan, settings: Settings | None = None) -> None:
    """Raise Refused when a saved plan was made for another target, or the target has changed since."""
    settings = settings or load_settings()
    from difftool.guard import refuse_unless_fresh

    refuse_unless_fresh(plan, read_target(settings, settings.target))


def diff(
    source: str,
    wanted: str,
    settings: Settings | None = None,
    *,
    prove: bool = False,
    allow: Collection[str] = (),
    talk: Talk = silent,
) -> Plan:
    """The plan from one source to another; a source is a URL, a configured target, or a folder or file of SQL.

    ``allow`` is as for ``plan``.
    """
    from difftool.files_as_database import loaded
    from difftool.pipeline import make_plan

    settings = settings or load_settings()
    made = options(settings, prove=prove, allow=allow, talk=talk)
    to = _source(settings, wanted)
    start = _source(settings, source)
    if isinstance(start, TargetSettings):
        now = read_target(settings, start)
        return make_plan(now, _as_wanted(settings, to, now), made)
    major = _major_of(settings, to)
    with loaded(start, major, made) as now:
        plan = make_plan(replace(now, rules=settings.rules), _as_wanted(settings, to, now), replace(made, cluster=()))
    return replace(plan, notes=(*plan.notes, "scope: files have no cluster to compare with")) if made.cluster else plan


def dump(
    folder: str | Path | None = None,
    settings: Settings | None = None,
    *,
    show_secrets: bool = False,
    talk: Talk = silent,
) -> SchemaFiles:
    """The target's schema as files of SQL, written into ``folder`` if one is given; raises Refused unless it is empty.

    CONNECT is the only right that it takes.
    """
    from difftool.database_as_files import read_schema, refuse_unless_empty

    settings = settings or load_settings()
    if folder is not None:
        refuse_unless_empty(Path(folder))
    talk("reading the catalog")
    found = read_schema(settings.target, address(settings, settings.target), settings.rules, show_secrets=show_secrets)
    if folder is not None:
        talk(f"writing {folder}")
        found.write(Path(folder))
    return found


def rollback_plan(
    snapshot_id: str = "", settings: Settings | None = None, *, talk: Talk = silent
) -> tuple[Plan, Snapshot]:
    """The plan back to a snapshot's schema; by default the newest of an apply that is not what the target has now."""
    from difftool.annotations import undone
    from difftool.going_back import before_last_apply, run_since, wanted_snapshot
    from difftool.pipeline import make_plan
    from difftool.snapshot import manifest

    settings = settings or load_settings()
    now, store = read_target(settings, settings.target), open_store(settings)
    chosen = manifest.load(store, snapshot_id, now.identity) if snapshot_id else before_last_apply(store, now)
    wanted = wanted_snapshot(store, chosen, now, undone(run_since(store, chosen, now)))
    return make_plan(now, wanted, options(settings, talk=talk)), chosen


def snapshot_diff(snapshot_id: str, settings: Settings | None = None) -> Plan:
    """What the target has otherwise than a snapshot of it, object by object."""
    from difftool.going_back import wanted_snapshot
    from difftool.pipeline import make_plan
    from difftool.snapshot import manifest

    settings = settings or load_settings()
    now, store = read_target(settings, settings.target), open_store(settings)
    chosen = manifest.load(store, snapshot_id, now.identity)
    return make_plan(now, wanted_snapshot(store, chosen, now), replace(options(settings), compare_only=True))


def create_database(settings: Settings | None = None) -> str:
    """Make the target's database, which does not exist yet, and return its name."""
    from difftool.pg.connection import identifier, run, session

    settings = settings or load_settings()
    info = address(settings, settings.target)
    for maintenance in ("postgres", "template1"):
        try:
            with session(info.but(dbname=maintenance)) as connection:
                run(connection, f"CREATE DATABASE {identifier(info.database)}")
        except DatabaseMissing:
            continue
        return info.database
    raise DatabaseMissing(f"{info.host} has neither a database postgres nor template1 to create one from")


def address(settings: Settings, target: TargetSettings) -> Conninfo:
    """How to reach a target; the embedded one is started when it does not run."""
    if not target.embedded:
        assert target.conninfo is not None
        return target.conninfo
    from difftool.scratch.home import default_target

    return default_target(settings.root)


def read_target(settings: Settings, target: TargetSettings) -> Now:
    """A target as it is; raises ConnectionFailed or TargetUnfit."""
    from difftool.now import read_now

    return read_now(target, address(settings, target), rules=settings.rules)


def desired_files(settings: Settings, target: TargetSettings) -> WantedFiles:
    """The files that a target's desired schema consists of."""
    return _files(settings, target.schema or settings.schema)


def options(settings: Settings, *, prove: bool = True, allow: Collection[str] = (), talk: Talk = silent) -> Options:
    """How plans are made under these settings, and with what else is allowed."""
    from difftool.allowing import in_bytes
    from difftool.annotations import asked
    from difftool.batches import Pace
    from difftool.pipeline import Options
    from difftool.settings.readers import RECREATE

    words = {*allow, *(settings.target.allow if settings.default_target else ())}
    recreate = frozenset(w.removeprefix(RECREATE) for w in words if w == "all" or w.startswith(RECREATE))
    return Options(
        settings.scratch,
        engine=settings.engine,
        trust_schema=settings.trust_schema,
        prove=prove,
        talk=talk,
        recreate=recreate,
        online=settings.online,
        atomic=settings.atomic,
        small=in_bytes(settings.small_table),
        busy=settings.busy_table,
        retype=settings.online_type_change,
        pace=Pace(settings.batch_rows, settings.batch_pause),
        renamed=tuple(asked(option) for option in settings.rename),
        column_order=settings.column_order,
        cluster=settings.scope,
    )


def open_store(settings: Settings) -> Store:
    """The snapshot store of these settings; nothing is contacted yet."""
    from difftool.snapshot import open_store

    return open_store(settings.snapshot, settings.root, settings.aws)


def _files(settings: Settings, path: str) -> WantedFiles:
    from difftool.files import read_files
    from difftool.scratch.folders import cache_folder
    from difftool.wanted import WantedFiles

    here = Path(path)
    shown = str(here.relative_to(Path.cwd())) if here.is_relative_to(Path.cwd()) else path
    allowed = frozenset(settings.scratch.extensions)
    return WantedFiles(read_files(here, shown), cache_folder() / "desired", settings.trust_schema, allowed)


def _check(settings: Settings, target: TargetSettings, talk: Talk) -> Plan:
    from difftool.pg.dump import begin_dump, find_pg_dump

    info = address(settings, target)
    dumping = begin_dump(info, find_pg_dump(0, info))  # while it runs, what follows is imported and asked
    from difftool.now import read_now
    from difftool.pipeline import make_plan

    now = read_now(target, info, dumping, settings.rules)
    made = replace(options(settings, talk=talk), compare_only=True)
    found = make_plan(now, desired_files(settings, target), made)
    if not found.unhandled:
        return found
    from difftool.snapshot.deferred import told_apart

    return told_apart(found, open_store(settings))


def _checked(settings: Settings, target: TargetSettings, talk: Talk) -> Checked:
    try:
        return Checked(target, _check(settings, target, talk))
    except DifftoolError as error:
        return Checked(target, error=error)
    except Exception as error:  # noqa: BLE001 (whatever breaks one target must not pass for "in sync", nor hide the others)
        return Checked(
            target, error=DifftoolError(f"{type(error).__name__}: {error}", hint="run difftool check on it alone")
        )


def _source(settings: Settings, text: str) -> TargetSettings | str:
    """What a diff's argument names: a database, or a path."""
    known = {t.name: t for t in settings.targets}
    if is_url(text):
        info = parse_url(text, "the source", trusted=True)
        return TargetSettings(info.url(), info)
    if text in known and not Path(text).exists():
        return known[text]
    if Path(text).exists():
        return text
    raise UsageError(
        f'"{text}" is no URL, no configured target and no file or folder',
        hint=f"configured targets: {', '.join(known)}",
    )


def _as_wanted(settings: Settings, source: TargetSettings | str, now: Now) -> Wanted:
    from difftool.seen import as_desired
    from difftool.wanted import WantedDump

    if isinstance(source, str):
        return _files(settings, str(Path(source).absolute()))
    there = read_target(settings, source)
    if there.server.major != now.server.major:
        raise UsageError(
            f"PostgreSQL {now.server.major} and {there.server.major} write the same view differently: "
            "they cannot be compared",
            hint="compare each with the desired schema instead: difftool check --target",
        )
    there = replace(there, program=now.program)
    catalog = as_desired(settings.rules, there.catalog)
    return WantedDump(catalog, there.identity.url, there.cluster_roles, unseen=there.unseen)


def _major_of(settings: Settings, source: TargetSettings | str) -> int:
    """The major version that a source of files is loaded on: the other side's, else the newest that is embedded."""
    from difftool.pg.programs import wheels

    if isinstance(source, TargetSettings):
        return read_target(settings, source).server.major
    return max((i.major for i in wheels()), default=18)
