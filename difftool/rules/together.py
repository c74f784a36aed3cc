"""ALTER TABLE statements that are better one: a table that is read, or rewritten, for all of them is so only once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from difftool.model import Statement
from difftool.parse import Node, is_a, parse, qualified
from difftool.rules.constraints import names_in
from difftool.rules.identify import identify

READ = frozenset({"CONSTR_CHECK", "CONSTR_NOTNULL"})
"""The constraints whose rows one scan checks for all; a foreign key asks a query of its own."""


def scanned(texts: Sequence[str]) -> frozenset[tuple[str, str]]:
    """The constraints, each with its ALTER TABLE, that these add and that one scan may validate together."""
    found = ((_head(sql), command) for sql in texts if (command := _command(sql, "AT_AddConstraint")))
    return frozenset((head, command.def_.conname) for head, command in found if command.def_.contype.name in READ)


def read_once(texts: Sequence[str], known: frozenset[tuple[str, str]]) -> list[str]:
    """The same, what is added NOT VALID to one table in one statement, and what is validated of it in another."""

    def added(sql: str) -> bool:
        command = _command(sql, "AT_AddConstraint")
        return bool(command and command.def_.skip_validation and (_head(sql), command.def_.conname) in known)

    def validated(sql: str) -> bool:
        command = _command(sql, "AT_ValidateConstraint")
        return bool(command and (_head(sql), command.name) in known)

    return _joined(_joined(list(texts), added), validated)


def rewritten_once(statements: Sequence[Statement], busy: Callable[[Node], bool]) -> Iterator[Statement]:
    """The same, neighbours that change columns of one busy table in one statement."""
    before: Statement | None = None
    for statement in statements:
        both = before and not before.commit and _rewrites(before.sql, busy) and _rewrites(statement.sql, busy)
        if before and both and _head(before.sql) == _head(statement.sql):
            sql = _join(before.sql, statement.sql)
            kind, name, action = identify(sql)
            before = replace(statement, sql=sql, kind=kind, name=name, action=action)
            continue
        if before:
            yield before
        before = statement
    if before:
        yield before


def _joined(texts: list[str], which: Callable[[str], bool]) -> list[str]:
    """The same, those of one table joined at the place of the first."""
    found: list[str] = []
    first: dict[str, int] = {}
    for sql in texts:
        if which(sql) and _head(sql) in first:
            at = first[_head(sql)]
            found[at] = _join(found[at], sql)
            continue
        if which(sql):
            first[_head(sql)] = len(found)
        found.append(sql)
    return found


def _join(one: str, other: str) -> str:
    return f"{one}, {other.removeprefix(_head(other))}"


def _table(sql: str) -> Node:
    """The ALTER TABLE that a text is, or None."""
    parsed = parse(sql) or ()
    fits = len(parsed) == 1 and is_a(parsed[0], "AlterTableStmt") and parsed[0].objtype.name == "OBJECT_TABLE"
    return parsed[0] if fits else None


def _head(sql: str) -> str:
    """What an ALTER TABLE begins with: all but its subcommands; "" for one that is not written so."""
    node = _table(sql)
    names = [name for name in (node.relation.schemaname, node.relation.relname) if name] if node else []
    head = f"ALTER TABLE {'' if node.relation.inh else 'ONLY '}{qualified(*names)} " if node else ""
    return head if head and sql.startswith(head) else ""


def _command(sql: str, what: str) -> Node:
    """The only subcommand of an ALTER TABLE, where it is of this sort; or None."""
    node = _table(sql)
    alone = node is not None and len(node.cmds) == 1 and node.cmds[0].subtype.name == what and _head(sql)
    return node.cmds[0] if alone else None


def _rewrites(sql: str, busy: Callable[[Node], bool]) -> bool:
    """Whether it changes the types of columns of a busy table, none of them computed from another column."""
    node = _table(sql)
    if node is None or not _head(sql) or not busy(node.relation):
        return False
    return all(c.subtype.name == "AT_AlterColumnType" and _own(c) for c in node.cmds)


def _own(command: Node) -> bool:
    """Whether USING names no column but the one that is changed."""
    return set(names_in(command.def_.raw_default)) <= {command.name}
