"""Snapshots in a folder and in S3: real boto3 and moto's HTTP server, and a proxy between them that spoils things."""

from __future__ import annotations

import contextlib
import errno
import http.client
import json
import os
import re
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from difftool import planfile
from difftool.errors import DifftoolError, SnapshotError, UsageError
from difftool.model import Fingerprints, Hazard, Plan, Statement, TargetIdentity
from difftool.settings import SnapshotSettings
from difftool.snapshot import Snapshot, Store, folder, manifest, names, open_store, s3
from difftool.snapshot.folder import FolderStore
from difftool.snapshot.store import KeyMissingError, KeyTakenError, StoreDownError

ROOT = Path(__file__).parent.parent
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
TARGET = TargetIdentity(
    "production", "postgresql://app:***@db:5432/app", "db", "5432", "app", "app", "app", 160004, "7123456789"
)  # fmt: skip
PLAN = Plan(
    TARGET,
    "schema/",
    "migra",
    Fingerprints("a" * 64, "b" * 64, "pg_dump 18", (("table", "public.t", "0" * 16),)),
    statements=(Statement("DROP TABLE t", "table", "public.t", "drop", hazards=(Hazard("data-loss", "gone"),)),),
    created="2026-11-23T05:21:05Z",
    tool_version="0.1.0",
)
DUMP = "CREATE TABLE t (a text DEFAULT 'ü\r\n🐘');\n--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict x\n"
BODY = b"<Error><Code>%s</Code><Message>%s</Message></Error>"


@pytest.fixture(autouse=True)
def _no_own_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine's own AWS settings counts, and no test asks a metadata service."""
    for name in [n for n in os.environ if n.startswith("AWS_") or n.upper().endswith("_PROXY")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def s3_store(
    endpoint: str, place: str = "s3://snapshots/team a/x", aws: dict[str, str] = KEYS, region: str = ""
) -> Store:
    return open_store(SnapshotSettings(place, endpoint, region), Path("/"), aws)


@cache
def shared(endpoint: str) -> Store:
    """``s3_store`` of a server that lives as long as this module: making a client costs 0.1 s."""
    return s3_store(endpoint)


@pytest.fixture
def bucket(moto: str) -> Iterator[str]:
    """moto with an empty bucket "snapshots"; its address."""
    client: Any = shared(moto).client  # type: ignore[attr-defined]
    client.create_bucket(Bucket="snapshots")
    yield moto
    for page in client.get_paginator("list_objects_v2").paginate(Bucket="snapshots"):
        if objects := [{"Key": item["Key"]} for item in page.get("Contents", [])]:
            client.delete_objects(Bucket="snapshots", Delete={"Objects": objects})
    client.delete_bucket(Bucket="snapshots")


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return open_store(SnapshotSettings("kept/here"), tmp_path, {})
    return shared(request.getfixturevalue("bucket"))


def save(store: Store, plan: Plan = PLAN, reason: manifest.Reason = "apply") -> Snapshot:
    return manifest.save(store, plan=plan, schema_dump=DUMP, reason=reason, pg_dump="18.6")


def overwrite(store: Store, key: str, data: bytes) -> None:
    store.delete(key)
    store.put_new(key, data)


# Both stores


def test_objects_come_back_and_are_never_replaced(store: Store) -> None:
    assert store.keys("") == ()
    store.put_new("a/b/c.json", b"one")
    store.put_new("a/b2.json", b"")
    with pytest.raises(KeyTakenError, match="already"):
        store.put_new("a/b/c.json", b"two")
    with pytest.raises(KeyTakenError, match="already"):
        store.put_new("a/b/c.json", b"one")
    assert store.get("a/b/c.json") == b"one"
    assert store.get("a/b2.json") == b""
    assert store.keys("") == ("a/b/c.json", "a/b2.json")
    assert store.keys("a/b/") == ("a/b/c.json",)
    assert store.keys("a/b") == ("a/b/c.json", "a/b2.json")
    assert store.keys("b") == ()
    store.delete("a/b/c.json")
    store.delete("a/b/c.json")
    assert store.keys("") == ("a/b2.json",)
    with pytest.raises(KeyMissingError, match=r"has no .*a/b/c\.json"):
        store.get("a/b/c.json")


def test_what_is_replaced_is_whole(store: Store) -> None:
    store.put("a/journal-1.json", b"one")
    store.put("a/journal-1.json", b"another")
    assert store.get("a/journal-1.json") == b"another"
    assert store.keys("") == ("a/journal-1.json",)


def test_of_many_writers_one_wins(store: Store) -> None:
    def write(n: int) -> int | None:
        with contextlib.suppress(KeyTakenError):
            store.put_new("race", bytes([n]) * 100_000)
            return n
        return None

    with ThreadPoolExecutor(8) as pool:
        winners = [n for n in pool.map(write, range(8)) if n is not None]
    assert len(winners) == 1
    assert store.get("race") == bytes(winners) * 100_000
    assert store.keys("") == ("race",)


@pytest.mark.parametrize(
    "key", ["", "/", "/etc/x", "../x", "a/../x", "a//b", "a/./b", "a/", "a\\b", "a\0b", "c:x", "a.tmp"]
)
def test_key_that_leads_elsewhere_is_refused(store: Store, key: str) -> None:
    for use in (lambda: store.put_new(key, b""), lambda: store.get(key), lambda: store.delete(key)):
        with pytest.raises(SnapshotError, match="not a key"):
            use()


def test_ten_megabytes(store: Store) -> None:
    data = os.urandom(1 << 20) * 10
    store.put_new("big", data)
    assert store.get("big") == data


def test_probe_leaves_nothing(store: Store) -> None:
    manifest.probe(store)
    assert store.keys("") == ()


def test_snapshot_comes_back(store: Store) -> None:
    saved = save(store)
    assert store.keys("") == tuple(saved.folder + name for name in ("manifest.json", "plan.json", "schema.sql"))
    assert manifest.snapshots(store, TARGET) == (saved,)
    assert manifest.load(store, saved.id, TARGET) == saved
    assert manifest.schema_of(store, saved) == DUMP
    assert manifest.plan_of(store, saved) == PLAN
    assert saved.fingerprints == Fingerprints("a" * 64, "b" * 64, "pg_dump 18")
    assert (saved.reason, saved.pg_dump, saved.server_version, saved.tool_version) == ("apply", "18.6", 160004, "0.1.0")
    assert (
        saved.created
        == f"{saved.id[:4]}-{saved.id[4:6]}-{saved.id[6:8]}T{saved.id[9:11]}:{saved.id[11:13]}:{saved.id[13:15]}Z"
    )


def test_newest_comes_first_even_within_a_second(store: Store) -> None:
    saved = [save(store, reason="apply" if n % 2 else "rollback") for n in range(5)]
    assert manifest.snapshots(store, TARGET) == tuple(reversed(saved))
    assert next(manifest.walk(store, TARGET)) == saved[-1]


def test_a_target_sees_only_its_own(store: Store) -> None:
    others = [
        replace(TARGET, database="app2"),
        replace(TARGET, database="APP"),
        replace(TARGET, database="app-7123456789"),
        replace(TARGET, system_identifier="71234567890"),
        replace(TARGET, database="../ä'\"%2F\n:b\\"),
    ]
    saved = {target: save(store, replace(PLAN, target=target)) for target in [TARGET, *others]}
    for target, snapshot in saved.items():
        assert manifest.snapshots(store, target) == (snapshot,)
        assert manifest.load(store, snapshot.id, target) == snapshot
        assert manifest.schema_of(store, snapshot) == DUMP
    assert manifest.snapshots(store, None) == tuple(reversed(saved.values()))
    with pytest.raises(SnapshotError, match="no snapshot"):
        manifest.load(store, saved[others[0]].id, TARGET)


def test_write_that_was_killed_is_no_snapshot(store: Store) -> None:
    saved = save(store)
    for name in ("schema.sql", "plan.json"):
        store.put_new(f"{names.folder(TARGET)}/20991231-235959-0000/{name}", b"half")
    store.put_new("somebody-else/20991231-235959-0000x/manifest.json", b"{}")
    store.put_new("manifest.json", b"{}")
    assert manifest.snapshots(store, TARGET) == (saved,)
    assert manifest.snapshots(store, None) == (saved,)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda data: b"", "is not JSON"),
        (lambda data: data[:-40], "is not JSON"),
        (lambda data: b"\xff" + data, "is not JSON"),
        (lambda data: data.replace(b'"apply"', b'"manual"'), "edited after it was written"),
        (lambda data: data.replace(b'"format": 1', b'"format": 7'), r"by difftool 0\.1\.0 in format 7"),
        (lambda data: b'{"a": 1}', 'has no "format"'),
    ],
)
def test_damaged_manifest_is_listed_as_broken(store: Store, spoil: Callable[[bytes], bytes], why: str) -> None:
    good, bad = save(store), save(store)
    overwrite(store, bad.folder + "manifest.json", spoil(store.get(bad.folder + "manifest.json")))
    first, second = manifest.snapshots(store, TARGET)
    assert second == good
    assert re.search(why, first.broken)
    assert (first.id, first.created, first.folder) == (bad.id, bad.created, bad.folder)
    for use in (lambda: manifest.load(store, bad.id, TARGET), lambda: manifest.schema_of(store, first)):
        with pytest.raises(SnapshotError, match=f"snapshot {bad.id} is damaged: .*{why}") as caught:
            use()
        assert caught.value.hint


def test_manifest_in_another_place_is_broken(store: Store) -> None:
    saved = save(store)
    copy = f"{names.folder(replace(TARGET, database='other'))}/{saved.id}/"
    store.put_new(copy + "manifest.json", store.get(saved.folder + "manifest.json"))
    (found,) = manifest.snapshots(store, replace(TARGET, database="other"))
    assert f"is the manifest of {saved.folder[:-1]}" in found.broken


@pytest.mark.parametrize("name", ["schema.sql", "plan.json"])
@pytest.mark.parametrize("spoil", [lambda data: data[:-1], lambda data: data[:-1] + b"x", lambda data: b""])
def test_damaged_part_is_an_error(store: Store, name: str, spoil: Callable[[bytes], bytes]) -> None:
    saved = save(store)
    overwrite(store, saved.folder + name, spoil(store.get(saved.folder + name)))
    use = manifest.schema_of if name == "schema.sql" else manifest.plan_of
    with pytest.raises(SnapshotError, match=f"snapshot {saved.id} is damaged: {name} is not what was written"):
        use(store, saved)


def test_missing_part_is_an_error(store: Store) -> None:
    saved = save(store)
    store.delete(saved.folder + "schema.sql")
    with pytest.raises(SnapshotError, match=r"has no .*schema\.sql"):
        manifest.schema_of(store, saved)


def test_beginning_of_an_id_will_do(store: Store) -> None:
    saved = [save(store) for _ in range(10)]
    assert manifest.load(store, saved[3].id, TARGET) == saved[3]
    assert manifest.load(store, saved[3].folder[:-1], None) == saved[3]
    with pytest.raises(SnapshotError, match='"20" is the beginning of 10 snapshots of app: ') as caught:
        manifest.load(store, "20", TARGET)
    assert saved[9].id in caught.value.message
    assert "and 2 more" in caught.value.message
    assert caught.value.hint == "difftool snapshots lists what there is"
    with pytest.raises(SnapshotError, match=re.escape(saved[9].folder[:-1])):
        manifest.load(store, "20", None)
    for name in ("2019", "../x", "%", "manifest.json"):
        with pytest.raises(SnapshotError, match=f'no snapshot "{name}" of app in {re.escape(store.describe())}'):
            manifest.load(store, name, TARGET)


def test_no_password_is_kept(store: Store) -> None:
    url = "postgresql://app:hunter2@db/app?sslpassword=hunter3&passfile=hunter4"
    saved = save(store, replace(PLAN, target=replace(TARGET, url=url, name=url)))
    for key in store.keys(""):
        assert b"hunter" not in store.get(key)
    assert saved.target.url.startswith("postgresql://app:***@db/app?")
    assert "hunter" not in repr(saved)


@pytest.mark.parametrize("dump", ["", "CREATE TABLE t ();\n", DUMP + "x" * 1000])
def test_incomplete_dump_is_refused(store: Store, dump: str) -> None:
    with pytest.raises(SnapshotError, match="the schema dump of app is not complete"):
        manifest.save(store, plan=PLAN, schema_dump=dump, reason="apply", pg_dump="18.6")
    assert store.keys("") == ()


def test_dump_that_is_no_utf8_survives(store: Store) -> None:
    dump = "COMMENT ON TABLE t IS '\udcff';\n" + DUMP
    saved = manifest.save(store, plan=PLAN, schema_dump=dump, reason="manual", pg_dump="18.6")
    assert manifest.schema_of(store, saved) == dump


def test_manifest_is_documented() -> None:
    text = (ROOT / "docs" / "snapshots.md").read_text(encoding="utf-8").partition("## manifest.json")[2]
    documented = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    target = Snapshot("i", "", TARGET, 1, "", "apply", Fingerprints("", "", ""), (manifest.Part("a", "b", 1),), "")
    written = json.loads(manifest._dumps(target))
    assert [key for key in documented if "." not in key] == list(written)
    assert {key for key in documented if "." in key} == {f"parts[].{key}" for key in written["parts"][0]}


def test_ids_and_names() -> None:
    now = datetime(2026, 11, 23, 5, 21, 5, 999_999, timezone(timedelta(hours=2)))
    assert names.new_id(now) == "20261123-032105-ffff"
    assert names.new_id(now.replace(microsecond=0)) == "20261123-032105-0000"
    assert names.created("20261123-032105-ffff") == "2026-11-23T03:21:05Z"
    assert names.is_id(names.new_id(datetime.now(UTC)))
    for other in ("20261323-032105-ffff", "20261123-032105", "20261123-032105-FFFF", "x20261123-032105-ffff", ""):
        assert not names.is_id(other)
    for database in ("app", "App_1", "a.b/c", "ä🐘", "-", "a-1-2", "\udcff", ".41", "%2e%2e"):
        name = names.folder(replace(TARGET, database=database))
        assert re.fullmatch(r"[A-F0-9a-z_.-]+", name)
        assert names.owner_of(name) == (database, TARGET.system_identifier)
    assert names.owner_of("Some Folder") is None


# The settings


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (SnapshotSettings("gs://bucket/x"), 'not a snapshot store: "gs://bucket/x"'),
        (SnapshotSettings("https://u:secret@host/x"), r'not a snapshot store: "https://u:\*\*\*@host/x"'),
        (SnapshotSettings("  "), "not a snapshot store"),
        (SnapshotSettings("s3://"), "no bucket"),
        (SnapshotSettings("s3:///x"), "no bucket"),
        (SnapshotSettings("s3://b/a/../c"), "not a snapshot store"),
        (SnapshotSettings("s3://key:secret@b/a"), r"holds no credentials: s3://key:\*\*\*@b/a"),
        (SnapshotSettings("s3://b", "localhost:9000"), 'not the address of an S3 server: "localhost:9000"'),
        (SnapshotSettings("s3://b", "http://h:99999"), "not the address of an S3 server"),
        (SnapshotSettings("s3://b", "http://[::1"), "not the address of an S3 server"),
        (SnapshotSettings("s3://b", "http://u:secret@h"), r'not the address of an S3 server: "http://u:\*\*\*@h"'),
        (SnapshotSettings("s3://b", "", "no region"), "not an AWS region"),
    ],
)
def test_store_that_cannot_be_meant(settings: SnapshotSettings, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        open_store(settings, Path("/"), KEYS)
    assert caught.value.hint
    assert "secret" not in caught.value.message


def test_bucket_name_that_cannot_be(bucket: str) -> None:
    with pytest.raises(UsageError, match='"Not a bucket" is no bucket name'):
        s3_store(bucket, "s3://Not a bucket/x").keys("")


def test_relative_folder_is_below_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for text, folder_ in (
        ("a/b", tmp_path / "a/b"),
        (str(tmp_path / "c"), tmp_path / "c"),
        ("~/d", tmp_path / "home/d"),
    ):
        opened = open_store(SnapshotSettings(text), tmp_path, {})
        assert isinstance(opened, FolderStore)
        assert opened.folder == folder_
        assert opened.describe() == text


# The folder


def test_folder_is_private(tmp_path: Path) -> None:
    store = open_store(SnapshotSettings(".difftool/snapshots"), tmp_path, {})
    old = os.umask(0)
    try:
        saved = save(store)
    finally:
        os.umask(old)
    top = tmp_path / ".difftool"
    modes = {stat.S_IMODE(p.stat().st_mode) for p in [top, *top.rglob("*")] if p.is_dir()}
    files = [p for p in top.rglob("*") if p.is_file()]
    assert modes == {0o700}
    assert {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o600}
    assert {p.name for p in files} == {"schema.sql", "plan.json", "manifest.json", ".gitignore"}
    assert all(p.stat().st_nlink == 1 for p in files)
    assert (top / "snapshots" / saved.folder).is_dir()


@pytest.mark.parametrize("fails", ["write", "fsync", "link"])
def test_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str) -> None:
    store = open_store(SnapshotSettings("kept"), tmp_path, {})

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*{"write": (folder, "_write"), "fsync": (os, "fsync"), "link": (os, "link")}[fails], full)
    with pytest.raises(SnapshotError, match="cannot write the snapshot store kept: no space left on device") as caught:
        store.put_new("a/b", b"x")
    assert "space" in caught.value.hint
    monkeypatch.undo()
    assert store.keys("") == ()
    assert not [p for p in tmp_path.rglob("*") if p.is_file() and p.name != ".gitignore"]


def test_half_file_of_a_killed_write_is_no_key(tmp_path: Path) -> None:
    store = open_store(SnapshotSettings("kept"), tmp_path, {})
    store.put_new("a/b", b"x")
    (tmp_path / "kept/a/0123456789abcdef.tmp").write_bytes(b"ha")
    assert store.keys("") == ("a/b",)


def test_file_system_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    store = open_store(SnapshotSettings("kept"), tmp_path, {})
    store.put_new("a/b", b"x")
    with pytest.raises(KeyTakenError):
        store.put_new("a/b", b"y")
    assert store.get("a/b") == b"x"
    assert store.keys("") == ("a/b",)


def test_symbolic_links_are_not_followed(tmp_path: Path) -> None:
    store = open_store(SnapshotSettings("kept"), tmp_path, {})
    store.put_new("a/b", b"x")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/file").write_bytes(b"secret")
    (tmp_path / "kept/link").symlink_to(tmp_path / "secret")
    (tmp_path / "kept/a/link").symlink_to(tmp_path / "secret/file")
    for key in ("link/file", "a/link"):
        for use in (store.get, store.delete, lambda key: store.put_new(key, b"")):
            with pytest.raises(SnapshotError, match="symbolic link"):
                use(key)
    assert (tmp_path / "secret/file").read_bytes() == b"secret"
    assert "link/file" not in store.keys("")


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("")
    store = open_store(SnapshotSettings("kept"), tmp_path, {})
    for use in (
        lambda: store.put_new("a/b", b""),
        lambda: store.put_new("a", b""),
        lambda: store.get("a"),
        lambda: store.keys(""),
    ):
        with pytest.raises(SnapshotError, match="snapshot store kept: not a directory"):
            use()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_folder_without_permission(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir(mode=0o000)
    store = open_store(SnapshotSettings("kept"), tmp_path, {})
    with pytest.raises(SnapshotError, match="permission denied"):
        store.put_new("a/b", b"")
    with pytest.raises(SnapshotError, match="permission denied"):
        store.keys("")


# S3


def test_s3_objects_are_where_and_what_they_should_be(bucket: str) -> None:
    store: Any = shared(bucket)
    saved = save(store)
    for name, kind in (("schema.sql", "application/sql"), ("manifest.json", "application/json")):
        found = store.client.head_object(Bucket="snapshots", Key=f"team a/x/{saved.folder}{name}")
        assert found["ContentType"] == kind
    assert store.describe() == f"s3://snapshots/team a/x at {bucket}"
    assert s3_store(bucket, "s3://snapshots").keys("team a/x/") != ()
    assert s3_store(bucket, "s3://snapshots/team a/").keys("") == tuple("x/" + key for key in store.keys(""))


def test_s3_lists_every_page(bucket: str) -> None:
    from moto.s3.models import s3_backends

    for n in range(1001):  # straight into moto: 1,001 requests take 4 s
        s3_backends["123456789012"]["aws"].put_object("snapshots", f"team a/x/many/{n:04}", b"")
    assert shared(bucket).keys("many/") == tuple(f"many/{n:04}" for n in range(1001))


def failure(use: Callable[[], object], error: type[DifftoolError] = SnapshotError) -> DifftoolError:
    """The error that ``use`` raises, which is one line with a hint."""
    with pytest.raises(error) as caught:
        use()
    assert "\n" not in caught.value.message + caught.value.hint
    assert caught.value.hint
    assert caught.value.message[0].islower() or caught.value.message[0] == '"'
    return caught.value


def test_s3_bucket_missing(moto: str) -> None:
    store = s3_store(moto, "s3://nowhere/x")
    for use in (lambda: save(store), lambda: store.get("a"), lambda: manifest.snapshots(store, TARGET)):
        error = failure(use)
        assert error.message == f'there is no bucket "nowhere" at {moto}'
        assert error.hint.startswith("create it (aws s3 mb s3://nowhere)")
        assert error.exit_code == 1


def test_s3_without_credentials(bucket: str) -> None:
    error = failure(lambda: s3_store(bucket, aws={}).keys(""))
    assert error.message == "no AWS credentials for s3://snapshots/team a/x: unable to locate credentials"
    assert "AWS_ACCESS_KEY_ID" in error.hint


def silent_port() -> socket.socket:
    """A server that takes connections and never says a word."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(16)
    return listening


def test_s3_without_credentials_does_not_wait_for_a_metadata_service(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with silent_port() as listening:
        monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", f"http://127.0.0.1:{listening.getsockname()[1]}/")
        start = time.monotonic()
        assert "no AWS credentials" in failure(lambda: s3_store(bucket, aws={}).keys("")).message
        assert time.monotonic() - start < 6


def test_s3_half_credentials(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = {"AWS_SECRET_ACCESS_KEY": "s"}
    assert (
        failure(lambda: s3_store(bucket, aws=alone), UsageError).message
        == "in .env, AWS_SECRET_ACCESS_KEY stands alone"
    )
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "k")
    assert "partial credentials" in failure(lambda: s3_store(bucket, aws=KEYS).keys("")).message


def test_s3_profile_missing(bucket: str) -> None:
    error = failure(lambda: s3_store(bucket, aws={"AWS_PROFILE": "nobody"}), UsageError)
    assert error.message == "no such AWS profile: the config profile (nobody) could not be found"


def credentials(store: Any) -> tuple[str, str | None]:
    found = store.client._request_signer._credentials
    return found.access_key, found.token


def test_s3_credentials_of_the_environment_win_as_a_whole(
    moto: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dotenv = {**KEYS, "AWS_SESSION_TOKEN": "token"}
    assert credentials(s3_store(moto, aws=dotenv)) == ("testing", "token")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "mine")
    assert credentials(s3_store(moto, aws=dotenv)) == ("mine", None)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    (tmp_path / "credentials").write_text("[team]\naws_access_key_id = profile\naws_secret_access_key = x\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    assert credentials(s3_store(moto, aws={"AWS_PROFILE": "team"})) == ("profile", None)
    monkeypatch.setenv("AWS_PROFILE", "team")
    assert credentials(s3_store(moto, aws=dotenv)) == ("profile", None)


def test_s3_region_and_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    def meta(endpoint: str = "", region: str = "", **aws: str) -> tuple[str, str]:
        found: Any = s3_store(endpoint, region=region, aws={**KEYS, **aws})
        return found.client.meta.endpoint_url, found.client.meta.region_name

    assert meta("http://a:1") == ("http://a:1", "us-east-1")
    assert meta("http://a:1", "eu-west-1", AWS_REGION="us-west-2") == ("http://a:1", "eu-west-1")
    assert meta(AWS_REGION="eu-west-3", AWS_DEFAULT_REGION="x") == ("https://s3.eu-west-3.amazonaws.com", "eu-west-3")
    assert meta(AWS_ENDPOINT_URL="http://b:2", AWS_ENDPOINT_URL_S3="http://c:3") == ("http://c:3", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://d:4")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    assert meta(AWS_ENDPOINT_URL_S3="http://c:3", AWS_REGION="x") == ("http://d:4", "eu-north-1")
    assert meta("http://a:1", "eu-west-1") == ("http://a:1", "eu-west-1")


def test_s3_custom_endpoint_gets_path_style_and_no_new_checksums() -> None:
    custom: Any = s3_store("http://a:1")
    amazon: Any = s3_store("")
    assert custom.client.meta.config.s3["addressing_style"] == "path"
    assert custom.client.meta.config.request_checksum_calculation == "when_required"
    assert custom.client.meta.config.response_checksum_validation == "when_required"
    assert amazon.client.meta.config.request_checksum_calculation == "when_supported"
    assert amazon.describe() == "s3://snapshots/team a/x"


def test_s3_endpoint_down() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
        start = time.monotonic()
        error = failure(lambda: save(s3_store(endpoint)), StoreDownError)
    assert error.message == f"nothing answers at {endpoint} for s3://snapshots/team a/x"
    assert "DIFFTOOL_S3_ENDPOINT" in error.hint
    assert time.monotonic() - start < 15


def test_s3_endpoint_that_drops_every_packet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A full backlog answers no SYN, as a firewall does."""
    monkeypatch.setattr(s3, "CONNECT_TIMEOUT", 0.1)
    with socket.socket() as listening, contextlib.ExitStack() as stack:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
        error = failure(lambda: s3_store(endpoint).keys(""), StoreDownError)
    assert "nothing answers" in error.message


def test_s3_timeouts_add_up_to_less_than_15_seconds() -> None:
    """The waits between the attempts of boto3's standard mode are at most 1 and 2 seconds."""
    assert s3.CONNECT_TIMEOUT * s3.ATTEMPTS + 1 + 2 <= 15


def test_s3_endpoint_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "READ_TIMEOUT", 0.2)
    with silent_port() as listening:
        endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
        assert f"{endpoint} broke off: list: " in failure(lambda: s3_store(endpoint).keys(""), StoreDownError).message


def test_s3_tls_where_there_is_none(bucket: str) -> None:
    error = failure(lambda: s3_store(bucket.replace("http:", "https:")).keys(""))
    assert "no trusted TLS connection" in error.message
    assert "AWS_CA_BUNDLE" in error.hint


# A proxy before moto that spoils what passes through it

Answer = tuple[int, bytes]


class Proxy(ThreadingHTTPServer):
    """Passes requests on to moto; a test puts its fault into ``spoil``."""

    def handle_error(self, *_: object) -> None:
        """Clients and faults hang up; that is what is tested."""

    daemon_threads = True
    moto = ""
    spoil: Callable[[Request], Answer | None] | None = None
    slow = False
    seen: list[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Request(BaseHTTPRequestHandler):
    """One request: ``body`` and ``headers`` may be changed before ``passed_on``."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Proxy
    body: bytes

    def log_message(self, *_: object) -> None:
        pass

    def passed_on(self) -> Answer:
        connection = http.client.HTTPConnection(self.server.moto.removeprefix("http://"), timeout=10)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in {"content-length", "expect"}}
        connection.request(self.command, self.path, self.body, headers)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, data

    def handle_any(self) -> None:
        self.body = b"".join(self.pieces(int(self.headers.get("Content-Length") or 0)))
        self.server.seen.append(self.command)
        spoil = self.server.spoil
        status, data = (spoil(self) if spoil else None) or self.passed_on()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815

    def pieces(self, left: int) -> Iterator[bytes]:
        while left:
            piece = self.rfile.read(min(left, 1 << 20))
            left -= len(piece)
            time.sleep(0.1 if self.server.slow else 0)
            yield piece

    def hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def proxy_server(moto: str) -> Iterator[Proxy]:
    server = Proxy(("127.0.0.1", 0), Request)
    server.moto = moto
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def proxy(bucket: str, proxy_server: Proxy) -> Proxy:
    """The proxy without faults, before an empty bucket."""
    assert proxy_server.moto == bucket
    proxy_server.seen, proxy_server.spoil, proxy_server.slow = [], None, False
    return proxy_server


def only(command: str, change: Callable[[Request], Answer | None]) -> Callable[[Request], Answer | None]:
    return lambda request: change(request) if request.command == command else None


def keeps_half(request: Request) -> None:
    request.body = request.body[: len(request.body) // 2]


def flips_a_bit(request: Request) -> None:
    request.body = bytes([request.body[0] ^ 1]) + request.body[1:]


def keeps_nothing(request: Request) -> Answer:
    return 200, b""


@pytest.mark.parametrize("fault", [keeps_half, flips_a_bit])
@pytest.mark.parametrize("part", ["schema.sql", "plan.json", "manifest.json"])
def test_s3_that_keeps_something_else_is_caught(proxy: Proxy, fault: Callable[[Request], None], part: str) -> None:
    proxy.spoil = only("PUT", lambda request: fault(request) if request.path.endswith(part) else None)
    error = failure(lambda: save(shared(proxy.url)))
    assert f"did not keep {names.folder(TARGET)}/" in error.message
    assert part in error.message


def test_s3_that_keeps_nothing_is_caught(proxy: Proxy) -> None:
    proxy.spoil = only("PUT", keeps_nothing)
    assert "has no such object" in failure(lambda: save(shared(proxy.url))).message
    assert "has no such object" in failure(lambda: manifest.probe(shared(proxy.url))).message
    assert manifest.snapshots(shared(proxy.url), TARGET) == ()


def test_s3_write_that_fails_is_no_snapshot(proxy: Proxy) -> None:
    def no_manifest(request: Request) -> Answer | None:
        return (500, b"") if request.path.endswith("manifest.json") else None

    proxy.spoil = only("PUT", no_manifest)
    assert f"{proxy.url} failed: write" in failure(lambda: save(shared(proxy.url)), StoreDownError).message
    assert proxy.seen.count("PUT") == 2 + s3.ATTEMPTS
    proxy.spoil = None
    assert manifest.snapshots(shared(proxy.url), TARGET) == ()


def test_s3_answer_that_breaks_off(proxy: Proxy) -> None:
    def half_an_answer(request: Request) -> Answer:
        status, data = request.passed_on()
        request.send_response(status)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data[: len(data) // 2])
        request.hang_up()
        raise ConnectionAbortedError

    store = shared(proxy.url)
    saved = save(store)
    proxy.spoil = only("GET", lambda r: half_an_answer(r) if r.path.endswith("schema.sql") else None)
    error = failure(lambda: manifest.schema_of(store, saved))
    assert f"answered only in part: read {saved.folder}schema.sql" in error.message


def test_s3_passing_failures_are_tried_again(proxy: Proxy) -> None:
    failures = iter([(503, BODY % (b"SlowDown", b"Please reduce your request rate.")), (500, b""), (503, b"")])

    def sometimes(request: Request) -> Answer | None:
        return next(failures, None) if len(proxy.seen) % 2 else None

    proxy.spoil = sometimes
    assert manifest.snapshots(shared(proxy.url), TARGET) == ()
    assert save(shared(proxy.url)).broken == ""


def test_s3_answer_lost_after_the_write(proxy: Proxy) -> None:
    """The first attempt wrote the object, its answer got lost, the second meets what the first wrote."""
    lost: list[str] = []

    def lose(request: Request) -> None:
        if request.path not in lost:
            lost.append(request.path)
            request.passed_on()
            request.hang_up()
            raise ConnectionAbortedError

    proxy.spoil = only("PUT", lose)
    saved = save(shared(proxy.url))
    assert len(lost) == 3
    proxy.spoil = None
    assert manifest.snapshots(shared(proxy.url), TARGET) == (saved,)


def test_s3_other_writers_object_is_no_lost_answer(proxy: Proxy) -> None:
    shared(proxy.url).put_new("a", b"theirs")
    faults = iter([(500, b"")])
    proxy.spoil = only("PUT", lambda request: next(faults, None))
    with pytest.raises(KeyTakenError):
        shared(proxy.url).put_new("a", b"mine")
    assert shared(proxy.url).get("a") == b"theirs"


def test_s3_without_conditions(proxy: Proxy) -> None:
    def knows_no_conditions(request: Request) -> Answer | None:
        said = BODY % (b"NotImplemented", b"A header you provided implies functionality that is not implemented")
        return (501, said) if request.headers.get("If-None-Match") else None

    proxy.spoil = only("PUT", knows_no_conditions)
    store = shared(proxy.url)
    assert manifest.load(store, save(store).id, TARGET)
    store.put_new("ab", b"")
    store.put_new("a", b"mine")
    with pytest.raises(KeyTakenError, match="has a already"):
        store.put_new("a", b"yours")
    assert store.get("a") == b"mine"


def test_s3_that_ignores_conditions_and_another_writer(proxy: Proxy) -> None:
    """Whoever is overwritten between writing and reading back learns of it."""
    other = shared(proxy.moto)

    def ignores(request: Request) -> Answer:
        del request.headers["If-None-Match"]
        answer = request.passed_on()
        key = request.path.partition("/team%20a/x/")[2]
        overwrite(other, key, b"another writer's")
        return answer

    proxy.spoil = only("PUT", ignores)
    assert "did not keep" in failure(lambda: save(shared(proxy.url))).message


@pytest.mark.parametrize(
    ("status", "code", "said", "hint"),
    [
        (403, b"AccessDenied", "s3://snapshots/team a/x denies access: write a: some reason", "s3:PutObject"),
        (403, b"NeverHeardOf", "s3://snapshots/team a/x denies access: write a: some reason", "s3:PutObject"),
        (403, b"InvalidAccessKeyId", "does not accept the AWS credentials: some reason", "AWS_ACCESS_KEY_ID"),
        (403, b"SignatureDoesNotMatch", "does not accept the AWS credentials: some reason", "AWS_SECRET_ACCESS_KEY"),
        (400, b"ExpiredToken", "does not accept the AWS credentials: some reason", "AWS_ACCESS_KEY_ID"),
        (403, b"RequestTimeTooSkewed", "disagree about the time: some reason", "clock"),
        (301, b"PermanentRedirect", 'bucket "snapshots" is in another region', "AWS_REGION"),
        (400, b"IllegalLocationConstraintException", 'bucket "snapshots" is in another region', "AWS_REGION"),
        (409, b"ConditionalRequestConflict", "has that object already: write a", "try again"),
        (404, b"NoSuchBucket", 'there is no bucket "snapshots" at http://', "aws s3 mb s3://snapshots"),
        (400, b"EntityTooLarge", "s3://snapshots/team a/x: write a failed: some reason", "doctor"),
    ],
)
def test_s3_errors_in_words(proxy: Proxy, status: int, code: bytes, said: str, hint: str) -> None:
    proxy.spoil = only("PUT", lambda request: (status, BODY % (code, b"Some\n reason.")))
    error = failure(lambda: shared(proxy.url).put_new("a", b""))
    assert said in error.message
    assert hint in error.hint


def test_s3_that_redirects_everything(proxy: Proxy) -> None:
    """As a web server does that only speaks https; botocore asks it for the bucket's region until the stack is full."""
    proxy.spoil = lambda request: (301, b"")
    error = failure(lambda: shared(proxy.url).keys(""), StoreDownError)
    assert error.message == f"{proxy.url} sends us to another address: whatever is asked"
    proxy.spoil = lambda request: (307, b"")
    assert "sends us to another address" in failure(lambda: shared(proxy.url).put_new("a", b""), StoreDownError).message


def test_s3_wrong_region_names_the_right_one(proxy: Proxy) -> None:
    text = b"<Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong</Message><Region>eu-west-3</Region></Error>"
    proxy.spoil = lambda request: (400, text)
    error = failure(lambda: shared(proxy.url).put_new("a", b""))
    assert error.message.startswith('bucket "snapshots" is in another region (eu-west-3)')


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html><body>hello</body></html>"),
        (200, b""),
        (404, b"<html><body>not found</body></html>"),
        (404, b"Not Found"),
        (405, b""),
    ],
)
def test_s3_web_page_is_not_an_empty_store(proxy: Proxy, answer: Answer) -> None:
    proxy.spoil = lambda request: answer
    error = failure(lambda: manifest.snapshots(shared(proxy.url), TARGET), StoreDownError)
    assert "does not answer as S3 does" in error.message


def test_s3_broken_web_page_is_not_an_empty_store(proxy: Proxy) -> None:
    proxy.spoil = lambda request: (200, b"<!DOCTYPE html><html><br>hello")
    failure(lambda: manifest.snapshots(shared(proxy.url), TARGET), StoreDownError)


def test_s3_that_goes_down_while_listing_breaks_no_snapshot(proxy: Proxy) -> None:
    """A store that fails is an error, not a list of broken snapshots."""
    store = shared(proxy.url)
    save(store)
    proxy.spoil = lambda request: (503, b"") if "manifest.json" in request.path else None
    failure(lambda: manifest.snapshots(store, TARGET), StoreDownError)


def test_s3_one_denied_manifest_hides_no_other(proxy: Proxy) -> None:
    store = shared(proxy.url)
    saved = [save(store), save(store)]
    denied = BODY % (b"AccessDenied", b"not this one")
    proxy.spoil = lambda r: (403, denied) if r.path.endswith(saved[1].id + "/manifest.json") else None
    first, second = manifest.snapshots(store, TARGET)
    assert second == saved[0]
    assert (first.id, "denies access" in first.broken) == (saved[1].id, True)


def test_s3_slow_upload_is_no_timeout(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes several times the connect timeout to send arrives all the same: only silence is a failure."""
    monkeypatch.setattr(s3, "CONNECT_TIMEOUT", 0.4)
    proxy.slow = True
    data = bytes(8 << 20)
    s3_store(proxy.url).put_new("big", data)
    assert proxy.seen == ["PUT"]
    assert shared(proxy.moto).get("big") == data


def test_probe_that_may_not_delete(proxy: Proxy) -> None:
    proxy.spoil = only("DELETE", lambda request: (403, BODY % (b"AccessDenied", b"no")))
    assert re.search("denies access: delete probe-", failure(lambda: manifest.probe(shared(proxy.url))).message)


def test_plan_of_reads_what_planfile_writes(tmp_path: Path) -> None:
    store = open_store(SnapshotSettings("kept"), tmp_path, {})
    saved = save(store)
    assert store.get(saved.folder + "plan.json").decode() == planfile.dumps(PLAN)
