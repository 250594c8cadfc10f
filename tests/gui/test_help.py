"""The help says what each method of explaining does, in both languages, by the name that the window shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.api import wording
from engine.api.catalog import EXPLAINERS

HELP = Path(__file__).resolve().parents[2] / "resources" / "help"
_LEAST = 25  # characters of a description


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("method", [each.id for each in EXPLAINERS])
def test_every_method_of_explaining_is_described(language: str, method: str) -> None:
    page = (HELP / language / "explain.md").read_text("utf-8")
    name = wording.explainer_words(method, language).name
    found = [line for line in page.splitlines() if line.startswith(f"- **{name}**")]
    assert len(found) == 1, name
    assert len(found[0]) - len(name) > _LEAST
