"""A plan as PostgreSQL receives it: its transactions and session settings, for the runner and the renderer alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from difftool import words
from difftool.locked import told
from difftool.model import Plan, Statement
from difftool.pg.connection import identifier, literal
from difftool.segments import is_transaction

LOCK_TIMEOUT = "3s"
DETACH = re.compile(r"\bDETACH\s+PARTITION\b", re.IGNORECASE)


def session_settings(plan: Plan, lock_timeout: str = LOCK_TIMEOUT) -> tuple[str, ...]:
    """What the session is told before the first statement: how long to wait for a lock, and whose objects these are."""
    target = plan.target
    role = (f"SET ROLE {identifier(target.owner)}",) if target.owner not in ("", target.user) else ()
    return (f"SET lock_timeout = {literal(lock_timeout)}", *role)


def waiting(statement: Statement, lock_timeout: str = LOCK_TIMEOUT) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the session is told before a statement, and what after it.

    An index built or dropped CONCURRENTLY, and a partition that leaves so, wait for every older transaction, and nobody
    waits for them.
    """
    if statement.transaction or not (statement.kind == "index" or DETACH.search(statement.sql)):
        return (), ()
    return ("SET lock_timeout = 0",), (f"SET lock_timeout = {literal(lock_timeout)}",)


def terminated(sql: str) -> str:
    """The statement with its semicolon, which a comment at its end does not swallow."""
    sql = sql.rstrip()
    last = sql.rpartition("\n")[2]
    if sql.endswith(";") and "--" not in last:
        return sql
    return f"{sql}\n;" if "--" in last else f"{sql};"


def sql_script(plan: Plan, lock_timeout: str = LOCK_TIMEOUT) -> str:
    """The whole plan as a script for psql; "-- no changes" when there is nothing to run or to say.

    It is written as it is run: a caller that shows it masks the plan first.
    """
    if words.unchanged(plan) and not plan.data:
        return "-- no changes\n"
    blocks = [_comment(_header(plan))]
    if plan.statements or plan.data:
        # without ON_ERROR_STOP psql would go on with the next transaction after a failed one
        settings = [f"{s};" for s in session_settings(plan, lock_timeout)]
        blocks.append("\n".join(["\\set ON_ERROR_STOP on", "SET client_encoding = 'UTF8';", *settings]))
        blocks.extend(_body(plan.statements, lock_timeout))
        blocks.extend(_data(plan, len(plan.statements)))
    return "\n\n".join(blocks) + "\n"


def _comment(lines: Iterable[str]) -> str:
    """Each text as one line of comment, whatever is in it: a name must not get out of it and be run."""
    return "\n".join(f"-- {words.one_line(line)}" for line in lines)


def _header(plan: Plan) -> Iterator[str]:
    """The facts that a reader of the script needs, one a line."""
    target = plan.target
    yield f"difftool plan for {words.label(target)}: {words.counts(plan)}"
    yield f"database: {words.place(target)}, {words.version(target.server_version)}"
    yield f"desired:  {plan.desired}"
    if plan.created:
        yield f"created:  {plan.created}" + (f" by difftool {plan.tool_version}" if plan.tool_version else "")
    yield words.proof(plan)
    yield from (f"{words.unsettled(plan)}: {words.with_detail(u)}" for u in plan.unhandled)
    yield from (f"deferred: {words.put_off(d)}" for d in plan.deferred)
    yield from (f"ignored: {words.with_detail(i)}" for i in plan.ignored)
    yield from (f"note: {n}" for n in plan.notes)


def _data(plan: Plan, before: int) -> Iterator[str]:
    """Each file of data, in a transaction of its own."""
    numbers = count(before + 1)
    for step in plan.data:
        yield f"{_comment([f'data: {words.data_step(step)}'])}\nBEGIN;"
        for statement in step.statements:
            told = [f"{next(numbers)}.", *(f"hazard {words.hazard(h)}" for h in statement.hazards)]
            yield f"{_comment(told)}\n{terminated(statement.sql)}"
        yield "COMMIT;"


def _body(statements: Sequence[Statement], lock_timeout: str) -> Iterator[str]:
    """Every statement under its number, hazards and locks, with the transactions around them."""
    for segment in told(statements):
        inside = is_transaction(segment.statements)
        if inside:
            yield "\n".join([*([_comment([segment.title, *segment.kept])] if segment.title else []), "BEGIN;"])
        for number, statement, locks in zip(count(segment.first), segment.statements, segment.taken, strict=False):
            what = "session setting" if statement.action == "set" else words.title(statement)
            alone = [] if inside else ["cannot run inside a transaction block"]
            hazards = [f"hazard {words.hazard(h)}" for h in statement.hazards]
            before, after = waiting(statement, lock_timeout)
            lines = [*before, statement.sql, *after]
            said = [f"{number}. {what}", *hazards, *([locks] if locks else []), *alone]
            yield "\n".join([_comment(said), *map(terminated, lines)])
        if inside:
            yield "COMMIT;"
