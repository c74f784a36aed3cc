from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest

from difftool.model import Fingerprints, Hazard, Plan, Statement, TargetIdentity, Unhandled
from difftool.secrets import mask, masked

STATEMENTS = [
    (
        "CREATE USER MAPPING FOR a SERVER b OPTIONS (user 'x', password 'hunter''2')",
        "CREATE USER MAPPING FOR a SERVER b OPTIONS (user 'x', password '***')",
    ),
    (
        "ALTER USER MAPPING FOR a SERVER b OPTIONS (SET password E'hunter\\'2', ADD \"sslpassword\" $$hunter$$)",
        "ALTER USER MAPPING FOR a SERVER b OPTIONS (SET password '***', ADD \"sslpassword\" '***')",
    ),
    (
        "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'h', api_key 'hunter', password_required 'false')",
        "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'h', api_key '***', password_required 'false')",
    ),
    (
        "CREATE SUBSCRIPTION s CONNECTION 'host=h password=hunter dbname=d' PUBLICATION p",
        "CREATE SUBSCRIPTION s CONNECTION 'host=h password=*** dbname=d' PUBLICATION p",
    ),
    (
        "ALTER SUBSCRIPTION s CONNECTION 'host=h password = ''hunt er\\''2'' dbname=d'",
        "ALTER SUBSCRIPTION s CONNECTION 'host=h password = *** dbname=d'",
    ),
    (
        "ALTER SUBSCRIPTION s CONNECTION 'postgresql://u:hunter%402@h/d'",
        "ALTER SUBSCRIPTION s CONNECTION 'postgresql://u:***@h/d'",
    ),
    ("ALTER ROLE r LOGIN PASSWORD 'SCRAM-SHA-256$hunter'", "ALTER ROLE r LOGIN PASSWORD '***'"),
    ("CREATE USER r ENCRYPTED PASSWORD/* c */'hunter'", "CREATE USER r ENCRYPTED PASSWORD/* c */'***'"),
    ("CREATE ROLE \"rôle\" PASSWORD 'hünter'", "CREATE ROLE \"rôle\" PASSWORD '***'"),
    (
        "CREATE USER MAPPING FOR a SERVER b OPTIONS (U&\"p\\0061ssword\" 'hunter')",
        "CREATE USER MAPPING FOR a SERVER b OPTIONS (U&\"p\\0061ssword\" '***')",
    ),
    (
        "DO $$ BEGIN EXECUTE 'CREATE ROLE r PASSWORD ''hunter'''; PERFORM dblink('host=h password=hunter'); END $$",
        "DO $$ BEGIN EXECUTE 'CREATE ROLE r PASSWORD ''***'''; PERFORM dblink('host=h password=***'); END $$",
    ),
    ("-- password 'hunter'\nSELECT 1", "-- password '***'\nSELECT 1"),
]


@pytest.mark.parametrize(("sql", "shown"), STATEMENTS)
def test_only_the_secret_is_masked(sql: str, shown: str) -> None:
    assert mask(sql) == shown


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE users (password text NOT NULL DEFAULT 'none', token_type text CHECK (token_type = 'bearer'))",
        "COMMENT ON COLUMN users.password_hash IS 'argon2 of the password'",
        "COMMENT ON TABLE t IS 'say token=abc to get in'",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (url ~ '^https?://[^@]+$')",
        "DO $$ BEGIN RAISE 'your password ' || x || ' here'; DELETE FROM t WHERE t.password = crypt(y); END $$",
        "SELECT 1",
        "",
        "write postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
        "see https://example.com:8080/x, or http://localhost:9000",
        "check the user and the password: DATABASE_USER and DATABASE_PASSWORD, the URL, or ~/.pgpass",
        'role "x" does not exist',
    ],
)
def test_what_is_no_secret_stays_to_the_letter(sql: str) -> None:
    assert mask(sql) == sql


@pytest.mark.parametrize(
    "text",
    [
        "can't run it: syntax error\nLINE 1: CREATE USER MAPPING FOR a SERVER b OPTIONS (password 'hunter2 is...",
        "it's: role \"x\" can't be made: CREATE ROLE x PASSWORD 'hunter2'; it's gone",
        "syntax error\nLINE 1: ...ssword 'hunter2', user 'x')\n                ^",
        "syntax error\nLINE 1: ...hunter2', user 'x')",
        "CREATE ROLE x PASSWORD 'hunter2",
        "CREATE ROLE x PASSWORD 'hunter2\\",
        "CREATE ROLE x PASSWORD $q$hunter2",
        "CREATE ROLE x PASSWORDD FROM password 'hunter2'",
        "cannot connect: host=h password=hunter2 dbname=d",
        "cannot connect: host=h password='a hunter2' dbname=d",
        "cannot connect: host=h password = 'a \\'hunter2",
        "cannot connect to postgresql+psycopg2://u:hunter2@h:5432/d?x=y",
        "\0 ALTER ROLE x PASSWORD 'hunter2'",
        "ALTER ROLE \ud800 PASSWORD 'hunter2'",
        "ALTER SUBSCRIPTION s CONNECTION 'password=hunter2",
        "ALTER USER MAPPING FOR \"unclosed OPTIONS (SET password 'hunter2')",
    ],
)
def test_no_secret_survives_in_text_that_is_no_sql(text: str) -> None:
    assert "hunter2" not in mask(text)
    assert "***" in mask(text)


@pytest.mark.parametrize("sql", [sql for sql, _ in STATEMENTS])
def test_masking_twice_changes_nothing_and_no_cut_leaks(sql: str) -> None:
    assert mask(mask(sql)) == mask(sql)
    for end in range(len(sql)):
        assert "hunter" not in mask(sql[:end])


def test_any_text_at_all_is_taken() -> None:
    pieces = [
        "password ",
        "'",
        '"',
        "$$",
        "$a$",
        "\\",
        "--",
        "/*",
        "*/",
        "\n",
        "\0",
        "é",
        "\ud800",
        "://u:p@",
        "E'",
        "=",
        "U&",
        " ",
    ]
    dice = random.Random(7)
    for _ in range(3000):
        text = "".join(dice.choice(pieces) for _ in range(dice.randint(1, 12)))
        assert isinstance(mask(text), str)


def test_a_large_text_that_is_not_all_ascii_takes_no_time() -> None:
    sql = "SELECT 'é', " + "'ü', " * 20_000 + "1 AS password"
    started = time.monotonic()
    assert mask(sql) == sql
    assert time.monotonic() - started < 5


def test_a_plan_is_masked_in_every_text() -> None:
    target = TargetIdentity("t", "", "h", "5432", "d", "u", "u", 160004, "1")
    secret, gone = "x PASSWORD 'hunter2'", "CREATE ROLE x PASSWORD 'hunter2'"
    plan = Plan(
        target,
        "postgresql://u:hunter2@h/d",
        "migra",
        Fingerprints("a", "b", "c"),
        (
            Statement(gone, "role", "x", "create", hazards=(Hazard("data-loss", secret),)),
            Statement("SELECT 1", "", "", "set"),
        ),
        (Unhandled("role", "x", secret),),
        notes=(secret,),
    )
    assert "hunter2" not in repr(masked(plan))
    assert masked(plan).statements[1] == plan.statements[1]
    assert masked(replace(plan, statements=())).fingerprints == plan.fingerprints
