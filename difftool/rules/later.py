"""The statements around the one at hand: what it takes away may be there again before anybody can look.

Nobody sees the inside of a transaction. A view that is dropped and created again in one was never gone; in two, it is
missing from the first commit to the second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from difftool.model import Hazard, Statement
from difftool.parse import Node, dotted
from difftool.rules.made import Made, makes, space_of
from difftool.rules.objects import noun
from difftool.rules.words import gone, meanwhile
from difftool.segments import segments


@dataclass(frozen=True, slots=True)
class Again:
    """A statement that makes again what another took away; ``together``: before anybody can miss it."""

    node: Node
    together: bool


def missing(what: str, again: Again | None) -> Iterator[Hazard]:
    """What happens to those who name what is taken away."""
    if again is None:
        yield Hazard("breaks-clients", gone(what))
    elif not again.together:
        yield Hazard("breaks-clients", meanwhile(what))


class Later:
    """A plan's statements by what they do, each with its place in the plan; read when first asked for."""

    def __init__(self, statements: Sequence[Statement], parsed: Sequence[tuple[Node, ...] | None]) -> None:
        self.statements = statements
        self.parsed = parsed

    @cached_property
    def transactions(self) -> tuple[int, ...]:
        """For each statement, the number of the transaction that it runs in."""
        return tuple(number for number, segment in enumerate(segments(self.statements)) for _ in segment)

    def together(self, one: int, other: int) -> bool:
        """True for two places in the plan that are committed at once."""
        return self.transactions[one] == self.transactions[other]

    def _nodes(self) -> Iterator[tuple[int, Node]]:
        return ((place, node) for place, found in enumerate(self.parsed) for node in found or ())

    @cached_property
    def nodes(self) -> dict[str, list[tuple[int, Node]]]:
        """Every statement by its class."""
        found = defaultdict(list)
        for place, node in self._nodes():
            found[type(node).__name__].append((place, node))
        return dict(found)

    @cached_property
    def made(self) -> dict[tuple[str, str], list[tuple[int, Made, Node]]]:
        """What makes a name, by (space, name without its schema)."""
        found = defaultdict(list)
        for place, node in self._nodes():
            for made in makes(node):
                found[made.space, made.name].append((place, made, node))
        return dict(found)

    @cached_property
    def dropped(self) -> dict[tuple[str, str], list[tuple[int, Node]]]:
        """How DROP names what it drops, by (space, name without its schema)."""
        found = defaultdict(list)
        for place, node in self.nodes.get("DropStmt", ()):
            for item in node.objects:
                found[space_of(noun(node.removeType)), dotted(item).name].append((place, item))
        return dict(found)

    @cached_property
    def commands(self) -> dict[tuple[str, str], list[tuple[int, Node, Node]]]:
        """The statement and the subcommand of each ALTER TABLE, by (subtype, table's name without its schema)."""
        found = defaultdict(list)
        for place, node in self.nodes.get("AlterTableStmt", ()):
            for command in node.cmds:
                found[command.subtype.name, node.relation.relname].append((place, node, command))
        return dict(found)

    @cached_property
    def identities(self) -> dict[tuple[str, str, str], list[int]]:
        """The statements about an object, by (kind, name, action)."""
        found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for place, statement in enumerate(self.statements):
            found[statement.kind, statement.name, statement.action].append(place)
        return dict(found)
