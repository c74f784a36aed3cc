"""The rules, each registered by its own file under the parse node that it looks at."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from difftool.model import Hazard, HazardKind, Statement
from difftool.parse import Node

if TYPE_CHECKING:
    from difftool.rules.context import Context

Find = Callable[[Node, Statement, "Context"], Iterable[Hazard]]

UNPARSABLE, AFTERWARDS = "unparsable", "afterwards"
"""What a rule looks at to see statements without a parse tree, and each statement once the other rules are through."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One danger: its name, the parse nodes or ALTER TABLE subcommands that it looks at, and how it is found."""

    name: str
    looks_at: tuple[str, ...]
    find: Find


@dataclass(frozen=True, slots=True)
class Online:
    """The same change in steps that block nobody for long: SQL, and what of it is committed by itself.

    ``before`` is made ready first, ``here`` stands in the statement's place, ``after`` is done when the rest is.
    The first of ``before`` that are ``joined`` are one transaction: nobody is to find one without the others.
    ``apart`` is done instead of all these, each by itself: when the rest is done, or else before it, or else in the
    statement's place. It passes no statement that has one of the names that it is ``about``. ``also`` are the places of
    other statements that are done by it.
    """

    before: tuple[str, ...] = ()
    here: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    about: frozenset[str] = frozenset()
    also: frozenset[int] = frozenset()
    by: int | None = None
    """The place of a statement whose form does what this one would: where that is taken, ``here`` is left of this."""
    joined: int = 0


@dataclass(frozen=True, slots=True)
class Probe:
    """A look at the rows of today: ``sql`` selects what is counted; it is said as "12 rows of {of} {do} {what}"."""

    sql: str
    of: str
    """What they are rows of: '"public.users"'."""
    do: str
    """The verb, in the plural."""
    what: str
    kind: HazardKind = "fails-on-rows"
    objects: tuple[str, ...] = ()
    """What it is about, as a hazard has it."""
    bytes: int | None = None


Look = Callable[[Node, "Context"], Iterable[Probe]]
Rewrite = Callable[[Node, "Context"], Online | None]
Registered = TypeVar("Registered")

_RULES: dict[str, Rule] = {}
_REWRITES: dict[str, list[Rewrite]] = {}
_LOOKS: dict[str, list[Look]] = {}


def rule(name: str, *looks_at: str) -> Callable[[Find], Find]:
    """Register the function below as the rule ``name``; it sees each node of these classes, or subcommands ``AT_…``."""

    def register(find: Find) -> Find:
        _RULES[name] = Rule(name, looks_at, find)
        return find

    return register


def online(*looks_at: str) -> Callable[[Rewrite], Rewrite]:
    """Register the function below to rewrite these nodes, or subcommands ``AT_…`` that are alone in their statement."""
    return _for_each(looks_at, _REWRITES)


def probe(*looks_at: str) -> Callable[[Look], Look]:
    """Register the function below to look at the target's rows for these nodes, or subcommands ``AT_…``."""
    return _for_each(looks_at, _LOOKS)


def _for_each(looks_at: Iterable[str], known: dict[str, list[Registered]]) -> Callable[[Registered], Registered]:
    def register(function: Registered) -> Registered:
        for what in looks_at:
            known.setdefault(what, []).append(function)
        return function

    return register


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by name: one a file of this folder."""
    package = __name__.rpartition(".")[0]
    for module in pkgutil.iter_modules(import_module(package).__path__):
        import_module(f"{package}.{module.name}")
    return tuple(_RULES[name] for name in sorted(_RULES))


@cache
def looking_at(what: str) -> tuple[Rule, ...]:
    """The rules that look at this kind of node."""
    return tuple(r for r in rules() if what in r.looks_at)


def rewriting(what: str) -> tuple[Rewrite, ...]:
    """What knows an online form of this kind of node."""
    rules()
    return tuple(_REWRITES.get(what, ()))


def probing(what: str) -> tuple[Look, ...]:
    """What looks at rows for this kind of node."""
    rules()
    return tuple(_LOOKS.get(what, ()))
