from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from vcr.serializers import yamlserializer  # type: ignore[import-untyped]

from conformance.errors import InputError
from conformance.evidence.loading import read_evidence
from conformance.evidence.replay import replay

EXAMPLES = Path(__file__).parent / "examples" / "vcr"
CASSETTES = Path(__file__).parents[2] / "cassettes"
PLAYABLE = [
    *(EXAMPLES / name for name in ("two.yaml", "gzip.yaml", "in-json.json")),
    *sorted(CASSETTES.rglob("*.yaml")),
]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Any use of a socket fails, and is remembered should somebody swallow the failure."""
    used: list[str] = []

    def guard(name: str) -> object:
        def refused(*_: object, **__: object) -> None:
            used.append(name)
            raise AssertionError(f"socket.{name} was used")

        return refused

    for name in ("getaddrinfo", "gethostbyname", "create_connection", "socketpair"):
        monkeypatch.setattr(socket, name, guard(name))
    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, guard(name))
    yield used
    assert used == []


def test_the_guard_sees_the_network(no_network: list[str]) -> None:
    with pytest.raises(AssertionError), socket.socket() as plain:
        plain.connect(("127.0.0.1", 9))
    assert no_network == ["connect"]
    no_network.clear()


@pytest.mark.parametrize("path", PLAYABLE, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_equals_what_is_read_directly(path: Path) -> None:
    direct = read_evidence(path)
    assert direct.problems == ()
    assert direct.interactions
    assert tuple(replay(path)) == direct.interactions


def test_every_cassette_of_the_repository_is_played() -> None:
    assert len(PLAYABLE) > 3


def test_equal_requests_get_their_own_replies_in_order(tmp_path: Path) -> None:
    entry = """
- request: {{method: GET, uri: 'https://api.example/a b/é?ids[]=1&x=', body: null, headers: {{}}}}
  response: {{status: {{code: 20{n}, message: OK}}, headers: {{}}, body: {{string: '{n}'}}}}"""
    entries = "".join(entry.format(n=n) for n in (0, 1, 2))
    (tmp_path / "a.yaml").write_text(f"version: 1\ninteractions:{entries}\n", encoding="utf-8")
    played = list(replay(tmp_path / "a.yaml", root=tmp_path.parent))
    assert [item.reply.status for item in played] == [200, 201, 202]
    assert [item.reply.body for item in played] == [b"0", b"1", b"2"]
    assert [item.where for item in played] == [f"{tmp_path.name}/a.yaml#{n}" for n in (0, 1, 2)]
    assert tuple(played) == read_evidence(tmp_path, root=tmp_path.parent).interactions


def test_redirects_are_played_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        """\
version: 1
interactions:
- request: {method: GET, uri: 'https://api.example/', body: null, headers: {}}
  response:
    status: {code: 302, message: Found}
    headers: {Location: ['https://elsewhere.example/'], Set-Cookie: [a=1, b=2], X: [" é "]}
    body: {string: ''}
""",
        encoding="utf-8",
    )
    (played,) = replay(tmp_path / "a.yaml")
    assert played.reply.status == 302
    assert (played,) == read_evidence(tmp_path / "a.yaml").interactions


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("version: 1\ninteractions: [", "not YAML"),
        ('{"a": 1}', "cannot be played"),
        ('{"interactions": [], "response": {}}', "cannot be played: a.yaml#0 has no request"),
        ("version: 1\ninteractions: []\n", "holds no interactions"),
        ("---\nhttp_interactions: []\n", "holds no interactions"),
    ],
)
def test_what_cannot_be_played(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(content)
    with pytest.raises(InputError, match=said):
        replay(tmp_path / "a.yaml")


def test_one_bad_entry_stops_the_replay() -> None:
    with pytest.raises(InputError, match=r"unsound\.yaml#0: has no `response`"):
        replay(EXAMPLES / "unsound.yaml")


def test_tags_never_reach_the_player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = tmp_path / "trace"
    monkeypatch.setattr(yamlserializer, "deserialize", lambda text: trace.write_text(text))
    (tmp_path / "a.yaml").write_text(
        "version: 1\ninteractions: !!python/object/apply:os.mkdir ['/nowhere']\n"
    )
    with pytest.raises(InputError, match="tag"):
        replay(tmp_path / "a.yaml")
    assert not trace.exists()


def test_the_player_parses_with_libyaml() -> None:
    """Without libyaml cassettes load twenty times slower."""
    yaml = pytest.importorskip("yaml")
    assert yaml.__with_libyaml__
    assert any(base.__module__ == "yaml._yaml" for base in yamlserializer._CassetteLoader.__mro__)
