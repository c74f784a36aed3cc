"""What an engine left undone and the desired dump can settle by itself: the SQL is pg_dump's, the proof decides.

A missing object is created from its dump entry; a comment, a grant or an owner is set from it; a function or view is
replaced from it. What holds no rows may also be dropped, and made anew when it cannot be altered. Tables, sequences and
materialized views are never dropped here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from difftool.catalog import SAID_OF, TOKENS, Catalog, Entry
from difftool.clone import OWNER
from difftool.deparsed import faithful

REPLACEABLE = re.compile(r"CREATE (FUNCTION|PROCEDURE|AGGREGATE|VIEW|TRIGGER|RULE) ")
ACLS = frozenset({"ACL", "DEFAULT ACL"})
HOLDS_ROWS = frozenset({"TABLE", "SEQUENCE", "MATERIALIZED VIEW", "SCHEMA", "EXTENSION"})
"""What loses more than its definition when it is dropped, itself or with what is in it."""

PART = r'(?:"(?:[^"]|"")+"|[^\s".(]+)'
NAME = r'(?:"(?:[^"]|"")+"|[^\s".(]+)(?:\.(?:"(?:[^"]|"")+"|[^\s".(]+))?'
UNDO = (
    (
        re.compile(rf"ALTER TABLE (?:ONLY )?({NAME})\s+ADD CONSTRAINT ({NAME}) .*", re.DOTALL),
        r"ALTER TABLE \1 DROP CONSTRAINT \2",
    ),
    (
        re.compile(rf"ALTER PUBLICATION ({NAME}) ADD TABLE (?:ONLY )?({NAME}).*", re.DOTALL),
        r"ALTER PUBLICATION \1 DROP TABLE \2",
    ),
    (re.compile(rf"ALTER PUBLICATION ({NAME}) ADD (TABLES IN SCHEMA .*)", re.DOTALL), r"ALTER PUBLICATION \1 DROP \2"),
    (re.compile(rf"CREATE RULE ({NAME}) AS\s+ON \w+ TO ({NAME}).*", re.DOTALL), r"DROP RULE \1 ON \2"),
    (re.compile(rf"CREATE POLICY ({NAME}) ON ({NAME}).*", re.DOTALL), r"DROP POLICY \1 ON \2"),
    (
        re.compile(rf"CREATE USER MAPPING FOR ({NAME}) SERVER ({NAME}).*", re.DOTALL),
        r"DROP USER MAPPING FOR \1 SERVER \2",
    ),
    (
        re.compile(rf"CREATE (?:UNIQUE )?INDEX ({PART}) ON (?:ONLY )?({PART})\.{PART} .*", re.DOTALL),
        r"DROP INDEX \2.\1",
    ),
    (re.compile(r"CREATE CAST (\(.+? AS .+?\)) .*", re.DOTALL), r"DROP CAST \1"),
)
"""How to take back what pg_dump writes for objects that have no owner of their own."""
UNSET = (
    (re.compile(r"(ALTER TABLE .+) REPLICA IDENTITY .+"), r"\1 REPLICA IDENTITY DEFAULT"),
    (re.compile(r"(ALTER TABLE .+) FORCE ROW LEVEL SECURITY"), r"\1 NO FORCE ROW LEVEL SECURITY"),
    (re.compile(r"(ALTER TABLE .+) CLUSTER ON .+"), r"\1 SET WITHOUT CLUSTER"),
)
"""How to take back what pg_dump adds to a table's own statement."""
IDENTITY = re.compile(r"(ALTER TABLE .+ ALTER COLUMN .+) ADD (GENERATED .+) AS IDENTITY \(\n(.*)\n\)", re.DOTALL)


def settle(now: Catalog, want: Catalog, quoted_owner: str, *, anew: bool = False) -> tuple[str, ...]:
    """Statements that bring ``now`` nearer to ``want``: drops first and in reverse, creations in the dump's order.

    ``anew`` drops and creates what differs and cannot be altered: tried when altering was of no use.
    """
    differing = (e for e in now.entries if e.key in want.by_key and e.statements != want.by_key[e.key].statements)
    replaced = {e.key for e in differing if e.key.type not in SAID_OF and list(_drop(e))} if anew else set()
    going = (e for e in reversed(now.entries) if e.key in replaced or e.key not in want.by_key)
    coming = ((None if e.key in replaced else now.by_key.get(e.key), e) for e in want.entries)
    drops = [s for e in going for s in _drop(e)]
    if anew:  # a constraint of that name may stand inside its table's own statement
        drops += [
            s for e in want.entries if e.key not in now.by_key and "CONSTRAINT" in e.key.type for s in _dropped(e)
        ]
    news = (faithful(s) for before, e in coming for s in _bring(before, e, quoted_owner))
    return tuple(dict.fromkeys((*drops, *news)))


def _bring(now: Entry | None, want: Entry, quoted_owner: str) -> Iterator[str]:
    """What makes one object as wanted."""
    if now is None:
        yield from (*want.settings, *_not_owned_by(want.statements, quoted_owner))
        yield from (f"RESET {s.split()[1]}" for s in want.settings)
    elif now.statements == want.statements:
        return
    elif want.key.type in ACLS:
        yield from _acl(now, want)
    elif want.key.type == "COMMENT":
        yield from want.statements
    else:
        yield from _changed(now, want)


def _not_owned_by(statements: tuple[str, ...], quoted_owner: str) -> Iterator[str]:
    """The statements less the one that gives the object to whom it belongs anyway."""
    for sql in statements:
        found = OWNER.fullmatch(sql)
        if not found or found[2] != quoted_owner:
            yield sql


def _changed(now: Entry, want: Entry) -> Iterator[str]:
    """An object that stands on both sides: replaced where PostgreSQL can, then whatever ALTERs its entry adds."""
    first = want.statements[0]
    if first != now.statements[0]:
        if REPLACEABLE.match(first):
            yield "CREATE OR REPLACE" + first.removeprefix("CREATE")
        elif want.key.type == "SEQUENCE":
            yield from _sequence(first)
    yield from (
        found.expand(unset)
        for sql in now.statements[1:]
        if sql not in want.statements
        for pattern, unset in UNSET
        if (found := pattern.fullmatch(sql))
    )
    yield from (s for s in want.statements[1:] if s not in now.statements and s.startswith(("ALTER ", "SELECT ")))


def _sequence(want: str) -> Iterator[str]:
    """A sequence or an identity column with other options; where it stands is kept."""
    cycle = "" if re.search(r"\bCYCLE$", want.removesuffix("\n)")) else "NO CYCLE"
    if found := IDENTITY.fullmatch(want):
        options = [x.strip() for x in found[3].splitlines() if "SEQUENCE NAME" not in x]
        yield " ".join((found[1], f"SET {found[2]}", *(f"SET {o}" for o in (*options, cycle) if o)))
    elif want.startswith("CREATE SEQUENCE"):
        whole = "" if re.search(r"\n    AS ", want) else "\n    AS bigint"
        yield f"ALTER{want.removeprefix('CREATE')}{whole}\n    {cycle}".rstrip()


def _acl(now: Entry | None, want: Entry | None) -> Iterator[str]:
    """From one ACL to another: what only the first says is taken back, what only the second says is said."""
    before = now.statements if now else ()
    after = want.statements if want else ()
    yield from (_undone(s) for s in reversed(before) if s not in after)
    yield from (s for s in after if s not in before)


def _undone(sql: str) -> str:
    """The opposite of a GRANT or REVOKE that pg_dump wrote."""
    head, word, rest = _around(sql, ("GRANT ", "REVOKE "))
    if word == "GRANT ":
        return head + "REVOKE " + re.sub(r" WITH GRANT OPTION$", "", _last(rest, " TO ", " FROM "))
    return head + "GRANT " + _last(rest, " FROM ", " TO ")


def _around(sql: str, words: tuple[str, ...]) -> tuple[str, str, str]:
    at, word = min((sql.find(w), w) for w in words if w in sql)
    return sql[:at], word, sql[at + len(word) :]


def _last(sql: str, old: str, new: str) -> str:
    head, _, tail = sql.rpartition(old)
    return f"{head}{new}{tail}"


def _drop(entry: Entry) -> Iterator[str]:
    """How to be rid of an object, where that loses nothing but its definition."""
    key = entry.key
    if key.type == "COMMENT":
        yield from (uncommented(s) for s in entry.statements)
    elif key.type in ACLS:
        yield from _acl(entry, None)
    elif key.type not in HOLDS_ROWS:
        yield from list(_dropped(entry))[:1]


def _dropped(entry: Entry) -> Iterator[str]:
    """DROP by the identity that the entry's ALTER … OWNER TO spells out, or by the pattern of its first statement."""
    for sql in entry.statements:
        if found := re.fullmatch(rf"ALTER ({entry.key.type} .+) OWNER TO \S+", sql, re.DOTALL):
            yield f"DROP {found[1]}"
    yield from (found.expand(undo) for pattern, undo in UNDO if (found := pattern.fullmatch(entry.statements[0])))


def uncommented(comment: str) -> str:
    """``COMMENT ON … IS NULL`` for a COMMENT statement."""
    last = [t for t in TOKENS.finditer(comment) if t.lastgroup == "string"][-1]
    return comment[: last.start()] + "NULL"
