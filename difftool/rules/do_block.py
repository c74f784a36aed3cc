"""DO blocks that are plain statements in one piece: what they do can be read, unlike other code.

The native engine renames a range type by one, with the functions that were made with it, and locks by one what it makes
anew. A backfill in batches is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from difftool.batches import Backfill, backfill_node, in_block
from difftool.parse import Node, is_a, parse

BODY = re.compile(r"\s*BEGIN\b(.*;)\s*END\s*;?\s*", re.DOTALL | re.IGNORECASE)
PLAIN = frozenset({"RenameStmt", "LockStmt"})
"""What means the same inside a block as outside."""


def unfolded(parsed: tuple[Node, ...] | None) -> tuple[Node, ...] | None:
    """The same statements, a DO block of nothing but renames and locks as what it is, a backfill as its UPDATE."""
    return None if parsed is None else tuple(inner for node in parsed for inner in _unfold(node))


def _unfold(node: Node) -> Iterator[Node]:
    yield from (_inside(node) if is_a(node, "DoStmt") else None) or (node,)


def backfilled(node: Node) -> Backfill | None:
    """What a DO block of our own fills in batches; None for any other statement."""
    text = _body(node) if is_a(node, "DoStmt") else ""
    return in_block(text) if text else None


def _body(node: Node) -> str:
    """The text of a block of PL/pgSQL."""
    given = {option.defname: getattr(option.arg, "sval", "") for option in node.args}
    return given.get("as", "") if given.get("language", "plpgsql") == "plpgsql" else ""


def _inside(node: Node) -> tuple[Node, ...] | None:
    """The statements of a block, None for a block that is more, or is not PL/pgSQL."""
    if filling := backfilled(node):
        return (backfill_node(filling),)
    body = BODY.fullmatch(_body(node))
    found = parse(body[1]) if body else None
    return found if found and all(is_a(inner, *PLAIN) for inner in found) else None
