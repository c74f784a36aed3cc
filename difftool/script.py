"""A plan as PostgreSQL receives it: its transactions and session settings, for the runner and the renderer alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from difftool import words
from difftool.locked import told
from difftool.model import Plan, Statement
from difftool.pg.connection import identifier, literal
from difftool.segments import is_transaction

NO_LIMIT = "0"
CHECKS = re.compile(r"\bVALIDATE\s+CONSTRAINT\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a statement may wait for a lock, and how long it may run, in PostgreSQL's units."""

    lock: str = "3s"
    statement: str = NO_LIMIT
    patience: str = NO_LIMIT
    """How long what waits for every older transaction may wait; nobody waits for it."""


TIMEOUTS = Timeouts()


def session_settings(plan: Plan, timeouts: Timeouts = TIMEOUTS) -> tuple[str, ...]:
    """What the session is told before the first statement: how long to wait and to run, and whose objects these are.

    Without a limit of our own none holds, not the role's either: it would end what was meant to take its time.
    """
    target = plan.target
    role = (f"SET ROLE {identifier(target.owner)}",) if target.owner not in ("", target.user) else ()
    return (_set("lock_timeout", timeouts.lock), _set("statement_timeout", timeouts.statement), *role)


def is_patient(statement: Statement) -> bool:
    """True for an index built or dropped CONCURRENTLY: it waits for every older transaction, and nobody waits for it.

    A partition that leaves so is none: its second half waits for ACCESS EXCLUSIVE on it, and who reads it waits behind.
    """
    return not statement.transaction and statement.kind == "index"


def waiting(statement: Statement, timeouts: Timeouts = TIMEOUTS) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the session is told before a statement, and what after it.

    What blocks nobody, or is committed in parts, may take its time: what is built CONCURRENTLY, VALIDATE, a batch.
    """
    before = [("lock_timeout", timeouts.patience)] if is_patient(statement) else []
    if timeouts.statement != NO_LIMIT and (not statement.transaction or CHECKS.search(statement.sql)):
        before.append(("statement_timeout", NO_LIMIT))
    given = {"lock_timeout": timeouts.lock, "statement_timeout": timeouts.statement}
    return tuple(_set(*pair) for pair in before), tuple(_set(name, given[name]) for name, _ in before)


def _set(name: str, value: str) -> str:
    return f"SET {name} = {value if value == NO_LIMIT else literal(value)}"


def terminated(sql: str) -> str:
    """The statement with its semicolon, which a comment at its end does not swallow."""
    sql = sql.rstrip()
    last = sql.rpartition("\n")[2]
    if sql.endswith(";") and "--" not in last:
        return sql
    return f"{sql}\n;" if "--" in last else f"{sql};"


def sql_script(plan: Plan, timeouts: Timeouts = TIMEOUTS) -> str:
    """The whole plan as a script for psql; "-- no changes" when there is nothing to run or to say.

    It is written as it is run: a caller that shows it masks the plan first.
    """
    if words.unchanged(plan) and not plan.data:
        return "-- no changes\n"
    blocks = [_comment(_header(plan))]
    if plan.statements or plan.data:
        # without ON_ERROR_STOP psql would go on with the next transaction after a failed one
        settings = [f"{s};" for s in session_settings(plan, timeouts)]
        blocks.append("\n".join(["\\set ON_ERROR_STOP on", "SET client_encoding = 'UTF8';", *settings]))
        blocks.extend(_body(plan.statements, timeouts))
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


def _body(statements: Sequence[Statement], timeouts: Timeouts) -> Iterator[str]:
    """Every statement under its number, hazards and locks, with the transactions around them."""
    for segment in told(statements):
        inside = is_transaction(segment.statements)
        if inside:
            yield "\n".join([*([_comment([segment.title, *segment.kept])] if segment.title else []), "BEGIN;"])
        for number, statement, locks in zip(count(segment.first), segment.statements, segment.taken, strict=False):
            what = "session setting" if statement.action == "set" else words.title(statement)
            alone = [] if inside else ["cannot run inside a transaction block"]
            hazards = [f"hazard {words.hazard(h)}" for h in statement.hazards]
            before, after = waiting(statement, timeouts)
            lines = [*before, statement.sql, *after]
            said = [f"{number}. {what}", *hazards, *([locks] if locks else []), *alone]
            yield "\n".join([_comment(said), *map(terminated, lines)])
        if inside:
            yield "COMMIT;"
