"""Documents that cannot rot: links, commands, options, settings, messages and exit codes are held against the program.

``python tests/test_docs.py`` writes the tables of docs/commands.md anew.
"""

from __future__ import annotations

import ast
import inspect
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import typer
from typer.models import ArgumentInfo, OptionInfo
from typer.testing import CliRunner

from difftool import errors
from difftool.allowing import allowance
from difftool.cli import DIFFERENT, app
from difftool.settings import load
from difftool.settings.environment import AWS_AMBIENT, AWS_REDIRECTS
from difftool.settings.readers import ALLOWABLE, SCRATCH
from difftool.settings.table import BY_VARIABLE, HOOK_PREFIX, TEST_PREFIX

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
COMMANDS = ROOT / "docs" / "commands.md"
REGENERATE = "python tests/test_docs.py writes it anew"
SET_UP = """\
python -m venv .venv && . .venv/bin/activate && pip install -e . && difftool plan
pip install -e '.[test]' && pytest
"""

FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^()\s]+)\)")
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
VARIABLE = re.compile(r"\b(?:DIFFTOOL|DATABASE|AWS)_[A-Z][A-Z0-9_]*\b(?!\*)")
BLOCK = re.compile(r"<!-- help: (difftool[\w -]*) -->\n(.*?)<!-- end -->\n", re.DOTALL)
ROW = re.compile(r"^\| (.+) \|$", re.MULTILINE)
ALWAYS = frozenset({"-h", "--help"})
COMPLETION = frozenset({"--install-completion", "--show-completion"})
"""What typer adds to the program itself."""
VALUES = {"--allow": frozenset(ALLOWABLE), "--part": frozenset({"plan", "schema"})}
OTHERS_PATHS = re.compile(r"(?<![\w.])(?:/home/|/root\b|/Users/|/tmp/|[A-Z]:\\)")
OTHERS_VARIABLES = frozenset({"AWS_CA_BUNDLE"})
MESSAGE = 4
"""From so many characters on, a piece of a message is looked for."""


@dataclass(frozen=True)
class Parameter:
    """One option or argument as it is declared: its spellings, its words, and what it may be where that is a list."""

    spellings: tuple[str, ...]
    help: str
    choices: tuple[str, ...]
    takes_value: bool


@dataclass(frozen=True)
class Command:
    """One command as it is declared."""

    promise: str
    options: tuple[Parameter, ...]
    arguments: tuple[Parameter, ...]
    open_ended: bool
    """What follows is another program's, as with psql."""

    def option(self, spelling: str) -> Parameter | None:
        return next((o for o in self.options if spelling in o.spellings), None)


# What the program declares


@cache
def commands() -> Mapping[str, Command]:
    """Every command by its full name ("difftool snapshots show"), as its function declares it."""
    return dict(_commands(app, "difftool"))


def _commands(group: typer.Typer, name: str) -> Iterator[tuple[str, Command]]:
    callback = group.registered_callback.callback if group.registered_callback else None
    yield name, _command(callback, group.info.help) if callback else Command(str(group.info.help), (), (), False)
    for declared in group.registered_commands:
        assert declared.callback and declared.name
        open_ended = bool((declared.context_settings or {}).get("ignore_unknown_options"))
        yield f"{name} {declared.name}", _command(declared.callback, None, open_ended)
    for below in group.registered_groups:
        assert below.typer_instance
        yield from _commands(below.typer_instance, f"{name} {below.name}")


def _command(function: Any, words: object, open_ended: bool = False) -> Command:
    hints = get_type_hints(function, include_extras=True)
    found = [
        _parameter(name, hints[name])
        for name in inspect.signature(function).parameters
        if hints[name] is not typer.Context
    ]
    promise = " ".join((inspect.getdoc(function) or str(words)).replace("``", "`").split())
    options = tuple(p for p in found if p.spellings[0].startswith("-"))
    return Command(promise, options, tuple(p for p in found if p not in options), open_ended)


def _parameter(name: str, hint: Any) -> Parameter:
    kind, info = get_args(hint)
    choices = tuple(str(c.value) for c in kind) if isinstance(kind, type) and issubclass(kind, Enum) else ()
    if isinstance(info, ArgumentInfo):
        return Parameter((str(info.metavar or name.upper()),), str(info.help or ""), choices, True)
    assert isinstance(info, OptionInfo)
    # inside Annotated, the first spelling stands where a default once stood
    said = [d for d in (info.default, *(info.param_decls or ())) if isinstance(d, str) and d.startswith("-")]
    return Parameter(tuple(sorted(said, reverse=True)), str(info.help), choices, kind is not bool)


def block(name: str) -> str:
    """A command's promise, usage, and options, as docs/commands.md has them."""
    command = commands()[name]
    below = [other for other in commands() if other.rpartition(" ")[0] == name]
    usage = [name, *(["[OPTIONS]"] if command.options else []), *(p.spellings[0] for p in command.arguments)]
    usage += ["COMMAND"] if below else ["[-- ARGUMENTS]"] if command.open_ended else []
    rows = [_row(p) for p in (*command.arguments, *command.options) if p.help]
    table = ["| option | what it does |", "| --- | --- |", *rows, ""] if rows else []
    return "\n".join([command.promise, "", "```text", " ".join(usage), "```", "", *table])


def _row(parameter: Parameter) -> str:
    choices = f" One of {_listed(parameter.choices)}." if parameter.choices else ""
    return f"| {_listed(parameter.spellings)} | {parameter.help}{choices} |"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{w}`" for w in words)


def regenerated(text: str) -> str:
    """The text with every block as the program declares it."""
    return BLOCK.sub(lambda m: f"<!-- help: {m[1]} -->\n{block(m[1])}<!-- end -->\n", text)


# What the documents say


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def fences(path: Path, *languages: str) -> list[str]:
    """The code blocks of a document in these languages, without their margin."""
    found = [m for m in FENCE.finditer(text_of(path)) if m[2] in languages]
    return ["".join(line.removeprefix(m[1]) for line in m[3].splitlines(keepends=True)) for m in found]


def calls(path: Path) -> Iterator[list[str]]:
    """Every call of difftool in a document: shell blocks, terminals, workflows, and code inside sentences."""
    for text in fences(path, "sh", "bash", "yaml"):
        yield from (c for line in text.replace("\\\n", " ").splitlines() for c in _calls_in(line))
    for text in fences(path, "console"):
        yield from (c for line in text.splitlines() if line.startswith("$ ") for c in _calls_in(line[2:]))
    for code in CODE.findall(FENCE.sub("", text_of(path))):
        if code.startswith("difftool "):
            yield from _calls_in(code)


def _calls_in(line: str) -> Iterator[list[str]]:
    """The words after each ``difftool`` that stands where a command begins."""
    for part in re.split(r"&&|\|\|?|;", re.sub(r"(^|\s)#.*", "", line)):
        found = re.match(r"\s*(?:- )?(?:run: )?(?:[A-Z_]+=\S+ )*difftool (.*)", part)
        if found:
            yield shlex.split(found[1].partition(" >")[0].replace("…", "..."))


def complaint(words: list[str]) -> str:
    """What a call says that the program does not know, or ""."""
    name = "difftool"
    while words and f"{name} {words[0]}" in commands():
        name, words = f"{name} {words[0]}", words[1:]
    command, called = commands()[name], " ".join([name, *words])
    if any(other.startswith(f"{name} ") for other in commands()) and words and not words[0].startswith("-"):
        return f"{called}: no such command"
    while words and words[0] != "--":
        option, _, value = words[0].partition("=")
        words = words[1:]
        if not option.startswith("-") or option in ALWAYS:
            continue
        declared = command.option(option)
        if declared is None:
            return f"{called}: no option {option}"
        if declared.takes_value and not value:
            if not words:
                return ""  # only mentioned
            value, words = words[0], words[1:]
        if said := _wrong_value(declared, value):
            return f"{called}: {said}"
    return ""


def _wrong_value(option: Parameter, value: str) -> str:
    known = option.choices or next((tuple(VALUES[s]) for s in option.spellings if s in VALUES), ())
    if option.spellings[-1] == "--scratch" and value.islower() and "://" not in value:
        known = SCRATCH
    placeholder = value.isupper() or value in {"...", "…"} or value.startswith("recreate:")
    placeholder = placeholder or (option.spellings[-1] == "--allow" and allowance(value) is not None)
    return f"{value} is none of {', '.join(known)}" if known and not placeholder and value not in known else ""


def anchors(path: Path) -> set[str]:
    """What GitHub makes of a document's headings."""
    heads = re.findall(r"^#+ (.+)$", FENCE.sub("", text_of(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def rows_under(path: Path, *header: str) -> Iterator[list[str]]:
    """The cells of every table of a document that has these columns."""
    for table in text_of(path).split("| " + " | ".join(header) + " |\n")[1:]:
        for line in table.splitlines()[1:]:
            found = ROW.fullmatch(line)
            if not found:
                break
            yield [cell.strip() for cell in found[1].split(" | ")]


# Tests


def test_the_two_commands_of_the_readme_are_as_typed() -> None:
    assert f"```sh\n{SET_UP}```\n" in text_of(ROOT / "README.md")


@pytest.mark.parametrize("document", NAMES)
def test_links_lead_somewhere(document: str) -> None:
    path = ROOT / document
    for link in LINK.findall(FENCE.sub("", text_of(path))):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (path.parent / place).resolve() if place else path
        assert target.is_relative_to(ROOT), f"{link} leads out of the repository"
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors(target), f"{link}: no such heading"


def test_every_document_is_in_the_readme() -> None:
    linked = {(ROOT / link.partition("#")[0]).resolve() for link in LINK.findall(text_of(ROOT / "README.md"))}
    assert {p for p in DOCUMENTS if p.parent.name in ("docs", "")} - {ROOT / "README.md"} <= linked


@pytest.mark.parametrize("document", NAMES)
def test_commands_and_options_exist(document: str) -> None:
    assert [said for words in calls(ROOT / document) if (said := complaint(words))] == []


def test_calls_are_found_at_all() -> None:
    """Otherwise the test above would pass for a document that it cannot read."""
    assert ["plan"] in list(calls(ROOT / "README.md"))
    assert ["check", "--format", "github"] in list(calls(ROOT / "docs" / "guide.md"))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("plan --sql", "no option --sql"),
        ("migrate", "no such command"),
        ("snapshots forget", "no such command"),
        ("apply --allow everything", "everything is none of"),
        ("plan -f github", "github is none of"),
        ("plan --scratch podman", "podman is none of"),
        ("psql -- --anything", ""),
        ("apply plan.json --allow data-loss --yes", ""),
        ("snapshots show ID --part schema", ""),
        ("plan --scratch URL", ""),
    ],
)
def test_what_the_check_of_commands_finds(call: str, said: str) -> None:
    assert (said in complaint(call.split())) if said else complaint(call.split()) == ""


@pytest.mark.parametrize("document", NAMES)
def test_variables_exist(document: str) -> None:
    named = set(VARIABLE.findall(text_of(ROOT / document)))
    known = {*BY_VARIABLE, *AWS_AMBIENT, *OTHERS_VARIABLES}
    unknown = {
        v for v in named - known if not AWS_REDIRECTS.fullmatch(v) and not v.startswith((TEST_PREFIX, HOOK_PREFIX))
    }
    assert unknown == set()


@pytest.mark.parametrize("document", NAMES)
def test_settings_files_load(document: str, tmp_path: Path) -> None:
    for text in fences(ROOT / document, "toml"):
        assert tomllib.loads(text)
        (tmp_path / "difftool.toml").write_text(text)
        assert load(start=tmp_path, environ={}).file == tmp_path / "difftool.toml"


@pytest.mark.parametrize("document", NAMES)
def test_no_path_of_somebody_elses_machine(document: str) -> None:
    assert OTHERS_PATHS.findall(text_of(ROOT / document)) == []


def test_exit_codes() -> None:
    documented = [int(cells[0]) for cells in rows_under(ROOT / "README.md", "code", "meaning")]
    raised = {c.exit_code for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.DifftoolError)}
    assert documented == sorted({0, DIFFERENT, *raised})


def test_every_command_is_documented_and_none_else() -> None:
    assert [m[1] for m in BLOCK.finditer(text_of(COMMANDS))] == list(commands())


def test_the_tables_of_commands_are_as_declared() -> None:
    assert regenerated(text_of(COMMANDS)) == text_of(COMMANDS), REGENERATE


def test_help_shows_what_is_documented() -> None:
    """What is declared is what ``--help`` lists, whatever typer makes of it."""
    for name, command in commands().items():
        shown = CliRunner().invoke(app, [*name.split()[1:], "--help"]).output
        listed = set(re.findall(r"^  (?:-\w, )?(--[a-z][a-z-]+)", shown, re.MULTILINE))
        assert listed - ALWAYS - COMPLETION == {s for o in command.options for s in o.spellings if s.startswith("--")}


# Messages


@cache
def literals() -> tuple[tuple[str, int | None], ...]:
    """Every text in the program, values as "…", with the exit code of the error that is raised with it, if one is."""
    return tuple(
        found
        for path in sorted((ROOT / "difftool").rglob("*.py"))
        for found in _literals_of(ast.parse(path.read_text()))
    )


def _literals_of(tree: ast.Module) -> Iterator[tuple[str, int | None]]:
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.DifftoolError)]
    codes = {c.__name__: c.exit_code for c in classes}
    codes |= dict.fromkeys(("KeyTakenError", "KeyMissingError", "StoreDownError"), errors.SnapshotError.exit_code)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and (text := _text(node)):
            yield text, None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            named = node.args[1] if node.func.id == "Saying" else node.func
            said = node.args[2] if node.func.id == "Saying" else node.args[0]
            if isinstance(named, ast.Name) and named.id in codes:
                yield re.sub(r"\{\w+\}", "…", _text(said)), codes[named.id]


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(v) if isinstance(v, ast.Constant) else "…" for v in node.values)
    return _text(node.left) + _text(node.right) if isinstance(node, ast.BinOp) else "…"


def message_rows() -> list[tuple[str, list[str], str]]:
    """Every message of docs/errors.md, its pieces between the placeholders, and its exit code."""
    found = []
    for cells in rows_under(ROOT / "docs" / "errors.md", "message", "why", "what to do", "exit code"):
        message = CODE.findall(cells[0])[0]
        found.append((message, [p for p in message.split("…") if len(p.strip()) >= MESSAGE], cells[-1]))
    return found


@pytest.mark.parametrize(("message", "pieces", "code"), message_rows(), ids=[m for m, _, _ in message_rows()])
def test_messages_are_those_of_the_program(message: str, pieces: list[str], code: str) -> None:
    if "No such option" in message:
        return  # click's own
    for piece in pieces:
        assert any(piece in text for text, _ in literals()), f'the program never says "{piece}"'
    whole = re.compile(".*".join(re.escape(p) for p in pieces), re.DOTALL)
    codes = {c for text, c in literals() if c is not None and pieces and whole.search(text)}
    assert not codes or any(int(n) in codes for n in re.findall(r"\d", code)), f"it exits with {codes}"


def test_every_kind_of_error_is_documented() -> None:
    """At least one message of each exit code; the rest is for a reader to judge."""
    codes = {int(n) for _, _, code in message_rows() for n in re.findall(r"\d", code)}
    assert codes == {1, 2, 4, 5}


if __name__ == "__main__":
    COMMANDS.write_text(regenerated(text_of(COMMANDS)), encoding="utf-8")
