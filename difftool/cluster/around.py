"""What stands around a schema's plan where ``scope`` asks for it: roles before it; what they lose, the database after.

The files' statements are tried on top of what the target has of roles that they do not create: what that leads to is
wanted. The plan's are tried on top of all that the target has, and must lead there, too.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from difftool.cluster.later import Later, asked, put_off
from difftool.cluster.reading import bootstrap, read
from difftool.cluster.rights import lacking
from difftool.cluster.said import Said, reserved
from difftool.cluster.state import (
    ASPECTS,
    MEMBERSHIP,
    ROLE,
    Around,
    Cluster,
    Compared,
    Membership,
    Role,
    prints,
    things,
    without,
)
from difftool.cluster.trying import StandIns, Trial, refuse_unless_own, stand_ins, trial
from difftool.cluster.writing import Written, write
from difftool.errors import SchemaError, ScratchError
from difftool.model import Proof, Statement, Unhandled
from difftool.parse import quoted
from difftool.pg.connection import identifier, session
from difftool.pg.execute import reason
from difftool.steps import left_alone
from difftool.words import some

if TYPE_CHECKING:
    from difftool.now import Now
    from difftool.pipeline import Options
    from difftool.scratch.workspace import Workspace
    from difftool.steps import Step

POWERS = ("superuser", "createrole", "createdb", "replication", "bypassrls")
NOT_CREATED = "does not exist on the target's server, and this plan does not create it"
NOT_DROPPED = "the files drop it ({where}), and it exists: no role is dropped by a plan; DROP OWNED, then DROP ROLE"


def around(now: Now, files: Said, options: Options, workspace: Workspace) -> Around:
    """The target's roles and database against what the files say of them; raises Refused on a server of others."""
    refuse_unless_own(workspace)
    started = time.monotonic()
    options.talk("comparing roles and the database's own settings")
    with session(now.info, read_only=True) as connection:
        here = read(connection, files.compared.roles, now.server.database)
        first_superuser = bootstrap(connection)
    throwaway = workspace.create().name
    names = stand_ins(files.named | here.named(), now.server.database, throwaway, now.owner, first_superuser)
    missing = frozenset(r for r in files.named - files.created - now.cluster_roles if not reserved(r))
    want = _without_missing(_desired(files, here, names, workspace), missing, here)
    compared = replace(files.compared, made=frozenset(_made(want, files.compared)))
    compared, foreign = _granted_by_owner(here, compared)
    found = Around(
        unhandled=(*_missing(missing), *_dropped(files, now), *foreign),
        taken=frozenset(i for s in files.steps if (i := left_alone(s))),
        created=files.created,
        now=prints(here, compared),
        want=prints(want, compared),
    )
    if options.compare_only:
        return replace(found, unhandled=(*found.unhandled, *differences(here, want, compared)))
    written, left = _proven(here, want, compared, files, names, workspace)
    later = _later(here, want, compared, written, names, workspace, options.defer)
    left = (*left, *(u for u in later.failed if u not in left))
    first, last = (_as_user(statements, now) for statements in (later.now.first, later.now.last))
    return replace(
        found,
        first=first,
        last=last,
        unhandled=(*found.unhandled, *left),
        created=files.created - {d.statement.name for d in later.deferred if d.statement.action == "create"},
        deferred=later.deferred,
        result=later.result,
        notes=(*_notes(files, here, want), *([lacks] if (lacks := lacking(later.now.all, now.info)) else [])),
        proof=Proof(workspace.scratch.label, workspace.server.version, round(time.monotonic() - started, 3)),
    )


def _desired(files: Said, here: Cluster, names: StandIns, workspace: Workspace) -> Cluster:
    """What the files' statements lead to; raises SchemaError for one that fails."""
    kept = without(here, files.created)
    later = [m for m in here.memberships if m not in kept.memberships and m.member not in files.created]
    with trial(workspace, names) as attempt:
        attempt.make(names.roles.keys() - kept.roles.keys() - files.created)
        set_up(attempt, replace(kept, database=None), names, workspace)
        _run(attempt, [s for s in files.steps if s.tag == "CreateRoleStmt"], names)
        after = Cluster(memberships=tuple(later), database=here.database)  # what may name the roles just created
        set_up(attempt, after, names, workspace, files.compared.aspects - {"owner"})
        _run(attempt, [s for s in files.steps if s.tag != "CreateRoleStmt"], names)
        return attempt.read(files.compared.roles)


def _run(attempt: Trial, steps: Sequence[Step], names: StandIns) -> None:
    for sql, error in attempt.run([s.sql for s in steps]).failed.items():
        step = next(s for s in steps if s.sql == sql)
        raise SchemaError(f"{step.where}: {names.plain(reason(error))}\n    {sql}", hint="correct the statement")


def _proven(
    here: Cluster, want: Cluster, compared: Compared, files: Said, names: StandIns, workspace: Workspace
) -> tuple[Written, tuple[Unhandled, ...]]:
    """The statements in the order that ran, with their hazards, and what they leave different."""
    from difftool.rules import annotate
    from difftool.rules.facts import Facts

    written = write(here, want, compared, workspace.server.major, names.database, files.passwords)
    if not written.all:
        return written, differences(here, want, compared)
    with trial(workspace, names) as attempt:
        attempt.make(names.roles.keys() - here.roles.keys() - want.roles.keys())
        set_up(attempt, here, names, workspace, frozenset())
        flaws = differences(attempt.read(here.roles), here, compared)
        ordered, failed = [], []
        for part in (written.first, written.last):
            ran = attempt.run([s.sql for s in part])
            by_sql = {s.sql: s for s in part}
            ordered.append([by_sql[sql] for sql in (*ran.done, *ran.failed)])
            failed += [
                Unhandled(by_sql[sql].kind, by_sql[sql].name, f"fails: {names.plain(reason(error))}")
                for sql, error in ran.failed.items()
            ]
        after = attempt.read(want.roles)
    found = annotate((*ordered[0], *ordered[1]), Facts())
    cut = len(ordered[0])
    return Written(found[:cut], found[cut:]), (*_clones(flaws), *failed, *differences(after, want, compared))


def _later(
    here: Cluster,
    want: Cluster,
    compared: Compared,
    written: Written,
    names: StandIns,
    workspace: Workspace,
    words: Sequence[str],
) -> Later:
    """What is run now, and what is put off: nothing, where nothing in the plan is what ``words`` say."""
    off = asked(words, written)
    if not off:
        return Later(written)
    with trial(workspace, names) as attempt:
        attempt.make(names.roles.keys() - here.roles.keys() - want.roles.keys())
        set_up(attempt, here, names, workspace)
        found = put_off(off, written, attempt, names, compared)
        left = differences(attempt.read(want.roles), want, compared)
    return replace(found, failed=(*found.failed, *left))


def set_up(
    attempt: Trial, here: Cluster, names: StandIns, workspace: Workspace, fresh: frozenset[str] = frozenset()
) -> None:
    """Make the target's roles and database in a trial, less the aspects that are to be as of a new database."""
    helpers = tuple(_helpers(here))
    every = (*here.memberships, *helpers)
    whole = Compared(
        aspects=frozenset(ASPECTS) - fresh,
        by_grantor=frozenset(m.label(by=True) for m in every if m.grantor),
        made=frozenset(m.label() for m in every),
    )
    now = attempt.read(()) if here.database else Cluster()
    want = replace(here, memberships=every)
    written = write(now, want, whole, workspace.server.major, names.database, {})
    for sql, error in attempt.run([s.sql for s in written.all]).failed.items():
        raise ScratchError(
            f"the target's roles cannot be set up to try the plan: {sql}: {names.plain(reason(error))}",
            hint="leave --scope out, and settle roles by hand",
        )


def _helpers(here: Cluster) -> Iterator[Membership]:
    """What grantors that are not looked at must have: nobody grants a role without its ADMIN OPTION."""
    grants = {(m.role, m.grantor) for m in here.memberships if m.grantor and m.grantor not in here.roles}
    yield from (Membership(role, grantor, admin=True) for role, grantor in sorted(grants))


def _made(want: Cluster, compared: Compared) -> Iterator[str]:
    """The memberships that look as if they came with a role's creation, and are wanted."""
    yield from (compared.label(m) for m in want.memberships if m.comes_with_creation)


def _granted_by_owner(here: Cluster, compared: Compared) -> tuple[Compared, tuple[Unhandled, ...]]:
    """Privileges that others than the owner granted, only these can take back: then none is compared."""
    privileges = here.database.privileges if here.database and "privileges" in compared.aspects else ()
    grantors = sorted({p.grantor for p in privileges if p.grantor})
    if not grantors or not here.database:
        return compared, ()
    detail = f"not compared: some were granted by {some(grantors)}, and only these can take them back"
    left = Unhandled("privileges of database", here.database.name, detail)
    return replace(compared, aspects=compared.aspects - {"privileges"}), (left,)


def _without_missing(want: Cluster, missing: frozenset[str], here: Cluster) -> Cluster:
    """What is wanted less the roles that neither the target nor the files have."""
    found = without(want, missing)
    if found.database and here.database and found.database.owner in missing:
        return replace(found, database=replace(found.database, owner=here.database.owner))
    return found


def _missing(roles: Iterable[str]) -> Iterator[Unhandled]:
    yield from (Unhandled(ROLE, quoted(role), NOT_CREATED) for role in sorted(roles))


def _dropped(files: Said, now: Now) -> Iterator[Unhandled]:
    for role, where in files.dropped:
        if role in now.cluster_roles - files.created:
            yield Unhandled(ROLE, quoted(role), NOT_DROPPED.format(where=where))


def _clones(flaws: Iterable[Unhandled]) -> Iterator[Unhandled]:
    yield from (Unhandled("clone", f"{u.kind} {u.name}", f"the stand-in differs: {u.detail}") for u in flaws)


def differences(here: Cluster, want: Cluster, compared: Compared) -> tuple[Unhandled, ...]:
    """What one side has otherwise than wanted, each thing by itself."""
    before, after = dict(things(here, compared)), dict(things(want, compared))
    found = []
    for kind, name in sorted({*before, *after}):
        key = (kind, name)
        if before.get(key) != after.get(key):
            if key not in before or key not in after:
                detail = "missing in the target" if key in after else "not in the desired schema"
            else:
                parts = _fields(here.roles[name], want.roles[name]) if kind == ROLE else []
                detail = f"differs: {some(parts, 9)}" if parts else "differs"
            found.append(Unhandled(kind, name if kind == MEMBERSHIP else quoted(name), detail))
    return tuple(found)


def _fields(here: Role, want: Role) -> list[str]:
    words = {"here": "settings in this database"}
    differing = [f.name for f in fields(Role) if getattr(here, f.name) != getattr(want, f.name)]
    return [words.get(name, name.replace("_", " ")) for name in differing]


def _notes(files: Said, here: Cluster, want: Cluster) -> Iterator[str]:
    """What nobody can compare, and what makes somebody more powerful."""
    kept = sorted(files.passwords.keys() & here.roles.keys())
    if kept:
        yield f"passwords of roles that exist are not compared: {some([quoted(role) for role in kept])}"
    for role in want.roles.values():
        before = here.roles.get(role.name, Role(role.name))
        gained = [power.upper() for power in POWERS if getattr(role, power) and not getattr(before, power)]
        if gained:
            yield f"role {quoted(role.name)} gets {', '.join(gained)}"


def _as_user(statements: Sequence[Statement], now: Now) -> tuple[Statement, ...]:
    """Statements as the role that connects, where another owns the schema: roles are seldom the owner's to change."""
    if not statements or now.owner == now.server.role:
        return tuple(statements)
    back, again = ("RESET ROLE", f"SET ROLE {identifier(now.owner)}")
    return (
        Statement(back, "session", "role", "set"),
        *statements,
        Statement(again, "session", "role", "set"),
    )
