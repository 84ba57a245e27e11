"""Runs a job of a workflow as far as it can be run here: its shell, for real.

Actions are stood in for; an action, a condition or an expression that is not known is an error,
so that nobody adds one that no test ever met.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

_EXPRESSION: Final = re.compile(r"\$\{\{ *(.*?) *\}\}")
_OUTPUT: Final = re.compile(r"steps\.(\w+)\.outputs\.(\w+)")
_HASH: Final = re.compile(r"hashFiles\('([^'*]+)'\)")
_NOTHING: Final = ("actions/checkout", "actions/setup-python")


@dataclass(slots=True)
class Result:
    """What came of a job."""

    conclusions: dict[str, str] = field(default_factory=dict)
    """Of each step by its name, or by its action: success, failure, skipped."""
    log: dict[str, str] = field(default_factory=dict)
    """What each step that was run printed."""
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of each step with an id."""
    artifacts: tuple[str, ...] = ()
    """Files that were kept, in order."""
    scanned: Path | None = None
    """What code scanning was told."""

    @property
    def failed(self) -> list[str]:
        return [name for name, each in self.conclusions.items() if each == "failure"]

    @property
    def skipped(self) -> list[str]:
        return [name for name, each in self.conclusions.items() if each == "skipped"]


@dataclass(slots=True)
class Runner:
    """A machine that a job runs on."""

    folder: Path
    """The checked out repository."""
    cache: Path
    """What caches keep from one run to the next."""
    environment: Mapping[str, str]
    """Of all steps; wins over what the workflow says."""
    expressions: Mapping[str, str] = field(default_factory=dict)
    """Expression -> its value."""

    def run(self, job: Mapping[str, Any]) -> Result:
        """All steps in order."""
        result = Result()
        env = self._values(job.get("env", {})) | dict(self.environment)
        for step in job["steps"]:
            name = step.get("name") or step.get("id") or step["uses"].partition("@")[0]
            if not self._holds(step.get("if", "success()"), result):
                result.conclusions[name] = "skipped"
                continue
            own = env | self._values(step.get("env", {}))
            good = self._act(step, result) if "uses" in step else self._shell(step, own, result)
            good = good or bool(step.get("continue-on-error"))
            result.conclusions[name] = "success" if good else "failure"
        return result

    def summary(self) -> str:
        """All that steps wrote for the page of the run."""
        file = self.folder.parent / "summary.md"
        return file.read_text("utf-8") if file.exists() else ""

    def _shell(self, step: Mapping[str, Any], env: Mapping[str, str], result: Result) -> bool:
        """As GitHub runs it where no shell is named: ``bash -e`` on a file."""
        script, outputs = self.folder.parent / "script.sh", self.folder.parent / "outputs"
        script.write_text(self._value(step["run"]), "utf-8")
        outputs.write_text("")
        told = {"GITHUB_OUTPUT": str(outputs), "GITHUB_WORKSPACE": str(self.folder)}
        told["GITHUB_STEP_SUMMARY"] = str(self.folder.parent / "summary.md")
        done = subprocess.run(  # noqa: S603 - the workflow of this repository
            ["bash", "-e", str(script)],  # noqa: S607
            cwd=self.folder,
            env=dict(env) | told,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=110,
            check=False,
        )
        result.log[step.get("name", "")] = done.stdout
        if "id" in step:
            lines = outputs.read_text("utf-8").splitlines()
            result.outputs[step["id"]] = dict(line.split("=", 1) for line in lines)
        return done.returncode == 0

    def _act(self, step: Mapping[str, Any], result: Result) -> bool:
        action = step["uses"].partition("@")[0]
        given = self._values(step.get("with", {}))
        if action == "actions/cache/restore":
            self._restore(self.folder / given["path"], given["restore-keys"])
        elif action == "actions/cache/save":
            shutil.copytree(self.folder / given["path"], self.cache / given["key"])
        elif action == "actions/upload-artifact":
            result.artifacts = tuple(self._found(given["path"]))
        elif action == "github/codeql-action/upload-sarif":
            result.scanned = self.folder / given["sarif_file"]
            return result.scanned.is_file()
        else:
            assert action in _NOTHING, action
        return True

    def _restore(self, path: Path, prefix: str) -> None:
        """The latest whose key begins so."""
        kept = sorted(
            (each for each in self.cache.glob("*") if each.name.startswith(prefix)),
            key=lambda each: each.stat().st_ctime_ns,
        )
        if kept:
            shutil.copytree(kept[-1], path)

    def _found(self, paths: str) -> list[str]:
        """Files but for hidden ones, with names that an artifact may have."""
        files = (file for path in paths.split() for file in (self.folder / path).rglob("[!.]*"))
        found = sorted(f.relative_to(self.folder).as_posix() for f in files if f.is_file())
        assert not re.search(r'[":<>|*?\r\n\\]', "".join(found))
        return found

    def _holds(self, condition: str, result: Result) -> bool:
        terms = condition.removeprefix("${{").removesuffix("}}").strip().split(" && ")
        return all(self._true(term, result) for term in terms)

    def _true(self, term: str, result: Result) -> bool:
        if term in ("success()", "!cancelled()"):
            return term == "!cancelled()" or not result.failed
        if named := _HASH.fullmatch(term):
            return (self.folder / named[1]).is_file()
        output = _OUTPUT.fullmatch(term.removeprefix("!"))
        assert output, f"a condition that is not known: {term}"
        return bool(result.outputs.get(output[1], {}).get(output[2])) != term.startswith("!")

    def _values(self, given: Mapping[str, Any]) -> dict[str, str]:
        return {name: self._value(str(value)) for name, value in given.items()}

    def _value(self, text: str) -> str:
        return _EXPRESSION.sub(lambda match: self.expressions[match[1]], text)


def jobs(file: Path) -> Any:
    """The jobs of a workflow, by name."""
    return yaml.safe_load(file.read_text("utf-8"))["jobs"]
