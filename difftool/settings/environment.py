"""The process environment and ``.env``, side by side: what each may say, and what must not come from a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from difftool.errors import UsageError
from difftool.settings.table import BY_VARIABLE, HOOK_PREFIX, PREFIX, SETTINGS, TEST_PREFIX

DOTENV = ".env"
LIBPQ = ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE")
"""libpq's variables that name a database: https://www.postgresql.org/docs/current/libpq-envars.html."""
AWS_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE")
AWS_AMBIENT = (
    *AWS_CREDENTIALS,
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
# Kubernetes gives each pod such variables for every Service, so a Service named "difftool" or "database" makes them:
# https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
SERVICE_LINK = re.compile(r".*_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP|SCTP)(_\w+)?)?)")
SERVICE_LINK_VALUE = re.compile(r"(tcp|udp|sctp)://[0-9.]+:[0-9]+")
# Each would redirect credentials or run a program (credential_process in a config file), and boto3 reads them from the
# process environment only: handing them on from a file that came with a pull request would give the keys away. An S3
# endpoint alone is another matter: it gets signed requests and snapshots, never a secret key.
AWS_REDIRECTS = re.compile(
    r"AWS_(ENDPOINT_URL\w*|CONFIG_FILE|SHARED_CREDENTIALS_FILE|CA_BUNDLE|CONTAINER_\w+|WEB_IDENTITY_TOKEN_FILE|ROLE_ARN|STS_\w+)"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A variable's value and where it stood."""

    name: str
    value: str = field(repr=False)
    layer: Literal["environment", ".env"]

    @property
    def trusted(self) -> bool:
        """True when it cannot have arrived with a pull request."""
        return self.layer == "environment"

    @property
    def place(self) -> str:
        """For the sentence of an error."""
        return f"{self.name} in {'the environment' if self.trusted else DOTENV}"

    @property
    def origin(self) -> str:
        """For ``difftool config``."""
        return f"environment {self.name}" if self.trusted else DOTENV


@dataclass(frozen=True, slots=True)
class Variables:
    """Both layers; an empty variable counts as not set, as in a copied ``.env.example``."""

    process: Mapping[str, str] = field(repr=False)
    dotenv: Mapping[str, str] = field(repr=False)

    def find(self, name: str) -> Found | None:
        """A variable, of the process first; raises UsageError for one in ``.env`` that refers to other variables."""
        if (value := self.process.get(name)) and not SERVICE_LINK_VALUE.fullmatch(value):
            return Found(name, value, "environment")
        if value := self.dotenv.get(name):
            if re.search(r"\$\{\w", value):
                # interpolation would let a pull request's .env send any variable of the process to a host of its choice
                raise UsageError(
                    f"{name} in {DOTENV} refers to another variable with ${{...}}, which difftool does not fill in",
                    hint="write the value out, or set it in the process environment",
                )
            return Found(name, value, ".env")
        return None

    def names_libpq(self) -> bool:
        """True when the process environment names a database in libpq's own words."""
        return any(self.process.get(name) for name in LIBPQ)


def read(root: Path, process: Mapping[str, str]) -> Variables:
    """The process environment and ``root``'s ``.env``; raises UsageError for what is unknown or not allowed there."""
    dotenv = _parse(root / DOTENV)
    for name in process:
        passes = name.startswith((TEST_PREFIX, HOOK_PREFIX)) or SERVICE_LINK.fullmatch(name)
        if name.startswith(PREFIX) and not passes:
            _check_known(name, "the environment")
    for name, value in dotenv.items():
        if value:
            _check_dotenv(name)
    return Variables(process, dotenv)


def notes(variables: Variables) -> tuple[str, ...]:
    """What ``.env`` has for other programs and difftool does not use, a sentence each."""
    said = []
    libpq = [n for n, v in variables.dotenv.items() if v and re.fullmatch(r"PG[A-Z]+", n)]
    if libpq:
        said.append(
            f"{', '.join(libpq)} in {DOTENV} not used: libpq reads the process environment; write DATABASE_* there"
        )
    aws = [n for n, v in variables.dotenv.items() if v and n.startswith("AWS_") and n not in BY_VARIABLE]
    if aws:
        said.append(f"{', '.join(aws)} in {DOTENV} not used: set it in the process environment if boto3 should see it")
    keys = [n for n in AWS_CREDENTIALS if variables.dotenv.get(n) and not variables.process.get(n)]
    if keys and _ambient(variables):
        said.append(f"{', '.join(keys)} in {DOTENV} not used: the process environment has credentials of its own")
    parts = [n for n in ("DATABASE_PORT", "DATABASE_USER", "DATABASE_PASSWORD") if variables.find(n)]
    if parts and not any(variables.find(n) for n in ("DATABASE_URL", "DATABASE_HOST", "DATABASE_NAME")):
        said.append(f"{', '.join(parts)} not used: neither DATABASE_URL nor DATABASE_HOST nor DATABASE_NAME is set")
    return tuple(said)


def aws(variables: Variables) -> dict[str, str]:
    """AWS_* that only ``.env`` has. Credentials belong together: with any of the process's own, none of the file's."""
    names = [s.variable for s in SETTINGS if s.variable.startswith("AWS_")]
    found = {name: f.value for name in names if (f := variables.find(name)) and not f.trusted}
    return {name: value for name, value in found.items() if not (_ambient(variables) and name in AWS_CREDENTIALS)}


def _ambient(variables: Variables) -> bool:
    return any(variables.process.get(name) for name in AWS_AMBIENT)


def _parse(path: Path) -> dict[str, str]:
    """Variables of a ``.env`` file, nothing filled in; a folder of that name is somebody's virtual environment."""
    if not path.exists() or path.is_dir():
        return {}
    from dotenv.parser import parse_stream  # dotenv_values() only logs the lines that it cannot read

    try:
        with path.open(encoding="utf-8-sig") as stream:
            bindings = list(parse_stream(stream))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}", hint="it must be a readable text file in UTF-8") from None
    for binding in bindings:
        if binding.error:
            raise UsageError(
                f"{path}:{binding.original.line}: not a line of NAME=value", hint="quote values with spaces"
            )
    return {b.key: b.value or "" for b in bindings if b.key}


def _check_known(name: str, place: str) -> None:
    if name in BY_VARIABLE:
        return
    known = sorted(v for v in BY_VARIABLE if v.startswith(PREFIX))
    close = get_close_matches(name, known, 1)
    raise UsageError(
        f"unknown variable {name} in {place}" + (f": did you mean {close[0]}?" if close else ""),
        hint=f"known are {', '.join(known)}",
    )


def _check_dotenv(name: str) -> None:
    if name.startswith(PREFIX):
        _check_known(name, DOTENV)
        if reason := BY_VARIABLE[name].widens:
            raise refused(f"{name} in {DOTENV}", reason, name)
    if AWS_REDIRECTS.fullmatch(name):
        reason = "it decides who is asked for AWS credentials or given them (for another S3 write DIFFTOOL_S3_ENDPOINT)"
        raise refused(f"{name} in {DOTENV}", reason, name)


def refused(place: str, reason: str, variable: str) -> UsageError:
    """The error for a setting that stands in a file but may only come from an option or the process environment."""
    option = BY_VARIABLE[variable].option if variable in BY_VARIABLE else ""
    return UsageError(
        f"{place} is refused: {reason}, and a file may arrive with the pull request that is being checked",
        hint=f"set {variable} in the process environment" + (f", or use {option}" if option else ""),
    )
