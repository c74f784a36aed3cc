"""Where an apply that stopped is, among the roles and the database that its plan changes: told from the target itself.

A plan keeps a digest of each thing as it was and as it is to be. What no committed statement is about must be as it
was; what no remaining one is about, as it is to be. What both are about is as nobody has written down: there the
remaining statements are tried on the target's roles as they are now, and must lead to what is to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from difftool.catalog import changed
from difftool.cluster.around import differences, set_up
from difftool.cluster.reading import bootstrap, read
from difftool.cluster.rights import KINDS
from difftool.cluster.said import ASPECT, named
from difftool.cluster.state import DATABASE, MEMBERSHIP, OF_DATABASE, ROLE, Print, compared_by, prints
from difftool.cluster.trying import refuse_unless_own, stand_ins, trial
from difftool.errors import Refused
from difftool.model import Plan, Statement, Unhandled
from difftool.parse import fresh, is_a, quoted
from difftool.pg.connection import session
from difftool.pg.execute import reason

if TYPE_CHECKING:
    from difftool.now import Now
    from difftool.scratch.workspace import Workspace

Thing = tuple[str, str]


def of_cluster(statement: Statement) -> bool:
    """Whether a statement of a plan is about roles or the database, or says as whom such are run."""
    return statement.kind in KINDS or (statement.kind, statement.name) == ("session", "role")


def refuse_lost_password(plan: Plan, done: int) -> None:
    """Raise Refused where a statement after the first ``done`` gives a password: a kept plan has none."""
    for number, statement in enumerate(plan.statements[done:], done + 1):
        node = fresh(statement.sql) if statement.kind == ROLE else None
        if any(o.defname == "password" and o.arg for o in getattr(node, "options", None) or ()):
            raise Refused(
                f"statement {number} ({statement.action} role {statement.name}) gives a password, "
                "and the plan that is kept with a snapshot has none",
                hint="difftool plan shows what is left, and difftool apply finishes it",
            )


def between(plan: Plan, done: int) -> tuple[Thing, ...]:
    """What of the cluster both the first ``done`` statements and the others are about."""
    made = plan.fingerprints
    known = sorted({p[:2] for p in (*made.target_cluster, *made.desired_cluster)})
    first, rest = plan.statements[:done], plan.statements[done:]
    return tuple(thing for thing in known if _touched(thing, first) and _touched(thing, rest))


def strayed(now: Now, plan: Plan, done: int) -> tuple[Unhandled, ...]:
    """What the target has otherwise than the first ``done`` statements left it, besides what is ``between``."""
    made = plan.fingerprints
    if not (made.target_cluster or made.desired_cluster):
        return ()
    compared = compared_by(made.target_cluster, made.desired_cluster)
    with session(now.info, read_only=True) as connection:
        here = prints(read(connection, compared.roles, now.server.database), compared)
    first, open_ = plan.statements[:done], frozenset(between(plan, done))
    before = (p for p in made.target_cluster if not _touched(p[:2], first))
    after = (p for p in made.result_cluster or made.desired_cluster if _touched(p[:2], first))
    expected = tuple(p for p in (*before, *after) if p[:2] not in open_)
    return changed(expected, tuple(p for p in here if p[:2] not in open_))


def leads(now: Now, plan: Plan, done: int, workspace: Workspace) -> tuple[Unhandled, ...]:
    """What the statements after the first ``done``, tried on the roles as they are now, leave otherwise than wanted."""
    refuse_unless_own(workspace)
    made = plan.fingerprints
    compared = compared_by(made.target_cluster, made.desired_cluster)
    rest = [s for s in plan.statements[done:] if s.kind in KINDS]
    with session(now.info, read_only=True) as connection:
        here = read(connection, compared.roles, now.server.database)
        first_superuser = bootstrap(connection)
    known = named((s.sql for s in rest), now.owner) | here.named()
    names = stand_ins(known, now.server.database, workspace.create().name, now.owner, first_superuser)
    with trial(workspace, names) as attempt:
        attempt.make(names.roles.keys() - here.roles.keys() - set(_created(rest)))
        set_up(attempt, here, names, workspace)
        if flaws := differences(attempt.read(here.roles), here, compared):
            return flaws
        for statement in rest:
            for error in attempt.run([statement.sql]).failed.values():
                return (Unhandled(statement.kind, statement.name, f"cannot follow: {names.plain(reason(error))}"),)
        after: tuple[Print, ...] = prints(attempt.read(compared.roles), compared)
    return changed(made.result_cluster or made.desired_cluster, after)


def _touched(thing: Thing, statements: Sequence[Statement]) -> bool:
    return any(_is_about(s, thing) for s in statements)


def _is_about(statement: Statement, thing: Thing) -> bool:
    """Whether a statement may change a thing; who creates a role becomes a member of it, since PostgreSQL 16."""
    kind, name = thing
    if kind == ROLE:
        return statement.kind == ROLE and statement.name == quoted(name)
    if kind == MEMBERSHIP:
        itself = statement.kind == MEMBERSHIP and f"{name} ".startswith(f"{statement.name} ")
        return itself or (_creates(statement) and name.startswith(f"{statement.name} to "))
    return statement.kind == DATABASE and kind.removesuffix(OF_DATABASE).replace(" ", "_") in _aspects(statement)


def _creates(statement: Statement) -> bool:
    return (statement.kind, statement.action) == (ROLE, "create")


def _aspects(statement: Statement) -> Iterator[str]:
    """What of the database a statement changes: a new owner has what the old one had."""
    node = fresh(statement.sql)
    yield ASPECT[type(node).__name__]
    if is_a(node, "AlterOwnerStmt"):
        yield ASPECT["GrantStmt"]


def _created(statements: Iterable[Statement]) -> Iterator[str]:
    yield from (fresh(s.sql).role for s in statements if _creates(s))
