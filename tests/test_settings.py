"""Settings: five layers and their order, targets, what is refused in a file, masking, and docs that keep up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from difftool import settings
from difftool.allowing import in_bytes
from difftool.errors import UsageError
from difftool.pg.conninfo import Conninfo
from difftool.settings import Settings
from difftool.settings.table import BY_VARIABLE, SETTINGS, TARGET_KEYS, Setting

ROOT = Path(__file__).parent.parent
PROJECT = """
[targets.dev]
host = "dev.example"
database = "app"

[targets.prod]
host = "prod.example"
database = "app"
owner = "app_owner"
protect = true
allow = ["blocks-writes"]
"""

Load = Callable[..., Settings]


@pytest.fixture(autouse=True)
def no_libpq(monkeypatch: pytest.MonkeyPatch) -> None:
    """Conninfo looks at the process environment, as libpq does: PG* of whoever runs the tests must not matter."""
    for name in ("PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """``load(toml, environ, dotenv, **flags)`` in an empty folder."""

    def load(toml: str = "", environ: Mapping[str, str] | None = None, dotenv: str = "", **flags: object) -> Settings:
        if toml:
            (tmp_path / "difftool.toml").write_text(toml)
        if dotenv:
            (tmp_path / ".env").write_text(dotenv)
        return settings.load(start=tmp_path, flags=flags, environ=environ or {})

    return load


def refusal(load: Load, *arguments: object, **flags: object) -> str:
    """The error's message and hint."""
    with pytest.raises(UsageError) as caught:
        load(*arguments, **flags).target.conninfo  # noqa: B018 (some errors wait until the target is needed)
    assert caught.value.exit_code == 2
    assert caught.value.hint
    return f"{caught.value.message} | {caught.value.hint}"


def parameters(found: Settings) -> dict[str, str]:
    """libpq's parameters of the chosen target."""
    assert found.target.conninfo is not None
    return dict(found.target.conninfo.params)


# ---- layers ----


def test_nothing_configured(load: Load, tmp_path: Path) -> None:
    found = load()
    assert found.target.name == "local"
    assert found.target.embedded
    assert found.target.conninfo is None
    assert found.root == tmp_path
    assert found.schema == found.target.schema == str(tmp_path / "schema")
    assert found.snapshot.store == str(tmp_path / ".difftool/snapshots")
    assert (found.engine, found.lock_timeout, found.retries, found.trust_schema) == ("native", "3s", 10, False)
    assert found.pool == settings.PoolSettings(20, 10, 30, 3600)
    assert found.scratch == settings.ScratchSettings()
    assert (found.aws, found.notes, found.file) == ({}, (), None)
    assert set(found.origins.values()) == {"default"}


def test_defaults_of_the_values_are_those_of_the_table() -> None:
    table = {s.name: s.default for s in SETTINGS}
    values = Settings(Path(), ())
    assert (values.schema, values.engine, values.lock_timeout) == (
        table["schema"],
        table["engine"],
        table["lock_timeout"],
    )
    assert (values.retries, values.trust_schema) == (table["retries"], table["trust_schema"])
    assert (values.snapshot.store, values.scratch.choice) == (table["snapshot_store"], table["scratch"])
    pool = settings.PoolSettings(**{f: table[f"pool_{f}"] for f in ("size", "max_overflow", "timeout", "recycle")})
    assert values.pool == pool


def test_each_layer_wins_over_the_next(load: Load) -> None:
    toml, dotenv = 'lock_timeout = "1s"', "DIFFTOOL_LOCK_TIMEOUT=2s"
    environ = {"DIFFTOOL_LOCK_TIMEOUT": "4s"}
    seen = [load(), load(toml), load(dotenv=dotenv), load(environ=environ), load(environ=environ, lock_timeout="5s")]
    assert [s.lock_timeout for s in seen] == ["3s", "1s", "2s", "4s", "5s"]
    assert [s.origins["lock_timeout"] for s in seen] == [
        "default",
        "difftool.toml",
        ".env",
        "environment DIFFTOOL_LOCK_TIMEOUT",
        "flag --lock-timeout",
    ]


def test_empty_means_not_given(load: Load) -> None:
    found = load(
        "lock_timeout = 3",
        {"DIFFTOOL_LOCK_TIMEOUT": ""},
        "DIFFTOOL_LOCK_TIMEOUT=\nDIFFTOOL_TRUST_SCHEMA=\n",
        lock_timeout=None,
    )
    assert found.lock_timeout == "3"
    assert load(environ={"DIFFTOOL_ALLOW": "all"}, allow=[]).target.allow == ("all",)


def test_a_flag_that_says_no_is_given(load: Load) -> None:
    environ = {"DIFFTOOL_TRUST_SCHEMA": "true"}
    assert load(environ=environ).trust_schema is True
    assert load(environ=environ, trust_schema=False).trust_schema is False


def test_every_setting_of_the_file_arrives(load: Load, tmp_path: Path) -> None:
    found = load("""
        schema = "db/schema"
        target = "one"
        engine = "migra"
        owner = "app_owner"
        lock_timeout = 250
        retries = 0
        scratch = "docker"
        [snapshots]
        store = "s3://bucket/prefix"
        endpoint = "http://localhost:9000"
        region = "eu-central-1"
        [pool]
        size = 1
        max_overflow = 0
        timeout = 2
        recycle = -1
        [targets.one]
        host = "h"
        port = 6543
        database = "d"
        user = "u"
        password = " secret "
    """)
    assert found.schema == str(tmp_path / "db/schema")
    assert (found.lock_timeout, found.retries, found.scratch.choice) == ("250", 0, "docker")
    assert found.snapshot == settings.SnapshotSettings("s3://bucket/prefix", "http://localhost:9000", "eu-central-1")
    assert found.pool == settings.PoolSettings(1, 0, 2, -1)
    assert found.target.owner == "app_owner"
    expected = {"host": "h", "port": "6543", "dbname": "d", "user": "u", "password": " secret "}
    assert found.target.conninfo == Conninfo.of(expected)
    assert found.file == tmp_path / "difftool.toml"


def test_every_variable_arrives(load: Load, tmp_path: Path) -> None:
    own = {
        "SCHEMA": "s",
        "OWNER": "o",
        "ALLOW": "data-loss, all",
        "RETRIES": "7",
        "SNAPSHOT_STORE": "kept",
        "S3_ENDPOINT": "https://s3.example",
        "S3_REGION": "r",
        "SCRATCH": "postgresql://localhost/postgres",
        "SCRATCH_IMAGE": "postgis/postgis:16",
        "PG_BIN": "/opt/pg/bin",
        "CACHE_DIR": "cache",
        "EXTENSIONS": "vector,postgis",
        "TRUST_SCHEMA": "yes",
    }
    pool = {"POOL_SIZE": "1", "MAX_OVERFLOW": "2", "POOL_TIMEOUT": "3", "POOL_RECYCLE": "4"}
    environ = {f"DIFFTOOL_{k}": v for k, v in own.items()} | {f"DATABASE_{k}": v for k, v in pool.items()}
    found = load(environ=environ)
    assert found.schema == str(tmp_path / "s")
    assert (found.target.owner, found.target.allow, found.retries) == ("o", ("data-loss", "all"), 7)
    assert found.snapshot == settings.SnapshotSettings(str(tmp_path / "kept"), "https://s3.example", "r")
    assert found.scratch == settings.ScratchSettings(
        choice="postgresql://localhost/postgres",
        image="postgis/postgis:16",
        pg_bin="/opt/pg/bin",
        extensions=("vector", "postgis"),
        cache=str(tmp_path / "cache"),
    )
    assert found.trust_schema is True
    assert found.pool == settings.PoolSettings(1, 2, 3, 4)


@pytest.mark.parametrize("setting", [s for s in SETTINGS if s.option], ids=lambda s: s.name)
def test_every_option_is_read_by_its_name(load: Load, setting: Setting) -> None:
    sample = {"target": "local", "allow": ["all"], "trust_schema": True}
    sample |= {"engine": "migra", "scratch": "local", "lock_timeout": "9s", "online": "off", "rename": ["public.a=b"]}
    sample |= {"online_type_change": True, "column_order": "strict", "scope": ["roles"], "atomic": True}
    found = load(**{setting.name: sample.get(setting.name, "something")})
    assert found.origins[setting.name] == f"flag {setting.option}"


def test_a_misspelt_option_of_the_python_api_is_an_error(load: Load) -> None:
    assert "no option is called traget" in refusal(load, traget="x")


def test_the_process_environment_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIFFTOOL_RETRIES", "4")
    assert settings.load().retries == 4


# ---- finding the file ----


def test_nearest_file_upwards(tmp_path: Path) -> None:
    inner = tmp_path / "a/b"
    inner.mkdir(parents=True)
    (tmp_path / "difftool.toml").write_text("retries = 1")
    assert settings.load(start=inner, environ={}).retries == 1
    assert settings.load(start=inner, environ={}).root == tmp_path
    (tmp_path / "a/pyproject.toml").write_text("[tool.difftool]\nretries = 2")
    assert settings.load(start=inner, environ={}).retries == 2
    (inner / "pyproject.toml").write_text("[tool.other]\ndifftool = 1")
    assert settings.load(start=inner, environ={}).retries == 2


def test_the_search_stops_at_the_repository(tmp_path: Path) -> None:
    inner = tmp_path / "repository/folder"
    inner.mkdir(parents=True)
    (tmp_path / "difftool.toml").write_text("retries = 1")
    (tmp_path / "repository/.git").write_text("gitdir: elsewhere")
    assert settings.load(start=inner, environ={}).retries == 10
    assert settings.load(start=inner, environ={}).root == inner


def test_two_files_in_one_folder_are_an_error(load: Load, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.difftool]\nretries = 2")
    assert "two settings files" in refusal(load, "retries = 1")


def test_a_broken_pyproject_of_others_is_not_ours_to_judge(load: Load, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.other\n")
    assert load().file is None


def test_relative_paths(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (tmp_path / "difftool.toml").write_text('schema = "db"\n[snapshots]\nstore = "kept"')
    assert settings.load(start=here, environ={}).schema == str(tmp_path / "db")
    assert settings.load(start=here, environ={}).snapshot.store == str(tmp_path / "kept")
    assert settings.load(start=here, environ={}, flags={"schema": "../x.sql"}).schema == str(tmp_path / "x.sql")
    assert settings.load(start=here, environ={"DIFFTOOL_SCHEMA": "mine"}).schema == str(here / "mine")
    (tmp_path / ".env").write_text("DIFFTOOL_SCHEMA=from_dotenv")
    assert settings.load(start=here, environ={}).schema == str(tmp_path / "from_dotenv")


# ---- errors in the file ----


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("retrys = 1", "difftool.toml: retrys is not a known key: did you mean retries?"),
        ("[pool]\nsise = 1", "pool.sise is not a known key: did you mean pool.size?"),
        ("[targets.prod]\nusr = 'x'", "targets.prod.usr is not a known key: did you mean targets.prod.user?"),
        ("store = 'x'", "store is not a known key: did you mean snapshots.store?"),
        ("allow = ['all']", "allow is not a known key: did you mean targets.NAME.allow?"),
        ("[snapshot]\nstore = 'x'", "snapshot is not a known key: did you mean snapshots.store?"),
        ("zzz = 1", "zzz is not a known key | known are schema"),
    ],
)
def test_unknown_keys_name_the_closest(load: Load, toml: str, message: str) -> None:
    assert message.replace("known are schema", "known are ") in refusal(load, toml)


def test_unknown_key_in_pyproject_has_its_full_path(load: Load, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.difftool.pool]\nsise = 2")
    assert f"{tmp_path / 'pyproject.toml'}: tool.difftool.pool.sise is not a known key" in refusal(load)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("retries = '3'", "retries is text, not a whole number from 0 to 1000"),
        ("retries = true", "retries is a boolean, not a whole number"),
        ("retries = -1", "retries is -1, not a whole number from 0 to 1000"),
        ("pool.size = 0", "pool.size is 0, not a whole number from 1 to 1000"),
        ("pool.max_overflow = -1", "pool.max_overflow is -1, not"),
        ("pool.recycle = -2", "or -1 for never"),
        ("pool.timeout = 0", "pool.timeout is 0, not"),
        ("pool = 5", "pool is not a table"),
        ("targets = 5", "targets is not a table"),
        ("targets.prod = 5", "targets.prod is not a table"),
        ("engine = 'migrate'", 'engine is "migrate", not one of native, migra'),
        ("schema = ''", 'schema is "", not a path'),
        ("scratch = 'podman'", "not one of auto, embedded, local, docker"),
        ("[scratch]\nchoice = 'auto'", "scratch is a table, not one of auto"),
        ("snapshots.store = 'gs://bucket'", "not a folder or s3://BUCKET/PREFIX"),
        ("snapshots.store = 's3://'", "not a folder or s3://BUCKET/PREFIX"),
        ("snapshots.endpoint = 'localhost:9000'", "not an http:// or https:// URL"),
        ("[targets.a]\nhost = 'h'\nport = 70000", "targets.a.port is 70000, not a whole number from 1 to 65535"),
        ("[targets.a]\nhost = 'h'\nprotect = 'yes'", "targets.a.protect is text, not true or false"),
        ("[targets.a]\nhost = 'h'\nallow = 'all'", "targets.a.allow is text, not a list of these: data-loss"),
        ("[targets.a]\nhost = 'h'\nallow = ['dataloss']", "not a list of these: data-loss"),
        ("[targets.a]\nhost = 'h'\nallow = ['recreate:']", "unproven, all, recreate:NAME"),
        ("[targets.a]\nowner = 'o'", "targets.a does not say how to reach it"),
        ("[targets.a]\nurl = 'postgresql://h/d'\nuser = 'u'\nhost = 'h'", "targets.a has url and also host, user"),
    ],
)
def test_wrong_values_say_what_is_allowed(load: Load, toml: str, message: str) -> None:
    assert message in refusal(load, toml)


def test_what_is_a_small_table(load: Load) -> None:
    assert [in_bytes(load(f"small_table = {v}").small_table) for v in ("0", "'512 kB'", "'1GB'")] == [0, 512_000, 10**9]
    assert "not a size in B, kB, MB or GB" in refusal(load, "small_table = '10 MiB'")


@pytest.mark.parametrize(
    "hazard", ["data-loss", "rewrites-table", "blocks-reads", "blocks-writes", "unproven", "all", "recreate:public.t"]
)
def test_hazards_that_can_be_allowed(load: Load, hazard: str) -> None:
    assert load(f"[targets.a]\nhost = 'h'\nallow = ['{hazard}']").target.allow == (hazard,)


def test_invalid_toml_has_its_line(load: Load, tmp_path: Path) -> None:
    assert f"{tmp_path / 'difftool.toml'}:3: not valid TOML" in refusal(load, "retries = 1\n\nschema = db\n")
    assert "difftool.toml:2: not valid TOML" in refusal(load, "retries = 1\nschema = '''\n")


def test_a_file_that_is_no_text(load: Load, tmp_path: Path) -> None:
    (tmp_path / "difftool.toml").write_bytes(b"schema = '\xff'")
    assert "cannot read" in refusal(load)


@pytest.mark.parametrize("text", ["3s", "250ms", "1min", "0.5s", "1500us", "100", "1 h", "1d"])
def test_lock_timeouts(load: Load, text: str) -> None:
    assert load(environ={"DIFFTOOL_LOCK_TIMEOUT": text}).lock_timeout == text


@pytest.mark.parametrize("text", ["0", "0s", "999us", "0.9", "3sec", "3 S", "3m", "-1s", "25d", "1e3", "3s; DROP"])
def test_lock_timeouts_that_are_none(load: Load, text: str) -> None:
    assert "a time of at least 1 ms in PostgreSQL's units" in refusal(load, "", {"DIFFTOOL_LOCK_TIMEOUT": text})


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"DATABASE_POOL_SIZE": "many"}, 'DATABASE_POOL_SIZE in the environment is "many", not a whole number'),
        ({"DATABASE_POOL_SIZE": "1_0"}, "not a whole number"),
        ({"DATABASE_HOST": "h", "DATABASE_PORT": "0"}, 'DATABASE_PORT in the environment is "0", not a whole number'),
        ({"DIFFTOOL_TRUST_SCHEMA": "maybe"}, "not true or false"),
        ({"DIFFTOOL_ALLOW": "data-los"}, "not a list of these: data-loss"),
        ({"DIFFTOOL_SCRATCH": "mysql://h/d"}, "DIFFTOOL_SCRATCH in the environment is not a PostgreSQL URL"),
    ],
)
def test_wrong_variables(load: Load, environ: dict[str, str], message: str) -> None:
    assert message in refusal(load, "", environ)


def test_wrong_flags_and_dotenv_name_their_place(load: Load) -> None:
    assert '--lock-timeout is "x", not a time' in refusal(load, lock_timeout="x")
    assert 'DIFFTOOL_RETRIES in .env is "y", not a whole number' in refusal(load, "", {}, "DIFFTOOL_RETRIES=y")


# ---- variables that are not known ----


def test_unknown_variables(load: Load) -> None:
    message = refusal(load, "", {"DIFFTOOL_RETRYS": "3"})
    assert "unknown variable DIFFTOOL_RETRYS in the environment: did you mean DIFFTOOL_RETRIES?" in message
    assert "unknown variable DIFFTOOL_TARGETS in .env: did you mean" in refusal(load, "", {}, "DIFFTOOL_TARGETS=x")


def test_variables_of_tests_and_of_kubernetes_pass(load: Load) -> None:
    environ = {"DIFFTOOL_TEST_URL": "x", "DIFFTOOL_SERVICE_HOST": "10.0.0.1", "DIFFTOOL_PORT_8080_TCP_ADDR": "10.0.0.1"}
    assert load(environ=environ).target.name == "local"
    # a Service named "database" sets DATABASE_PORT=tcp://...
    found = load(environ={"DATABASE_HOST": "h", "DATABASE_PORT": "tcp://10.0.0.1:5432"})
    assert found.target.conninfo == Conninfo.of({"host": "h"})


# ---- .env ----


def test_dotenv_stays_out_of_the_process(load: Load) -> None:
    environ: dict[str, str] = {}
    found = load("", environ, "export DATABASE_NAME='app'  # ours\nAWS_ACCESS_KEY_ID=key\n")
    assert found.target.conninfo == Conninfo.of({"dbname": "app"})
    assert environ == {}


def test_a_line_that_cannot_be_read_is_an_error(load: Load, tmp_path: Path) -> None:
    message = refusal(load, "", {}, "DATABASE_NAME=app\nDATABASE_PASSWORD='open secret\n")
    assert f"{tmp_path / '.env'}:2: not a line of NAME=value" in message
    assert "open secret" not in message


def test_a_folder_called_env_is_a_virtual_environment(load: Load, tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert load().target.name == "local"


def test_dotenv_does_not_fill_in_variables_of_the_process(load: Load) -> None:
    environ = {"CI_TOKEN": "hidden"}
    message = refusal(load, "", environ, "DATABASE_URL=postgresql://evil.example/${CI_TOKEN}")
    assert "DATABASE_URL in .env refers to another variable" in message
    assert "hidden" not in message
    assert load("", environ, "OTHER=${CI_TOKEN}").target.name == "local"


@pytest.mark.parametrize(
    "ambient", ["AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"]
)
def test_aws_credentials_go_together(load: Load, ambient: str) -> None:
    dotenv = "AWS_ACCESS_KEY_ID=file\nAWS_SECRET_ACCESS_KEY=file-secret\nAWS_REGION=eu-west-1\n"
    found = load(dotenv=dotenv)
    keys = {"AWS_ACCESS_KEY_ID": "file", "AWS_SECRET_ACCESS_KEY": "file-secret", "AWS_REGION": "eu-west-1"}
    assert found.aws == keys
    assert found.snapshot.region == "eu-west-1"
    found = load("", {ambient: "ci"}, dotenv)
    assert found.aws == {"AWS_REGION": "eu-west-1"}
    assert found.notes == (
        "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY in .env not used: the process environment has credentials of its own",
    )
    assert load("", {"AWS_DEFAULT_REGION": "us-east-2"}, dotenv).snapshot.region == "us-east-2"


@pytest.mark.parametrize("name", ["AWS_CONFIG_FILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ROLE_ARN"])
def test_aws_variables_that_redirect_credentials(load: Load, name: str) -> None:
    assert f"{name} in .env is refused" in refusal(load, "", {}, f"{name}=x")
    (load(environ={name: "x"}, dotenv="# nothing"))


def test_what_dotenv_has_for_others_is_said(load: Load) -> None:
    found = load("[targets.a]\nhost='h'", {}, "PGHOST=x\nAWS_RETRY_MODE=standard\nDATABASE_PASSWORD=p\nOTHER=1\n")
    assert [n.split(" not used")[0] for n in found.notes] == [
        "PGHOST in .env",
        "AWS_RETRY_MODE in .env",
        "DATABASE_PASSWORD",
    ]


def test_libpq_in_dotenv_is_no_target(load: Load) -> None:
    assert "PGHOST in .env names no target" in refusal(load, "", {}, "PGHOST=db.example")


# ---- what a file must not say ----


WIDENING = [s for s in SETTINGS if s.widens]


def test_what_widens_the_sandbox_is_known() -> None:
    assert {s.name for s in WIDENING} == {"trust_schema", "extensions", "pg_bin", "cache_dir", "scratch_image"}
    assert not any(s.key for s in WIDENING)


@pytest.mark.parametrize("setting", WIDENING, ids=lambda s: s.name)
def test_what_widens_the_sandbox_is_refused_in_files(load: Load, tmp_path: Path, setting: Setting) -> None:
    for place, text in {
        ".env": f"{setting.variable}=true",
        "difftool.toml": f"{setting.name} = true",
        "pyproject.toml": f"[tool.difftool]\n{setting.name} = true",
    }.items():
        (tmp_path / place).write_text(text)
        message = refusal(load)
        assert setting.name in message.lower()
        assert "is refused" in message
        option = f", or use {setting.option}" if setting.option else ""
        assert message.endswith(f"set {setting.variable} in the process environment{option}")
        (tmp_path / place).unlink()


@pytest.mark.parametrize("asked", [{"online": "on"}, {"online_type_change": True}])
def test_all_or_nothing_and_online_are_not_asked_for_together(load: Load, asked: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="--atomic is one transaction, and --online") as error:
        load(atomic=True, **asked)
    assert "leave one of them out" in error.value.hint
    assert load(atomic=True, online="off").atomic
    assert load(**asked, environ={"DIFFTOOL_ATOMIC": "true"}).atomic


@pytest.mark.parametrize("word", ["blocks-writes:below=1Gb", "blocks-writes:below=", "block-writes"])
def test_what_may_be_allowed_is_told(load: Load, word: str) -> None:
    with pytest.raises(UsageError, match=r"HAZARD:below=SIZE \(500MB, 2GB\)"):
        load(allow=[word])


def test_a_scratch_url_is_refused_in_files(load: Load, tmp_path: Path) -> None:
    url = "postgresql://postgres:secret@db.example/postgres"
    for toml, dotenv in [("", f"DIFFTOOL_SCRATCH={url}"), (f"scratch = '{url}'", "# nothing")]:
        message = refusal(load, toml, {}, dotenv)
        assert "is refused: it names the server that schema files run on" in message
        assert "set DIFFTOOL_SCRATCH in the process environment, or use --scratch" in message
        assert "secret" not in message
    (tmp_path / "difftool.toml").unlink()
    assert load(dotenv="DIFFTOOL_SCRATCH=docker").scratch.choice == "docker"
    assert load(environ={"DIFFTOOL_SCRATCH": url}).scratch.choice == url
    assert load(scratch=url).scratch.choice == url


@pytest.mark.parametrize("toml", ['schema = "{}"', '[targets.a]\nhost = "h"\nschema = "{}"'])
def test_a_schema_outside_the_repository_is_refused_in_files(tmp_path: Path, toml: str) -> None:
    root = tmp_path / "repository/service"
    root.mkdir(parents=True)
    (tmp_path / "secrets.sql").touch()
    (root / "link").symlink_to(tmp_path / "secrets.sql")
    for path in ("../../secrets.sql", str(tmp_path / "secrets.sql"), "link"):
        (root / "difftool.toml").write_text(toml.format(path))
        with pytest.raises(UsageError, match="is refused: it lies outside"):
            settings.load(start=root, environ={})
        assert settings.load(start=root, environ={}, flags={"schema": path}).schema.endswith(path.lstrip("./"))
    (root / "difftool.toml").write_text(toml.format("../schema"))
    (tmp_path / "repository/.git").mkdir()
    assert settings.load(start=root, environ={}).target.schema == str(tmp_path / "repository/schema")


def test_the_default_schema_may_not_be_a_link_outside(load: Load, tmp_path: Path) -> None:
    (tmp_path / "schema").symlink_to("/etc")
    assert "it lies outside" in refusal(load)


@pytest.mark.parametrize("parameter", ["sslkey=engine:x", "passfile=/tmp/x"])
def test_unsafe_parameters_of_a_url(load: Load, tmp_path: Path, parameter: str) -> None:
    url = f"postgresql://h/d?{parameter}"
    for toml, dotenv in [
        (f"[targets.a]\nurl = '{url}'", ""),
        ("[targets.a]\nurl = 'env:MINE'", f"MINE={url}"),
        ("", f"DATABASE_URL={url}"),
        (f"target = '{url}'", ""),
    ]:
        assert "is refused: it lets libpq read or write other files" in refusal(load, toml, {}, dotenv)
        (tmp_path / "difftool.toml").unlink(missing_ok=True)
        (tmp_path / ".env").unlink(missing_ok=True)
    assert load(target=url).target.conninfo == load("", {"DATABASE_URL": url}).target.conninfo == Conninfo.parse(url)


# ---- targets ----


def test_the_only_configured_one(load: Load) -> None:
    found = load("[targets.dev]\nurl = 'postgresql+psycopg2://u@h:5433/d'")
    assert found.target.name == "dev"
    assert parameters(found) == {"host": "h", "port": "5433", "user": "u", "dbname": "d"}


def test_several_and_none_chosen(load: Load) -> None:
    found = load(PROJECT)
    assert [t.name for t in found.targets] == ["dev", "prod"]  # for --all, which needs no choice
    message = refusal(load)
    assert "several targets are configured and none is chosen: dev, prod" in message
    assert "--target dev" in message


def test_choosing(load: Load) -> None:
    chosen = 'target = "dev"\n' + PROJECT
    assert load(chosen).target.name == "dev"
    assert load(chosen, dotenv="DIFFTOOL_TARGET=prod").target.name == "prod"
    assert load(chosen, {"DIFFTOOL_TARGET": "dev"}).target.name == "dev"
    assert load(chosen, {"DIFFTOOL_TARGET": "dev"}, target="prod").target.name == "prod"
    assert load(chosen, {"DATABASE_URL": "postgresql://h/d"}).target.name == "prod"  # .env has chosen
    assert load(target="local").target.embedded


def test_unknown_target(load: Load) -> None:
    message = refusal(load, PROJECT, target="prot")
    assert '--target: there is no target "prot": did you mean prod?' in message
    assert "there are dev, prod, local" in message
    assert "difftool.toml: target" in refusal(load, 'target = "nope"\n' + PROJECT)


def test_what_a_target_says_for_itself(load: Load, tmp_path: Path) -> None:
    toml = 'target = "prod"\nowner = "common"\n' + PROJECT + 'schema = "other"\n'
    dev, prod = load(toml).targets
    assert (dev.owner, dev.protect, dev.allow, dev.schema) == ("common", False, (), str(tmp_path / "schema"))
    assert (prod.owner, prod.protect, prod.schema) == ("app_owner", True, str(tmp_path / "other"))
    dev, prod = load(environ={"DIFFTOOL_OWNER": "env", "DIFFTOOL_ALLOW": "data-loss"}, schema="flagged").targets
    assert dev.owner == prod.owner == "env"
    assert dev.schema == prod.schema == str(tmp_path / "flagged")
    assert (dev.allow, prod.allow) == (("data-loss",), ("blocks-writes", "data-loss"))


def test_database_variables(load: Load) -> None:
    parts = {"HOST": "h", "PORT": "5433", "NAME": "n", "USER": "u", "PASSWORD": "p w"}
    environ = {f"DATABASE_{k}": v for k, v in parts.items()}
    found = load(environ=environ)
    assert found.target.name == "default"
    assert parameters(found) == {"host": "h", "port": "5433", "dbname": "n", "user": "u", "password": "p w"}
    found = load(environ={**environ, "DATABASE_URL": "postgres://other/db"})
    assert parameters(found) == {"host": "other", "dbname": "db"}
    assert found.target.origin == "environment DATABASE_URL"


def test_database_variables_win_over_a_single_configured_target(load: Load) -> None:
    found = load("[targets.a]\nhost = 'a'", {"DATABASE_NAME": "n"})
    assert found.target.name == "default"
    assert [t.name for t in found.targets] == ["a", "default"]


def test_the_layer_that_names_the_place_decides(load: Load) -> None:
    found = load("", {"DATABASE_HOST": "h"}, "DATABASE_URL=postgresql://evil.example/d\nDATABASE_NAME=n\n")
    assert found.target.conninfo == Conninfo.of({"host": "h", "dbname": "n"})


def test_two_databases_of_one_name(load: Load) -> None:
    message = refusal(
        load, "[targets.default]\nhost = 'a'\nallow = ['data-loss']", {"DATABASE_URL": "postgresql://b/d"}
    )
    assert 'target "default" of the settings file and environment DATABASE_URL are two databases' in message


def test_a_reference_to_a_variable(load: Load) -> None:
    toml = "target = 'prod'\n[targets.dev]\nhost = 'h'\n[targets.prod]\nurl = 'env:PROD_URL'\nprotect = true"
    found = load(toml, {"PROD_URL": "postgresql://u:p@prod/app"})
    assert found.target.conninfo == Conninfo.parse("postgresql://u:p@prod/app")
    assert found.target.origin == "environment PROD_URL"
    assert load(toml, {}, "PROD_URL=postgresql://env/app").target.origin == ".env"


def test_a_reference_to_nothing_hurts_only_when_needed(load: Load) -> None:
    toml = "[targets.dev]\nhost = 'h'\n[targets.prod]\nurl = 'env:PROD_URL'"
    found = load(toml, target="dev")
    assert found.target.conninfo
    prod = found.targets[1]
    assert not prod.embedded
    with pytest.raises(UsageError, match='target "prod" cannot be reached: the variable PROD_URL is not set'):
        prod.conninfo  # noqa: B018 (a property that raises)


def test_a_reference_cannot_show_another_secret(load: Load) -> None:
    message = refusal(load, "[targets.a]\nurl = 'env:CI_TOKEN'", {"CI_TOKEN": "hidden"})
    assert "CI_TOKEN in the environment is not a PostgreSQL URL" in message
    assert "hidden" not in message


@pytest.mark.parametrize("way", ["flag", "DATABASE_URL", "parts"])
def test_another_way_to_a_protected_database_keeps_its_protection(load: Load, way: str) -> None:
    url = "postgresql://me:pw@prod.example/app"
    parts = {"DATABASE_HOST": "prod.example", "DATABASE_PORT": "5432", "DATABASE_NAME": "app"}
    flags = {"target": url} if way == "flag" else {}
    found = load(PROJECT, {"flag": {}, "DATABASE_URL": {"DATABASE_URL": url}, "parts": parts}[way], **flags)
    assert found.target.name == "prod"
    assert (found.target.protect, found.target.owner, found.target.allow) == (True, "app_owner", ("blocks-writes",))
    assert found.target.conninfo == (
        Conninfo.of({"host": "prod.example", "port": "5432", "dbname": "app"})
        if way == "parts"
        else Conninfo.parse(url)
    )
    assert len(found.targets) == 2


def test_of_two_ways_to_one_database_the_one_of_the_same_role_is_meant(load: Load) -> None:
    toml = """
        [targets.admin]
        url = "postgresql://admin@h/d"
        protect = true
        [targets.app]
        url = "postgresql://app@h/d"
    """
    found = load(toml, target="postgresql://app:pw@h/d")
    assert (found.target.name, found.target.protect) == ("app", True)


def test_a_target_that_refers_to_database_url_is_the_default(load: Load) -> None:
    toml = "[targets.dev]\nhost = 'h'\n[targets.prod]\nurl = 'env:DATABASE_URL'\nprotect = true"
    found = load(toml, {"DATABASE_URL": "postgresql://prod/app"})
    assert (found.target.name, found.target.protect) == ("prod", True)


def test_a_url_that_nobody_configured(load: Load) -> None:
    found = load(PROJECT, target="postgresql://u:p@elsewhere/app")
    assert found.target.name == "app@elsewhere"
    assert (found.target.protect, found.target.allow, found.target.origin) == (False, (), "flag --target")
    assert len(found.targets) == 3


@pytest.mark.parametrize("name", ["PGHOST", "PGSERVICE", "PGDATABASE", "PGHOSTADDR"])
def test_libpq(load: Load, name: str) -> None:
    found = load(environ={name: "somewhere"})
    assert found.target.name == "environment"
    assert found.target.conninfo == Conninfo()
    assert {e.name: e.value for e in settings.explain(found)}["targets.environment"] == f"{name}=somewhere"
    assert load("[targets.a]\nhost = 'h'", {name: "somewhere"}).target.name == "a"
    assert load("[targets.a]\nhost = 'h'", {name: "somewhere"}, target="environment").target.conninfo == Conninfo()


def test_libpq_user_alone_names_no_database(load: Load) -> None:
    assert load(environ={"PGUSER": "u", "PGPASSWORD": "p", "PGPORT": "1"}).target.name == "local"


# ---- secrets ----


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:s3cret@h/d",
        "u:s3cret@h/d",
        "postgresql://u:s3cret%zz@h/d",
        "postgresql://u:s3cret/x@h/d",
        "postgresql://u:x/s3cret@h/d",
        "postgresql://h/d?s3cret=1",
        "postgresql://u:s3cret@h:99999/d",
        "postgresql://[::1?s3cret",
    ],
)
def test_a_bad_url_is_never_repeated(load: Load, url: str) -> None:
    for arguments in [("", {"DATABASE_URL": url}), (f"[targets.a]\nurl = '{url}'",), ("", {}, f"DATABASE_URL={url}")]:
        assert "s3cret" not in refusal(load, *arguments)
    if "://" in url:
        assert "s3cret" not in refusal(load, target=url)


def test_explain_masks_every_secret(load: Load) -> None:
    toml = """
        [targets.prod]
        url = 'postgresql://u:s3cret@h/d?sslpassword=s3cret'
        [targets.two]
        host = 'h'
        password = 's3cret'
    """
    environ = {
        "DATABASE_URL": "postgresql://u:s3cret@h2/d?password=s3cret&sslpassword=s3cret",
        "DATABASE_PASSWORD": "s3cret",
        "AWS_SECRET_ACCESS_KEY": "s3cret",
        "AWS_SESSION_TOKEN": "s3cret",
        "DIFFTOOL_SCRATCH": "postgresql://u:s3cret@h/d",
        "DIFFTOOL_S3_ENDPOINT": "http://u:s3cret@h:9000",
    }
    found = load(toml, environ, target="postgresql://u:s3cret@h3/d?password=s3cret")
    rows = {e.name: e for e in settings.explain(found)}
    assert not [e for e in rows.values() if "s3cret" in e.value]
    assert "s3cret" not in repr(found)
    assert rows["database_url"].value == "postgresql://u:***@h2/d?sslpassword=***"
    assert rows["scratch"].value == "postgresql://u:***@h/d"
    assert rows["aws_session_token"].value == rows["database_password"].value == "***"
    assert rows["s3_endpoint"].value == "http://u:***@h:9000"
    assert rows["targets.two"].value == "postgresql://h/?password=***".replace("h/?password=***", ":***@h/")
    assert rows["targets.d@h3"].origin == "flag --target"


def test_explain_says_where_from(load: Load) -> None:
    found = load(PROJECT, {"DATABASE_NAME": "n", "DIFFTOOL_OWNER": "o"}, "DIFFTOOL_RETRIES=2\n", allow=["data-loss"])
    rows = {e.name: (e.value, e.origin) for e in settings.explain(found)}
    assert rows["retries"] == ("2", ".env")
    assert rows["database_name"] == ("n", "environment DATABASE_NAME")
    assert rows["trust_schema"] == ("false", "default")
    assert rows["allow"] == ("data-loss", "flag --allow")
    assert rows["targets.default"] == ("postgresql:///n", "environment DATABASE_NAME")
    assert rows["targets.prod"] == ("postgresql://prod.example/app", "difftool.toml")
    assert rows["targets.prod.protect"] == ("true", "difftool.toml")
    assert rows["targets.prod.owner"] == ("o", "environment DIFFTOOL_OWNER")
    assert rows["targets.prod.allow"] == ("blocks-writes, data-loss", "difftool.toml, flag --allow")
    assert {s.name for s in SETTINGS} <= set(rows)


def test_explain_survives_a_url_that_another_layer_overrides(load: Load) -> None:
    found = load("", {"DATABASE_HOST": "h"}, "DATABASE_URL=postgresql://u:s3cret%zz@h/d")
    assert {e.name: e.value for e in settings.explain(found)}["database_url"] == "***"


# ---- documentation ----


def test_options_are_those_of_the_commands() -> None:
    from typer.main import get_command

    from difftool.cli import app

    def options(command: Any) -> set[str]:
        own = {opt for p in command.params for opt in p.opts if opt.startswith("--")}
        return own.union(*(options(c) for c in getattr(command, "commands", {}).values()))

    commands = options(get_command(app))
    assert {s.option for s in SETTINGS if s.option} <= commands
    # and no command has an option of a setting's name that settings.load does not take
    assert not {"--" + s.name.replace("_", "-") for s in SETTINGS if not s.option} & commands


def text(default: object) -> str:
    if isinstance(default, tuple):
        return ",".join(default)
    return str(default).lower() if isinstance(default, bool) else str(default)


def example() -> dict[str, tuple[str, str]]:
    """Each variable of .env.example: the comment above it and the value shown."""
    pattern = r"^# (.+)\n# ([A-Z][A-Z0-9_]+)=(.*)$"
    found = re.findall(pattern, (ROOT / ".env.example").read_text(), re.MULTILINE)
    return {name: (comment, value) for comment, name, value in found}


def test_env_example_has_every_variable_with_its_default_and_sentence() -> None:
    shown = example()
    assert sorted(shown) == sorted(BY_VARIABLE)
    for name, (comment, value) in shown.items():
        setting = BY_VARIABLE[name]
        default = text(setting.default)
        assert comment == setting.sentence + (f" Default: {default}" if default else "")
        assert value == default or not default


def test_env_example_copied_changes_nothing(load: Load) -> None:
    found = load(dotenv=(ROOT / ".env.example").read_text())
    assert set(found.origins.values()) == {"default"}


def test_env_example_uncommented_works_but_for_what_a_file_must_not_say(load: Load) -> None:
    lines = [f"{n}={v}" for n, (_, v) in example().items() if not BY_VARIABLE[n].widens]
    found = load(dotenv="\n".join(lines))
    assert parameters(found) == {
        "user": "anomaly_user",
        "password": "your_secure_password",
        "host": "localhost",
        "port": "5432",
        "dbname": "blockchain_anomaly",
    }


def rows(heading: str) -> list[list[str]]:
    """Cells of the table that follows a heading of docs/configuration.md, backticks taken off."""
    after = (ROOT / "docs/configuration.md").read_text().partition(f"| {heading} |")[2]
    lines = after.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def test_docs_have_every_setting() -> None:
    assert rows("Variable | In the file | Default | What it is") == [
        [s.variable, s.key, text(s.default), s.sentence] for s in SETTINGS
    ]


def test_docs_have_every_option() -> None:
    line = (ROOT / "docs/configuration.md").read_text().partition("an option of the command: ")[2].splitlines()[0]
    assert re.findall(r"`(--[a-z-]+)`", line) == [s.option for s in SETTINGS if s.option]


def test_docs_have_every_key_of_a_target() -> None:
    assert rows("Key of `[targets.NAME]` | What it is") == [[k.name, k.sentence] for k in TARGET_KEYS]


def test_docs_say_what_a_file_must_not() -> None:
    assert rows("Variable | Why") == [[s.variable, s.widens] for s in WIDENING]


def test_the_file_in_the_docs_loads(load: Load) -> None:
    toml = (ROOT / "docs/configuration.md").read_text().partition("```toml\n")[2].partition("```")[0]
    found = load(toml)
    assert found.target.name == "dev"
    assert found.targets[1].missing


def test_every_setting_has_a_sentence() -> None:
    for entry in (*SETTINGS, *TARGET_KEYS):
        assert entry.sentence.endswith(".")
        assert "|" not in entry.sentence
