"""What pg_get_viewdef and its kin print, so that PostgreSQL reads the same tree from it again.

Not always is it read back as what it was: ``x IN ('a', 'b')`` of varchar comes out as ``(ARRAY[…])::text[]``, which is
read as an array of text. Made from that, an object would print otherwise ever after, and never be equal.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from difftool.parse import Node, is_a, nodes, parse, tokens

SUSPECT = re.compile(r"\bARRAY\[|\bSELECT\b")
NAMELESS = ("A_Const", "BoolExpr", "NullTest", "BooleanTest", "ParamRef")
"""Expressions after which PostgreSQL names no column."""
ENDS = frozenset(
    "ASCII_44 ASCII_59 FROM WHERE GROUP_P HAVING WINDOW UNION INTERSECT EXCEPT ORDER LIMIT OFFSET FETCH FOR".split()
)
"""What stands behind an expression in a select list: a comma, a semicolon, the next clause."""
DEEPER = {"ASCII_40": 1, "ASCII_91": 1, "CASE": 1, "ASCII_41": -1, "ASCII_93": -1, "END_P": -1}
VALUES = re.compile(
    r' SELECT (.*)\n   FROM \((VALUES .*)\) "\*VALUES\*"((?:\n  ORDER BY |\n LIMIT |\n OFFSET ).*)?;', re.DOTALL
)
VALUE = re.compile(r'(?:"\*VALUES\*"\.)?column(\d+)(?: AS .*)?')

Edit = tuple[int, str]
"""What to put in at a place."""


def faithful(sql: str) -> str:
    """The statement, with what it takes to be read as what was printed; unchanged where nothing does."""
    if not SUSPECT.search(sql):
        return sql
    plain = re.sub(r"[^\x00-\x7f]", "_", sql)  # of the same length to the parser, which counts bytes
    text = _Text(plain, tokens(plain) or ())
    edits = [edit for statement in parse(plain) or () for node in nodes(statement) for edit in _edits(node, text)]
    for place, more in sorted(edits, reverse=True):
        sql = sql[:place] + more + sql[place:]
    return sql


def only_values(query: str) -> str | None:
    """The VALUES of a view that is nothing else: printed as the subquery that it was not."""
    found = VALUES.fullmatch(query)
    if not found:
        return None
    columns = [VALUE.fullmatch(c.strip()) for c in found[1].split(",\n")]
    numbers = [c and int(c[1]) for c in columns]
    return f"{found[2]}{found[3] or ''}" if numbers == list(range(1, len(numbers) + 1)) else None


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement and its tokens."""

    sql: str
    tokens: Sequence[tuple[str, int, int]]

    def end(self, start: int) -> int:
        """Where an expression or a type ends that begins there."""
        depth, end = 0, start
        for i in range(bisect_left(self.tokens, start, key=lambda t: t[1]), len(self.tokens)):
            name, _, stop = self.tokens[i]
            depth += DEEPER.get(name, 0)
            if depth < 0 or (not depth and name in ENDS and not self._within_group(i)):
                break
            end = stop
        return end

    def _within_group(self, i: int) -> bool:
        return self.tokens[i][0] == "GROUP_P" and self.tokens[i - 1][0] == "WITHIN"

    def type_at(self, start: int) -> str:
        """The type that begins there."""
        return self.sql[start : self.end(start)]


def _edits(node: Node, text: _Text) -> Iterator[Edit]:
    if is_a(node, "SelectStmt"):
        for target in node.targetList or ():
            if target.name is None and _would_be_named(target.val):
                yield text.end(target.location), ' AS "?column?"'
    elif is_a(node, "TypeCast") and is_a(node.arg, "A_ArrayExpr") and node.arg.elements:
        own = _array_of(node.arg.elements[0], text)
        if own and _bare(own) != _bare(text.type_at(node.typeName.location)):
            yield node.arg.list_end + 1, f"::{own}"


def _would_be_named(value: Node) -> bool:
    """Whether PostgreSQL would find a name for a column that had none when it was first read."""
    if is_a(value, "A_Expr"):
        return bool(value.kind.name == "AEXPR_NULLIF")
    return not is_a(value, "ColumnRef", *NAMELESS)


def _array_of(element: Node, text: _Text) -> str | None:
    """The type of an array of such elements, or of such arrays, as far as the element tells its own."""
    if is_a(element, "A_ArrayExpr"):
        return _array_of(element.elements[0], text) if element.elements else None
    if is_a(element, "TypeCast"):
        name = text.type_at(element.typeName.location)
        return name if name.endswith("[]") else f"{name}[]"
    return "integer[]" if is_a(element, "A_Const") and is_a(element.val, "Integer") else None


def _bare(name: str) -> str:
    """A type without its modifiers."""
    return re.sub(r"\(\d+(?:,\s*-?\d+)?\)", "", name)
