"""What of a plan is committed together."""

from __future__ import annotations

from collections.abc import Sequence

from difftool import words
from difftool.errors import Refused
from difftool.model import Statement

HINT = "plan it without --atomic (the setting atomic): difftool shows what is then committed together"


def segments(statements: Sequence[Statement]) -> tuple[tuple[Statement, ...], ...]:
    """The statements in their order, cut into what is committed together.

    A run of transactional statements is one transaction, which ends early after a statement that asks for a commit. A
    statement that cannot run inside a transaction block is alone.
    """
    cut: list[list[Statement]] = []
    for before, here in zip((None, *statements), statements, strict=False):
        if before is None or before.commit or not before.transaction or not here.transaction:
            cut.append([])
        cut[-1].append(here)
    return tuple(tuple(segment) for segment in cut)


def is_transaction(segment: Sequence[Statement]) -> bool:
    """True for a segment that runs between BEGIN and COMMIT, False for a statement that cannot."""
    return all(s.transaction for s in segment)


def refuse_unless_atomic(statements: Sequence[Statement]) -> None:
    """Raise Refused for a plan that is not all or nothing, naming the first statement that does not let it be."""
    for number, statement in enumerate(statements, 1):
        what = words.title(statement)
        if not statement.transaction:
            raise Refused(
                f"one transaction was asked for, and statement {number} ({what}) cannot run inside one", hint=HINT
            )
        if statement.commit and number < len(statements):
            raise Refused(
                f"one transaction was asked for, and statement {number} ({what}) must be committed before the rest",
                hint=HINT,
            )
