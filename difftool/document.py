"""JSON files that difftool writes and later trusts: sealed with a SHA-256 of themselves, read back strictly."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from difftool.errors import Refused, UsageError

T = TypeVar("T")
SEAL = "digest"
ONE_LINE = 90
WORDS = {str: "a text", bool: "true or false", int: "a whole number", float: "a number", NoneType: "null"}


def digest(body: Mapping[str, Any]) -> str:
    """SHA-256, hexadecimal, of a document in canonical JSON: sorted keys, no spaces, ASCII, without its digest."""
    rest = {key: value for key, value in body.items() if key != SEAL}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def sealed(body: Mapping[str, Any]) -> str:
    """The document as JSON in its own key order, its digest last, indented by 2 and ending in a newline.

    Short lists of plain values stay on one line. Characters stand as themselves; only what UTF-8 cannot hold (half of
    a surrogate pair) is escaped.
    """
    text = _indented({**body, SEAL: digest(body)}, "")
    return text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n"


def _indented(value: Any, margin: str) -> str:
    inside = margin + "  "
    if value and isinstance(value, dict):
        lines = [f"{inside}{_indented(key, '')}: {_indented(item, inside)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{margin}}}"
    if value and isinstance(value, (list, tuple)) and not _short(value):
        lines = [inside + _indented(item, inside) for item in value]
        return "[\n" + ",\n".join(lines) + f"\n{margin}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _short(items: Sequence[Any]) -> bool:
    return all(isinstance(item, str) for item in items) and sum(map(len, items)) <= ONE_LINE


def unsealed(text: str, *, what: str, where: str, version: int, hint: str) -> dict[str, Any]:
    """The document behind ``sealed``, checked, without ``format`` and ``digest``.

    ``what`` is a noun for messages ("plan"), ``version`` the newest format that is understood. Raises UsageError for
    what is no such document, Refused for a newer format and for a text that was changed after it was sealed.
    """
    body = _parse(text, where, hint)
    if not isinstance(body, dict) or type(body.get("format")) is not int:
        raise UsageError(f'{where} is not a {what}: it has no "format"', hint=hint)
    if body["format"] > version:
        writer = f" by difftool {body['tool_version']}" if isinstance(body.get("tool_version"), str) else ""
        raise Refused(
            f"{where} was written{writer} in format {body['format']}, and this difftool reads format {version}",
            hint=f"pip install --upgrade difftool, or make a new {what} with this one",
        )
    if not _fits(body):
        raise Refused(f"{where} was edited after it was written: its digest does not fit", hint=hint)
    return {key: value for key, value in body.items() if key not in {"format", SEAL}}


def _fits(body: Mapping[str, Any]) -> bool:
    try:
        return bool(body["format"] >= 1 and body.get(SEAL) == digest(body))
    except RecursionError:
        return False


def _parse(text: str, where: str, hint: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where} is not JSON: {str(error)[:200]}", hint=hint) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand once: of two, a person might read the one that does not count."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"a key stands twice among {', '.join(sorted(found))}")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def build(kind: type[T], value: Any, where: str) -> T:
    """``value``, as read from JSON, as the frozen dataclass ``kind``, every key and type as declared.

    Raises UsageError that names the place of the first key that is missing, unknown or of another type.
    """
    try:
        return cast("T", _build(kind, value, ""))
    except _MisfitError as misfit:
        raise UsageError(f"{where}: {misfit}", hint="difftool did not write it so: make a new one") from None


class _MisfitError(Exception):
    """A value that is not what its dataclass declares: where inside the document, and what is wrong."""


def _build(kind: Any, value: Any, path: str) -> Any:
    if is_dataclass(kind):
        return _object(kind, value, path)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _tuple(arguments, value, path)
    if origin is UnionType:
        only = [a for a in arguments if a is not NoneType]
        return None if value is None else _build(only[0], value, path)
    if origin is Literal:
        _expect(value in arguments, path, " or ".join(f'"{a}"' for a in arguments), value)
    elif kind is float:
        _expect(type(value) in {int, float}, path, WORDS[float], value)
        return float(value)
    else:
        _expect(type(value) is kind, path, WORDS[kind], value)
    return value


def _tuple(kinds: tuple[Any, ...], value: Any, path: str) -> tuple[Any, ...]:
    """``tuple[X, ...]`` of any length, or ``tuple[X, Y, Z]`` of just that one."""
    _expect(isinstance(value, list), path, "a list", value)
    if kinds[-1] is Ellipsis:
        kinds = kinds[:1] * len(value)
    _expect(len(kinds) == len(value), path, f"a list of {len(kinds)}", value)
    return tuple(_build(kind, item, f"{path}[{n}]") for n, (kind, item) in enumerate(zip(kinds, value, strict=True)))


def _object(kind: Any, value: Any, path: str) -> Any:
    _expect(isinstance(value, dict), path, "an object", value)
    hints = _hints(kind)
    names = [field.name for field in fields(kind)]
    later = {field.name for field in fields(kind) if field.metadata.get("later")}
    if missing := [name for name in names if name not in value and name not in later]:
        raise _MisfitError(f'{path or "it"} has no "{missing[0]}"')
    if unknown := [name for name in value if name not in names]:
        raise _MisfitError(f'{path or "it"} has an unknown key "{unknown[0]}"')
    return kind(
        **{name: _build(hints[name], value[name], f"{path}.{name}".lstrip(".")) for name in names if name in value}
    )


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _expect(found: bool, path: str, wanted: str, value: Any) -> None:
    if not found:
        raise _MisfitError(f"{path or 'it'} must be {wanted}, not {json.dumps(value)[:60]}")
