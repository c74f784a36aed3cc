"""The manifests in k8s/: valid for Kubernetes, complete, safe by default, and true to difftool and its database."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest
import yaml

from difftool import errors
from difftool.pg.connection import run, session
from difftool.pg.conninfo import Conninfo
from difftool.pg.programs import programs
from difftool.settings.table import BY_VARIABLE

if TYPE_CHECKING:
    from conftest import Server

ROOT = Path(__file__).parent.parent
BASE = ROOT / "k8s" / "base"
PRODUCTION = ROOT / "k8s" / "overlays" / "production"
SCRIPTS = BASE / "scripts"
MANIFESTS = [p for p in sorted(BASE.glob("*.yaml")) if p.name != "kustomization.yaml"] + [PRODUCTION / "namespace.yaml"]

# podFailurePolicy and timeZone are there from the first of these on; the last is what CI's validator is sure to know.
KUBERNETES = ("1.30", "1.33", "1.36")
VARIABLES = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
WORKLOADS = ("postgresql", "postgresql-backup", "difftool-apply", "difftool-check")


def documents(path: Path) -> list[dict[str, Any]]:
    return [d for d in yaml.safe_load_all(path.read_text()) if d is not None]


@cache
def kustomization(folder: Path) -> dict[str, Any]:
    (found,) = documents(folder / "kustomization.yaml")
    return found


@cache
def base() -> dict[tuple[str, str], dict[str, Any]]:
    """Every object of the base by kind and name, the generated ConfigMap too."""
    found = [d for name in kustomization(BASE)["resources"] for d in documents(BASE / name)]
    for generator in kustomization(BASE)["configMapGenerator"]:
        data = {Path(f).name: (BASE / f).read_text() for f in generator["files"]}
        found.append({"kind": "ConfigMap", "metadata": {"name": generator["name"]}, "data": data})
    return {(d["kind"], d["metadata"]["name"]): d for d in found}


def the(kind: str, name: str) -> dict[str, Any]:
    return base()[kind, name]


def job_spec(name: str) -> dict[str, Any]:
    for kind in ("Job", "CronJob"):
        if (kind, name) in base():
            spec = the(kind, name)["spec"]
            return dict(spec["jobTemplate"]["spec"] if kind == "CronJob" else spec)
    raise KeyError(name)


def pod(name: str) -> dict[str, Any]:
    spec = the("StatefulSet", name)["spec"] if ("StatefulSet", name) in base() else job_spec(name)
    return dict(spec["template"]["spec"])


def containers(name: str) -> list[dict[str, Any]]:
    return [*pod(name).get("initContainers", []), *pod(name)["containers"]]


def main_container(name: str) -> dict[str, Any]:
    (found,) = pod(name)["containers"]
    return dict(found)


# --- complete and valid


@pytest.mark.parametrize("folder", [BASE, PRODUCTION], ids=["base", "production"])
def test_every_file_is_listed_and_every_listed_file_exists(folder: Path) -> None:
    listed = kustomization(folder)
    named = [*listed["resources"], *(p["path"] for p in listed.get("patches", []) if "path" in p)]
    named += [f for g in listed.get("configMapGenerator", []) for f in g["files"]]

    files = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()} - {"kustomization.yaml"}

    assert files == {n for n in named if not n.startswith("..")}
    assert [n for n in named if n.startswith("..")] == (["../../base"] if folder == PRODUCTION else [])


def test_the_guides_files_are_there() -> None:
    parts = ("configmap", "secret", "pvc", "statefulset", "service", "backup-cronjob")

    assert {f"postgresql-{part}.yaml" for part in parts} <= set(kustomization(BASE)["resources"])


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("path", MANIFESTS, ids=lambda p: p.name)
def test_manifest_is_valid(path: Path, version: str) -> None:
    for document in documents(path):
        _validate(document, version)


def _validate(document: dict[str, Any], version: str) -> None:
    import kubernetes_validate

    kubernetes_validate.validate(document, version, strict=True)


def test_a_manifest_with_a_mistake_is_not_valid() -> None:
    import kubernetes_validate

    wrong = {**the("CronJob", "difftool-check"), "specs": {}}

    with pytest.raises(kubernetes_validate.ValidationError):
        _validate(wrong, KUBERNETES[0])


@pytest.fixture(scope="module")
def built() -> dict[str, list[dict[str, Any]]]:
    """What kustomize makes of each folder."""
    for command in (["kustomize", "build"], ["kubectl", "kustomize"]):
        if shutil.which(command[0]):
            return {f.name: list(yaml.safe_load_all(_kustomize(command, f))) for f in (BASE, PRODUCTION)}
    pytest.skip("neither kustomize nor kubectl is on PATH")


def _kustomize(command: list[str], folder: Path) -> str:
    done = subprocess.run([*command, folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_kustomize_builds_valid_objects(built: dict[str, list[dict[str, Any]]]) -> None:
    for document in [d for documents in built.values() for d in documents]:
        _validate(document, KUBERNETES[-1])


def test_production_has_its_namespace_and_no_secret(built: dict[str, list[dict[str, Any]]]) -> None:
    found = built["production"]

    assert {d["metadata"].get("namespace") for d in found if d["kind"] != "Namespace"} == {"blockchain-anomaly-prod"}
    assert [d["metadata"]["name"] for d in found if d["kind"] == "Namespace"] == ["blockchain-anomaly-prod"]
    assert [d["metadata"]["name"] for d in found if d["kind"] == "Secret"] == []


def test_production_keeps_snapshots_in_s3_and_needs_no_volume(built: dict[str, list[dict[str, Any]]]) -> None:
    found = {(d["kind"], d["metadata"]["name"]): d for d in built["production"]}
    spec = found["Job", "difftool-apply"]["spec"]["template"]["spec"]

    assert found["ConfigMap", "difftool-config"]["data"]["DIFFTOOL_SNAPSHOT_STORE"].startswith("s3://")
    assert ("PersistentVolumeClaim", "difftool-snapshots") not in found
    assert [v["name"] for v in spec["volumes"]] == [m["name"] for m in spec["containers"][0]["volumeMounts"]]
    assert spec["containers"][0]["image"] == "registry.example.com/difftool:0.1.0"


def test_patches_name_objects_of_the_base() -> None:
    for entry in kustomization(PRODUCTION)["patches"]:
        patches = documents(PRODUCTION / entry["path"]) if "path" in entry else [yaml.safe_load(entry["patch"])]
        assert {(p["kind"], p["metadata"]["name"]) for p in patches} <= set(base())


# --- safe


@pytest.mark.parametrize("name", WORKLOADS)
def test_pod_is_locked_down(name: str) -> None:
    spec = pod(name)
    security = spec["securityContext"]

    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert security["runAsNonRoot"] is True
    assert security["runAsUser"] == security["runAsGroup"] == security["fsGroup"] > 0
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in containers(name):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert set(container["resources"]["requests"]) == set(container["resources"]["limits"]) == {"cpu", "memory"}


def test_every_workload_is_known_here() -> None:
    kinds = ("StatefulSet", "Deployment", "DaemonSet", "Job", "CronJob", "Pod")

    assert sorted(name for kind, name in base() if kind in kinds) == sorted(WORKLOADS)


def test_service_accounts_carry_no_token() -> None:
    accounts = [d for (kind, _), d in base().items() if kind == "ServiceAccount"]

    assert accounts
    assert {a["automountServiceAccountToken"] for a in accounts} == {False}


def test_images_have_a_version() -> None:
    images = {c["image"] for name in WORKLOADS for c in containers(name)}

    assert images == {"difftool:0.1.0", "postgres:18.6-trixie"}


def test_secrets_hold_placeholders_that_the_database_refuses() -> None:
    values = [v for (kind, _), d in base().items() if kind == "Secret" for v in d["stringData"].values()]
    (guard,) = pod("postgresql")["initContainers"]

    assert len(values) == 2
    assert all(v.startswith("REPLACE-ME") for v in values)
    assert _run_guard(guard, superuser=values[0], owner="a real one").returncode == 1
    assert "placeholders" in _run_guard(guard, superuser="a real one", owner=values[1]).stderr
    assert _run_guard(guard, superuser="a real one", owner="another $(one) 'with quotes").returncode == 0


def _run_guard(container: dict[str, Any], *, superuser: str, owner: str) -> subprocess.CompletedProcess[str]:
    environment = {"POSTGRES_PASSWORD": superuser, "DATABASE_PASSWORD": owner}
    return subprocess.run(container["command"], env=environment, capture_output=True, text=True)


def test_difftool_never_sees_the_superusers_password() -> None:
    for name in ("difftool-apply", "difftool-check", "postgresql-backup"):
        assert "postgresql-superuser" not in yaml.safe_dump(pod(name))


# --- consistent


@pytest.mark.parametrize("name", WORKLOADS)
def test_what_a_pod_names_exists(name: str) -> None:
    spec = pod(name)
    wanted = {("ServiceAccount", spec["serviceAccountName"])}
    wanted |= {("ConfigMap", v["configMap"]["name"]) for v in spec["volumes"] if "configMap" in v}
    wanted |= {
        ("PersistentVolumeClaim", v["persistentVolumeClaim"]["claimName"])
        for v in spec["volumes"]
        if "persistentVolumeClaim" in v
    }
    for source in (s for c in containers(name) for s in c.get("envFrom", [])):
        kind = "ConfigMap" if "configMapRef" in source else "Secret"
        reference = source.get("configMapRef") or source["secretRef"]
        wanted |= {(kind, reference["name"])} if not reference.get("optional") else set()

    assert wanted <= set(base())


@pytest.mark.parametrize("name", WORKLOADS)
def test_every_mount_has_its_volume_and_every_key_its_value(name: str) -> None:
    volumes = [v["name"] for v in pod(name)["volumes"]]
    mounts = [m["name"] for c in containers(name) for m in c.get("volumeMounts", [])]

    assert sorted(volumes) == sorted(set(mounts))
    for volume in (v["configMap"] for v in pod(name)["volumes"] if "configMap" in v):
        assert {i["key"] for i in volume["items"]} <= set(the("ConfigMap", volume["name"])["data"])
    for variable in (v for c in containers(name) for v in c.get("env", []) if "valueFrom" in v):
        for kind, field, reference in (
            ("ConfigMap", "data", "configMapKeyRef"),
            ("Secret", "stringData", "secretKeyRef"),
        ):
            if found := variable["valueFrom"].get(reference):
                assert found["key"] in the(kind, found["name"])[field]


def test_the_service_leads_to_the_database() -> None:
    service, stateful = the("Service", "postgresql")["spec"], the("StatefulSet", "postgresql")["spec"]
    (port,) = service["ports"]

    assert service["selector"] == stateful["selector"]["matchLabels"] == stateful["template"]["metadata"]["labels"]
    assert port["targetPort"] in [p["name"] for p in main_container("postgresql")["ports"]]
    assert stateful["serviceName"] == "postgresql"


def test_settings_are_the_guides_and_difftools_own() -> None:
    guide, own = the("ConfigMap", "postgresql-config")["data"], the("ConfigMap", "difftool-config")["data"]
    secret = the("Secret", "postgresql-secret")["stringData"]

    assert guide["DATABASE_HOST"] == the("Service", "postgresql")["metadata"]["name"]
    assert int(guide["DATABASE_PORT"]) == the("Service", "postgresql")["spec"]["ports"][0]["port"]
    assert {"DATABASE_NAME", "DATABASE_USER"} < set(guide)
    assert set(secret) == {"DATABASE_PASSWORD"}
    assert {*guide, *own, *secret} <= set(BY_VARIABLE)


# --- difftool's jobs


@pytest.mark.parametrize(("name", "arguments"), [("difftool-apply", ["apply", "--yes"]), ("difftool-check", ["check"])])
def test_job_runs_a_command_that_difftool_has(name: str, arguments: list[str]) -> None:
    pytest.importorskip("difftool.cli", reason="the command line is not written yet")
    given = main_container(name)["args"]
    command, *options = given
    asked = [sys.executable, "-c", "from difftool.cli import main; main()", command, "--help"]
    help_text = subprocess.run(asked, capture_output=True, text=True, env={**os.environ, "COLUMNS": "200"})

    assert given == arguments
    assert "command" not in main_container(name)
    assert help_text.returncode == 0, help_text.stderr
    assert all(option in help_text.stdout for option in options)


@pytest.mark.parametrize("name", ["difftool-apply", "difftool-check"])
def test_answers_are_not_retried_and_disruptions_do_not_count(name: str) -> None:
    answer, disruption = job_spec(name)["podFailurePolicy"]["rules"]

    assert answer["action"] == "FailJob"
    assert answer["onExitCodes"]["containerName"] == main_container(name)["name"]
    assert {errors.UsageError.exit_code, 3, errors.Refused.exit_code} <= set(answer["onExitCodes"]["values"])
    assert errors.ConnectionFailed.exit_code not in answer["onExitCodes"]["values"]
    assert disruption["action"] == "Ignore"
    assert disruption["onPodConditions"] == [{"type": "DisruptionTarget", "status": "True"}]


def test_an_apply_that_stopped_part_way_waits_for_a_person() -> None:
    answer, _ = job_spec("difftool-apply")["podFailurePolicy"]["rules"]

    assert errors.StoppedPartWay.exit_code in answer["onExitCodes"]["values"]


@pytest.mark.parametrize("name", ["difftool-apply", "difftool-check", "postgresql-backup"])
def test_job_ends_and_leaves_its_log_for_a_while(name: str) -> None:
    spec = job_spec(name)

    assert pod(name)["restartPolicy"] == "Never"
    assert 0 < spec["activeDeadlineSeconds"] <= timedelta(hours=4).total_seconds()
    assert spec["ttlSecondsAfterFinished"] >= timedelta(days=3).total_seconds()
    assert 0 < spec["backoffLimit"] <= 6


def test_only_one_of_a_cron_job_runs_at_a_time() -> None:
    for name in ("difftool-check", "postgresql-backup"):
        spec = the("CronJob", name)["spec"]
        assert (spec["concurrencyPolicy"], spec["timeZone"]) == ("Forbid", "Etc/UTC")


# --- the image


def test_the_image_and_the_pods_agree() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    user = pod("difftool-apply")["securityContext"]["runAsUser"]
    mounts = {m["mountPath"] for m in main_container("difftool-apply")["volumeMounts"]}
    volumes = re.search(r"^VOLUME \[(.*)\]$", dockerfile, re.MULTILINE)

    assert f"\nUSER {user}:{user}\n" in dockerfile
    assert 'ENTRYPOINT ["difftool"]' in dockerfile
    assert "STOPSIGNAL SIGINT" in dockerfile
    assert volumes and {v.strip('" ') for v in volumes[1].split(",")} | {"/tmp"} == mounts
    assert the("ConfigMap", "difftool-config")["data"]["DIFFTOOL_SNAPSHOT_STORE"] in dockerfile


def test_the_image_gets_what_it_copies_and_nothing_else() -> None:
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    ignored, *rest = [x for x in (ROOT / ".dockerignore").read_text().splitlines() if x and not x.startswith("#")]

    assert ignored == "*"
    assert {x[1:] for x in rest if x.startswith("!")} == {word for words in copied for word in words.split()}
    assert "**/.env*" in rest


# --- the backup, run as it is


def test_backup_is_the_guides() -> None:
    variables = {v["name"]: v.get("value") for v in main_container("postgresql-backup")["env"]}

    assert the("CronJob", "postgresql-backup")["spec"]["schedule"] == "0 2 * * *"
    assert variables["RETENTION_DAYS"] == "30"
    assert variables["KEEP_AT_LEAST"] == "7"
    assert main_container("postgresql-backup")["command"] == ["/bin/bash", "/scripts/backup-database.sh"]


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    """A backup volume with a dump of each of the last forty nights, a half one, and a file of somebody else's."""
    for days in range(1, 41):
        _aged(tmp_path / f"backup-{_night(days)}-020000.sql.gz", days)
    _aged(tmp_path / f"partial-backup-{_night(3)}-020000.sql.gz", 3)
    _aged(tmp_path / "backup-2019-final.sql.gz", 400)
    return tmp_path


def _night(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y%m%d")


def _aged(path: Path, days: int) -> None:
    path.write_bytes(b"")
    then = time.time() - days * 86400 - 60
    os.utime(path, (then, then))


def backup(volume: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The script as the CronJob runs it; by default with the newest pg_dump that is installed here."""
    if sys.platform != "linux":
        pytest.skip("the script is for the postgres image: GNU find and bash 4")
    variables = {v["name"]: v["value"] for v in main_container("postgresql-backup")["env"] if "value" in v}
    variables |= {"PATH": path_with("pg_dump"), "BACKUP_DIR": str(volume), **environment}
    return subprocess.run(["bash", SCRIPTS / "backup-database.sh"], env=variables, capture_output=True, text=True)


def path_with(program: str) -> str:
    """PATH with the newest such program in front: the embedded server's, or a newer one."""
    return f"{programs(program)[0].path.parent}{os.pathsep}{os.environ['PATH']}"


def kept(volume: Path) -> set[str]:
    return {p.name for p in volume.iterdir()}


def test_backup_writes_a_whole_dump_and_removes_what_is_older_than_thirty_days(
    volume: Path, database: dict[str, str]
) -> None:
    before = kept(volume)
    done = backup(volume, **database)
    after = kept(volume)

    assert done.returncode == 0, done.stderr
    (written,) = after - before
    assert re.fullmatch(r"backup-\d{8}-\d{6}\.sql\.gz", written)
    assert "wrote " + written in done.stdout
    old = {f"backup-{_night(days)}-020000.sql.gz" for days in range(30, 41)}
    assert before - after == old | {f"partial-backup-{_night(3)}-020000.sql.gz"}
    assert "backup-2019-final.sql.gz" in after
    assert (volume / written).stat().st_mode & 0o077 == 0


def test_backup_can_be_restored(volume: Path, database: dict[str, str], server18: Server) -> None:
    """As docs/kubernetes.md has it: into a second database of the same owner, in one transaction."""
    ask(database, "CREATE TABLE precious AS SELECT 42 AS answer")
    before = kept(volume)
    assert backup(volume, **database).returncode == 0
    (written,) = kept(volume) - before
    restored = {**database, "PGDATABASE": f"{database['PGDATABASE']}_restored"}
    with session(server18.admin) as connection:
        run(connection, f"CREATE DATABASE {restored['PGDATABASE']} OWNER {restored['PGUSER']} TEMPLATE template0")
    pipe = 'set -o pipefail; gzip -dc "$1" | psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --single-transaction'
    environment = {"PATH": path_with("psql"), **restored}
    command = ["bash", "-c", pipe, "restore", volume / written]

    done = subprocess.run(command, env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert ask(restored, "SELECT answer FROM precious") == [(42,)]


def test_backup_keeps_the_newest_however_old(tmp_path: Path, database: dict[str, str]) -> None:
    for days in range(100, 120):
        _aged(tmp_path / f"backup-{_night(days)}-020000.sql.gz", days)

    assert backup(tmp_path, **database).returncode == 0

    newest = {f"backup-{_night(days)}-020000.sql.gz" for days in range(100, 106)}
    assert len(kept(tmp_path)) == 7
    assert newest < kept(tmp_path)


def test_backup_of_a_dead_server_fails_and_removes_no_backup(volume: Path) -> None:
    before = kept(volume)
    done = backup(volume, PGHOST="127.0.0.1", PGPORT="1", PGUSER="nobody", PGDATABASE="nothing")

    assert done.returncode != 0
    assert "port 1 failed" in done.stderr
    assert before - kept(volume) == {f"partial-backup-{_night(3)}-020000.sql.gz"}
    assert kept(volume) <= before


@pytest.mark.parametrize("damage", ["exit 0", "echo half | gzip > $file", "echo no gzip > $file"])
def test_backup_that_is_not_whole_does_not_count(
    volume: Path, tmp_path_factory: pytest.TempPathFactory, damage: str
) -> None:
    """A pg_dump that says all is well and wrote nothing, half a dump, or rubbish: other images called that success."""
    programs_folder = tmp_path_factory.mktemp("bin")
    liar = programs_folder / "pg_dump"
    liar.write_text(f'#!/bin/bash\nfor o in "$@"; do case $o in --file=*) file=${{o#--file=}};; esac; done\n{damage}\n')
    liar.chmod(0o755)
    before = kept(volume)

    done = backup(volume, PATH=f"{programs_folder}{os.pathsep}{os.environ['PATH']}")

    assert done.returncode != 0
    assert "not complete" in done.stderr
    assert before - kept(volume) == {f"partial-backup-{_night(3)}-020000.sql.gz"}
    assert kept(volume) <= before


def test_create_database_makes_an_ordinary_owner(server18: Server) -> None:
    name, password = f"test_{secrets.token_hex(6)}", 'it\'s "quoted" \\ $HOME'
    admin = environment_of(server18.admin)
    wanted = {"DATABASE_NAME": name, "DATABASE_USER": name, "DATABASE_PASSWORD": password}
    environment = {"PATH": path_with("psql"), **admin, **wanted, "POSTGRES_USER": admin["PGUSER"]}

    done = subprocess.run(["bash", SCRIPTS / "create-database.sh"], env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    owner = {**admin, "PGDATABASE": name, "PGUSER": name, "PGPASSWORD": password}
    assert ask(owner, "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user") == [
        (False, False, False)
    ]
    assert ask(owner, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()") == [(name,)]


# --- a server for the scripts


@pytest.fixture
def database(server18: Server) -> dict[str, str]:
    """libpq's variables for a fresh database and its ordinary owner."""
    return environment_of(server18.database())


def environment_of(info: Conninfo) -> dict[str, str]:
    return {VARIABLES[k]: v for k, v in info.params if k in VARIABLES}


def ask(environment: dict[str, str], query: str) -> list[tuple[Any, ...]]:
    """What a query returns in the database that libpq's variables name."""
    connection = psycopg2.connect(**{k: environment[v] for k, v in VARIABLES.items() if v in environment})
    try:
        with connection, connection.cursor() as rows:
            rows.execute(query)
            return rows.fetchall() if rows.description else []
    finally:
        connection.close()
