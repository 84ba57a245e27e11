"""What a benchmark says of paths that are not there."""

from __future__ import annotations

import importlib
import sys
from functools import partial
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("extraction", "missing", "missing: no such file or folder"),
        ("extraction", "file", "file: no folder"),
        ("extraction", "empty", "empty: no page was found"),
        ("roles", "missing", "missing: no such file or folder"),
        ("accuracy.__main__", "missing --truth file", "missing: no such file or folder"),
        ("accuracy.__main__", "empty --truth missing", "missing: no such file or folder"),
        ("verdicts.__main__", "draw missing", "missing: no such file or folder"),
        ("verdicts.__main__", "score missing", "missing: no such file or folder"),
        ("mutants.__main__", "missing tests", "missing: no such file or folder"),
        ("scale", "missing", "invalid int value: 'missing'"),
    ],
)
def test_a_path_that_is_not_there_is_refused_in_one_line(
    name: str,
    words: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    module = importlib.import_module(f"benchmarks.{name}")
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    given = [str(tmp_path / word) if word in ("empty", "file") else word for word in words.split()]
    monkeypatch.setattr(sys, "argv", [name, *given])
    run = module.main
    if name == "extraction":  # only what it is given: the project's own pages take long
        run = partial(
            run, lambda folders: map(partial(module._one, ""), folders), takes_folders=True
        )
    with pytest.raises(SystemExit) as refused:
        run()
    assert refused.value.code == 2
    assert said in capsys.readouterr().err
