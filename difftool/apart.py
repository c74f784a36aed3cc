"""What blocks others until a big table is read or rewritten is a transaction of its own, and nothing else stays locked.

With it stays what nobody may see half done: what is away in the meantime, and whatever else is about the same object.
What a plan makes in between, and has nothing to do with it, is made before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from difftool.model import Statement
from difftool.online import Piece, away_from
from difftool.parse import is_a, nodes
from difftool.rules import slow_places
from difftool.rules.facts import Facts
from difftool.segments import segments

INHERITING = frozenset({"AT_AddInherit", "AT_DropInherit", "AT_AttachPartition", "AT_DetachPartition"})
SAYING_NOTHING = frozenset({"btree", "plpgsql", "\0"})


def apart(statements: Sequence[Statement], facts: Facts, *, small: int = 0) -> tuple[Statement, ...]:
    """The same change, in which each statement that takes long is committed without the rest."""
    slow = slow_places(statements, facts, small=small)
    found: list[Statement] = []
    known = acquaintance([Piece(s) for s in statements], facts) if slow else NOBODY
    for segment in segments(statements):
        begin = len(found)
        here = [place - begin for place in slow if begin <= place < begin + len(segment)]
        found += set_apart(segment, here, known) if here and len(segment) > 1 else segment
    return tuple(found)


@dataclass(frozen=True)
class Acquaintance:
    """What two statements may have in common."""

    kin: Mapping[str, frozenset[str]]
    """By the name of a table that inherits, or is inherited from: all tables of its tree."""
    anybody: frozenset[str]
    """What says nothing where both name it: schemas, PostgreSQL's own types, the usual access method."""

    def meet(self, one: Piece, other: Piece) -> bool:
        """Whether their order may count; what nobody understands meets everything."""
        if one.shapes is None or other.shapes is None:
            return True
        family = frozenset(name for known in one.mentions & self.kin.keys() for name in self.kin[known])
        return bool((one.mentions | family) & other.mentions - self.anybody)


NOBODY = Acquaintance({}, frozenset())


def acquaintance(pieces: Sequence[Piece], facts: Facts) -> Acquaintance:
    """With the trees of the target and of the plan: what is done to a table is done to those below it, too."""
    names = {relation.oid: relation.name.name for relation in facts.relations}
    pairs = [(names[child], names[parent]) for child, parent in facts.inherits if child in names and parent in names]
    for node in (top for piece in pieces for top in piece.nodes or ()):
        if is_a(node, "CreateStmt") and node.inhRelations:
            pairs += [(node.relation.relname, parent.relname) for parent in node.inhRelations]
        elif is_a(node, "AlterTableStmt") and any(c.subtype.name in INHERITING for c in node.cmds):
            pairs += [(node.relation.relname, below.relname) for below in nodes(node) if is_a(below, "RangeVar")]
    trees: dict[str, frozenset[str]] = {}
    for one, other in pairs:
        tree = trees.get(one, frozenset((one,))) | trees.get(other, frozenset((other,)))
        trees |= dict.fromkeys(tree, tree)
    builtin = {name.name for name in facts.types if name.schema == "pg_catalog"}
    schemas = {name.schema for name in facts.types} | {relation.name.schema for relation in facts.relations}
    return Acquaintance(trees, frozenset(builtin | schemas | SAYING_NOTHING))


def set_apart(segment: Sequence[Statement], slow: Sequence[int], known: Acquaintance) -> list[Statement]:
    """A transaction cut around what is slow in it."""
    pieces = [Piece(statement) for statement in segment]
    away = list(away_from(pieces))
    bound = [*away, *(about_the_same(segment, place) for place in slow)]
    order, last = list(range(len(segment))), set[int]()
    for place in slow:
        begin = end = place
        while wider := [(b, e) for b, e in bound if b <= end and e >= begin and (b < begin or e > end)]:
            begin, end = min(begin, *(b for b, _ in wider)), max(end, *(e for _, e in wider))
        if end not in last:
            stays = staying(pieces, range(begin, end + 1), {n for n in slow if begin <= n <= end}, away, known)
            order[begin : end + 1] = sorted(range(begin, end + 1), key=stays.__contains__)
            last |= {begin - 1, end - len(stays), end}
    cut = last - {-1, len(segment) - 1}
    found = [replace(segment[n], commit=place in cut) for place, n in enumerate(order)]
    return [*found[:-1], replace(found[-1], commit=segment[-1].commit)]


def about_the_same(segment: Sequence[Statement], place: int) -> tuple[int, int]:
    """The first and the last statement about what this one is about."""
    found = [n for n, statement in enumerate(segment) if statement.name == segment[place].name]
    return found[0], found[-1]


def staying(
    pieces: Sequence[Piece], span: range, slow: set[int], away: Sequence[tuple[int, int]], known: Acquaintance
) -> set[int]:
    """Of these places, the slow ones and all that has to do with them, or with what has.

    Only what makes something can be done before: what drops or alters may need what it does not name.
    """
    stays = slow | {n for n in span if pieces[n].statement.action != "create" or pieces[n].shapes is None}
    while more := {n for n in span if n not in stays and any(known.meet(pieces[n], pieces[s]) for s in stays)} | {
        n for pair in away if stays.intersection(pair) for n in pair if n not in stays
    }:
        stays |= more
    return stays
