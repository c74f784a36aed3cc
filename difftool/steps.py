"""The statements of the desired schema's files, each with its place, and what kind of business it is.

Cluster-wide statements and rows are not the schema's: they are told apart here, and named by the plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from difftool import syntax
from difftool.errors import SchemaError
from difftool.files import Files
from difftool.model import Ignored
from difftool.parse import created, qualified

TRANSACTION = frozenset({"TransactionStmt"})
CONTEXT = frozenset({"VariableSetStmt"})
CLUSTER_WIDE = frozenset(
    "CreateRoleStmt AlterRoleStmt AlterRoleSetStmt DropRoleStmt GrantRoleStmt CreateTableSpaceStmt DropTableSpaceStmt "
    "AlterTableSpaceOptionsStmt AlterTableMoveAllStmt CreatedbStmt DropdbStmt AlterDatabaseStmt AlterDatabaseSetStmt "
    "AlterDatabaseRefreshCollStmt AlterSystemStmt ReassignOwnedStmt DropOwnedStmt".split()
)
CLUSTER_OBJECTS = frozenset({"OBJECT_ROLE", "OBJECT_DATABASE", "OBJECT_TABLESPACE", "OBJECT_PARAMETER_ACL"})
DATA = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CopyStmt", "TruncateStmt"})
PSQL = re.compile(r"(?m)^\\(?P<command>\S+)[^\n]*")
MARK = re.compile(r"--[ \t]*difftool:[ \t]*(?P<said>[^\n]*)", re.IGNORECASE)
"""A comment that is for difftool: see ``annotations``."""
HARMLESS_PSQL = frozenset({"restrict", "unrestrict"})


class Setting(NamedTuple):
    """A SET in a file, and its line."""

    sql: str
    line: int


@dataclass(frozen=True, slots=True)
class Step:
    """One statement of the files: where it stands, and the SETs that were in force there."""

    sql: str
    file: str
    line: int
    tag: str = ""
    node: Any = None
    context: tuple[Setting, ...] = ()
    above: str = ""
    """The comments before it."""

    @property
    def where(self) -> str:
        """``file:line``, as editors read it."""
        return f"{self.file}:{self.line}"


def steps(files: Files) -> tuple[Step, ...]:
    """Every statement of the files, in their order, with what is in force where it stands."""
    return tuple(step for name, text in files.texts for step in _steps_of(name, text))


def _steps_of(name: str, text: str) -> list[Step]:
    found: list[Step] = []
    context: tuple[Setting, ...] = ()
    text = _without_psql(name, text)
    line, at, end = 1, 0, 0
    for piece in syntax.split(text):
        above, end = text[end : piece.offset], piece.offset + len(piece.sql)
        line, at = line + text.count("\n", at, piece.offset), piece.offset
        sets = piece.tag in CONTEXT or _sets_config(piece)
        if not piece.sql or piece.tag in TRANSACTION or sets:
            _check_unmarked(name, line, above)
        if not piece.sql or piece.tag in TRANSACTION:
            continue
        if sets:
            context = (*context, Setting(piece.sql, line))
            continue
        found.append(Step(piece.sql, name, line, piece.tag, piece.node, context, above))
    _check_unmarked(name, 1 + text.rstrip().count("\n"), text[end:])
    return found


def _check_unmarked(name: str, line: int, comments: str) -> None:
    """Raise SchemaError for a comment that is for difftool and stands above nothing."""
    if said := MARK.search(comments):
        raise SchemaError(
            f"{name}:{line}: {said[0].strip()} stands above nothing", hint="write it above what it speaks of"
        )


def _without_psql(name: str, text: str) -> str:
    """The text less psql's own lines that pg_dump writes; any other is an error, for only psql could run it."""
    for found in PSQL.finditer(text):
        if found["command"] in HARMLESS_PSQL:
            text = text[: found.start()] + " " * len(found[0]) + text[found.end() :]
    if "\\" in text and "\n\\" in "\n" + text:
        for piece in syntax.split(text):
            if piece.sql.startswith("\\"):
                line = 1 + text.count("\n", 0, piece.offset)
                raise SchemaError(
                    f"{name}:{line}: {piece.sql.splitlines()[0]} is a command of psql, not SQL",
                    hint="write it as SQL, or take the line out",
                )
    return text


def _sets_config(piece: syntax.Piece) -> bool:
    """True for ``SELECT set_config(…)``, the way pg_dump sets the search path."""
    return (
        piece.tag == "SelectStmt"
        and "set_config" in piece.sql
        and "pg_catalog.set_config(" in piece.sql.replace(" ", "")
    )


def cluster_wide(step: Step) -> bool:
    """True for what belongs to the whole cluster: run on the target's own server, it would change production."""
    if step.tag in CLUSTER_WIDE:
        return True
    kinds = {getattr(getattr(step.node, a, None), "name", "") for a in ("objtype", "objectType", "renameType")}
    return bool(kinds & CLUSTER_OBJECTS)


def left_alone(step: Step) -> Ignored | None:
    """What a plan says of a statement that is not the schema's business, or None."""
    if cluster_wide(step):
        return Ignored("cluster", _short(step.sql), f"{step.where}: cluster-wide, left to you")
    if step.tag in DATA:
        return Ignored(
            "data", _short(step.sql), f"{step.where}: rows are not part of the schema; the setting data brings them in"
        )
    return None


def extensions(plan: Iterable[Step]) -> tuple[str, ...]:
    """The extensions that the files ask for."""
    return tuple(dict.fromkeys(s.node.extname for s in plan if s.tag == "CreateExtensionStmt"))


def created_roles(plan: Iterable[Step]) -> tuple[str, ...]:
    """The roles that the files would create, were that not the cluster's business."""
    return tuple(dict.fromkeys(s.node.role for s in plan if s.tag == "CreateRoleStmt"))


def comments_on_extension(node: Any) -> bool:
    """True for COMMENT ON EXTENSION, which only the extension's owner may say: harmless, so the superuser says it."""
    return type(node).__name__ == "CommentStmt" and node.objtype.name == "OBJECT_EXTENSION"


def check_duplicates(plan: Iterable[Step]) -> None:
    """Raise SchemaError when two files define the same object: whichever came last would win without a word."""
    seen: dict[tuple[str, ...], Step] = {}
    for step in plan:
        key = _defines(step)
        if key is None:
            continue
        first = seen.setdefault(key, step)
        if first.file != step.file:
            raise SchemaError(
                f"{' '.join(key)} is defined twice: {first.where} and {step.where}",
                hint="keep one of the two definitions",
            )


def _defines(step: Step) -> tuple[str, ...] | None:
    """What a CREATE statement defines, so that two of them can be told to be the same; None for anything else."""
    found = created(step.node)
    if found is None:
        return None
    kind, (schema, name) = found
    if not schema and any("search_path" in c.sql for c in step.context):
        return None
    arguments = f"({syntax.input_types(step.node)})" if kind == "function" else ""
    return kind, qualified(schema or "public", name) + arguments


def _short(sql: str, length: int = 60) -> str:
    text = re.sub(r"\s+", " ", sql)
    return text if len(text) <= length else text[: length - 1] + "…"
