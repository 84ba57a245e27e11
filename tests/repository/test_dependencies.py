"""What is imported is declared, what is declared is pinned, and what runs elsewhere stays fixed."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from conformance.errors import EXTRAS

_ROOT = Path(__file__).parents[2]
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
_CONSTRAINTS = (_ROOT / ".ci/constraints.txt").read_text("utf-8")
_WORKFLOWS = sorted((_ROOT / ".github/workflows").glob("*.yml"))
_ACTION = _ROOT / "action.yml"
_OWN = canonicalize_name(_PROJECT["name"])


@cache
def _distributions() -> dict[str, set[NormalizedName]]:
    """Module -> the distributions that have it."""
    found = packages_distributions().items()
    return {module: {canonicalize_name(name) for name in names} for module, names in found}


def _declared(*extras: str) -> dict[NormalizedName, Requirement]:
    """Distribution -> how the package, or these extras of it, require it."""
    lists = [_PROJECT["optional-dependencies"][extra] for extra in extras]
    texts = [text for each in lists or [_PROJECT["dependencies"]] for text in each]
    found = {canonicalize_name(each.name): each for each in map(Requirement, texts)}
    found.pop(_OWN, None)
    return found


def _pinned() -> dict[NormalizedName, str]:
    lines = [line for line in _CONSTRAINTS.splitlines() if not line.startswith("#")]
    pairs = [line.split("==") for line in lines]
    return {canonicalize_name(name): version for name, version in pairs}


def _imported() -> Iterator[str]:
    """Top-level modules that the package imports from outside."""
    for file in (_ROOT / "conformance").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.partition(".")[0]


def test_every_import_is_declared() -> None:
    declared = _declared().keys() | _declared("history", "postgresql", "scale", "server").keys()
    outside = set(_imported()) - sys.stdlib_module_names - {"conformance"}
    assert {module for module in outside if not _distributions()[module] & declared} == set()


def test_a_module_of_an_extra_is_installed_by_it_and_by_nothing_else() -> None:
    extras = sorted(set(EXTRAS.values()))
    assert extras == ["history", "postgresql", "scale", "server"]
    for module, extra in EXTRAS.items():
        (distribution,) = _distributions()[module]
        owners = [each for each in extras if distribution in _declared(each)]
        assert (module, owners) == (module, [extra])
        assert distribution not in _declared()


def test_the_commands_of_the_readme_install_every_extra_of_the_package() -> None:
    required = map(Requirement, _PROJECT["optional-dependencies"]["test"])
    (own,) = (each for each in required if canonicalize_name(each.name) == _OWN)
    assert own.extras == set(EXTRAS.values())


def test_everything_declared_is_pinned_within_its_bounds() -> None:
    declared = _declared() | _declared(*_PROJECT["optional-dependencies"])
    pinned = _pinned()
    wrong = {
        name: str(requirement)
        for name, requirement in declared.items()
        if not requirement.specifier.contains(pinned.get(name, "0"))
    }
    assert wrong == {}


def test_constraints_name_versions_and_no_place_to_get_them_from() -> None:
    lines = [line for line in _CONSTRAINTS.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.!+]+", line)] == []
    assert lines == sorted(lines, key=str.upper)
    assert "://" not in _CONSTRAINTS


@pytest.mark.parametrize("workflow", [*_WORKFLOWS, _ACTION], ids=lambda file: file.stem)
def test_actions_are_pinned_by_commit(workflow: Path) -> None:
    text = workflow.read_text("utf-8")
    used = re.findall(r"uses: *(.+)", text)
    assert used
    assert [u for u in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*", u)] == []


def test_an_action_has_one_commit_in_all_workflows() -> None:
    used = {
        each
        for workflow in [*_WORKFLOWS, _ACTION]
        for each in re.findall(r"uses: *([\w.-]+/[\w.-]+)[\w./-]*@(\w+)", workflow.read_text())
    }
    assert len(used) == len({action for action, _ in used}) > 0


@pytest.mark.parametrize("workflow", _WORKFLOWS, ids=lambda file: file.stem)
def test_workflows_install_what_is_pinned(workflow: Path) -> None:
    """But for the one that tries the newest versions."""
    jobs = yaml.safe_load(workflow.read_text("utf-8"))["jobs"]
    commands = [step.get("run", "") for job in jobs.values() for step in job["steps"]]
    newest = [command for command in commands if "--newest" in command]
    assert bool(newest) == (workflow.stem == "newest")
    installing = [command for command in commands if "pip install" in command]
    assert all("--constraint .ci/constraints.txt" in command for command in installing)
