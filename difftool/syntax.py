"""Reading SQL for comfort only: where statements begin, what they are, which roles they name.

What SQL means is for a server to say; text that pglast cannot read is handed to it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from difftool import parse

IDENTIFIER = re.compile(r'[uU]&"(?:[^"]|"")+"|"(?:[^"]|"")+"|[^\W\d][\w$]*')


@dataclass(frozen=True, slots=True)
class Piece:
    """One statement: its SQL without the semicolon, where it begins, and its parse tree (None: unreadable)."""

    sql: str
    offset: int
    node: Any = None

    @property
    def tag(self) -> str:
        """The parse tree's type ("CreateStmt"), or "" for what pglast cannot read."""
        return type(self.node).__name__ if self.node is not None else ""


def split(text: str) -> tuple[Piece, ...]:
    """The statements of a text in order; when it does not parse, cut by the scanner and left for a server to judge."""
    found = parse.placed(text)
    if found is None:
        return _split_by_scanner(text)
    return tuple(_piece(text, start, start + length if length else len(text), node) for node, start, length in found)


def _split_by_scanner(text: str) -> tuple[Piece, ...]:
    """Text that does not parse, cut at its semicolons; nothing is left out: the scanner drops what it cannot end."""
    slices = parse.cut(text)
    ends = [0, *(stop for _, stop in slices)]
    gaps = zip(ends, [*(start for start, _ in slices), len(text)], strict=True)
    left = ((start + len(gap) - len(gap.lstrip(" \t\r\n;")), stop) for start, stop in gaps if (gap := text[start:stop]))
    pieces = (_piece(text, start, stop, None) for start, stop in sorted((*slices, *left)))
    return tuple(p for p in pieces if p.sql)


def _piece(text: str, start: int, stop: int, node: Any) -> Piece:
    """A piece less the comments and blank lines before it."""
    sql = text[start:stop]
    lead = _lead(sql)
    return Piece(sql[lead:].rstrip().removesuffix(";").rstrip(), start + lead, node)


def _lead(sql: str) -> int:
    """How many characters of white space and comments stand before the first token."""
    at = 0
    while at < len(sql):
        if sql[at].isspace():
            at += 1
        elif sql.startswith("--", at):
            at = sql.find("\n", at) + 1 or len(sql)
        elif sql.startswith("/*", at):
            at = _comment_end(sql, at)
        else:
            break
    return at


def _comment_end(sql: str, at: int) -> int:
    """Where a block comment ends; they nest."""
    depth, at = 1, at + 2
    while depth and at < len(sql):
        if sql.startswith("/*", at):
            depth, at = depth + 1, at + 2
        elif sql.startswith("*/", at):
            depth, at = depth - 1, at + 2
        else:
            at += 1
    return at


def parse_one(sql: str) -> Any:
    """The parse tree of one statement, or None for what pglast cannot read."""
    found = parse.parse(sql)
    return found[0] if found and len(found) == 1 else None


def renamed_by_position(sql: str) -> set[tuple[str, str]]:
    """The relations, as (schema, name), whose columns a statement renames in the order in which they stand."""
    found = set()
    for node in (n for statement in parse.parse(sql) or () for n in parse.nodes(statement)):
        if getattr(getattr(node, "alias", None), "colnames", None):
            found |= {(n.schemaname or "", n.relname) for n in parse.nodes(node) if parse.is_a(n, "RangeVar")}
    return found


def input_types(function: Any) -> str:
    """The input types of a CREATE FUNCTION as text: what tells one overload from another."""
    outputs = ("FUNC_PARAM_OUT", "FUNC_PARAM_TABLE")
    return ", ".join(parse.written(p.argType) for p in function.parameters or () if p.mode.name not in outputs)


def roles(node: Any) -> tuple[str, ...]:
    """The roles that a statement names, in no particular order; PUBLIC and CURRENT_USER are none."""
    return tuple({n.rolename for n in parse.nodes(node) if parse.is_a(n, "RoleSpec") and n.rolename})


SET_ROLE = re.compile(r'(SET ROLE )("(?:[^"]|"")+"|[a-z_][a-z0-9_]*)')


def _unquoted(identifier: str) -> str:
    return identifier[1:-1].replace('""', '"') if identifier.startswith('"') else identifier


def rename_roles(sql: str, names: Mapping[str, str]) -> str:
    """The statement with roles under other names, wherever the grammar has a role; all else stays to the letter.

    ``names`` maps a role's name to the identifier, quoted where need be, to write instead.
    """
    if not any(name in sql or name.replace('"', '""') in sql for name in names):
        return sql
    if setting := SET_ROLE.fullmatch(sql):
        return setting[1] + names.get(_unquoted(setting[2]), setting[2])
    found = [
        (n.location, names[n.rolename])
        for statement in parse.parse(sql) or ()
        for n in parse.nodes(statement)
        if parse.is_a(n, "RoleSpec") and n.rolename in names
    ]
    for start, new in sorted(found, reverse=True):
        end = IDENTIFIER.match(sql, start)
        sql = sql[:start] + new + sql[end.end() if end else start :]
    return sql
