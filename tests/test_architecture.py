"""The shape of the code: imports go one way, each outside library has its door, and the cheap commands stay cheap."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Ran, Server

ROOT = Path(__file__).parent.parent / "difftool"
ORDER = (
    "errors model allowing words sizes document planfile parse secrets pg emptiness batches ignore limits window settings syntax phrases catalog subjects positions segments locked script scratch deparsed clone scope narrowing untouched seen files steps annotations handover load "
    "objects grants unseen now pairing kinds judging sparing introspect changes order renames engine rules online apart rows_today privileges locking at_work settle partly searching prove deferring data_steps measure cluster wanted comparing planning pipeline files_as_database database_as_files snapshot going_back journal aftermath hooks gates lag progress watching runner bringing guard applying resuming console render api doctor cli __main__"
).split()
"""The modules and packages of difftool, the lowest first: each imports only what stands before it, or itself."""
DOORS = {
    "psycopg2": ("pg/", "engine/migra.py"),
    "sqlalchemy": ("pg/pool.py",),
    "migra": ("engine/migra.py",),
    "schemainspect": ("engine/migra.py",),
    "boto3": ("snapshot/",),
    "botocore": ("snapshot/",),
    "testcontainers": ("scratch/docker.py",),
    "pglast": ("parse.py",),
    "rich": ("console.py", "render/"),
    "typer": ("cli/",),
    "dotenv": ("settings/",),
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for file in sorted(ROOT.rglob("*.py")):
        yield file.relative_to(ROOT).as_posix(), ast.parse(file.read_text())


def imports(tree: ast.AST, *, types: bool = True) -> Iterator[str]:
    """The modules that a module imports, wherever it does; without ``types``, not those for the type checker alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ([f"{node.module}.{a.name}" for a in node.names] if node.module == "difftool" else [node.module])
        elif types or not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield from imports(node, types=types)


def test_every_module_has_its_place() -> None:
    found = {p.stem for p in ROOT.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()} - {"__init__"}
    assert found == set(ORDER)


def test_imports_go_one_way() -> None:
    wrong = []
    for name, tree in sources():
        here = name.split("/")[0].removesuffix(".py")
        if here == "__init__":
            continue
        for module in imports(tree, types=False):
            parts = module.split(".")
            if parts[0] != "difftool" or len(parts) < 2 or parts[1] not in ORDER:
                continue
            if ORDER.index(parts[1]) > ORDER.index(here):
                wrong.append(f"{name} imports {module}")
    assert wrong == []


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_its_door(library: str) -> None:
    users = {name for name, tree in sources() if any(m.split(".")[0] == library for m in imports(tree))}
    assert users, "nobody uses it: take it out of the list and of pyproject.toml"
    assert {u for u in users if not u.startswith(DOORS[library])} == set()


def loaded(code: str) -> set[str]:
    """The top-level modules that a fresh Python has after running ``code``."""
    program = f"import sys\n{code}\nprint(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    return set(
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    )


def test_help_imports_no_heavy_library() -> None:
    assert loaded("import difftool.cli").isdisjoint(DOORS.keys() - {"typer"})


def test_a_check_in_sync_imports_no_engine(difftool: Callable[..., Ran], server18: Server, tmp_path: Path) -> None:
    (tmp_path / "schema").mkdir()
    (tmp_path / "schema" / "t.sql").write_text("CREATE TABLE t (a int);")
    target = server18.database("CREATE TABLE t (a int)").url(secrets=True)
    assert difftool("check", "--target", target).code == 0, "the first one loads the schema"
    ran = difftool("check", "--target", target, PYTHONPROFILEIMPORTTIME="1")
    assert ran.code == 0
    modules = {line.rpartition("|")[2].strip().split(".")[0] for line in ran.err.splitlines() if "import time:" in line}
    assert "psycopg2" in modules
    assert modules.isdisjoint({"sqlalchemy", "pglast", "migra", "schemainspect", "boto3", "testcontainers"})


def test_no_module_has_the_name_of_a_function_of_the_api() -> None:
    """Importing a submodule puts it into the package under its name: ``difftool.plan(…)`` would call a module."""
    import difftool

    assert not {p.stem for p in ROOT.iterdir()} & set(difftool.__all__)
