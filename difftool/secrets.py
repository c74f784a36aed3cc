"""Passwords inside statements, masked: what difftool shows may end in a log, a ticket or a pull request.

Text that PostgreSQL's grammar accepts is masked by its tokens, so that nothing but the secret changes. Any other text,
such as an error message that quotes a statement, is masked by its words: rather too much than too little.
"""

from __future__ import annotations

import re
from dataclasses import replace

from difftool import parse
from difftool.model import Plan, Statement

MASK = "***"

NAME = r"(?:pass(?:word|wd|phrase|code)|pwd|secret|token|credentials?|(?:api|access|private|secret)_?key)"
GAP = r"(?:\s|/\*.{0,200}?\*/|--[^\n]{0,200}\n)"
QUOTED = (
    r"(?:'{2,}(?=[^',)\s;]).*?(?:''|\Z)"  # a string inside a string
    r"|'(?:[^'\\]|\\.|'')*(?:'|\\?\Z)|\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z))"
)
PORT = r"(?!\d{1,5}(?:[/?\s]|\Z))"

SUSPICIOUS = re.compile(
    rf"{NAME}|://[^\s:/@'\"]*:{PORT}|://[^/\s]*@|u&\"|^LINE \d+: \.\.\.", re.IGNORECASE | re.MULTILINE
)
SECRET_NAME = re.compile(rf'{NAME}"?\Z|\AU&"', re.IGNORECASE)
OPTION = re.compile(rf"((?:{NAME}\"?|U&\"[^\"]*\"){GAP}+)(?:[EN]|U&)?{QUOTED}", re.IGNORECASE | re.DOTALL)
CONNINFO = re.compile(rf"({NAME}\s*=\s*)(?!\$\d|%)(?:'(?:[^'\\]|\\.)*(?:'|\\?\Z)|\S+)", re.IGNORECASE | re.DOTALL)
LIBPQ = re.compile(r"\b(?:host|hostaddr|port|dbname|user|service|sslmode)\s*=", re.IGNORECASE)
"""What tells a connection string from any other text that has ``token=`` in it."""
URL = re.compile(rf"(://[^\s:/@'\"]*:)(?!PASSWORD@)(?:[^\s'\"]*(@)|{PORT}[^\s'\"]*\Z)")
CUT_LINE = re.compile(r"^(LINE \d+: \.\.\.)[^\n]*'", re.MULTILINE)
"""The server's excerpt of a statement, cut where an option's name or half its value may have stood."""

COMMENTS = frozenset({"SQL_COMMENT", "C_COMMENT"})
STRINGS = frozenset({"SCONST", "USCONST"})


def mask(text: str) -> str:
    """``text`` with the passwords in it replaced by ``***``; never raises, and masking twice changes nothing.

    Masked are string constants after a name like ``password`` or ``api_key`` (options of servers and user mappings,
    ``CREATE ROLE … PASSWORD``), ``password=…`` in connection strings (subscriptions), and passwords in URLs, in quoted
    bodies and nested strings too.
    """
    if not SUSPICIOUS.search(text):
        return text
    if parse.accepts(text) and (masked := _by_tokens(text)) is not None:
        return masked
    return _by_words(_by_tokens(text) or text)


def masked(plan: Plan) -> Plan:
    """The plan as it may be shown: every text in it masked. It is not for running: a masked password would be set."""
    return replace(
        plan,
        desired=mask(plan.desired),
        statements=tuple(_masked_statement(s) for s in plan.statements),
        unhandled=tuple(replace(u, name=mask(u.name), detail=mask(u.detail)) for u in plan.unhandled),
        ignored=tuple(replace(i, name=mask(i.name), detail=mask(i.detail)) for i in plan.ignored),
        notes=tuple(mask(n) for n in plan.notes),
        data=tuple(replace(d, statements=tuple(map(_masked_statement, d.statements))) for d in plan.data),
        deferred=tuple(replace(d, statement=_masked_statement(d.statement), why=mask(d.why)) for d in plan.deferred),
    )


def _masked_statement(statement: Statement) -> Statement:
    sql, hazards = mask(statement.sql), tuple(replace(h, detail=mask(h.detail)) for h in statement.hazards)
    return (
        statement
        if (sql, hazards) == (statement.sql, statement.hazards)
        else replace(statement, sql=sql, hazards=hazards)
    )


def _by_tokens(sql: str) -> str | None:
    """Masked string by string; None for what the scanner refuses."""
    tokens = parse.tokens(sql)
    if tokens is None:
        return None
    shown, at, name = [], 0, ""
    for kind, start, stop in tokens:
        token = sql[start:stop]
        secret = kind in STRINGS and SECRET_NAME.search(name)
        shown += [sql[at:start], f"'{MASK}'" if secret else _shown(kind, token, after=name)]
        if kind not in COMMENTS and kind != "NCHAR" and not secret:
            name = token if kind not in STRINGS else ""
        at = stop
    return "".join([*shown, sql[at:]])


def _shown(kind: str, token: str, *, after: str) -> str:
    """A token that is no secret as a whole, less the secrets inside it; ``after`` is the token before it."""
    if not SUSPICIOUS.search(token) or kind not in COMMENTS | STRINGS:
        return token
    if kind in COMMENTS:
        return _by_words(token)
    if token.startswith("$"):
        tag = token[: token.index("$", 1) + 1]
        body = token.removeprefix(tag).removesuffix(tag)
        inside = _by_tokens(body)
        return tag + (_by_words(body) if inside is None else inside) + tag
    start = token.index("'") + 1
    text = token[start:-1].replace("''", "'")
    connects = after.upper() == "CONNECTION" or bool(LIBPQ.search(text))
    return token[:start] + _by_words(text, conninfo=connects).replace("'", "''") + "'"


def _by_words(text: str, *, conninfo: bool = True) -> str:
    """Masked by what stands around a secret, for text that need not be SQL; ``conninfo`` masks ``password=…`` too."""
    text = CUT_LINE.sub(rf"\g<1>{MASK}", text)
    text = OPTION.sub(rf"\g<1>'{MASK}'", text)
    text = CONNINFO.sub(rf"\g<1>{MASK}", text) if conninfo else text
    return URL.sub(rf"\g<1>{MASK}\g<2>", text)
