"""The repository's own cassettes: what they promise about themselves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from conformance.evidence.body import load_json, repeats_names
from conformance.evidence.loading import read_evidence
from conformance.evidence.manifest import Cassette, read_manifest
from conformance.model.interaction import Interaction, Origin

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in (ROOT / "cassettes").rglob("manifest.toml"))
LISTED = [(folder, cassette) for folder in FOLDERS for cassette in read_manifest(folder).cassettes]


def _id(value: object) -> str:
    return value.file if isinstance(value, Cassette) else getattr(value, "name", "")


def _interactions(folder: Path, cassette: Cassette) -> tuple[Interaction, ...]:
    return read_evidence(folder / cassette.file).interactions


def test_all_are_listed_and_unchanged() -> None:
    found = read_evidence(ROOT / "cassettes")
    assert found.problems == ()
    assert len(found.interactions) == len(LISTED) > 0


@pytest.mark.parametrize(("folder", "cassette"), LISTED, ids=_id)
def test_case(folder: Path, cassette: Cassette) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", cassette.case)
    assert cassette.origin in (Origin.DOCUMENTED, Origin.CONSTRUCTED)
    assert cassette.date
    assert "Nothing was recorded" in cassette.note
    (interaction,) = _interactions(folder, cassette)
    assert (interaction.origin, interaction.note) == (cassette.origin, cassette.note)
    body = load_json(interaction.reply.body)
    assert isinstance(body, dict)
    assert not repeats_names(interaction.reply.body, body)


@pytest.mark.parametrize(("folder", "cassette"), LISTED, ids=_id)
def test_credentials_are_placeholders(folder: Path, cassette: Cassette) -> None:
    for interaction in _interactions(folder, cassette):
        assert interaction.request is not None
        for name, value in interaction.request.headers:
            if re.search("auth|key|token|sign|cookie", name, re.IGNORECASE):
                assert value.removeprefix("Bearer ") == "<redacted>"


DOCUMENTED = [pair for pair in LISTED if pair[1].origin is Origin.DOCUMENTED]


@pytest.mark.parametrize(("folder", "cassette"), DOCUMENTED, ids=_id)
def test_documented_bodies_stand_in_the_page(folder: Path, cassette: Cassette) -> None:
    """Letter by letter, but for white space, which a flattened page has lost."""
    exchange, operation = folder.parts[-2:]
    (page,) = (ROOT / "docs_snapshot" / exchange / "en").glob(f"{operation}.*")
    (interaction,) = _interactions(folder, cassette)
    printed = "".join(page.read_text(encoding="utf-8").split())
    assert "".join(interaction.reply.body.decode().split()) in printed


def test_ids_stay_exact() -> None:
    (folder,) = (folder for folder in FOLDERS if folder.name == "cancel-open-orders")
    (interaction,) = read_evidence(folder / "strings.yaml").interactions
    ids = [int(number) for number in re.findall(rb'"orderId": (\d+)', interaction.reply.body)]
    body: Any = load_json(interaction.reply.body)
    assert [order["orderId"] for order in body["data"]["orders"]] == ids
    assert all(number > 2**53 and int(float(number)) != number for number in ids)
