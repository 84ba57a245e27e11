"""``conformance snapshot``: what a server is asked, and where it leads."""

from __future__ import annotations

import pytest

from conformance.cli import main
from tests.cli.snapshot.project import LOGIN, SCRIPTED, Project, html, markdown, taken
from tests.pages.site import Answer, redirect

VALIDATORS = {
    "a strong tag": ({"ETag": '"1"'}, {"If-None-Match": '"1"'}),
    "a weak tag": ({"ETag": 'W/"1"'}, {"If-None-Match": 'W/"1"'}),
    "a date": ({"Last-Modified": "then"}, {"If-Modified-Since": "then"}),
    "both": (
        {"ETag": '"1"', "Last-Modified": "then"},
        {"If-None-Match": '"1"', "If-Modified-Since": "then"},
    ),
}


@pytest.mark.parametrize(("said", "asked"), VALIDATORS.values(), ids=VALIDATORS)
def test_what_a_server_says_of_a_page_is_asked_next_time(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    said: dict[str, str],
    asked: dict[str, str],
) -> None:
    project.store(markdown())
    project.answers(markdown())
    project.site.pages["/orders"] = Answer(body=markdown().encode(), headers=said)
    status, first = taken(capsys)
    assert (status, first["stored"]) == (0, True)
    assert first["pages"][0]["reason"] == "the same bytes"
    before = project.state()
    status, second = taken(capsys)
    assert (status, second["stored"]) == (0, False)
    assert second["pages"][0]["reason"] == "not modified, says the server"
    headers = project.site.asked[-1][1]
    conditions = {"If-None-Match", "If-Modified-Since"}
    assert {name: headers[name] for name in conditions & headers.keys()} == asked
    assert project.state() == before
    project.site.pages["/orders"] = Answer(body=markdown("uuid").encode())
    status, third = taken(capsys)
    assert third["pages"][0]["outcome"] == "changed"
    assert not {"etag", "last_modified"} & project.entry.keys()
    assert project.is_true()


def test_what_is_preferred_is_asked_for(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown())
    project.answers(markdown())
    taken(capsys)
    headers = project.site.asked[-1][1]
    assert headers["Accept"].startswith("text/markdown")
    assert headers["Accept-Language"] == "en"


STATUSES = {
    "gone": (Answer(410), "answered 410", "look for its new address"),
    "not found": (Answer(404), "answered 404", "correct the address"),
    "a login": (Answer(401), "answered 401", "save it from a browser"),
    "broken": (Answer(500), "answered 500", "try again later"),
    "busy": (Answer(503, headers={"Retry-After": "3600"}), "asks to come back", "try again then"),
    "cut short": (Answer(length=10**5), "broke off", "try again"),
    "elsewhere": (redirect("https://login.example.com/"), "another host", "if it is meant"),
    "in a circle": (redirect("/orders"), "in a circle", "final address"),
}


@pytest.mark.parametrize(("answer", "words", "hint"), STATUSES.values(), ids=STATUSES)
def test_what_cannot_be_had_leaves_the_page(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    answer: Answer,
    words: str,
    hint: str,
) -> None:
    project.store(markdown(), more='etag = "1"\n')
    project.site.pages["/orders"] = answer
    before = project.state()
    status, exchange = taken(capsys)
    (page,) = exchange["pages"]
    assert (status, page["outcome"]) == (2, "kept")
    assert words in page["reason"]
    assert project.site.url in page["reason"]
    assert hint in page["hint"]
    assert project.state() == before


def test_a_login_on_the_same_host(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(html(), "en/orders.html")
    project.site.pages |= {"/orders": redirect("/login"), "/login": Answer(body=LOGIN.encode())}
    status, exchange = taken(capsys)
    assert status == 2
    assert exchange["pages"][0]["notes"] == [
        f"answered by {project.site.url}/login: if the page has moved, correct its url in the "
        "manifest"
    ]


def test_a_page_that_has_moved(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown())
    project.site.pages |= {"/orders": redirect("/new"), "/new": Answer(body=markdown("x").encode())}
    status, exchange = taken(capsys)
    assert (status, exchange["pages"][0]["answered_by"]) == (0, f"{project.site.url}/new")
    assert "correct its url" in exchange["pages"][0]["notes"][0]
    assert project.entry["url"] == f"{project.site.url}/orders"


def test_a_host_that_no_longer_wants_to_be_read(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown())
    project.answers(markdown())
    assert taken(capsys)[0] == 0
    project.site.pages["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /orders\n")
    project.site.asked.clear()
    status, exchange = taken(capsys)
    assert (status, project.site.paths()) == (2, [])
    assert "robots.txt asks programs not to" in exchange["pages"][0]["reason"]


def test_a_busy_host_is_waited_for(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown())
    busy = Answer(429, headers={"Retry-After": "20"})
    project.site.pages["/orders"] = [busy, Answer(body=markdown("uuid").encode())]
    assert taken(capsys)[1]["pages"][0]["outcome"] == "changed"


def test_another_form_is_taken_when_it_is_meant(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown(), more='etag = "1"\nfetch = false\n')
    project.site.pages["/orders"] = Answer(body=html("uuid").encode(), headers={"ETag": '"1"'})
    status, exchange = taken(capsys)
    assert (status, exchange["pages"][0]["outcome"]) == (0, "not-asked")
    assert project.site.asked == []
    status, exchange = taken(capsys, "--replace", "en/orders.md")
    assert (status, exchange["pages"][0]["outcome"]) == (0, "changed")
    assert "answered as HTML" in exchange["pages"][0]["notes"][0]
    assert project.page.read_text() == html("uuid")
    assert project.is_true()


def test_a_page_to_replace_that_is_none(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown())
    assert main(["snapshot", "--replace", "en/order.md"]) == 2
    assert "no page with an address (known: en/orders.md)" in capsys.readouterr().err


def test_pages_without_an_address_are_no_failure(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown())
    text = project.manifest.read_text()
    project.manifest.write_text(
        "".join(line for line in text.splitlines(True) if "url =" not in line)
    )
    status, exchange = taken(capsys)
    assert (status, exchange["pages"][0]["reason"]) == (0, "no address")


def test_a_fragment_is_told_to_be_one(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown())
    text = project.manifest.read_text().replace('/orders"', '/orders#/en/spot"')
    project.manifest.write_text(text)
    project.answers(SCRIPTED)
    _, exchange = taken(capsys)
    assert exchange["pages"][0]["hint"].startswith("what follows # is not sent to servers")
