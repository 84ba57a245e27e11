"""``conformance check``, as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from conformance.cli import main

_FORMAT = Path(__file__).parents[2] / "docs" / "report-format.v1.schema.json"
PAGE = (
    "# GET /v1/a\n\n## Response\n\n| Name | Type | Included |\n|--|--|--|\n"
    "| id | string | O |\n| kind | string: `A` / `B` | |\n"
)


@pytest.fixture
def page(project: Path) -> str:
    Path("page.md").write_text(PAGE)
    return "page.md"


def body(text: str) -> str:
    Path("body.json").write_text(text)
    return "body.json"


def test_known_drift_is_shown_and_does_not_fail(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--exchange", "bingx", "--fail-on", "info"]) == 0
    assert "known" in capsys.readouterr().out.lower()


def test_known_drift_counts_when_only_pages_are_given(project: Path) -> None:
    pages = "docs_snapshot/bingx"
    assert main(["check", "cassettes/bingx", "--docs", pages]) == 1
    assert main(["check", "cassettes/bingx", "--docs", pages, "--fail-on", "never"]) == 0


def test_findings_as_json_keep_the_promised_format(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", body('{"kind": "C"}'), "--docs", page, "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, json.loads(_FORMAT.read_text()))
    found = {(f["rule"], f["subject"], f["observed"]["pointer"]) for f in report["findings"]}
    assert ("missing-field", "responses.200.id", "") in found
    assert report["findings"][0]["documented"]["page"] == "page.md"
    assert report["findings"][0]["observed"]["where"] == "body.json#0"


def test_a_body_that_conforms_is_no_finding(page: str) -> None:
    assert main(["check", body('{"id": "1"}'), "--docs", page, "--fail-on", "info"]) == 0


def test_bare_bodies_need_an_operation_where_there_are_several(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("other.md").write_text(PAGE.replace("/v1/a", "/v1/b"))
    arguments = ["check", body('{"id": "1"}'), "--docs", page, "other.md"]
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert "nothing was checked" in said
    assert "--operation names it" in said
    assert main([*arguments, "--operation", "GET /v1/b"]) == 0
    assert main([*arguments, "--operation", "GET /v1/c"]) == 2
    assert "documented: GET /v1/a; GET /v1/b" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "{", "\x00\x01", "a: !!python/object:os.system {}"])
def test_evidence_that_cannot_be_read_is_said_and_fails(
    page: str, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    good = body('{"id": "1"}')
    Path("bad.json").write_text(content)
    assert main(["check", good, "bad.json", "--docs", page]) == 2
    assert "bad.json" in capsys.readouterr().err


def test_a_request_nobody_documents_is_not_checked(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = {
        "request": {"method": "GET", "url": "https://api.example.com/v1/zzz"},
        "response": {"status": 200, "body": "{}"},
    }
    Path("log.ndjson").write_text(json.dumps(entry) + "\n" + json.dumps(entry) + "\n")
    assert main(["check", "log.ndjson", "--docs", page]) == 2
    captured = capsys.readouterr()
    assert "no documented operation has the path /v1/zzz" in captured.err
    assert "Nothing was checked" in captured.out


def test_no_evidence_is_a_usage_error(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--docs", page]) == 2
    assert "no evidence" in capsys.readouterr().err


def test_docs_and_exchange_exclude_each_other(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--docs", page, "--exchange", "upbit"]) == 2
    assert "not both" in capsys.readouterr().err


def test_markdown_goes_to_a_file(page: str) -> None:
    arguments = ["check", body("{}"), "--docs", page, "--format", "markdown", "-o", "out.md"]
    assert main(arguments) == 1
    assert "missing-field" in Path("out.md").read_text()


def test_what_evidence_is_worth_is_told_where_it_does_not_say(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def origins(*options: str) -> list[str]:
        main(["check", *evidence, "--docs", page, "--format", "json", *options])
        told = json.loads(capsys.readouterr().out)
        assert all(f["observed"]["origin"] == "recorded" for f in told["findings"])
        apart = [f for findings in told.get("set_apart", {}).values() for f in findings]
        return sorted(f["observed"]["origin"] for f in (*told["findings"], *apart))

    line = {
        "request": {"method": "GET", "url": "https://a.example/v1/a"},
        "response": {"status": 200, "body": '{"kind": "A"}'},
        "origin": "constructed",
    }
    Path("tapes.ndjson").write_text(json.dumps(line) + "\n")
    evidence = [body('{"id": 1}'), "tapes.ndjson"]
    assert origins() == ["constructed", "recorded"]
    assert origins("--origin", "documented") == ["constructed", "documented"]
    with pytest.raises(SystemExit):
        main(["check", *evidence, "--docs", page, "--origin", "hearsay"])


def lines(*urls: str) -> str:
    entries = [
        {
            "request": {"method": "GET", "url": url},
            "response": {"status": 200, "headers": {}, "body": '{"id": "1"}'},
        }
        for url in urls
    ]
    Path("tape.ndjson").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return "tape.ndjson"


def test_unmatched_interactions_are_a_line_for_each_reason_and_host(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = [f"https://cdn.example/{n}.js" for n in range(60)]
    tape = lines("https://h/v1/a", *foreign, "https://h/v1/b")
    assert main(["check", tape, "--docs", page, "--format", "json"]) == 0
    told = capsys.readouterr()
    said = [line for line in told.err.splitlines() if ": not checked: " in line]
    assert len(said) == 2
    assert "60 interactions of cdn.example: no documented operation has their paths" in said[0]
    report = json.loads(told.out)
    jsonschema.validate(report, json.loads(_FORMAT.read_text()))
    assert report["checked"]["not_checked"]["unmatched"] == 61


def test_a_base_path_is_found_or_given(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", lines("https://h/api/v1/a"), "--docs", page]) == 0
    assert "no page states a base path; every request has /api: used" in capsys.readouterr().err
    tape = lines("https://h/v1/a", "https://h/api/v1/a")
    base = ["--base-path", "https://h/api/"]
    assert main(["check", tape, "--docs", page, *base]) == 0
    assert "not checked" not in capsys.readouterr().err


def test_what_is_no_http_answer_is_mentioned_and_fails_nothing(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tape = lines("https://h/v1/a", "wss://h/v1/stream", "data:text/plain,x")
    assert main(["check", tape, "--docs", page]) == 0
    assert "2 entries are no HTTP answers; the first: " in capsys.readouterr().err
    assert main(["check", lines("wss://h/v1/stream"), "--docs", page]) == 2


def test_nothing_is_checked_where_no_page_says_anything_of_the_answers(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("silent.md").write_text("# GET /v1/a\n")
    assert main(["check", lines("https://h/v1/a"), "--docs", "silent.md"]) == 2
    told = capsys.readouterr()
    assert "no page says anything of the answers" in told.err
    assert "1 interaction of 1 operation without a response contract" in told.out


@pytest.mark.parametrize(("confidence", "status"), [("high", 0), ("medium", 1), ("low", 1)])
def test_only_sure_findings_fail_a_run_unless_asked(
    project: Path, confidence: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    example = '\n```json\n{"id": 7, "kind": "A"}\n```\n'
    Path("page.md").write_text(PAGE.replace("O |", "O |\n| size | number | O |") + example)
    arguments = ["check", body('{"id": "1", "size": "x"}'), "--docs", "page.md"]
    assert main([*arguments, "--confidence", confidence]) == status
    said = "exit status 0: 1 finding (1 error) of medium confidence, it counts with --confidence"
    assert (said in capsys.readouterr().err) is (status == 0)
    assert main([*arguments, "--fail-on", "never"]) == 0
    assert said not in capsys.readouterr().err


def test_evidence_that_cannot_be_read_is_named_as_the_reason(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty.json").touch()
    assert main(["check", "empty.json", "--docs", page]) == 2
    assert "nothing was checked: no evidence could be read" in capsys.readouterr().err


def test_pages_that_cannot_be_read_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "body.json").write_text("{}", "utf-8")
    (tmp_path / "tab.yaml").write_text("openapi: 3.1.0\npaths:\n\t/orders:\n", "utf-8")
    broken = 'openapi: 3.1.0\npaths:\n  /a:\n    get:\n      responses: {"200": {}}\n   : -'
    (tmp_path / "broken.yaml").write_text(broken, "utf-8")
    pages = [str(tmp_path / name) for name in ("tab.yaml", "broken.yaml")]
    assert main(["check", str(tmp_path / "body.json"), "--docs", *pages]) == 2
    said = capsys.readouterr().err
    assert "tab.yaml:3: not read: not valid YAML at line 3: a tab in the indentation" in said
    assert "broken.yaml:6: not valid YAML at line 6: " in said
    assert main(["sandbox", "--docs", pages[0], "--port", "0"]) == 2
    assert "tab.yaml:3: not read" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "sarif", "github"])
def test_no_secret_of_an_answer_is_shown(
    page: str, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    signed = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.s3cr3ts3cr3ts3cr3t"
    wrong = {
        "id": {"apiKey": "s3cr3t-1", "owner": {"password": "s3cr3t-2"}},
        "kind": [signed, f"Bearer {signed}"],
    }
    more = {"access_token": "s3cr3t-3", "session": ["s3cr3t-4"]}
    evidence = body(json.dumps(wrong | more))
    assert main(["check", evidence, "--docs", page, "--format", form]) == 1
    shown = "".join(capsys.readouterr())
    assert "type-mismatch" in shown
    assert "s3cr3t" not in shown
