"""One page over the drift reports of a folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.pipeline.reports import render_drift_index
from conformance.report import render
from conformance.report.html import render_index
from conformance.report.report import Report
from tests.report.test_html import XSS, Reader
from tests.reports import every_state


def wire(report: Report) -> dict[str, object]:
    value: dict[str, object] = json.loads(render(report, "drift"))
    return value


def test_nights_stand_side_by_side() -> None:
    calm = replace(every_state(), title="Calm", findings=(), known=(), history=None)
    page = render_index({"calm": wire(calm), "venue": wire(every_state())})
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', page) == [
        ("venue.html", "Venue"),
        ("calm.html", "Calm"),
    ]
    assert re.findall(r'class="night">([^<]+)<', page)[-2:] == ["20 Nov", "21 Nov"]
    assert "1 new, 1 returned, 2 open, 1 known, 1 fixed, 1 not checked" in page
    assert '<td class="night error" title="21 November 2026: 1 error, 2 warning, 1 info">4' in page
    assert '<td class="night warning" title="11 November 2026: 1 warning, 2 info">3</td>' in page
    assert '<td class="night " title="21 November 2026: nothing is remembered"></td>' in page


@pytest.mark.parametrize("text", XSS)
def test_nothing_breaks_out(text: str) -> None:
    reader = Reader()
    reader.feed(render_index({text: wire(replace(every_state(), title=text, exchange=text))}))
    reader.close()
    assert not reader.open
    assert not reader.scripts
    links = [value for _, name, value in reader.attributes if name == "href"]
    assert all(re.fullmatch(r"[-\w.%~/]+\.html", link) for link in links)


def test_a_folder_is_read_and_what_is_no_report_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "venue.drift.json").write_text(render(every_state(), "drift"), "utf-8")
    for name, text in (("list", "[]"), ("half", '{"run": "202'), ("other", '{"run": "x"}')):
        (tmp_path / f"{name}.drift.json").write_text(text, "utf-8")
    page = render_drift_index(tmp_path)
    assert re.findall(r'<a href="([^"]+)"', page) == ["venue.html"]
    assert "1 exchange;" in page
