"""A plan as a file: what ``difftool plan -o`` writes and ``difftool apply FILE`` runs (its keys: docs/plan-json.md)."""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any

from difftool.document import build, sealed, unsealed
from difftool.errors import DifftoolError, UsageError
from difftool.model import Plan

FORMAT = 1
HINT = "make a new one: difftool plan -o plan.json"
KEYS = (
    "format", "tool_version", "created", "engine", "target", "desired", "fingerprints", "proven", "proof",
    "statements", "hazards", "unhandled", "ignored", "notes", "deferred", "data",
)  # fmt: skip
"""The order of the top-level keys; the digest comes last."""


def dumps(plan: Plan) -> str:
    """The plan as JSON, format 1: the same plan gives the same bytes, and ``loads`` gives the same plan."""
    body: dict[str, Any] = {"format": FORMAT, **asdict(plan), "hazards": _hazards(plan)}
    return sealed({key: body[key] for key in (*KEYS, *(k for k in body if k not in KEYS))})


def _hazards(plan: Plan) -> list[dict[str, object]]:
    """Each statement's hazards once more, in one list, for readers that do not walk the statements."""
    return [
        {"statement": n, "kind": hazard.kind, "detail": hazard.detail, "object": f"{statement.kind} {statement.name}"}
        for n, statement, hazard in plan.hazards()
    ]


def loads(text: str, where: str) -> Plan:
    """The plan that ``dumps`` wrote; ``where`` names the file in messages.

    Raises UsageError for what is no plan, Refused for an edited one and for one of a newer format.
    """
    body = unsealed(text, what="plan", where=where, version=FORMAT, hint=HINT)
    summary = body.pop("hazards", None)
    plan = build(Plan, body, where)
    if summary != _hazards(plan):
        raise UsageError(f'{where}: "hazards" does not list the hazards of the statements', hint=HINT)
    return plan


def write(plan: Plan, path: Path) -> None:
    """Write the plan so that ``path`` holds all of it or what was there before; only its owner may read it.

    Raises UsageError for a folder that is missing or a path that is one, DifftoolError when the disk refuses.
    """
    data = dumps(plan).encode("utf-8")
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(data)  # a pipe or a device (/dev/stdout) must not be replaced by a file
        else:
            _replace(Path(os.path.realpath(path)), data)
    except OSError as error:
        raise _explain(error, path, writing=True) from None


def _replace(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of ``path`` in one step, with mode 0600."""
    if path.is_dir():
        raise IsADirectoryError
    half = path.with_name(f".difftool-{secrets.token_hex(6)}.tmp")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        with contextlib.suppress(OSError):
            half.unlink()


def read(path: Path) -> Plan:
    """The plan in a file; raises UsageError when it cannot be read, and what ``loads`` raises."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not a plan: it is not UTF-8 text", hint=HINT) from None
    except OSError as error:
        raise _explain(error, path, writing=False) from None
    return loads(text, str(path))


def _explain(error: OSError, path: Path, *, writing: bool) -> DifftoolError:
    """An operating system's refusal in one line: exit 2 where the path itself is wrong, else 1."""
    asked = f"cannot write the plan to {path}" if writing else f"cannot read the plan {path}"
    if isinstance(error, IsADirectoryError):
        return UsageError(f"{asked}: it is a folder", hint="name a file, for example plan.json")
    if isinstance(error, (FileNotFoundError, NotADirectoryError)) and writing:
        return UsageError(f"{asked}: there is no folder {path.parent}", hint=f"mkdir -p {path.parent}")
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return UsageError(f"{asked}: there is no such file", hint="difftool plan -o FILE writes one")
    reason = (error.strerror or str(error)).lower()
    return DifftoolError(f"{asked}: {reason}", hint="check the permissions of the file and the space on the disk")
