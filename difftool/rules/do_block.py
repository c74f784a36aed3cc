"""DO blocks that are plain statements in one piece: what they do can be read, unlike other code.

The native engine renames a range type by one, with the functions that were made with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from difftool.parse import Node, is_a, parse

BODY = re.compile(r"\s*BEGIN\b(.*;)\s*END\s*;?\s*", re.DOTALL | re.IGNORECASE)
PLAIN = frozenset({"RenameStmt"})
"""What means the same inside a block as outside."""


def unfolded(parsed: tuple[Node, ...] | None) -> tuple[Node, ...] | None:
    """The same statements, a DO block of nothing but renames as the renames that it is."""
    return None if parsed is None else tuple(inner for node in parsed for inner in _unfold(node))


def _unfold(node: Node) -> Iterator[Node]:
    yield from (_inside(node) if is_a(node, "DoStmt") else None) or (node,)


def _inside(node: Node) -> tuple[Node, ...] | None:
    """The statements of a block, None for a block that is more, or is not PL/pgSQL."""
    given = {option.defname: getattr(option.arg, "sval", "") for option in node.args}
    body = BODY.fullmatch(given.get("as", ""))
    if body is None or given.get("language", "plpgsql") != "plpgsql":
        return None
    found = parse(body[1])
    return found if found and all(is_a(inner, *PLAIN) for inner in found) else None
