"""The plan as a file: what comes back is what was written, and nothing else is ever taken for it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import threading
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from difftool import model, planfile
from difftool.errors import DifftoolError, Refused, UsageError

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "difftool" / "plan.schema.json").read_text(encoding="utf-8"))

TARGET = model.TargetIdentity(
    name="production", url="postgresql://app:***@db:5432/app", host="db", port="5432", database="app",
    user="app", owner="app_owner", server_version=160004, system_identifier="7123456789012345678",
)  # fmt: skip
AWKWARD = "CREATE TABLE \"Ünï\"\"x\" (a text DEFAULT E'\\n\\\\ ''🐘''')\n-- \t\u2028\x7f %s {}"
PLAN = model.Plan(
    target=TARGET,
    desired="schema/",
    engine="migra",
    fingerprints=model.Fingerprints(
        "a" * 64,
        "b" * 64,
        "pg_dump 18",
        target_objects=(("table", "public.users", "0123456789abcdef"), ("index", 'public."ü, \n"', "f" * 16)),
        desired_objects=(("table", "public.users", "f" * 16),),
    ),
    statements=(
        model.Statement(AWKWARD, "table", 'public."Ünï""x"', "create"),
        model.Statement("ALTER TYPE t ADD VALUE 'x'", "type", "public.t", "alter", commit=True),
        model.Statement("CREATE INDEX CONCURRENTLY i ON t (a)", "index", "public.i", "create", transaction=False),
        model.Statement(
            "DROP TABLE users",
            "table",
            "public.users",
            "drop",
            hazards=(model.Hazard("data-loss", "5 rows go"), model.Hazard("breaks-clients", "who reads it fails")),
            locks=(model.Lock("ACCESS EXCLUSIVE", "public.users", measured=True, bytes=8192),),
        ),
    ),
    unhandled=(model.Unhandled("comment", "public.users", "migra knows no comments"),),
    ignored=(model.Ignored("role", "app", "cluster-wide"),),
    notes=("a note", ""),
    proven=False,
    proof=model.Proof("embedded 18.6", 180006, 0.1 + 0.2),
    created="2026-11-23T05:21:05Z",
    tool_version="0.1.0",
    deferred=(
        model.Deferred(
            model.Statement(
                "ALTER TABLE t DROP a", "column", "public.t.a", "drop", hazards=(model.Hazard("data-loss", "d"),)
            ),
            "data-loss",
            "deletes values",
        ),
    ),
    data=(model.DataStep("data/roles.sql", (model.Statement("DELETE FROM t WHERE a = 1", "table", "t", "alter"),)),),
)
EMPTY = model.Plan(TARGET, "schema/", "migra", model.Fingerprints("", "", ""))


def resealed(change: Any, plan: model.Plan = PLAN) -> str:
    """The plan's document after ``change``, with a digest that fits, as somebody who means to deceive would make it."""
    body = json.loads(planfile.dumps(plan))
    del body["digest"]
    change(body)
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return json.dumps({**body, "digest": hashlib.sha256(canonical).hexdigest()})


@pytest.mark.parametrize("plan", [PLAN, EMPTY, replace(PLAN, proven=True), replace(PLAN, proven=None, proof=None)])
def test_what_was_written_is_read(plan: model.Plan) -> None:
    assert planfile.loads(planfile.dumps(plan), "plan.json") == plan


def test_a_plan_from_before_ignore_rules_is_read() -> None:
    def change(body: Any) -> None:
        del body["fingerprints"]["wanted"]

    assert planfile.loads(resealed(change), "plan.json") == PLAN


def test_text_that_utf8_cannot_hold_survives() -> None:
    plan = replace(EMPTY, notes=("\udcff half of a pair",))
    text = planfile.dumps(plan)
    assert text.encode("utf-8")
    assert planfile.loads(text, "plan.json") == plan


def test_same_plan_same_bytes_in_a_stable_order() -> None:
    text = planfile.dumps(PLAN)
    assert text == planfile.dumps(planfile.loads(text, ""))
    assert text.endswith('"\n}\n')
    assert text.startswith('{\n  "format": 1,\n')
    assert "🐘" in text
    assert '      ["table", "public.users", "0123456789abcdef"],\n' in text
    assert tuple(json.loads(text)) == (*planfile.KEYS, "digest")


def test_hazards_are_summed_up_at_the_top() -> None:
    assert json.loads(planfile.dumps(PLAN))["hazards"] == [
        {"statement": 4, "kind": "data-loss", "detail": "5 rows go", "object": "table public.users"},
        {"statement": 4, "kind": "breaks-clients", "detail": "who reads it fails", "object": "table public.users"},
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"DROP TABLE users"', '"DROP TABLE orders"'),
        ('"transaction": false', '"transaction": true'),
        ('"5 rows go"', '"no rows go"'),
        ('"proven": false', '"proven": true'),
        ('"digest": "', '"digest": "0'),
        ('"format": 1', '"format": 0'),
    ],
)
def test_edited_file_is_refused(old: str, new: str) -> None:
    text = planfile.dumps(PLAN)
    assert old in text
    with pytest.raises(Refused, match=r"p\.json was edited after it was written") as caught:
        planfile.loads(text.replace(old, new), "p.json")
    assert caught.value.exit_code == 4
    assert "difftool plan -o" in caught.value.hint


def test_file_without_its_digest_is_an_edited_one() -> None:
    body = json.loads(planfile.dumps(PLAN))
    del body["digest"]
    with pytest.raises(Refused, match="edited"):
        planfile.loads(json.dumps(body), "p.json")


def test_new_indentation_is_no_edit() -> None:
    assert planfile.loads(json.dumps(json.loads(planfile.dumps(PLAN)), sort_keys=True), "p.json") == PLAN


def test_newer_format_is_refused_naming_both() -> None:
    text = planfile.dumps(PLAN).replace('"format": 1', '"format": 2').replace('"0.1.0"', '"9.9"')
    with pytest.raises(Refused, match=r"by difftool 9\.9 in format 2, and this difftool reads format 1") as caught:
        planfile.loads(text, "p.json")
    assert "upgrade" in caught.value.hint


@pytest.mark.parametrize(
    "text", ["", "{", "no", "[1, 2", '{"format": NaN}', "[" * 100_000, '{"format": 1, "format": 1}']
)
def test_what_is_no_json_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match=r"^p\.json is not JSON: ") as caught:
        planfile.loads(text, "p.json")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", ["null", "[]", "3", "{}", '{"format": "1"}', '{"format": true}', '{"format": 1.0}'])
def test_other_json_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match='is not a plan: it has no "format"'):
        planfile.loads(text, "p.json")


def test_edit_cannot_hide_behind_a_second_key() -> None:
    """A person reads the first "sql", json.loads takes the last one."""
    text = planfile.dumps(PLAN).replace('"sql": "DROP TABLE users"', '"sql": "SELECT 1", "sql": "DROP TABLE users"')
    with pytest.raises(UsageError, match="a key stands twice"):
        planfile.loads(text, "p.json")


@pytest.mark.parametrize("key", [field.name for field in fields(model.Plan) if "later" not in field.metadata])
def test_missing_key_is_named(key: str) -> None:
    with pytest.raises(UsageError, match=f'p.json: it has no "{key}"'):
        planfile.loads(resealed(lambda body: body.pop(key)), "p.json")


def set_in(body: Any, path: str, value: Any) -> None:
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        body = body[step]
    body[last] = value


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("statements.0.transaction", "yes", 'statements[0].transaction must be true or false, not "yes"'),
        ("statements.0.transaction", 1, "statements[0].transaction must be true or false, not 1"),
        ("statements.1.sql", None, "statements[1].sql must be a text, not null"),
        (
            "statements.1.action",
            "rename",
            'statements[1].action must be "create" or "alter" or "drop" or "set", not "rename"',
        ),
        ("statements.3.hazards.0.kind", "fun", 'statements[3].hazards[0].kind must be "data-loss" or '),
        ("statements.0.timeout", 3, 'statements[0] has an unknown key "timeout"'),
        ("surprise", {}, 'it has an unknown key "surprise"'),
        ("target.server_version", True, "target.server_version must be a whole number, not true"),
        ("target", [], "target must be an object, not []"),
        ("statements", {}, "statements must be a list, not {}"),
        ("proof.seconds", "1", 'proof.seconds must be a number, not "1"'),
        (
            "fingerprints.target_objects.0",
            ["table"],
            'fingerprints.target_objects[0] must be a list of 3, not ["table"]',
        ),
        ("fingerprints.target_objects.0.2", 7, "fingerprints.target_objects[0][2] must be a text, not 7"),
        ("notes.0", 1, "notes[0] must be a text, not 1"),
        ("hazards", [], '"hazards" does not list the hazards of the statements'),
    ],
)
def test_wrong_type_is_named_with_its_place(path: str, value: Any, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(f"p.json: {said}")):
        planfile.loads(resealed(lambda body: set_in(body, path, value)), "p.json")


def test_write_and_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("older")
    path.chmod(0o644)
    planfile.write(PLAN, path)
    assert planfile.read(path) == PLAN
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_write_goes_through_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    planfile.write(PLAN, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert planfile.read(tmp_path / "real") == PLAN


def test_write_into_a_pipe_keeps_the_pipe(tmp_path: Path) -> None:
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    planfile.write(PLAN, pipe)
    reader.join(10)
    assert got == [planfile.dumps(PLAN)]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.json"
    path.write_text("older")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DifftoolError, match=r"cannot write the plan to .*: no space left on device") as caught:
        planfile.write(PLAN, path)
    assert caught.value.exit_code == 1
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == "older"


@pytest.mark.parametrize(
    ("name", "said", "hint"),
    [
        ("nowhere/plan.json", "there is no folder", "mkdir -p"),
        ("file/plan.json", "there is no folder", "mkdir -p"),
        ("folder", "it is a folder", "name a file"),
    ],
)
def test_write_to_a_wrong_path(tmp_path: Path, name: str, said: str, hint: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match=f"cannot write the plan to .*{name}: {said}") as caught:
        planfile.write(PLAN, tmp_path / name)
    assert hint in caught.value.hint


def test_read_what_is_not_there_or_no_text(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="there is no such file"):
        planfile.read(tmp_path / "no")
    with pytest.raises(UsageError, match="it is a folder"):
        planfile.read(tmp_path)
    with pytest.raises(UsageError, match="not UTF-8"):
        planfile.read(tmp_path / "binary")


@pytest.mark.parametrize("plan", [PLAN, EMPTY])
def test_json_schema_accepts_what_is_written(plan: model.Plan) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(planfile.dumps(plan)))


@pytest.mark.parametrize(
    "path", ["surprise", "target.x", "statements.0.x", "statements.0.transaction", "proven", "proof.x"]
)
def test_json_schema_refuses_other_things(path: str) -> None:
    body = json.loads(planfile.dumps(PLAN))
    set_in(body, path, "x")
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(body)


def test_json_schema_knows_every_word_of_the_model() -> None:
    assert SCHEMA["$defs"]["hazard"]["enum"] == list(model.HAZARDS)
    actions = SCHEMA["$defs"]["statement"]["properties"]["action"]["enum"]
    assert actions == list(get_args(model.Action))


AS_ELSEWHERE = ("deferred[].statement", "data[].statements[]")
"""Statements that have the keys of ``statements[]``, documented there."""


def paths_of(value: Any, path: str = "") -> set[str]:
    """Every key of a document, as docs/plan-json.md writes it: ``statements[].hazards[].kind``."""
    if isinstance(value, list):
        return {found for item in value for found in paths_of(item, f"{path}[]")}
    if not isinstance(value, dict):
        return set()
    inside = {f"{path}.{key}".lstrip("."): item for key, item in value.items()}
    if path in AS_ELSEWHERE:
        return set()
    return set(inside) | {found for key, item in inside.items() for found in paths_of(item, key)}


def test_every_key_is_documented_and_nothing_else() -> None:
    text = (ROOT / "docs" / "plan-json.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    assert len(documented) == len(set(documented))
    assert set(documented) == paths_of(json.loads(planfile.dumps(PLAN)))
    top = [key for key in documented if "." not in key and "[" not in key]
    assert top == list(json.loads(planfile.dumps(PLAN)))


def schema_paths(schema: Any, path: str = "") -> set[str]:
    """Every key that the JSON Schema knows, written the same way."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "items" in schema:
        return schema_paths(schema["items"], f"{path}[]")
    inside = {f"{path}.{key}".lstrip("."): item for key, item in schema.get("properties", {}).items()}
    if path in AS_ELSEWHERE:
        return set()
    assert set(schema.get("required", [])) == set(schema.get("properties", {}))
    return set(inside) | {found for key, item in inside.items() for found in schema_paths(item, key)}


def test_json_schema_has_the_same_keys() -> None:
    assert schema_paths(SCHEMA) == paths_of(json.loads(planfile.dumps(PLAN)))
