"""Statements as they stand in a file: without the owner's name, without passwords, with line ends that a file keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from difftool import parse, syntax
from difftool.objects import Key, Object
from difftool.secrets import mask

NAME_ROLES = frozenset({"owner", "grant", "default_privileges", "policy", "user_mapping", "extension"})
HOLD_SECRETS = frozenset({"user_mapping", "server", "foreign_data_wrapper", "subscription"})
GUARD = (
    "DO $$ BEGIN RAISE EXCEPTION 'a password is masked here' USING HINT = "
    "'write it into the next statement and delete this one, or use difftool dump --show-secrets'; END $$"
)
"""Nothing is loaded with ``***`` for a password: a plan would set it."""
UNKEPT = re.compile(r"\r|^\\(?:un)?restrict\b", re.MULTILINE)
"""What a text file or its reader does not keep: the other systems' line ends, pg_dump's own words for psql."""
SET_ROLE = "SET ROLE "


def portable(key: Key, statements: Sequence[str], owner: str) -> Iterator[str]:
    """The statements for whoever runs them, where they name the owner's role: it is the one that loads the files."""
    another = False
    for sql in statements:
        if sql.startswith(SET_ROLE):
            another = sql != SET_ROLE + parse.quoted(owner)
            yield sql if another else "RESET ROLE"
        elif key[0] in NAME_ROLES and not another:
            yield syntax.rename_roles(sql, {owner: "CURRENT_USER"})
        else:
            yield sql


def named_roles(key: Key, statements: Iterable[str]) -> set[str]:
    """The roles that an object's statements name."""
    if key[0] not in NAME_ROLES:
        return set()
    return {role for sql in statements for role in syntax.roles(syntax.parse_one(sql))}


def hides(o: Object) -> bool:
    """Whether an object's statements may hold a password."""
    return o.kind in HOLD_SECRETS or (o.kind == "table" and o["kind"] == "f")


def guarded(statements: Iterable[str]) -> Iterator[str]:
    """The statements with their passwords masked; nobody runs such a one without a word."""
    for sql in statements:
        masked = mask(sql)
        yield from (sql,) if masked == sql else (GUARD, masked)


def lasting(sql: str) -> str:
    r"""The statement with ``\r`` written out, which is lost where a file's lines are read."""
    if not UNKEPT.search(sql):
        return sql
    done = 0
    parts = []
    for kind, start, stop in parse.tokens(sql) or ():
        token = sql[start:stop]
        if UNKEPT.search(token):
            parts += [sql[done:start], _escaped(kind, token)]
            done = stop
    return "".join((*parts, sql[done:]))


def _escaped(kind: str, token: str) -> str:
    if kind == "SCONST" and token[0] in "eE":
        return token.replace("\r", "\\r")
    if kind == "SCONST":
        quotes = token[: token.index("$", 1) + 1] if token[0] == "$" else "'"
        text = token.removeprefix(quotes).removesuffix(quotes)
        text = text if quotes == "'" else text.replace("'", "''")
        return "E'" + text.replace("\\", "\\\\").replace("\r", "\\r") + "'"
    if kind == "IDENT" and token[0] == '"':
        return "U&" + token.replace("\\", "\\\\").replace("\r", "\\000D")
    return token
