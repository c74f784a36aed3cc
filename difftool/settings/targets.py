"""Which databases there are and which one is meant: of the file, the environment, an option, libpq, difftool's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from difftool.errors import UsageError
from difftool.pg.conninfo import SCHEMES, Conninfo, is_url
from difftool.settings.environment import LIBPQ, Found, Variables, refused
from difftool.settings.file import SettingsFile
from difftool.settings.layers import Given
from difftool.settings.values import TargetSettings

DEFAULT, ENVIRONMENT, LOCAL = "default", "environment", "local"
"""Targets that nobody had to name: of DATABASE_*, of libpq's variables, and difftool's embedded one."""
REFERENCE = "env:"
# They make libpq write a file (sslkeylogfile), load a library (sslkey = "engine:...") or look for passwords elsewhere.
UNSAFE = frozenset({"sslkeylogfile", "sslkey", "passfile", "servicefile"})
FILE_PARTS = {"host": "host", "port": "port", "dbname": "database", "user": "user", "password": "password"}
VARIABLE_PARTS = {param: f"DATABASE_{'NAME' if param == 'dbname' else param.upper()}" for param in FILE_PARTS}

Chosen = tuple[tuple[TargetSettings, ...], str]
"""All targets, and the name of the one that is meant."""


def configured(file: SettingsFile | None, variables: Variables) -> tuple[TargetSettings, ...]:
    """The targets of the settings file, in its order; paths as they stand there."""
    if file is None:
        return ()
    return tuple(_of_table(file.path, name, table, variables) for name, table in file.targets.items())


def _of_table(path: Path, name: str, table: Mapping[str, Any], variables: Variables) -> TargetSettings:
    own = {k: v for k, v in table.items() if k in {"owner", "protect", "allow", "schema", "window"}}
    url = table.get("url", "")
    # a whole URL, never just a password: a file could name another secret of the process and a host to send it to
    if url.startswith(REFERENCE):
        variable = url.removeprefix(REFERENCE)
        if found := variables.find(variable):
            return TargetSettings(name, _of_variable(found), origin=found.origin, **own)
        return TargetSettings(name, None, missing=f"the variable {variable} is not set", origin=path.name, **own)
    if url:
        return TargetSettings(name, parse(url, f"{path}: targets.{name}.url", trusted=False), origin=path.name, **own)
    parts = {param: table.get(key) for param, key in FILE_PARTS.items()}
    return TargetSettings(name, Conninfo.of(parts), origin=path.name, **own)


def parse(text: str, place: str, *, trusted: bool) -> Conninfo:
    """A PostgreSQL URL; raises UsageError that never repeats it, since any piece of it may be part of a password.

    ``trusted`` is True for an option and the process environment, which may use all of libpq's parameters.
    """
    hint = "write postgresql://USER:PASSWORD@HOST:PORT/DATABASE, and in the password %40 for @, %2F for /, %25 for %"
    if not text.startswith(SCHEMES):
        raise UsageError(f"{place} is not a PostgreSQL URL", hint=hint)
    try:
        info = Conninfo.parse(text)
    except UsageError as error:
        reason = error.message.partition("invalid dsn: ")[2].partition('"')[0].rstrip(": ")
        raise UsageError(f"{place} is not a valid PostgreSQL URL: {reason}", hint=hint) from None
    if not all(p == "" or (p.isdecimal() and 1 <= int(p) <= 65535) for p in info.get("port").split(",")):
        raise UsageError(f"{place} has a port that is not a whole number from 1 to 65535", hint=hint)
    if not trusted and (unsafe := sorted(UNSAFE & dict(info.params).keys())):
        raise refused(f"{unsafe[0]} in {place}", "it lets libpq read or write other files here", "the URL")
    return info


def of_database(variables: Variables) -> TargetSettings | None:
    """The target of DATABASE_URL, or of its parts; None when neither is set.

    The layer that names the place decides, so ``.env`` cannot turn away what the process environment points to.
    """
    found = [f for n in ("DATABASE_URL", "DATABASE_HOST", "DATABASE_NAME") if (f := variables.find(n))]
    if not found:
        return None
    first = min(found, key=lambda f: not f.trusted)
    if first.name == "DATABASE_URL":
        return TargetSettings(DEFAULT, _of_variable(first), origin=first.origin)
    parts = {param: variables.find(variable) for param, variable in VARIABLE_PARTS.items()}
    return TargetSettings(DEFAULT, Conninfo.of({k: f.value for k, f in parts.items() if f}), origin=first.origin)


def _of_variable(found: Found) -> Conninfo:
    return parse(found.value, found.place, trusted=found.trusted)


def choose(asked: Given, listed: Sequence[TargetSettings], variables: Variables) -> Chosen:
    """All targets, and the name of the chosen one ("" when there are several to choose from).

    An asked-for name or URL, else DATABASE_*, else the only configured one, else libpq's, else the embedded one.
    """
    targets, name = tuple(listed), ""
    if database := of_database(variables):
        targets, name = _adopt(targets, database)
    if is_url(asked.value):
        info = parse(asked.value, asked.place, trusted=asked.trusted)
        return _adopt(targets, TargetSettings(f"{info.database}@{info.host}", info, origin=asked.origin))
    if asked.value:
        return _named(asked, targets, variables)
    if targets:
        return targets, name or (targets[0].name if len(targets) == 1 else "")
    only = _unnamed(variables)
    return (only,), only.name


def _adopt(targets: tuple[TargetSettings, ...], new: TargetSettings) -> Chosen:
    """``new`` among the others. A configured target of the same database lends it its name and all its settings:
    another way to a protected database must not be a way around its protection.
    """
    same = [t for t in targets if _place(t) == _place(new)]
    if not same:
        if any(t.name == new.name for t in targets):
            raise UsageError(
                f'target "{new.name}" of the settings file and {new.origin} are two databases of one name',
                hint="give the one in the file another name",
            )
        return (*targets, new), new.name
    # several ways to one database: the one that logs in as the same role, protected if any of them is
    best = min(same, key=lambda t: _user(t) != _user(new))
    merged = replace(best, address=new.address, origin=new.origin, protect=any(t.protect for t in same))
    return tuple(merged if t is best else t for t in targets), best.name


def _place(target: TargetSettings) -> tuple[str, ...]:
    info = target.address
    return (info.host, info.port, info.database, info.get("service")) if info else ()


def _user(target: TargetSettings) -> str:
    return target.address.user if target.address else ""


def _named(asked: Given, targets: tuple[TargetSettings, ...], variables: Variables) -> Chosen:
    name = str(asked.value)
    if any(t.name == name for t in targets):
        return targets, name
    unnamed = {t.name: t for t in (EMBEDDED, *([LIBPQ_TARGET] if variables.names_libpq() else []))}
    if name in unnamed:
        return (*targets, unnamed[name]), name
    names = [*(t.name for t in targets), *unnamed]
    close = get_close_matches(name, names, 1)
    raise UsageError(
        f'{asked.place}: there is no target "{name}"' + (f": did you mean {close[0]}?" if close else ""),
        hint=f"there are {', '.join(names)}; or give a URL",
    )


def _unnamed(variables: Variables) -> TargetSettings:
    """The target when nobody named one."""
    if variables.names_libpq():
        return LIBPQ_TARGET
    if variable := next((n for n in LIBPQ if variables.dotenv.get(n)), ""):
        raise UsageError(
            f"{variable} in .env names no target: libpq's variables are read from the process environment only",
            hint="write DATABASE_HOST, DATABASE_NAME and so on there instead, or export it",
        )
    return EMBEDDED


LIBPQ_TARGET = TargetSettings(ENVIRONMENT, Conninfo(), origin="environment PG*")
EMBEDDED = TargetSettings(LOCAL, None, origin="default")
