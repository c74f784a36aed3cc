"""Reference data: files of rows that an apply brings in after the schema, each in one transaction, again and again.

Only what can be run again is taken: INSERT … ON CONFLICT, MERGE, and UPDATE and DELETE with a WHERE. That is read from
the parse tree, and tried: on an empty copy each file is run twice, and the second time may change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from difftool import syntax
from difftool.errors import SchemaError, UsageError
from difftool.model import DataStep, Statement, Unhandled
from difftool.parse import is_a, nodes, qualified
from difftool.pg.connection import rows, run, session
from difftool.pg.execute import reason
from difftool.pg.types import Error
from difftool.rules import annotate
from difftool.rules.identify import identify
from difftool.steps import TRANSACTION

if TYPE_CHECKING:
    from difftool.pg.conninfo import Conninfo
    from difftool.pg.types import Connection
    from difftool.rules.facts import Facts

TAKEN = ("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt")
ADVICE = "a data file holds INSERT … ON CONFLICT, MERGE, UPDATE … WHERE and DELETE … WHERE"
POSITIONAL = "INSERT without a list of columns goes by their order, which need not be the same everywhere"
CONSTRAINED = "23"
"""SQLSTATEs of violated constraints: an empty copy lacks rows that the target may have."""
DIGEST = "SELECT count(*), coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') FROM {} t"
MAGIC = frozenset("*?[")


def read(patterns: Sequence[str]) -> tuple[DataStep, ...]:
    """The files that the patterns match, in their order, checked; raises UsageError and SchemaError."""
    found = dict.fromkeys(path for pattern in patterns for path in _files(pattern))
    return tuple(_step(path, _shown(path)) for path in found)


def _files(pattern: str) -> list[Path]:
    """The files that a pattern matches; none by a link that leads out of the folder where it begins."""
    parts = Path(pattern).parts
    plain = next((n for n, part in enumerate(parts) if MAGIC.intersection(part)), len(parts) - 1)
    fixed = Path(*parts[:plain])
    found = sorted(path for path in fixed.glob("/".join(parts[plain:])) if path.is_file())
    if not found:
        raise UsageError(f"data names {pattern}, and there is no such file", hint="see docs/configuration.md")
    for path in found:
        if not path.resolve().is_relative_to(fixed.resolve()):
            raise SchemaError(f"{path} is a link that leads out of {fixed}", hint="put the file itself there")
    return found


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _step(path: Path, shown: str) -> DataStep:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SchemaError(f"cannot read {shown}: {error}") from None
    pieces = [p for p in syntax.split(text) if p.sql and p.tag not in TRANSACTION]
    for piece in pieces:
        if why := _refused(piece.node):
            line = 1 + text.count("\n", 0, piece.offset)
            raise SchemaError(f"{shown}:{line}: {why}", hint=ADVICE)
    return DataStep(shown, tuple(Statement(p.sql, *identify(p.sql)) for p in pieces))


def _refused(node: Any) -> str:
    """Why a statement is not taken, or ""."""
    if node is None or not is_a(node, *TAKEN):
        return "this is no statement of data that can be run again"
    return next((why for inner in nodes(node) if (why := _not_again(inner))), "")


def _not_again(node: Any) -> str:
    """Why a statement, or one inside its WITH, is another one the second time."""
    if is_a(node, "InsertStmt"):
        if not node.cols:
            return POSITIONAL
        if not node.onConflictClause:
            return "INSERT without ON CONFLICT brings its rows in again each time"
        return _adds_up(node.onConflictClause.targetList, node.relation)
    if is_a(node, "UpdateStmt"):
        return (
            _adds_up(node.targetList, node.relation)
            if node.whereClause
            else "UPDATE without WHERE overwrites every row"
        )
    if is_a(node, "DeleteStmt") and not node.whereClause:
        return "DELETE without WHERE deletes every row"
    clauses = node.mergeWhenClauses if is_a(node, "MergeStmt") else ()
    return next((why for c in clauses if (why := _of_clause(c, node.relation))), "")


def _of_clause(clause: Any, table: Any) -> str:
    if _is(clause, "INSERT") and not clause.targetList:
        return POSITIONAL
    return _adds_up(clause.targetList, table) if _is(clause, "UPDATE") else ""


def _adds_up(targets: Any, table: Any) -> str:
    """Whether a column of the table is set from its own value: n = n + 1 is another one each time."""
    own = {table.relname, table.alias.aliasname if table.alias else table.relname}
    for target in targets or ():
        for column in (n for n in nodes(target.val) if is_a(n, "ColumnRef")):
            *before, name = (getattr(field, "sval", "") for field in column.fields)
            if name == target.name and (not before or before[-1] in own):
                return f"{name} is set from its own value, which is another one each time"
    return ""


def _is(clause: Any, command: str) -> bool:
    return bool(clause.commandType.name == f"CMD_{command}")


def with_hazards(data: Sequence[DataStep], plan: Sequence[Statement], facts: Facts) -> tuple[DataStep, ...]:
    """The steps, run after a plan, with a hazard wherever they delete; to overwrite values is what they are for."""
    every = annotate([*plan, *(s for step in data for s in step.statements)], facts)[len(plan) :]
    told = iter(s if _deletes(s) else replace(s, hazards=()) for s in every)
    return tuple(replace(step, statements=tuple(next(told) for _ in step.statements)) for step in data)


def _deletes(statement: Statement) -> bool:
    found = nodes(syntax.parse_one(statement.sql))
    return any(is_a(n, "DeleteStmt") or (is_a(n, "MergeWhenClause") and _is(n, "DELETE")) for n in found)


def tried(
    data: Sequence[DataStep], copy: Conninfo, rename: Callable[[str], str]
) -> tuple[tuple[Unhandled, ...], tuple[str, ...]]:
    """What of the steps does not do on an empty copy that has the schema, and notes of what could not be told there.

    ``rename`` gives a statement the copy's roles. All is rolled back.
    """
    left: list[Unhandled] = []
    notes: list[str] = []
    with session(copy) as connection:
        run(connection, "BEGIN")
        for step in data:
            run(connection, "SAVEPOINT data")
            try:
                for sql in (s.sql for s in step.statements):
                    run(connection, rename(sql))
                once = _digests(step, connection)
                for sql in (s.sql for s in step.statements):
                    run(connection, rename(sql))
                if once != _digests(step, connection):
                    left.append(Unhandled("data", step.file, "run a second time, it changes rows again"))
            except Error as error:
                run(connection, "ROLLBACK TO data")
                if (error.pgcode or "").startswith(CONSTRAINED):
                    notes.append(
                        f"{step.file} was not tried to its end, for it needs rows of the target: {reason(error)}"
                    )
                else:
                    left.append(Unhandled("data", step.file, f"it fails: {reason(error)}"))
        run(connection, "ROLLBACK")
    return tuple(left), tuple(notes)


def _digests(step: DataStep, connection: Connection) -> list[object]:
    """What the tables that a step writes to hold."""
    found = (n.relation for s in step.statements for n in nodes(syntax.parse_one(s.sql)) if is_a(n, *TAKEN))
    names = sorted({qualified(*(p for p in (r.schemaname, r.relname) if p)) for r in found})
    return [rows(connection, DIGEST.format(name)) for name in names]
