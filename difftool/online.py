"""A plan whose statements block nobody for long: the rules' online forms in their places, and what is committed when.

What can be made ready is done first, a statement at a time; then comes what belongs together, in one transaction with
short locks; what only has to be checked or cleared away comes last. Between what takes an object away and what puts it
back nothing is committed, so that nobody misses it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import zip_longest

from difftool.kinds.sql import REPLACED
from difftool.model import Statement
from difftool.parse import Node, dotted, is_a, nodes, parse
from difftool.rules import online_forms, slow_places
from difftool.rules.do_block import unfolded
from difftool.rules.facts import Facts
from difftool.rules.identify import identify
from difftool.rules.made import makes
from difftool.rules.transaction import transactional

COLUMNS = frozenset({"AT_AddColumn", "AT_DropColumn", "AT_AlterColumnType", "AT_SetExpression"})
"""Subcommands of ALTER TABLE after which a column is another one."""
INHERITING = frozenset({"AT_AddInherit", "AT_DropInherit", "AT_AttachPartition", "AT_DetachPartition"})
UNCLEAR = frozenset(
    "InsertStmt UpdateStmt DeleteStmt MergeStmt CopyStmt DoStmt CallStmt CreateExtensionStmt AlterExtensionStmt".split()
)
"""What changes rows, or brings nobody knows what."""
ASIDE = re.compile(rf"\w+{REPLACED}\b")
"""The name of what is about to go, while another has its own."""


@dataclass(frozen=True)
class Piece:
    """A statement of the new plan; ``alone``: committed by itself."""

    statement: Statement
    alone: bool = False

    @cached_property
    def nodes(self) -> tuple[Node, ...] | None:
        """Its parse trees; None where nobody understands it."""
        return unfolded(parse(self.statement.sql))

    @cached_property
    def mentions(self) -> frozenset[str]:
        """Every name and text in it."""
        return frozenset(word for top in self.nodes or () for node in nodes(top) for word in _words(node))

    @property
    def unclear(self) -> bool:
        """Whether it may be about anything."""
        return self.nodes is None or any(is_a(node, *UNCLEAR) for node in self.nodes)

    @cached_property
    def shapes(self) -> frozenset[str] | None:
        """The names that mean something else once it has run; None: any name may."""
        return None if self.unclear else frozenset(name for node in self.nodes or () for name in _shaped(node))


def online(statements: Sequence[Statement], facts: Facts, *, small: int = 0) -> tuple[Statement, ...]:
    """The same change, each statement in its online form where it has one and there is a place for it."""
    plan = [Piece(statement) for statement in statements]
    away = tuple(_away(plan))
    ready: dict[int, list[Piece]] = {}
    here: dict[int, list[Piece]] = {}
    last: list[Piece] = []
    forms = online_forms(statements, facts, small=small)
    rest = [(place, piece) for place, piece in enumerate(plan) if place not in forms or not forms[place].apart]
    for place, form in forms.items():
        if form.apart:
            if any(begin <= place <= end for begin, end in away):
                continue
            here[place], pieces = [], _alone(form.apart)
            (last, here[place], ready.setdefault(0, []))[_side(form.about, place, rest)].extend(pieces)
            continue
        before, after = _alone(form.before), _alone(form.after)
        at = _earliest(before, plan[:place])
        interrupts = bool(before) and any(begin < at <= end for begin, end in away)
        waits = not form.here and not _mentioned([*before, *after], plan[place + 1 :])
        if not waits and (interrupts or not (before or form.here)):
            continue
        if interrupts:
            before, after = [], [*before, *after]
        ready.setdefault(at, []).extend(before)
        here[place] = [Piece(_statement(sql)) for sql in form.here]
        last += after
    pieces = [p for n, piece in enumerate(plan) for p in (*ready.get(n, ()), *here.get(n, (piece,)))]
    pieces += last
    cut = tuple(_committed(pieces))
    slow = [place for place in slow_places(cut, facts, small=small) if not pieces[place].alone]
    return tuple(_committed(*_set_apart(pieces, slow, _acquaintance(pieces, facts))))


AFTER, HERE, BEFORE = range(3)


def _side(names: frozenset[str], place: int, rest: Sequence[tuple[int, Piece]]) -> int:
    """Where what is about these names can be done without passing a statement that has one of them."""
    sides = {n > place for n, piece in rest if piece.unclear or names & _concerned(piece)}
    return HERE if len(sides) > 1 else BEFORE if True in sides else AFTER


def _concerned(piece: Piece) -> frozenset[str]:
    """The names in a statement; of ATTACH PARTITION only what is attached, for it leaves the other partitions alone."""
    node = (piece.nodes or (None,))[0]
    command = node.cmds[0] if is_a(node, "AlterTableStmt") else None
    attached = command is not None and command.subtype.name == "AT_AttachPartition"
    return frozenset((command.def_.name.relname,)) if command and attached else piece.mentions


def _statement(sql: str) -> Statement:
    return Statement(sql, *identify(sql), transactional(sql))


def _alone(texts: Sequence[str]) -> list[Piece]:
    return [Piece(_statement(sql), alone=True) for sql in texts]


Kin = Mapping[str, frozenset[str]]
"""By the name of a table that inherits, or is inherited from: all tables of its tree."""


@dataclass(frozen=True)
class Acquaintance:
    """What two statements may have in common."""

    kin: Kin
    anybody: frozenset[str]
    """What says nothing where both name it: schemas, PostgreSQL's own types, the usual access method."""

    def meet(self, one: Piece, other: Piece) -> bool:
        """Whether their order may count; what nobody understands meets everything."""
        if one.shapes is None or other.shapes is None:
            return True
        family = frozenset(name for known in one.mentions & self.kin.keys() for name in self.kin[known])
        return bool((one.mentions | family) & other.mentions - self.anybody)


def _acquaintance(pieces: Sequence[Piece], facts: Facts) -> Acquaintance:
    """With the trees of the target and of the plan: what is done to a table is done to those below it, too."""
    names = {relation.oid: relation.name.name for relation in facts.relations}
    pairs = [(names[child], names[parent]) for child, parent in facts.inherits if child in names and parent in names]
    for node in (top for piece in pieces for top in piece.nodes or ()):
        related = [below.relname for below in nodes(node) if is_a(below, "RangeVar")]
        if is_a(node, "CreateStmt") and node.inhRelations:
            pairs += [(node.relation.relname, parent.relname) for parent in node.inhRelations]
        elif is_a(node, "AlterTableStmt") and any(c.subtype.name in INHERITING for c in node.cmds):
            pairs += [(node.relation.relname, other) for other in related]
    trees: dict[str, frozenset[str]] = {}
    for one, other in pairs:
        tree = trees.get(one, frozenset((one,))) | trees.get(other, frozenset((other,)))
        trees |= dict.fromkeys(tree, tree)
    builtin = {name.name for name in facts.types if name.schema == "pg_catalog"}
    schemas = {name.schema for name in facts.types} | {relation.name.schema for relation in facts.relations}
    return Acquaintance(trees, frozenset(builtin | schemas | {"btree", "plpgsql", "\0"}))


def _set_apart(pieces: Sequence[Piece], slow: Sequence[int], known: Acquaintance) -> tuple[list[Piece], frozenset[int]]:
    """The statements, and the places after which to commit: nothing else is to be locked while one takes long.

    What may not be seen half done stays with it: what is away meanwhile, and whatever else is about the same object.
    What stands between these and has nothing to do with them is done before.
    """
    away = list(_away(pieces))
    bound = [*away, *(_about_the_same(pieces, place) for place in slow)]
    found, places = list(pieces), set[int]()
    for place in slow:
        begin = end = place
        while wider := [(b, e) for b, e in bound if b <= end and e >= begin and (b < begin or e > end)]:
            begin, end = min(begin, *(b for b, _ in wider)), max(end, *(e for _, e in wider))
        if end not in places:
            stays = _staying(pieces, range(begin, end + 1), {n for n in slow if begin <= n <= end}, away, known)
            order = sorted(range(begin, end + 1), key=lambda n: n in stays)
            found[begin : end + 1] = [pieces[n] for n in order]
            places |= {begin - 1, end - len(stays), end}
    return found, frozenset(places - {-1, len(pieces) - 1})


def _staying(
    pieces: Sequence[Piece], span: range, slow: set[int], away: Sequence[tuple[int, int]], known: Acquaintance
) -> set[int]:
    """Of these places, the slow ones and all that has to do with them, or with what has."""
    tables = {
        node.relname for n in slow for top in pieces[n].nodes or () for node in nodes(top) if is_a(node, "RangeVar")
    }
    stays = slow | {n for n in span if _tied(pieces[n]) or tables & pieces[n].mentions}
    while more := {
        n for n in span if n not in stays and any(known.meet(pieces[n], pieces[other]) for other in stays)
    } | {n for pair in away if stays.intersection(pair) for n in pair if n not in stays}:
        stays |= more
    return stays


def _tied(piece: Piece) -> bool:
    """Whether a statement cannot change its place: only what makes something needs nothing but what it names."""
    return piece.statement.action != "create" or piece.shapes is None


def _about_the_same(pieces: Sequence[Piece], place: int) -> tuple[int, int]:
    """The first and the last statement about what this one is about."""
    found = [n for n, piece in enumerate(pieces) if piece.statement.name == pieces[place].statement.name]
    return found[0], found[-1]


def _committed(pieces: Sequence[Piece], after: Container[int] = ()) -> Iterator[Statement]:
    """The statements, with a commit on both sides of what stands alone, and ``after`` these places."""
    for place, (piece, following) in enumerate(zip_longest(pieces, pieces[1:])):
        cut = piece.alone or place in after or (following is not None and following.alone)
        yield replace(piece.statement, commit=True) if cut and piece.statement.transaction else piece.statement


def _earliest(before: Sequence[Piece], plan: Sequence[Piece]) -> int:
    """The first place at which everything that these need is as they need it."""
    needed = frozenset(word for piece in before for word in piece.mentions)
    for place in range(len(plan), 0, -1):
        shapes = plan[place - 1].shapes
        if shapes is None or shapes & needed:
            return place
    return 0


def _mentioned(pieces: Sequence[Piece], later: Sequence[Piece]) -> bool:
    """Whether a later statement knows what these drop: then they cannot wait for the end."""
    dropped = frozenset(name for piece in pieces for node in piece.nodes or () for name in _shaped(node))
    return any(piece.nodes is None or dropped & piece.mentions for piece in later)


def _away(plan: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """From where to where an object of the target is missing, lacks what hangs on it, or has another's name."""
    dropped: dict[tuple[str, str], int] = {}
    aside: dict[str, tuple[int, int]] = {}
    for place, piece in enumerate(plan):
        statement = piece.statement
        if statement.action == "drop":
            dropped[statement.kind, statement.name] = place
        elif statement.action == "create" and (statement.kind, statement.name) in dropped:
            yield dropped[statement.kind, statement.name], _last(piece, plan, place)
        if any(is_a(node, "LockStmt") for node in piece.nodes or ()):
            yield place, _last(piece, plan, place)
        for name in ASIDE.findall(statement.sql):
            aside[name] = aside.get(name, (place, place))[0], place
    yield from aside.values()


def _last(piece: Piece, plan: Sequence[Piece], place: int) -> int:
    """The last statement that is about the same object, or about what hangs on it."""
    names = {word for node in piece.nodes or () for word in _shaped(node)}
    return max((n for n in range(place, len(plan)) if names & plan[n].mentions), default=place)


def _words(node: Node) -> Iterator[str]:
    values = (getattr(node, slot) for slot in node if slot != "relpersistence")
    return (value for value in values if isinstance(value, str))


def _shaped(node: Node) -> Iterator[str]:
    """The names that mean something else once a statement has run."""
    yield from (made.name for made in makes(node))
    if is_a(node, "AlterTableStmt"):
        for command in node.cmds:
            what = command.subtype.name
            if what in COLUMNS:
                yield command.def_.colname if what == "AT_AddColumn" else command.name
            elif what == "AT_AddConstraint" and command.def_.conname:
                yield command.def_.conname
            elif what == "AT_AttachPartition":
                yield from (node.relation.relname, command.def_.name.relname)
    elif is_a(node, "DropStmt"):
        yield from (dotted(item).name for item in node.objects)
    elif is_a(node, "RenameStmt") and node.subname:
        yield node.newname
    elif is_a(node, "LockStmt"):
        yield from (relation.relname for relation in node.relations)
    elif is_a(node, "IndexStmt") and node.idxname:
        yield node.idxname
    elif is_a(node, "AlterEnumStmt"):
        yield node.newVal
    elif is_a(node, "CreateOpClassStmt"):
        yield dotted(node.opclassname).name
    elif is_a(node, "CreateTrigStmt"):
        yield node.trigname
