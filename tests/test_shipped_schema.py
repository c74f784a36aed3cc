"""The desired schema that ships: what is promised of it, read with PostgreSQL's parser and tried on a server."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest
from psycopg2 import errors
from psycopg2.extensions import connection

from difftool.pg.connection import identifier, run, session

if TYPE_CHECKING:
    from conftest import Server

SCHEMA = Path(__file__).parent.parent / "schema"
TABLES = {
    "users",
    "api_keys",
    "transactions",
    "anomalies",
    "models",
    "model_versions",
    "predictions",
    "audit_logs",
    "system_metrics",
}
VIEWS = {"open_anomalies", "model_ab_test"}
NAMED_INDEXES = {
    "idx_user_email_active": "users",
    "idx_transaction_hash": "transactions",
    "idx_transaction_timestamp_value": "transactions",
    "idx_anomaly_severity_detected": "anomalies",
    "idx_audit_user_timestamp": "audit_logs",
}
RELATIONSHIPS = {
    ("api_keys", "users", "CASCADE"),
    ("predictions", "users", "SET NULL"),
    ("audit_logs", "users", "SET NULL"),
    ("anomalies", "transactions", "RESTRICT"),
    ("predictions", "transactions", "CASCADE"),
    ("model_versions", "models", "RESTRICT"),
    ("anomalies", "model_versions", "RESTRICT"),
    ("predictions", "model_versions", "RESTRICT"),
}
UINT256_MAX = 2**256 - 1


def files() -> list[Path]:
    return sorted(SCHEMA.rglob("*.sql"))


@cache
def statements() -> tuple[Any, ...]:
    from pglast import parse_sql

    return tuple(raw.stmt for file in files() for raw in parse_sql(file.read_text()))


def of_kind(kind: str) -> list[Any]:
    return [s for s in statements() if type(s).__name__ == kind]


def test_tables_are_the_nine_of_the_guide() -> None:
    names = [s.relation.relname for s in of_kind("CreateStmt")]

    assert sorted(names) == sorted(TABLES)


def test_named_indexes_are_on_their_tables() -> None:
    found = {s.idxname: s.relation.relname for s in of_kind("IndexStmt")}

    assert found.items() >= NAMED_INDEXES.items()


def test_everything_has_a_comment() -> None:
    from pglast.enums import ObjectType

    commented = {(s.objtype, _last_name(s.object)) for s in of_kind("CommentStmt")}

    assert {name for kind, name in commented if kind == ObjectType.OBJECT_TABLE} == TABLES
    assert {name for kind, name in commented if kind == ObjectType.OBJECT_VIEW} == VIEWS
    assert (ObjectType.OBJECT_TYPE, "anomaly_severity") in commented
    assert (ObjectType.OBJECT_FUNCTION, "set_updated_at") in commented


def _last_name(node: Any) -> str:
    parts = getattr(node, "objname", None) or getattr(node, "names", None) or node
    return str(parts[-1].sval)


def test_it_is_a_schema_and_nothing_else() -> None:
    """No role, no grant, no extension, no row, no setting; and nothing that the first engine orders wrongly."""
    kinds = {type(s).__name__ for s in statements()}

    assert kinds == {
        "CreateStmt",
        "IndexStmt",
        "CommentStmt",
        "CreateEnumStmt",
        "CreateFunctionStmt",
        "CreateTrigStmt",
        "ViewStmt",
    }


def test_nothing_names_another_schema() -> None:
    relations = [s.relation for kind in ("CreateStmt", "IndexStmt", "CreateTrigStmt") for s in of_kind(kind)]
    relations += [s.view for s in of_kind("ViewStmt")]

    assert {r.schemaname for r in relations} == {None}


def test_folders_and_files_are_numbered_in_the_order_they_load() -> None:
    folders = [f.relative_to(SCHEMA).parts[0] for f in files()]

    assert all(re.match(r"\d\d_", folder) for folder in folders)
    assert sorted(set(folders)) == ["10_types", "20_tables", "30_triggers", "40_views"]


@pytest.fixture(scope="module")
def loaded(server: Server) -> Iterator[connection]:
    """A connection of an ordinary role that owns a database with the schema loaded, in the files' order."""
    info = server.database()
    owner = psycopg2.connect(info.dsn())
    try:
        yield _load(owner)
    finally:
        owner.close()
        with session(server.admin) as admin:
            run(admin, f"DROP DATABASE {identifier(info.database)}")
            run(admin, f"DROP ROLE {identifier(info.user)}")


def _load(owner: connection) -> connection:
    with owner, owner.cursor() as cursor:
        for file in files():
            cursor.execute(file.read_text())
    return owner


@pytest.fixture
def db(loaded: connection) -> Iterator[Database]:
    yield Database(loaded)
    loaded.rollback()


class Database:
    """One transaction in the loaded database, rolled back after the test."""

    def __init__(self, owner: connection) -> None:
        self.cursor = owner.cursor()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        self.cursor.execute(query, values or None)
        return self.cursor.fetchall() if self.cursor.description else []

    def value(self, query: str, *values: object) -> Any:
        return self.rows(query, *values)[0][0]

    def user(self, email: str = "ada@example.org") -> str:
        return str(self.value("INSERT INTO users (email) VALUES (%s) RETURNING id", email))

    def transaction(self, value_wei: int = 0) -> int:
        return int(
            self.value(
                "INSERT INTO transactions (hash, block_number, block_hash, block_timestamp, transaction_index,"
                " from_address, nonce, value_wei, gas_limit, gas_used, gas_price_wei)"
                " VALUES (%s, 1, %s, now(), 0, %s, 0, %s, 21000, 21000, 30000000000) RETURNING id",
                "0x" + secrets.token_hex(32),
                "0x" + "0" * 64,
                "0x" + "a" * 40,
                value_wei,
            )
        )

    def model(self) -> int:
        return int(self.value("INSERT INTO models (name, algorithm) VALUES ('value', 'autoencoder') RETURNING id"))

    def version(self, model: int, number: str, role: str, traffic: int) -> int:
        return int(
            self.value(
                "INSERT INTO model_versions (model_id, version, stage, ab_role, traffic_percent, artifact_uri,"
                " artifact_sha256) VALUES (%s, %s, 'production', %s, %s, 's3://models/value', %s) RETURNING id",
                model,
                number,
                role,
                traffic,
                "0" * 64,
            )
        )

    def predict(self, transaction: int, version: int, user: str | None = None) -> int:
        return int(
            self.value(
                "INSERT INTO predictions (transaction_id, model_version_id, user_id, score, is_anomaly, latency_ms)"
                " VALUES (%s, %s, %s, 0.9, true, 12) RETURNING id",
                transaction,
                version,
                user,
            )
        )


def test_everything_is_in_public_and_belongs_to_the_owner(db: Database) -> None:
    found = db.rows(
        "SELECT DISTINCT n.nspname, pg_get_userbyid(c.relowner) = current_user FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid >= 16384 AND n.nspname !~ '^pg_'"
    )

    assert found == [("public", True)]


def test_foreign_keys_are_the_relationships_of_the_guide(db: Database) -> None:
    found = db.rows(
        "SELECT conrelid::regclass::text, confrelid::regclass::text,"
        " substring(pg_get_constraintdef(oid) from 'ON DELETE (.*)') FROM pg_constraint WHERE contype = 'f'"
    )

    assert sorted(found) == sorted(RELATIONSHIPS)


def test_every_foreign_key_has_an_index_that_starts_with_it(db: Database) -> None:
    without = db.rows(
        "SELECT f.conrelid::regclass::text, f.conname FROM pg_constraint f WHERE f.contype = 'f' AND NOT EXISTS ("
        "SELECT FROM pg_index i WHERE i.indrelid = f.conrelid AND i.indisvalid AND i.indkey[0] = f.conkey[1]"
        " AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$'))"
    )

    assert without == []


def test_times_know_their_zone_and_states_their_values(db: Database) -> None:
    naive = db.rows(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'timestamp without time zone'"
    )
    unchecked = db.rows(
        "SELECT attrelid::regclass::text, attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND atttypid = 'text'::regtype"
        " AND attname IN ('status', 'stage', 'role', 'ab_role', 'outcome', 'kind', 'algorithm') AND NOT EXISTS ("
        "SELECT FROM pg_constraint WHERE conrelid = attrelid AND contype = 'c' AND conkey = ARRAY[attnum])"
    )

    assert (naive, unchecked) == ([], [])


def test_the_guides_types(db: Database) -> None:
    found = db.rows(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid IN"
        " ('users'::regclass, 'transactions'::regclass) AND attname IN ('email', 'value_wei')"
        " OR attrelid = 'users'::regclass AND attname = 'id'"
    )

    assert dict(found) == {
        "id": "character varying(36)",
        "email": "character varying(255)",
        "value_wei": "numeric(78,0)",
    }


def test_every_updated_at_is_kept_by_a_trigger(db: Database) -> None:
    with_column = db.rows(
        "SELECT attrelid::regclass::text FROM pg_attribute WHERE attname = 'updated_at' AND attnum > 0"
    )
    with_trigger = db.rows("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = 'set_updated_at'::regproc")

    assert with_column
    assert sorted(with_column) == sorted(with_trigger)


def test_updating_a_row_stamps_it(db: Database) -> None:
    user = db.user()
    db.rows("UPDATE users SET full_name = 'Ada', updated_at = '2000-01-01' WHERE id = %s", user)

    assert db.value("SELECT updated_at = now() FROM users WHERE id = %s", user)


def test_an_address_has_one_active_account_whatever_its_case(db: Database) -> None:
    first = db.user("ada@example.org")
    db.rows("UPDATE users SET is_active = false WHERE id = %s", first)
    db.user("ADA@example.org")

    with pytest.raises(errors.UniqueViolation, match="idx_user_email_active"):
        db.user("Ada@Example.org")


def test_erasing_a_user_takes_the_keys_and_leaves_the_trail(db: Database) -> None:
    user, transaction = db.user(), db.transaction()
    prediction = db.predict(transaction, db.version(db.model(), "1.0.0", "champion", 100), user)
    db.rows(
        "INSERT INTO api_keys (user_id, name, key_prefix, key_hash) VALUES (%s, 'ci', 'abcdefgh', %s)", user, "0" * 64
    )
    db.rows(
        "INSERT INTO audit_logs (user_id, actor, action, resource_type, outcome)"
        " VALUES (%s, %s, 'user.login', 'user', 'success')",
        user,
        user,
    )

    db.rows("DELETE FROM users WHERE id = %s", user)

    assert db.value("SELECT count(*) FROM api_keys") == 0
    assert db.rows("SELECT user_id, actor FROM audit_logs") == [(None, user)]
    assert db.rows("SELECT id, user_id FROM predictions") == [(prediction, None)]


def test_a_transaction_takes_its_predictions_but_not_its_findings(db: Database) -> None:
    transaction = db.transaction()
    db.predict(transaction, db.version(db.model(), "1.0.0", "champion", 100))
    db.rows("SAVEPOINT before")
    db.rows("INSERT INTO anomalies (transaction_id, kind, severity) VALUES (%s, 'gas', 'high')", transaction)

    with pytest.raises(psycopg2.IntegrityError, match="anomalies_transaction_id_fkey"):
        db.rows("DELETE FROM transactions WHERE id = %s", transaction)
    db.rows("ROLLBACK TO before")
    db.rows("DELETE FROM transactions WHERE id = %s", transaction)

    assert db.value("SELECT count(*) FROM predictions") == 0


def test_a_model_has_one_champion(db: Database) -> None:
    model = db.model()
    db.version(model, "1.0.0", "champion", 90)
    db.version(model, "1.1.0", "challenger", 5)
    db.version(model, "1.2.0", "challenger", 5)

    with pytest.raises(errors.UniqueViolation, match="idx_model_version_champion"):
        db.version(model, "2.0.0", "champion", 0)


def test_the_ab_test_view_compares_the_versions(db: Database) -> None:
    model, transaction = db.model(), db.transaction()
    champion = db.version(model, "1.0.0", "champion", 90)
    db.version(model, "1.1.0", "challenger", 5)
    db.predict(transaction, champion)

    found = db.rows(
        "SELECT ab_role, traffic_percent, model_traffic_percent, predictions, anomaly_percent, latency_ms_p95"
        " FROM model_ab_test ORDER BY model_version"
    )

    assert found == [("champion", 90, 95, 1, 100, 12), ("challenger", 5, 95, 0, None, None)]


def test_open_anomalies_shows_the_worst_first_when_asked_and_every_wei(db: Database) -> None:
    for severity, wei in (("low", 1), ("critical", UINT256_MAX)):
        db.rows(
            "INSERT INTO anomalies (transaction_id, kind, severity) VALUES (%s, 'value', %s)",
            db.transaction(wei),
            severity,
        )
    db.rows("UPDATE anomalies SET status = 'dismissed', resolved_at = now() WHERE severity = 'low'")

    ((severity, ether),) = db.rows("SELECT severity, value_ether FROM open_anomalies WHERE severity >= 'high'")

    assert severity == "critical"
    assert str(ether).replace(".", "") == str(UINT256_MAX)


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("INSERT INTO users (email) VALUES ('nobody')", "users_email_check"),
        ("INSERT INTO users (email, role) VALUES ('a@b', 'root')", "users_role_check"),
        ("INSERT INTO users (email, preferences) VALUES ('a@b', '[]')", "users_preferences_check"),
        ("UPDATE transactions SET value_wei = -1", "transactions_value_wei_check"),
        ("UPDATE transactions SET gas_used = gas_limit + 1", "transactions_gas_used_within_limit"),
        ("UPDATE transactions SET hash = upper(hash)", "transactions_hash_check"),
        ("UPDATE model_versions SET ab_role = NULL", "model_versions_role_in_production"),
        ("UPDATE model_versions SET stage = 'retired', ab_role = NULL", "model_versions_traffic_in_production"),
        ("UPDATE model_versions SET traffic_percent = 101", "model_versions_traffic_percent_check"),
        ("UPDATE anomalies SET status = 'confirmed'", "anomalies_resolved_when_closed"),
        ("UPDATE anomalies SET resolved_at = now()", "anomalies_resolved_when_closed"),
        ("UPDATE predictions SET score = 1.5", "predictions_score_check"),
    ],
)
def test_checks_refuse_what_makes_no_sense(db: Database, statement: str, constraint: str) -> None:
    transaction = db.transaction()
    db.predict(transaction, db.version(db.model(), "1.0.0", "champion", 100))
    db.rows("INSERT INTO anomalies (transaction_id, kind, severity) VALUES (%s, 'value', 'low')", transaction)

    with pytest.raises(errors.CheckViolation, match=constraint):
        db.rows(statement)
