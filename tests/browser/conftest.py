"""A real browser for the HTML report: Debian's chromium, driven over WebDriver.

Where there is none, the tests skip and say so.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from conformance.report import render
from conformance.report.report import Report

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1280,900",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests, with a profile of its own."""
    pytest.importorskip("selenium", reason="no selenium: pip install -e '.[test]'")
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("no chromium: apt-get install chromium chromium-driver")
    options = ChromeOptions()
    options.binary_location = program
    for flag in (*_FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = Chrome(options=options, service=Service(driver))
    try:
        yield Browser(chrome)
    finally:
        chrome.quit()


class Browser:
    """A page open in chromium, and what it said and asked for since it was opened."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Show ``url`` afresh; what was logged before is forgotten."""
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get(url)
        self.wait_until_loaded(url)

    def wait_until_loaded(self, url: str) -> None:
        """Wait for the whole page: on a busy machine ``get`` returns while it is still parsed."""
        from selenium.webdriver.support.wait import WebDriverWait

        script = (
            "return document.readyState === 'complete' && location.href.startsWith(arguments[0])"
        )
        WebDriverWait(self.driver, 60, 0.05).until(lambda _: self.run(script, url.split("#")[0]))

    def run(self, script: str, *arguments: Any) -> Any:
        """What ``script`` returns, run in the page."""
        return self.driver.execute_script(script, *arguments)

    def complaints(self) -> list[str]:
        """What stands in the console."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Addresses of everything that was asked for."""
        events = (json.loads(e["message"])["message"] for e in self.driver.get_log("performance"))
        return [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def violations(self, axe: str) -> list[str]:
        """What axe-core finds wrong with the page as it is shown."""
        self.driver.execute_script(axe)
        found = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run().then(told => "
            "done(told.passes.length && told.violations.flatMap("
            "one => one.nodes.map(node => one.id + ': ' + node.html.slice(0, 120)))));"
        )
        return list(found)

    def emulate(self, *, dark: bool = False, media: str = "") -> None:
        """The reader's choice of colours, and the medium."""
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"media": media, "features": [feature]}
        )

    def press(self, *keys: str) -> None:
        """Keys for whatever has the focus."""
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def choose(self, name: str, value: str) -> None:
        """Set a field of the filter as a person would: the page is told of it."""
        self.run(
            "const field = document.getElementById('filter').elements[arguments[0]];"
            "field.value = arguments[1];"
            "field.dispatchEvent(new Event('input', {bubbles: true}));",
            name,
            value,
        )

    def tick(self, name: str, value: str) -> None:
        """Click a box of the filter."""
        self.run(
            "[...document.querySelectorAll(`#filter input[name=${arguments[0]}]`)]"
            ".find(box => box.value === arguments[1]).click()",
            name,
            value,
        )

    def visible(self) -> list[str]:
        """Fingerprints of the findings that are shown, in order."""
        return list(
            self.run(
                "return [...document.querySelectorAll('article')]"
                ".filter(card => card.checkVisibility()).map(card => card.id.slice(2))"
            )
        )

    def focused(self) -> str:
        """The fingerprint of the finding that has the focus; else the focused element's tag."""
        return str(
            self.run(
                "const at = document.activeElement, card = at.closest('article');"
                "return card ? card.id.slice(2) : at.tagName.toLowerCase()"
            )
        )


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core, which looks for what shuts readers out, from npm."""
    npm = shutil.which("npm")
    if not npm:
        pytest.skip("no npm to fetch axe-core with: apt-get install npm")
    folder = tmp_path_factory.mktemp("axe")
    command = [npm, "pack", "--silent", "axe-core@4.11.0"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)  # noqa: S603
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        source = archive.extractfile("package/axe.min.js")
        assert source
        return source.read().decode()


Show: TypeAlias = Callable[..., Browser]
"""Called with reports, and perhaps a fragment: opens them in the browser."""


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Show:
    """Writes reports to a file and opens that."""

    def opened(*reports: Report, fragment: str = "") -> Browser:
        page = tmp_path / "report.html"
        page.write_text(render(reports, "html"), "utf-8")
        browser.emulate()
        browser.open(page.as_uri() + fragment)
        return browser

    return opened
