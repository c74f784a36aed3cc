"""Dangers, one a file: each finds itself in a statement and tells the person on call what it does and what is safer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from difftool.batches import DEFAULT_PACE, Pace
from difftool.model import HAZARDS, Hazard, Statement
from difftool.parse import Node, is_a, parse
from difftool.rules.about import spoken_of
from difftool.rules.context import Context
from difftool.rules.evolve import apply
from difftool.rules.facts import Facts
from difftool.rules.held_lock import QUICK, SLOW
from difftool.rules.locks import locks
from difftool.rules.registry import AFTERWARDS, UNPARSABLE, Online, Probe, Rule, looking_at, probing, rewriting

NOT_ITSELF = QUICK | {"held-lock"}
"""Rules whose hazards are no sign that the statement itself takes long."""


def annotate(
    statements: Sequence[Statement], facts: Facts, *, small: int = 0, retype: bool = False
) -> tuple[Statement, ...]:
    """The same statements in the same order, each with its hazards, the worst first; deterministic to the letter.

    Scans and rewrites of tables of less than ``small`` bytes are over in a moment, and carry no hazard.
    """
    context = Context(facts, statements, [parse(statement.sql) for statement in statements], small)
    context.retype = retype
    annotated = []
    for position, statement in enumerate(statements):
        context.position = position
        found = dict.fromkeys(hazard for _, hazard in findings(statement, context))
        annotated.append(replace(statement, hazards=tuple(sorted(found, key=lambda h: HAZARDS.index(h.kind)))))
    return tuple(annotated)


def findings(statement: Statement, context: Context) -> Iterator[tuple[Rule, Hazard]]:
    """Each hazard of the statement at hand with its rule; afterwards the context is one statement further."""
    parsed = context.parsed[context.position]
    if parsed is None:
        yield from _found(None, UNPARSABLE, statement, context)
    context.begin_statement()
    for node in parsed or ():
        context.taken = taken = locks(node, context)
        yield from _found(node, type(node).__name__, statement, context)
        if is_a(node, "AlterTableStmt"):
            yield from _subcommands(node, statement, context)
        yield from _found(node, AFTERWARDS, statement, context)
        context.hold(taken)
        apply(node, context)


def _subcommands(node: Node, statement: Statement, context: Context) -> Iterator[tuple[Rule, Hazard]]:
    """ALTER TABLE one subcommand after the other: a later one sees what an earlier one did."""
    _enter(node, context)
    if node.missing_ok and context.missing(context.table_of_index(node.relation)):
        return
    for command in node.cmds:
        if not context.passes_over(command):
            yield from _found(command, command.subtype.name, statement, context)
            apply(command, context)


def _found(node: Node, what: str, statement: Statement, context: Context) -> Iterator[tuple[Rule, Hazard]]:
    for rule in looking_at(what):
        for hazard in rule.find(node, statement, context):
            context.found.append((rule, hazard))
            yield rule, spoken_of(hazard, node, statement, context)


def _enter(node: Node, context: Context) -> None:
    """Let the context speak of the table of an ALTER TABLE."""
    context.table, context.only = context.relation(node.relation), not node.relation.inh
    context.of_index = node.objtype.name == "OBJECT_INDEX"


def online_forms(
    statements: Sequence[Statement],
    facts: Facts,
    *,
    small: int = 0,
    pace: Pace = DEFAULT_PACE,
    retype: bool = False,
) -> dict[int, Online]:
    """By their places, the statements that can be done without a long lock, each with how."""
    contexts = before_each(statements, facts, small, pace, retype=retype)
    forms = ((place, _online_form(context)) for place, context in contexts)
    return {place: form for place, form in forms if form}


def slow_places(statements: Sequence[Statement], facts: Facts, *, small: int = 0) -> tuple[int, ...]:
    """The places of the statements that block others until a big table is read or rewritten, each by itself."""
    return tuple(
        place
        for place, found in enumerate(_each_found(statements, facts, small))
        if any(hazard.kind in SLOW and rule.name not in NOT_ITSELF for rule, hazard in found)
    )


def _each_found(statements: Sequence[Statement], facts: Facts, small: int) -> Iterator[tuple[tuple[Rule, Hazard], ...]]:
    context = Context(facts, statements, [parse(statement.sql) for statement in statements], small)
    for position, statement in enumerate(statements):
        context.position = position
        context.taken = {}
        yield tuple(findings(statement, context))


def probes(statements: Sequence[Statement], facts: Facts) -> tuple[tuple[int, Probe], ...]:
    """What of the target's rows is worth a look, each with the place of the statement that it is about."""
    return tuple(
        (place, spoken_of(found, node, statements[place], context))
        for place, context in before_each(statements, facts)
        for top in context.parsed[place] or ()
        for what, node in _looked_at(top, context)
        for look in probing(what)
        for found in look(node, context)
    )


def before_each(
    statements: Sequence[Statement],
    facts: Facts,
    small: int = 0,
    pace: Pace = DEFAULT_PACE,
    *,
    retype: bool = False,
) -> Iterator[tuple[int, Context]]:
    """Each statement's place, and the context as it is before that statement."""
    context = Context(facts, statements, [parse(statement.sql) for statement in statements], small)
    context.pace, context.retype = pace, retype
    for position, statement in enumerate(statements):
        context.position = position
        context.taken = {}
        yield position, context
        for _ in findings(statement, context):
            pass


def _looked_at(node: Node, context: Context) -> list[tuple[str, Node]]:
    """A statement, or the subcommands of an ALTER TABLE, each by the name under which functions are registered."""
    if is_a(node, "AlterTableStmt"):
        _enter(node, context)
        return [(command.subtype.name, command) for command in node.cmds]
    return [(type(node).__name__, node)]


def _online_form(context: Context) -> Online | None:
    """The online form of the statement at hand, where a rule knows one."""
    found = [pair for node in context.parsed[context.position] or () for pair in _looked_at(node, context)]
    if len(found) != 1:
        return None
    what, node = found[0]
    return next((form for rewrite in rewriting(what) if (form := rewrite(node, context))), None)
