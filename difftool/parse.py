"""The door to pglast: SQL as PostgreSQL's own parse tree, read once a statement; names as SQL quotes them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

Node = Any
"""A node of PostgreSQL's raw parse tree (``nodes/parsenodes.h``), as ``pglast.ast`` names it."""


class Name(NamedTuple):
    """A schema-qualified name, unquoted; the schema is empty for what has none."""

    schema: str
    name: str

    @property
    def sql(self) -> str:
        """The name as SQL writes it, quoted where it must be."""
        return qualified(*(part for part in self if part))

    @property
    def shown(self) -> str:
        """The name as a sentence shows it, the way PostgreSQL's own messages do."""
        return '"' + ".".join(part for part in self if part) + '"'


@lru_cache(maxsize=8192)
def parse(sql: str) -> tuple[Node, ...] | None:
    """The statements in ``sql``; None for what the parser of PostgreSQL 18 does not accept."""
    found = placed(sql)
    return None if found is None else tuple(node for node, _, _ in found)


def placed(text: str) -> tuple[tuple[Node, int, int], ...] | None:
    """The statements in a text, each with where it begins and its length (0: to the end); None as for ``parse``."""
    from pglast import parse_sql
    from pglast.parser import ParseError

    if "\0" in text:  # the C parser would stop there and call the rest well
        return None
    plain = _ascii(text)
    try:
        found = [(raw.stmt, raw.stmt_location or 0, raw.stmt_len or 0) for raw in parse_sql(plain)]
        if plain == text:
            return tuple(found)
        # the places are right; the names in it are read again, statement by statement
        parts = ((text[start : start + length if length else None], start, length) for _, start, length in found)
        return tuple((parse_sql(part)[0].stmt, start, length) for part, start, length in parts)
    except (ParseError, UnicodeError, RecursionError, IndexError):
        return None


def cut(text: str) -> tuple[tuple[int, int], ...]:
    """Where the scanner sees statements begin and end, for text that does not parse; it may leave some out."""
    from pglast.parser import ParseError, split

    try:
        return tuple((s.start, s.stop) for s in split(text, with_parser=False, only_slices=True))
    except (ParseError, UnicodeError):
        return ()


def tokens(text: str) -> tuple[tuple[str, int, int], ...] | None:
    """Each token's kind, start and end; None for what the scanner refuses, or would read only in part."""
    from pglast.parser import ParseError, scan

    if "\0" in text:
        return None
    try:
        return tuple((token.name, token.start, token.end + 1) for token in scan(_ascii(text)))
    except (ParseError, ValueError):
        return None


def accepts(text: str) -> bool:
    """True for text that PostgreSQL's parser accepts; quicker than ``parse``."""
    from pglast.parser import ParseError, parse_sql_json

    try:
        parse_sql_json(_ascii(text))
    except (ParseError, ValueError):
        return False
    return "\0" not in text


def _ascii(text: str) -> str:
    """The same text to a scanner: to PostgreSQL, whatever is not ASCII is a letter.

    pglast's scanner takes seconds over 100 kB that are not all ASCII: it counts each token's position from the start.
    """
    return re.sub(r"[^\x00-\x7f]", "_", text)


def nodes(node: Node) -> Iterator[Node]:
    """The node itself and everything below it, in the order of the parse tree."""
    from pglast.ast import Node as AnyNode

    pending = [node]
    while pending:
        here = pending.pop()
        if isinstance(here, tuple):
            pending.extend(reversed(here))
        elif isinstance(here, AnyNode):
            yield here
            pending.extend(getattr(here, slot) for slot in reversed(list(here)))


def is_a(node: Node, *classes: str) -> bool:
    """True when the node's class has one of these names."""
    return type(node).__name__ in classes


def strings(parts: Node) -> tuple[str, ...]:
    """The parts of a dotted name, from a list of String nodes or a single one."""
    if parts is None:
        return ()
    if isinstance(parts, str):
        return (parts,)
    listed = parts if isinstance(parts, tuple) else (parts,)
    return tuple(part.sval for part in listed if is_a(part, "String"))


CREATES = {
    "CreateStmt": ("relation", "relation"),
    "CreateForeignTableStmt": ("relation", "base.relation"),
    "CreateSeqStmt": ("relation", "sequence"),
    "CreateTableAsStmt": ("relation", "into.rel"),
    "ViewStmt": ("relation", "view"),
    "CompositeTypeStmt": ("type", "typevar"),
    "CreateDomainStmt": ("type", "domainname"),
    "CreateEnumStmt": ("type", "typeName"),
    "CreateRangeStmt": ("type", "typeName"),
    "CreateFunctionStmt": ("function", "funcname"),
}
"""What each statement creates, and where it has the name."""


def created(node: Node) -> tuple[str, Name] | None:
    """What a CREATE makes (relation, type, function) and its name, without a schema where none is written."""
    if type(node).__name__ not in CREATES:
        return None
    space, path = CREATES[type(node).__name__]
    for part in path.split("."):
        node = getattr(node, part)
    return space, dotted(node)


def dotted(named: Node) -> Name:
    """The last two parts of whatever a statement names an object by: a RangeVar, a type, a routine, String nodes."""
    if is_a(named, "RangeVar"):
        return Name(named.schemaname or "", named.relname)
    parts = strings(getattr(named, "objname", getattr(named, "names", named)))
    return Name(*("", "", *parts)[-2:])


def one_expression(text: str) -> bool:
    """Whether a text is one expression on one line, and nothing else, be it in parentheses or not."""
    return "\n" not in text and _selected(parse(f"SELECT {text}")) and _selected(parse(f"SELECT ({text})"))


def _selected(parsed: tuple[Node, ...] | None) -> bool:
    """Whether this is one SELECT of one value from nowhere."""
    if not parsed or len(parsed) != 1 or not is_a(parsed[0], "SelectStmt"):
        return False
    given = {slot for slot in parsed[0] if getattr(parsed[0], slot) and slot not in ("targetList", "limitOption", "op")}
    return not given and len(parsed[0].targetList or ()) == 1 and not parsed[0].targetList[0].name


def written(node: Node) -> str:
    """A node as SQL again, on one line."""
    from pglast.stream import RawStream

    return " ".join(str(RawStream()(node)).split())


def qualified(*parts: str) -> str:
    """A dotted name in SQL's quoting, with quotes only where PostgreSQL's ``quote_ident`` puts them."""
    return ".".join(quoted(part) for part in parts)


def quoted(part: str) -> str:
    """One identifier, quoted only when it must be."""
    plain = part[:1].islower() or part[:1] == "_"
    plain = plain and part.isascii() and all(c.islower() or c.isdigit() or c == "_" for c in part)
    if plain and part not in keywords():
        return part
    return '"' + part.replace('"', '""') + '"'


MOST_BYTES = 63
"""NAMEDATALEN less its end: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS."""


def ending(name: str, end: str) -> str:
    """The name with that end, no longer than PostgreSQL takes; of each name its own."""
    if len(name.encode()) <= MOST_BYTES - len(end):
        return name + end
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return name.encode()[: MOST_BYTES - len(end) - len(digest)].decode(errors="ignore") + digest + end


def fresh(sql: str) -> Node:
    """The tree of one statement that is nobody else's: it may be edited."""
    from pglast import parse_sql

    return parse_sql(sql)[0].stmt


def printed(tree: Node) -> str | None:
    """A tree as SQL; None where that would not read as the same tree."""
    from pglast.stream import RawStream

    text = str(RawStream()(tree))
    return text if _shape(fresh(text)) == _shape(tree) else None


def _shape(node: Any) -> Any:
    """A tree to compare with another: without the places in the text."""
    if isinstance(node, tuple):
        return tuple(_shape(part) for part in node)
    if not hasattr(node, "__slots__"):
        return node
    return type(node).__name__, *((slot, _shape(getattr(node, slot))) for slot in node if not slot.endswith("location"))


@cache
def keywords() -> frozenset[str]:
    """The words that cannot stand as a name without quotes."""
    from pglast import keywords as words

    return frozenset(words.RESERVED_KEYWORDS | words.TYPE_FUNC_NAME_KEYWORDS | words.COL_NAME_KEYWORDS)
