"""DROP FUNCTION makes every caller fail; created again with another result, it surprises them.

https://www.postgresql.org/docs/current/sql-dropfunction.html
"""

from __future__ import annotations

from collections.abc import Iterator

from difftool.model import Hazard, Statement
from difftool.parse import Node, is_a
from difftool.rules.context import Context
from difftool.rules.evolve import function
from difftool.rules.facts import Function
from difftool.rules.registry import rule
from difftool.rules.words import gone

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
            if again is None:
                yield Hazard("breaks-clients", gone(f"function {shown(old)}"))
            elif old.gives[1] and again.gives != old.gives:
                yield Hazard(
                    "breaks-clients",
                    f"function {shown(old)} gives back {given(again)} instead of {given(old)} once this commits; "
                    "give the new one another name until no code calls the old one",
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


def created_again(old: Function, context: Context) -> Function | None:
    """The function of the same name and arguments that a later statement creates."""
    for node in context.made_later(old.name.name):
        if is_a(node, "CreateFunctionStmt"):
            made = function(node, context)
            if (made.name, made.takes) == (old.name, old.takes):
                return made
        if is_a(node, "DefineStmt") and node.kind.name == "OBJECT_AGGREGATE" and old.kind == "a":
            listed = node.args[0] if node.args else ()
            takes = tuple(context.type(p.argType) for p in listed or ())
            if (context.dotted(node.defnames), takes) == (old.name, old.takes):
                return old
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
