"""Other libraries beside ours: one that is not installed is told, and leaves the benchmark standing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from engine.explain.contrast import Contrast
from tests.benchmarks.bench_explainers import of_peer, on_words, table, versus
from tests.engine.explain_toys import tiny_bert

ASKED = [("the film was good", Contrast(0, 0, 1))]


def test_a_peer_without_an_environment_is_told(tmp_path: Path) -> None:
    assert of_peer("shap", None, tmp_path, ASKED, tmp_path, tmp_path / "out.json") == "no environment given"


def test_a_peer_that_is_not_installed_is_told(tmp_path: Path) -> None:
    """This environment has none of them but Captum; an empty folder is no model either, which is found first."""
    answer = of_peer("shap", Path(sys.executable), tmp_path, ASKED, tmp_path, tmp_path / "out.json")
    assert isinstance(answer, str)
    assert answer.strip()
    problem: dict[str, dict[str, Any]] = {"shap (peer)": {"problem": answer}}
    assert versus(problem | {"lrp": {"each": [0.5], "ms": 1.0}}, "lrp", "lrp") == {}
    line = {"set": "sst2", "texts": 1, "first_paint": "lrp", "settled": "lrp", "found": problem}
    assert answer in table(line)


def test_answers_that_are_kept_are_read_again(tmp_path: Path) -> None:
    kept = tmp_path / "sst2-shap-1.json"
    kept.write_text(json.dumps([{"ms": 3.0, "pieces": [[0, 3, 0.5]]}]), encoding="utf-8")
    assert of_peer("shap", None, tmp_path, ASKED, tmp_path, kept) == [{"ms": 3.0, "pieces": [[0, 3, 0.5]]}]


def test_a_piece_gives_each_word_the_share_of_its_characters() -> None:
    scores = on_words(tiny_bert(), "the film was good", [(0, 8, 1.0), (13, 17, -2.0)])
    assert scores.tolist() == [3 / 8, 4 / 8, 0.0, -2.0]
