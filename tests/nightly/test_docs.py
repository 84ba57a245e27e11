"""Every command of ``docs/nightly.md``, as it stands there."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.nightly import told
from tests.nightly.programs import kept, put_programs
from tests.nightly.project import ROOT, Project, new_project
from tests.nightly.story import COUNT, UPBIT
from tests.pages.site import Answer, Site, serving

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not shutil.which("flock"), reason="there is no flock (util-linux)"),
]
_PAGE = (ROOT / "docs/nightly.md").read_text("utf-8")
_ROW = "requested for cancellation                         | {} "
_URL = "https://global-docs.upbit.com/reference/order-list-cancel"


def block(name: str) -> str:
    """What stands between two marks, without the fence."""
    (found,) = re.findall(
        rf"(?s)<!-- {name}:begin -->\n```\w+\n(.*?)```\n<!-- {name}:end -->", _PAGE
    )
    return str(found)


def test_no_command_is_left_out_here() -> None:
    fences = re.findall(r"(?m)^```(\w+)$", _PAGE)
    assert fences == ["sh", "sh", "bash", "text"]


@dataclass(slots=True)
class Cron:
    """A project with the script of the page, its one page being served on this machine."""

    project: Project
    site: Site
    environment: dict[str, str]

    def night(self, **more: str) -> tuple[int, str]:
        """Exit status, and what cron would mail: the line of the crontab, in what cron gives it."""
        root = self.project.root
        *settings, line = block("crontab").splitlines()
        given = dict(setting.split("=", 1) for setting in settings)
        path = given["PATH"].replace("/srv/venue/.venv/bin", str(Path(sys.executable).parent))
        environment = {"PATH": f"{root.parent / 'programs'}:{path}", "HOME": str(root)}
        kept = {n: self.environment[n] for n in ("PYTHONPATH", "PYTEST_ADDOPTS", "GH_STORE")}
        command = line.split(maxsplit=5)[5].replace("/srv/venue", str(root))
        done = subprocess.run(  # noqa: S603 - our own script
            ["/bin/sh", "-c", command],
            cwd=root.parent,
            env=environment | kept | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=110,
            check=False,
        )
        return done.returncode, done.stdout


@pytest.fixture
def cron(tmp_path: Path) -> Iterator[Cron]:
    project = new_project(tmp_path / "venue", "history.db", "upbit")
    script = project.root / "night"
    script.write_text(block("night"), "utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    environment = put_programs(tmp_path / "programs")
    manifest = project.root / "docs_snapshot/upbit/exchange.toml"
    with serving() as site:
        manifest.write_text(manifest.read_text("utf-8").replace(_URL, f"{site.url}/page"), "utf-8")
        site.pages["/page"] = Answer(body=(project.root / UPBIT).read_bytes())
        yield Cron(project, site, environment)


def test_the_first_command() -> None:
    """Is the one of the workflow and the script, but for names."""
    command = re.findall(r"(?s)```sh\n(.*?)```", _PAGE)[0].split()
    assert command[:4] == ["pytest", "conformance/", "--exchange", "upbit"]
    workflow = (ROOT / ".github/workflows/nightly.yml").read_text("utf-8")
    assert 'pytest conformance/ --exchange "$EXCHANGE" --drift-report reports' in workflow


def test_the_first_command_runs(tmp_path: Path) -> None:
    project = new_project(tmp_path, "", "upbit")
    command = re.findall(r"(?s)```sh\n(.*?)```", _PAGE)[0].split()
    assert project.run(*command).status == 0
    assert (tmp_path / "history.db").exists()
    assert list(told.read(tmp_path / "reports", "drift.json")) == ["upbit"]


def test_cron_mails_when_there_is_something_to_say(cron: Cron) -> None:
    assert cron.night() == (0, "")
    log = (cron.project.root / "reports/night.log").read_text("utf-8")
    assert "the first run that is remembered" in log
    assert cron.site.paths() == ["/page"]
    assert sorted(file.name for file in (cron.project.root / "reports").iterdir()) == [
        "index.html",
        "junit.xml",
        "lock",
        "night.log",
        "night.txt",
        "packets",
        *(f"upbit.{suffix}" for suffix in ("drift.json", "html", "json", "md", "sarif")),
    ]

    page = (cron.project.root / UPBIT).read_text("utf-8")
    edited = page.replace(_ROW.format("Number"), _ROW.format("String"), 1)
    cron.site.pages["/page"] = Answer(body=edited.encode())
    status, mail = cron.night()
    assert status == 1
    assert "type-changed" in mail  # what the snapshot says
    assert "\nNEW      type-mismatch DELETE /v1/orders/uuids responses.200.success.count: " in mail
    (issue,) = kept(cron.environment)["issues"]
    assert COUNT[1] in issue["body"]
    assert (cron.project.root / UPBIT).read_text("utf-8") == edited

    cron.site.pages["/page"] = Answer(404, b"no")
    status, mail = cron.night()
    assert status == 2  # and all the rest was done
    assert "\nopen     type-mismatch DELETE /v1/orders/uuids responses.200.success.count: " in mail

    cron.site.pages["/page"] = Answer(body=page.encode())
    assert cron.night() == (0, "")
    (issue,) = kept(cron.environment)["issues"]
    assert issue["state"] == "CLOSED"


def test_cron_says_that_nothing_could_be_checked(cron: Cron) -> None:
    (cron.project.root / "docs_snapshot/upbit/known_drift.toml").write_text("[[known]]\n")
    status, mail = cron.night()
    assert status == 4
    assert "known_drift.toml" in mail
    assert kept(cron.environment)["calls"] == []
    assert not (cron.project.root / "reports/night.txt").exists()


def test_two_nights_at_once(cron: Cron) -> None:
    (cron.project.root / "reports").mkdir()
    with (cron.project.root / "reports/lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert cron.night() == (75, "the night before is not over\n")
    assert cron.site.asked == []


def test_dry_runs(tmp_path: Path) -> None:
    """Each command on its own, where one finding has no issue yet."""
    project = new_project(tmp_path / "venue", "history.db", "upbit")
    project.edit(UPBIT, _ROW.format("Number"), _ROW.format("String"))
    project.regenerate()
    assert project.pytest().status == 1
    project.environment = put_programs(tmp_path / "programs")
    done = project.run("bash", "-e", "-c", block("commands"))
    assert (done.status, done.err) == (0, "")
    assert done.out.count("would be: 1 opened\n") == 2
    assert json.loads((project.root / "issues.json").read_text("utf-8")) == []
    assert kept(project.environment)["calls"] == ["issue list", "issue list"]


def test_the_script_is_good_shell(tmp_path: Path) -> None:
    script = tmp_path / "night"
    script.write_text(block("night"), "utf-8")
    checker = shutil.which("shellcheck")
    command = [checker, str(script)] if checker else ["bash", "-n", str(script)]
    done = subprocess.run(command, capture_output=True, check=False, env=os.environ)  # noqa: S603
    assert (done.returncode, done.stdout) == (0, b"")
