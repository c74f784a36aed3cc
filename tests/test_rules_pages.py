"""Each rule is one file with one page: what the page says and quotes is what the rule says, in both directions."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from test_rules import CASES, HERE, facts, read_cases, statements

from difftool.model import HAZARDS
from difftool.parse import parse
from difftool.rules import findings
from difftool.rules.context import Context
from difftool.rules.facts import Facts
from difftool.rules.registry import Rule, rules

PAGES = Path(__file__).parent.parent / "docs" / "rules"

__all__ = ["facts"]  # the fixture


def found_by(name: str, sql: tuple[str, ...], facts: Facts) -> list[tuple[str, str]]:
    """What one rule says of a plan, each sentence once."""
    plan = statements(*sql)
    context = Context(facts, plan, [parse(statement.sql) for statement in plan])
    said_so = []
    for context.position, statement in enumerate(plan):
        said_so += [(h.kind, h.detail) for by, h in findings(statement, context) if by.name == name]
    return list(dict.fromkeys(said_so))


def test_each_rule_has_a_page_a_case_file_and_a_place_in_the_index() -> None:
    names = [rule.name for rule in rules()]
    assert names == sorted(page.stem for page in PAGES.glob("*.md") if page.name != "README.md")
    assert names == sorted(path.stem for path in HERE.glob("*.sql") if path.name != "before.sql")
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    assert names == re.findall(r"^\| \[([a-z-]+)\]\(\1\.md\) \|", index, re.MULTILINE)
    assert list(HAZARDS) == re.findall(r"^\| ([a-z]+-[a-z-]+) \|", index, re.MULTILINE)


@pytest.mark.parametrize("name", [rule.name for rule in rules()])
def test_each_rule_speaks_and_is_silent(name: str, facts: Facts) -> None:
    cases = list(read_cases(HERE / f"{name}.sql"))
    assert any(found_by(name, case.sql, facts) for case in cases)
    assert any(not found_by(name, case.sql, facts) for case in cases)


@pytest.mark.parametrize("name", [rule.name for rule in rules()])
def test_a_page_says_what_its_rule_says(name: str, facts: Facts) -> None:
    page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    said_anywhere = {kind for case in CASES for kind, _ in found_by(name, case.sql, facts)}
    assert page.startswith(f"# {name}\n\nHazards: {', '.join(kind for kind in HAZARDS if kind in said_anywhere)}\n")
    assert f"| {', '.join(kind for kind in HAZARDS if kind in said_anywhere)} |" in index_line(name)
    example, safe = section(page, "Example"), section(page, "The safe way")
    quoted = re.findall(r"^> \*\*([a-z-]+)\*\*: (.*)$", page, re.MULTILINE)
    assert example
    assert found_by(name, example, facts) == quoted
    assert all(parse(sql) for sql in safe)
    assert found_by(name, safe, facts) == []


def index_line(name: str) -> str:
    lines = (PAGES / "README.md").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith(f"| [{name}]"))


def section(page: str, title: str) -> tuple[str, ...]:
    """The statements of the SQL block under a heading; none where there is no such block."""
    found = re.search(rf"^## {title}\n\n```sql\n(.*?)\n```", page, re.MULTILINE | re.DOTALL)
    return tuple(s.strip().removesuffix(";") for s in re.split(r"(?<=;)\n", found[1])) if found else ()


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.name)
def test_a_rule_is_one_file_that_opens_with_the_danger_and_the_manual(rule: Rule) -> None:
    module = sys.modules[rule.find.__module__]
    assert module.__name__ == f"difftool.rules.{rule.name.replace('-', '_')}"
    assert "https://www.postgresql.org/docs/current/" in (module.__doc__ or "")


def test_rules_load_no_parser_until_a_statement_is_read() -> None:
    code = (
        "import sys; from difftool.rules import annotate; from difftool.rules.facts import Facts; annotate((), Facts())"
    )
    subprocess.run([sys.executable, "-c", f"{code}; assert 'pglast' not in sys.modules"], check=True)
