"""A plan whose statements block nobody for long: the rules' online forms in their places, and what is committed when.

What can be made ready is done first, a statement at a time; then comes what belongs together, in one transaction with
short locks; what only has to be checked or cleared away comes last. Between what takes an object away and what puts it
back nothing is committed, so that nobody misses it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, zip_longest

from difftool.batches import DEFAULT_PACE, Pace, as_backfill
from difftool.kinds.sql import REPLACED
from difftool.model import Statement
from difftool.parse import Node, dotted, is_a, nodes, parse
from difftool.rules import online_forms
from difftool.rules.context import Context
from difftool.rules.do_block import unfolded
from difftool.rules.facts import Facts
from difftool.rules.identify import identify
from difftool.rules.made import makes
from difftool.rules.together import read_once, rewritten_once, scanned
from difftool.rules.transaction import transactional

COLUMNS = frozenset({"AT_AddColumn", "AT_DropColumn", "AT_AlterColumnType", "AT_SetExpression"})
"""Subcommands of ALTER TABLE after which a column is another one."""
UNCLEAR = frozenset(
    "InsertStmt UpdateStmt DeleteStmt MergeStmt CopyStmt DoStmt CallStmt CreateExtensionStmt AlterExtensionStmt".split()
)
"""What changes rows, or brings nobody knows what."""
ASIDE = re.compile(rf"\w+{REPLACED}\b")
"""The name of what is about to go, while another has its own."""


@dataclass(frozen=True)
class Piece:
    """A statement of the new plan; ``alone``: committed by itself, or with the next one where they are ``joined``."""

    statement: Statement
    alone: bool = False
    joined: bool = False

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


def online(
    statements: Sequence[Statement],
    facts: Facts,
    *,
    small: int = 0,
    pace: Pace = DEFAULT_PACE,
    retype: bool = False,
    only: Collection[int] | None = None,
) -> tuple[Statement, ...]:
    """The same change, each statement in its online form where it has one and there is a place for it.

    ``only`` are the places of those that may have one; None for all.
    """
    plan = [Piece(statement) for statement in statements]
    away = tuple(away_from(plan))
    ready: dict[int, list[Piece]] = {}
    here: dict[int, list[Piece]] = {}
    last: list[Piece] = []
    known_forms = online_forms(statements, facts, small=small, pace=pace, retype=retype)
    forms = {place: form for place, form in known_forms.items() if only is None or place in only}
    rest = [(place, piece) for place, piece in enumerate(plan) if place not in forms or not forms[place].apart]
    for place, form in forms.items():
        if form.by is not None:
            continue
        if form.apart:
            if any(begin <= place <= end for begin, end in away):
                continue
            here[place], pieces = [], _alone(form.apart)
            (last, here[place], ready.setdefault(0, []))[_side(form.about, place, rest)].extend(pieces)
            continue
        before, after = _alone(form.before, form.joined), _alone(form.after)
        at = _earliest(before, plan[:place], {n for n, other in forms.items() if other.by == place})
        interrupts = bool(before) and any(begin < at <= end for begin, end in away)
        waits = not form.here and not _mentioned([*before, *after], plan[place + 1 :])
        if not waits and (interrupts or not (before or form.here)):
            continue
        if interrupts:
            before, after = [], [*before, *after]
        ready.setdefault(at, []).extend(before)
        here |= {other: [] for other in form.also}
        here[place] = [Piece(_statement(sql)) for sql in form.here]
        last += after
    done = {place: [Piece(_statement(sql)) for sql in form.here] for place, form in forms.items() if form.by in here}
    here |= done
    stay = [here.get(n, [piece]) for n, piece in enumerate(plan)]
    known = scanned([p.statement.sql for p in (*chain(*ready.values()), *chain(*stay))])
    pieces = [p for n, kept in enumerate(stay) for p in (*_once(ready.get(n, ()), known), *kept)]
    context = Context(facts, (), (), small)
    committed = _committed([*pieces, *_once(last, known)])
    return tuple(rewritten_once(list(committed), lambda table: context.busy(context.relation(table))))


def _once(pieces: Sequence[Piece], known: frozenset[tuple[str, str]]) -> list[Piece]:
    """The same with fewer scans; where something is filled, each has its place behind that."""
    if any(as_backfill(piece.statement.sql) for piece in pieces):
        return list(pieces)
    return _alone(read_once([piece.statement.sql for piece in pieces], known))


def bound_anew(statements: Sequence[Statement]) -> tuple[str, ...]:
    """The foreign keys that a plan drops and adds again, since they, or the keys that they point at, change."""
    dropped = {s.name for s in statements if (s.kind, s.action) == ("constraint", "drop")}
    added = (s for s in statements if (s.kind, s.action) == ("constraint", "create") and s.name in dropped)
    return tuple(s.name for s in added if " FOREIGN KEY " in s.sql)


AFTER, HERE, BEFORE = range(3)


def _side(names: frozenset[str], place: int, rest: Sequence[tuple[int, Piece]]) -> int:
    """Where what is about these names can be done without passing a statement that has one of them."""
    sides = {n > place for n, piece in rest if piece.unclear or names & _concerned(piece)}
    return HERE if len(sides) > 1 else BEFORE if True in sides else AFTER


def _concerned(piece: Piece) -> frozenset[str]:
    """The names in a statement; of ATTACH PARTITION only what is attached, for it leaves the other partitions alone."""
    return frozenset((_attached(piece),)) if _attached(piece) else piece.mentions


def _attached(piece: Piece) -> str:
    """What a statement attaches to another, or ""."""
    node = (piece.nodes or (None,))[0]
    command = node.cmds[0] if is_a(node, "AlterTableStmt") else None
    return command.def_.name.relname if command and command.subtype.name == "AT_AttachPartition" else ""


def _statement(sql: str) -> Statement:
    return Statement(sql, *identify(sql), transactional(sql))


def _alone(texts: Sequence[str], joined: int = 0) -> list[Piece]:
    return [Piece(_statement(sql), alone=True, joined=place < joined - 1) for place, sql in enumerate(texts)]


def _committed(pieces: Sequence[Piece]) -> Iterator[Statement]:
    """The statements, with a commit on both sides of what stands alone."""
    for piece, following in zip_longest(pieces, pieces[1:]):
        cut = not piece.joined and (piece.alone or (following is not None and following.alone))
        yield replace(piece.statement, commit=True) if cut and piece.statement.transaction else piece.statement


def _earliest(before: Sequence[Piece], plan: Sequence[Piece], left_out: Container[int]) -> int:
    """The first place at which everything that these need is as they need it; some statements are left out then."""
    needed = frozenset(word for piece in before for word in piece.mentions)
    for place in range(len(plan), 0, -1):
        shapes = frozenset() if place - 1 in left_out else plan[place - 1].shapes
        if shapes is None or shapes & needed:
            return place
    return 0


def _mentioned(pieces: Sequence[Piece], later: Sequence[Piece]) -> bool:
    """Whether a later statement knows what these drop or alter, or attaches it: then they cannot wait for the end."""
    nodes = [node for piece in pieces for node in piece.nodes or ()]
    known = frozenset(name for node in nodes for name in _shaped(node))
    altered = frozenset(node.relation.relname for node in nodes if is_a(node, "AlterTableStmt"))
    attached = [_attached(piece) for piece in later]
    return bool(altered.intersection(attached)) or any(p.nodes is None or known & p.mentions for p in later)


def away_from(plan: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """From where to where an object of the target is missing, lacks what hangs on it, or has another's name."""
    yield from without_default(plan)
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


def without_default(plan: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """From where to where a column lacks the default that it had, or is to have: who leaves it out would fail."""
    dropped: dict[tuple[str, str], int] = {}
    for place, piece in enumerate(plan):
        for node in piece.nodes or ():
            for command in node.cmds if is_a(node, "AlterTableStmt") else ():
                column = dotted(node.relation).sql, command.name
                if command.subtype.name != "AT_ColumnDefault":
                    continue
                if command.def_ is None:
                    dropped[column] = place
                elif column in dropped:
                    yield dropped[column], place


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
    if is_a(node, "CreateSeqStmt"):
        yield dotted(node.sequence).sql
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
