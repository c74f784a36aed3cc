"""Dangers, one a file: each finds itself in a statement and tells the person on call what it does and what is safer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from difftool.model import HAZARDS, Hazard, Statement
from difftool.parse import Node, is_a, parse
from difftool.rules.context import Context
from difftool.rules.evolve import apply
from difftool.rules.facts import Facts
from difftool.rules.locks import locks
from difftool.rules.registry import AFTERWARDS, UNPARSABLE, Online, Probe, Rule, looking_at, probing, rewriting


def annotate(statements: Sequence[Statement], facts: Facts, *, small: int = 0) -> tuple[Statement, ...]:
    """The same statements in the same order, each with its hazards, the worst first; deterministic to the letter.

    Scans and rewrites of tables of less than ``small`` bytes are over in a moment, and carry no hazard.
    """
    context = Context(facts, statements, [parse(statement.sql) for statement in statements], small)
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
        taken = locks(node, context)
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
            yield rule, hazard


def _enter(node: Node, context: Context) -> None:
    """Let the context speak of the table of an ALTER TABLE."""
    context.table, context.only = context.relation(node.relation), not node.relation.inh
    context.of_index = node.objtype.name == "OBJECT_INDEX"


def online_forms(statements: Sequence[Statement], facts: Facts, *, small: int = 0) -> dict[int, Online]:
    """By their places, the statements that can be done without a long lock, each with how."""
    context = Context(facts, statements, [parse(statement.sql) for statement in statements], small)
    found = {}
    for position, statement in enumerate(statements):
        context.position = position
        form = _online_form(context)
        if form:
            found[position] = form
        for _ in findings(statement, context):
            pass
    return found


def probes(statements: Sequence[Statement], facts: Facts) -> tuple[tuple[int, Probe], ...]:
    """What of the target's rows is worth a look, each with the place of the statement that it is about."""
    context = Context(facts, statements, [parse(statement.sql) for statement in statements])
    found = []
    for position, statement in enumerate(statements):
        context.position = position
        for node in context.parsed[position] or ():
            if is_a(node, "AlterTableStmt"):
                _enter(node, context)
            for inner in node.cmds if is_a(node, "AlterTableStmt") else (node,):
                what = inner.subtype.name if is_a(inner, "AlterTableCmd") else type(inner).__name__
                found += [(position, look) for probe in probing(what) for look in probe(inner, context)]
        for _ in findings(statement, context):
            pass
    return tuple(found)


def _online_form(context: Context) -> Online | None:
    """The online form of the statement at hand, where a rule knows one."""
    parsed = context.parsed[context.position] or ()
    node: Node = parsed[0] if len(parsed) == 1 else None
    if is_a(node, "AlterTableStmt"):
        _enter(node, context)
        node = node.cmds[0] if len(node.cmds) == 1 else None
    what = node.subtype.name if is_a(node, "AlterTableCmd") else type(node).__name__
    forms = (rewrite(node, context) for rewrite in rewriting(what))
    return next((form for form in forms if form), None)
