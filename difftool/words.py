"""The words that every format uses for the same fact, and text made safe to show. Standard library only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from difftool.model import DataStep, Deferred, Hazard, Ignored, Plan, Statement, TargetIdentity, Unhandled

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""What a terminal would act on, or show as nothing: control characters, marks of direction, halves of a character."""

ACTIONS = ("create", "alter", "drop")


def visible(text: str) -> str:
    r"""``text`` with what a terminal would act on or hide written out (``\x1b``, ``\u202e``); lines and tabs stay."""
    return HIDDEN.sub(_escape, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    r"""``visible`` for a name or a sentence: a line break is ``\n``, so that it can end neither a comment nor a row."""
    return re.sub(r"[\n\t]", _escape, HIDDEN.sub(_escape, text))


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def version(number: int) -> str:
    """``server_version_num`` as people say it: "PostgreSQL 16.4"."""
    return f"PostgreSQL {number // 10000}.{number % 10000}"


def place(target: TargetIdentity) -> str:
    """Which database, where: "app @ db.example.com:5432"; a socket has no port worth showing."""
    where = target.host if target.host.startswith("/") or not target.port else f"{target.host}:{target.port}"
    return one_line(f"{target.database} @ {where}")


def label(target: TargetIdentity) -> str:
    """What the user calls the target."""
    return one_line(target.name or target.database)


def many(number: int, noun: str) -> str:
    """ "1 statement", "2 statements", "5,000 statements"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def objects(plan: Plan) -> dict[str, dict[str, list[str]]]:
    """What the plan touches, each object once: {action: {kind: [name]}}, in the plan's order.

    What is created and then altered, as a constraint that is validated later, is created.
    """
    found: dict[str, dict[str, dict[str, None]]] = {action: {} for action in ACTIONS}
    for s in plan.statements:
        made = s.action == "alter" and s.name in found["create"].get(s.kind, ())
        if s.action in found and not made:
            found[s.action].setdefault(s.kind, {})[s.name] = None
    return {action: {kind: list(names) for kind, names in kinds.items()} for action, kinds in found.items()}


def is_drift(plan: Plan) -> bool:
    """True for a comparison that plans nothing: each object that differs stands in ``unhandled`` by intention."""
    return bool(plan.unhandled or plan.deferred) and not plan.statements and plan.proven is None


def counts(plan: Plan) -> str:
    """ "9 to create, 1 to drop, 2 not handled", "3 objects differ", or "no changes" when there is nothing to say."""
    if unchanged(plan):
        return "no changes" + (f", data of {many(len(plan.data), 'file')}" if plan.data else "")
    later = [f"{len(plan.deferred):,} deferred"] if plan.deferred else []
    later += [f"data of {many(len(plan.data), 'file')}"] if plan.data else []
    if is_drift(plan):
        differ = f"{many(len(plan.unhandled), 'object')} {'differs' if len(plan.unhandled) == 1 else 'differ'}"
        return ", ".join([*([differ] if plan.unhandled else ["no drift"]), *later])
    numbers = {action: sum(len(names) for names in kinds.values()) for action, kinds in objects(plan).items()}
    parts = [f"{n:,} to {action}" for action, n in numbers.items() if n]
    if not parts:
        parts = [many(len(plan.statements), "statement")] if plan.statements else ["nothing to run"]
    return ", ".join([*parts, *([f"{len(plan.unhandled):,} not handled"] if plan.unhandled else []), *later])


def header(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Which database a plan is for, and what it should become."""
    target = plan.target
    owner, user = one_line(target.owner or target.user), one_line(target.user)
    return (
        ("database", place(target)),
        ("server", version(target.server_version)),
        ("owner", owner if owner == user else f"{owner}, connected as {user}"),
        ("desired", one_line(plan.desired)),
    )


def in_sync(plan: Plan) -> str:
    """A plan that changes nothing and has nothing else to say, as a pipe is told: a check there pays for no table."""
    width = max(len(name) for name, _ in header(plan))
    facts = "".join(f"  {name:{width}}  {value}\n" for name, value in header(plan))
    return f"plan for {label(plan.target)}\n\n{facts}\nno changes\n{proof(plan)}\n"


def unchanged(plan: Plan) -> bool:
    """True when "no changes" may be said: nothing differs, and no proof failed."""
    return not plan.differs and plan.proven is not False


def differing(plan: Plan) -> tuple[str, ...]:
    """The objects that differ, each once: what statements touch, then what no statement settles."""
    touched = [subject(s) for s in plan.statements if s.action != "set"]
    return tuple(dict.fromkeys([*touched, *(subject(u) for u in plan.unhandled)]))


def some(names: Sequence[str], most: int = 3) -> str:
    """ "a, b, c and 4 more"."""
    rest = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def unsettled(plan: Plan) -> str:
    """What the list of ``unhandled`` is: what differs, or what the plan leaves."""
    return "differs" if is_drift(plan) else "not handled by this plan"


def subject(item: Unhandled | Ignored | Statement) -> str:
    """An object by kind and name: "table public.users", "COMMENT on table users"."""
    between = " on " if item.kind.lower() == "comment" and not item.name.startswith("on ") else " "
    return one_line(f"{item.kind}{between}{item.name}")


def title(statement: Statement) -> str:
    """What a statement does, in words: "create table public.users"; a setting has only its SQL."""
    if statement.action == "set":
        return one_line(statement.sql)
    return f"{statement.action} {subject(statement)}"


def with_detail(item: Unhandled | Ignored) -> str:
    """The object, and after a colon why; what is ignored is a statement of the schema's files, quoted as it is."""
    name = one_line(item.name) if isinstance(item, Ignored) else subject(item)
    return name + (f": {one_line(item.detail)}" if item.detail else "")


def data_step(step: DataStep) -> str:
    """ "data/roles.sql, 3 statements"."""
    return f"{one_line(step.file)}, {many(len(step.statements), 'statement')}"


def to_run(plan: Plan) -> str:
    """ "3 statements", "data of 2 files", or both."""
    parts = [many(len(plan.statements), "statement")] if plan.statements else []
    return " and ".join([*parts, *([f"data of {many(len(plan.data), 'file')}"] if plan.data else [])])


def put_off(item: Deferred) -> str:
    """What is deferred and why: "drop column public.users.name: data-loss: deletes the values …"."""
    kind = f"{item.hazard}: " if item.hazard else ""
    return f"{title(item.statement)}: {kind}{one_line(item.why)}"


def proof(plan: Plan) -> str:
    """One sentence: proven and where, not proven and why, or not asked for."""
    if plan.proven is None:
        return "proof not asked for"
    where = f" on {one_line(plan.proof.scratch)}" if plan.proof else ""
    took = f", in {plan.proof.seconds:.1f} s" if plan.proof else ""
    if unchanged(plan):
        return "proven: the target equals the desired schema"
    if plan.proven:
        but = " but for what is deferred" if plan.deferred else ""
        return f"proven{where}{took}: the result equals the desired schema{but}"
    why = (
        f"{many(len(plan.unhandled), 'difference')} left"
        if plan.unhandled
        else "the result differs from the desired schema"
    )
    return f"not proven{where}: {why}"


def hazard(found: Hazard) -> str:
    """A hazard's kind and its sentence on one line."""
    return f"{found.kind}: {one_line(found.detail)}" if found.detail else found.kind


def size(number: int) -> str:
    """Bytes in words: "812 B", "14.2 kB"."""
    power = min(max(len(str(number)) - 1, 0) // 3, 4)
    return f"{number / 1000**power:.1f} {('B', 'kB', 'MB', 'GB', 'TB')[power]}" if power else f"{number} B"


def duration(seconds: float) -> str:
    """A time as it is shown beside: "12 s", "3 min 20 s", "2 h 5 min"."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"
