"""How to reach a database: libpq's parameters, from a URL and what libpq itself adds (PGHOST, PGSERVICE, ~/.pgpass)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from difftool.errors import UsageError

SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg2://", "postgres+psycopg2://")
SECRETS = frozenset({"password", "sslpassword", "passfile", "oauth_client_secret"})
MASK = "***"


def is_url(text: str) -> bool:
    """True for what names a database rather than a target, a folder or a file."""
    return "://" in text


@dataclass(frozen=True, slots=True)
class Conninfo:
    """libpq connection parameters, as given: what is absent is left to libpq.

    See https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS.
    """

    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, params: Mapping[str, object]) -> Conninfo:
        """From a mapping; empty values are left out."""
        return cls(tuple((k, str(v)) for k, v in params.items() if v not in (None, "")))

    @classmethod
    def parse(cls, url: str) -> Conninfo:
        """From ``postgres://``, ``postgresql://`` or ``postgresql+psycopg2://``; UsageError for anything else."""
        from psycopg2 import ProgrammingError
        from psycopg2.extensions import parse_dsn

        if not url.startswith(SCHEMES):
            raise UsageError(
                f"not a PostgreSQL URL: {mask_url(url)}",
                hint="write postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
            )
        try:
            return cls.of(parse_dsn(url.replace("+psycopg2://", "://", 1)))
        except ProgrammingError as error:
            reason = str(error).strip().replace(url, mask_url(url))
            raise UsageError(
                f"not a valid PostgreSQL URL: {reason}", hint="percent-encode special characters: @ is %40, / is %2F"
            ) from None

    def get(self, name: str, default: str = "") -> str:
        """One parameter, or ``default``."""
        return dict(self.params).get(name, default)

    def but(self, **changes: str | None) -> Conninfo:
        """The same with these parameters instead; None takes one away."""
        return Conninfo.of({**dict(self.params), **changes})

    def but_first_host(self) -> Conninfo:
        """The same without the first of its several hosts."""
        lists = {k: v.partition(",")[2] for k, v in self.params if k in ("host", "hostaddr", "port") and "," in v}
        return self.but(**lists)

    @property
    def host(self) -> str:
        """The host as libpq would choose it; an absolute path is a socket's folder."""
        return self.get("host") or self.get("hostaddr") or os.environ.get("PGHOST", "") or "local socket"

    @property
    def local(self) -> bool:
        """True when the connection does not leave this machine."""
        return self.host in ("local socket", "localhost", "127.0.0.1", "::1") or self.host.startswith(("/", "@"))

    @property
    def port(self) -> str:
        """The port as libpq would choose it."""
        return self.get("port") or os.environ.get("PGPORT", "") or "5432"

    @property
    def place(self) -> str:
        """Where the server is, as it is said: "db.example.com:5432", or the folder of its socket."""
        return self.host if self.host.startswith("/") else f"{self.host}:{self.port}"

    @property
    def user(self) -> str:
        """The user as far as it is known before connecting."""
        return self.get("user") or os.environ.get("PGUSER", "") or os.environ.get("USER", "")

    @property
    def database(self) -> str:
        """The database as far as it is known before connecting."""
        return self.get("dbname") or os.environ.get("PGDATABASE", "") or self.user

    def dsn(self, *, secrets: bool = True) -> str:
        """A libpq ``key='value'`` string; without secrets it may stand on a command line."""
        pairs = [(k, v) for k, v in self.params if secrets or k not in SECRETS - {"passfile"}]
        return " ".join("{}='{}'".format(k, v.replace("\\", "\\\\").replace("'", "\\'")) for k, v in pairs)

    def environment(self) -> dict[str, str]:
        """The secrets as libpq's environment variables, for a program run with ``dsn(secrets=False)``."""
        names = {"password": "PGPASSWORD", "sslpassword": "PGSSLPASSWORD"}
        return {names[k]: v for k, v in self.params if k in names}

    def url(self, *, secrets: bool = False) -> str:
        """A ``postgresql://`` URL; the password is masked unless ``secrets``."""
        host, port = self.get("host"), self.get("port")
        extra = {k: v for k, v in self.params if k not in {"host", "port", "user", "password", "dbname"}}
        if host.startswith("/") or "," in host:
            extra = {"host": host, **({"port": port} if port else {}), **extra}
            host, port = "", ""
        if not secrets:
            extra = {k: MASK if k in SECRETS else v for k, v in extra.items()}
        login = quote(self.get("user"), safe="")
        if self.get("password"):
            login += ":" + (quote(self.get("password"), safe="") if secrets else MASK)
        place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
        query = "?" + urlencode(extra, safe="/*") if extra else ""
        return f"postgresql://{login + '@' if login else ''}{place}/{quote(self.get('dbname'), safe='')}{query}"


def mask_url(url: str) -> str:
    """A URL as it may be shown: whatever stands between ``:`` and ``@`` is masked."""
    scheme, sep, rest = url.partition("://")
    login, at, place = rest.rpartition("@")
    if not sep or not at:
        return url
    user, colon, _ = login.partition(":")
    return f"{scheme}://{user}{colon}{MASK if colon else ''}@{place}"
