"""DROP FUNCTION makes every caller fail; created again with another result, it surprises them.

https://www.postgresql.org/docs/current/sql-dropfunction.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.context import Context
from difftool.rules.evolve_types import function
from difftool.rules.facts import Function
from difftool.rules.later import Again, missing
from difftool.rules.registry import rule
from difftool.rules.words import listed

KINDS = ("OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE", "OBJECT_AGGREGATE")
NOT_CALLED = frozenset({"trigger", "event_trigger"})


@rule("drop-function", "DropStmt")
def find(node: Node, statement: Statement, context: Context) -> Iterator[Hazard]:
    """Each function that clients can call: not a trigger's, and not one made again with the same result."""
    if node.removeType.name not in KINDS:
        return
    for item in node.objects:
        for old in dropped(item, node.missing_ok, context):
            again = created_again(old, context)
            called = replace(old, name=context.known_as("function", old.name))
            yield from missing(f"function {shown(called)}", again)
            if again:
                yield from changed(called, again.node)


def changed(old: Function, again: Function) -> Iterator[Hazard]:
    """What callers notice of the new one: another result, and calls that it does not understand."""
    if old.gives[1] and again.gives != old.gives:
        yield Hazard(
            "breaks-clients",
            f"function {shown(old)} gives back {given(again)} instead of {given(old)} once this commits; "
            "give the new one another name until no code calls the old one",
        )
    lost = [f'"{name}"' for name in old.names if name and name not in again.names]
    if lost:
        yield Hazard(
            "breaks-clients",
            f"calls of function {shown(old)} that name argument {listed(lost)} fail once this commits, for the new one "
            "has none of that name; keep the names of the arguments",
        )
    if again.defaults < old.defaults:
        yield Hazard(
            "breaks-clients",
            f"calls of function {shown(old)} that leave out arguments fail once this commits, for the new one has "
            f"{again.defaults or 'no'} default{'' if again.defaults == 1 else 's'}, and the old one had "
            f"{old.defaults}; keep the defaults",
        )


def dropped(item: Node, missing_ok: bool, context: Context) -> list[Function]:
    """The overloads that clients may call; one that the facts do not know is taken to exist."""
    name = context.dotted(item.objname, context.functions)
    takes = None if item.args_unspecified else tuple(context.type(t) for t in item.objargs or ())
    known = [f for f in context.functions[name] if takes is None or f.takes == takes]
    if not known and not (missing_ok and context.facts.complete):
        known = [Function(name, takes or (), (False, ()))]
    return [f for f in known if not f.new and not is_trigger(f)]


def is_trigger(found: Function) -> bool:
    """True for a function that only triggers call."""
    return any(type_.name.name in NOT_CALLED for _, type_ in found.gives[1])


def created_again(old: Function, context: Context) -> Again | None:
    """The later statement that creates a function, or a procedure, of the same name and arguments; its node is that."""
    known_as = context.known_as("function", old.name)
    for again in context.every_again("function", known_as, earlier=known_as != old.name):
        made = made_by(again.node, old, context)
        if made and made.takes == old.takes and made.kind == old.kind:
            return Again(made, again.together)
    return None


def made_by(node: Node, old: Function, context: Context) -> Function | None:
    """The function that a statement makes; of an aggregate only what it takes is told."""
    if is_a(node, "CreateFunctionStmt"):
        return function(node, context)
    if is_a(node, "DefineStmt") and old.kind == "a":
        listed_ = node.args[0] if node.args else ()
        return replace(old, takes=tuple(context.type(p.argType) for p in listed_ or ()))
    return None


def shown(found: Function) -> str:
    """``"public.f(integer, text)"``."""
    arguments = ", ".join(type_.shown for type_ in found.takes)
    return f'"{".".join(part for part in found.name if part)}({arguments})"'


def given(found: Function) -> str:
    """What a function gives back: ``setof text``, ``(id integer, name text)``."""
    is_set, outs = found.gives
    columns = [f"{name} {type_.shown}".strip() for name, type_ in outs]
    one = columns[0] if len(columns) == 1 and not outs[0][0] else f"({', '.join(columns)})"
    return ("setof " if is_set else "") + (one.strip() or "nothing")
