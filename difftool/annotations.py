"""What comments in the schema files tell difftool: ``-- difftool: renamed from old_name`` above what has the new name.

Above a statement it speaks of what that creates; inside one, of the column, constraint, attribute or label below.
``-- difftool: backfill (expression)`` and ``-- difftool: using (expression)`` stand above a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from difftool.errors import SchemaError, UsageError
from difftool.model import Statement
from difftool.parse import Node, created, dotted, is_a, one_expression, parse, tokens
from difftool.steps import MARK, Step

RENAMED = re.compile(r"renamed from[ \t]+(?P<old>\S.*?)[ \t]*", re.IGNORECASE)
VALUE = re.compile(r"(?P<verb>backfill|using)\b[ \t]*(?P<value>.*)", re.IGNORECASE)
IDENTIFIER = re.compile(r'"(?:[^"]|"")+"|[^\W\d][\w$]*')
DOTTED = re.compile(rf"(?:{IDENTIFIER.pattern})(?:\.(?:{IDENTIFIER.pattern}))*")
HINT = "write -- difftool: renamed from OLD_NAME in the line above what has the new name"
VALUE_HINT = "write -- difftool: backfill (EXPRESSION), or using (EXPRESSION), in the line above a column"
GIVEN = frozenset({"CONSTR_GENERATED", "CONSTR_IDENTITY"})
"""The columns that nobody can give values."""
PARTS = {"CreateTrigStmt": ("relation", "trigname"), "CreatePolicyStmt": ("table", "policy_name")}
"""Where each statement that creates something of a table has the table, and its own name."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """An object that had another name: (schema, name) or (schema, table, name) now, no schema where none is written."""

    names: tuple[str, ...]
    old: str
    where: str
    """``file:line``, or the option."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A column's values: of rows that have none (``backfill``), or as another type (``using``).

    ``names`` as those of ``Renamed``; ``value`` is an expression over the row's columns, as SQL writes it.
    """

    names: tuple[str, ...]
    verb: str
    value: str
    where: str


def read_annotations(steps: Iterable[Step]) -> tuple[Renamed, ...]:
    """Everything that the files say of names; raises SchemaError for what nobody understands."""
    return tuple(found for found in _every(steps) if isinstance(found, Renamed))


def read_values(steps: Iterable[Step]) -> tuple[Computed, ...]:
    """Everything that the files say of values; raises SchemaError for what nobody understands."""
    return tuple(found for found in _every(steps) if isinstance(found, Computed))


def _every(steps: Iterable[Step]) -> Iterator[Renamed | Computed]:
    return (found for step in steps if MARK.search(step.above + step.sql) for found in _of(step))


def undone(plans: Iterable[Statement]) -> tuple[Renamed, ...]:
    """The names that plans changed, one after the other, for the way back: as each object was called, and is now.

    Of an object that was renamed again and again, every name that it had since: the last apply may have failed.
    """
    found: list[Renamed] = []
    first: dict[tuple[str, ...], tuple[str, ...]] = {}
    for node in (node for statement in plans for node in parse(statement.sql) or ()):
        for gone in node.objects or () if is_a(node, "DropStmt") else ():
            first.pop(tuple(dotted(gone)), None)
        if is_a(node, "RenameStmt"):
            part = node.subname if node.relation else ""
            name, new = tuple(dotted(node.relation or node.object)), node.newname
        elif is_a(node, "AlterEnumStmt") and node.oldVal:
            name, part, new = tuple(dotted(node.typeName)), node.oldVal, node.newVal
        else:
            continue
        whole = first.get(name, name)
        was = first.get((*whole, part), (*whole, part)) if part else whole
        first[(*whole, new) if part else (*name[:-1], new)] = was
        found.append(Renamed(was, new, "the plan"))
    return tuple(found)


def asked(option: str) -> Renamed:
    """``public.users.name=full_name``, the value of ``--rename``; raises UsageError."""
    path, _, new = (part.strip() for part in option.partition("="))
    *parts, old = [_plain(part) for part in IDENTIFIER.findall(path)] or [""]
    if not 1 <= len(parts) <= 2 or not IDENTIFIER.fullmatch(new):
        raise UsageError(
            f'--rename is "{option}", not SCHEMA.OLD=NEW or SCHEMA.TABLE.OLD=NEW',
            hint="--rename public.users.name=full_name",
        )
    return Renamed((*parts, _plain(new)), old, "--rename")


def _of(step: Step) -> Iterator[Renamed | Computed]:
    created = _created(step)
    for said in MARK.finditer(step.above):
        if VALUE.fullmatch(said["said"].strip()):
            yield _value(said, step, _added(step))
            continue
        if not created:
            raise _unclear(step, said[0], "stands above nothing that difftool can rename")
        yield Renamed(created, _old(said, step), step.where)
    found = [(kind, step.sql[start:end]) for kind, start, end in tokens(step.sql) or ()]
    for place, (kind, text) in enumerate(found):
        inside = MARK.fullmatch(text) if kind == "SQL_COMMENT" else None
        if inside:
            part = _next(found[place + 1 :])
            if VALUE.fullmatch(inside["said"].strip()):
                yield _value(inside, step, _column(step, part))
                continue
            if not part or not is_a(step.node, "CreateStmt", "CreateEnumStmt", "CompositeTypeStmt"):
                raise _unclear(step, inside[0], "stands above nothing that difftool can rename")
            yield Renamed((*created, part), _old(inside, step), step.where)


def _created(step: Step) -> tuple[str, ...]:
    """The name of what a statement creates; () where it creates nothing that has one."""
    node = step.node
    if found := created(node):
        return found[1]
    if step.tag == "DefineStmt":
        return dotted(node.defnames)
    if step.tag == "IndexStmt" and node.idxname:
        return dotted(node.relation).schema, node.idxname
    if step.tag == "AlterTableStmt" and len(node.cmds) == 1 and node.cmds[0].subtype.name == "AT_AddConstraint":
        name = node.cmds[0].def_.conname
        return (*dotted(node.relation), name) if name else ()
    if step.tag in PARTS:
        table, name = (getattr(node, field) for field in PARTS[step.tag])
        return *dotted(table), name
    return ()


def _added(step: Step) -> tuple[tuple[str, ...], Node] | None:
    """The column that an ALTER TABLE … ADD COLUMN adds, with its names."""
    commands = tuple(step.node.cmds) if step.tag == "AlterTableStmt" else ()
    if len(commands) != 1 or commands[0].subtype.name != "AT_AddColumn":
        return None
    return (*dotted(step.node.relation), commands[0].def_.colname), commands[0].def_


def _column(step: Step, name: str) -> tuple[tuple[str, ...], Node] | None:
    """The column of this name of a CREATE TABLE."""
    for element in step.node.tableElts or () if step.tag == "CreateStmt" else ():
        if is_a(element, "ColumnDef") and element.colname == name:
            return (*dotted(step.node.relation), name), element
    return None


def _value(said: re.Match[str], step: Step, column: tuple[tuple[str, ...], Node] | None) -> Computed:
    found = VALUE.fullmatch(said["said"].strip())
    assert found, said[0]
    if column is None:
        raise _unclear(step, said[0], "stands above no column", VALUE_HINT)
    if any(c.contype.name in GIVEN for c in column[1].constraints or ()):
        raise _unclear(step, said[0], "stands above a column that has its values from elsewhere", VALUE_HINT)
    if found["value"][:1] != "(" or not one_expression(found["value"]):
        raise _unclear(step, said[0], "is not understood: it has no expression in parentheses", VALUE_HINT)
    return Computed(column[0], found["verb"].lower(), found["value"], step.where)


def _next(following: Sequence[tuple[str, str]]) -> str:
    """The name that comes next: of a constraint, a label, a column or an attribute."""
    words = [(kind, text) for kind, text in following if not kind.endswith("_COMMENT")]
    if words and words[0][0] == "CONSTRAINT":
        words = words[1:]
    if not words:
        return ""
    kind, text = words[0]
    if kind == "SCONST":
        return text[1:-1].replace("''", "'")
    return _plain(text) if IDENTIFIER.fullmatch(text) else ""


def _old(said: re.Match[str], step: Step) -> str:
    found = RENAMED.fullmatch(said["said"].strip())
    if not found:
        raise _unclear(step, said[0], "is not understood")
    old = found["old"]
    if old[0] == "'" == old[-1] and len(old) > 2:
        return old[1:-1].replace("''", "'")
    if not DOTTED.fullmatch(old):
        raise _unclear(step, said[0], f"is not understood: {old} is no name")
    return _plain(IDENTIFIER.findall(old)[-1])


def _plain(identifier: str) -> str:
    """The name that an identifier means."""
    return identifier[1:-1].replace('""', '"') if identifier.startswith('"') else identifier.lower()


def _unclear(step: Step, said: str, why: str, hint: str = HINT) -> SchemaError:
    return SchemaError(f"{step.where}: {said.strip()} {why}", hint=hint)
