"""Reports and packs show scores of a method that tells no side as what mattered, never as for or against."""

from __future__ import annotations

import msgspec
import pytest

from engine.api.explaining.pack import Pack, PackItem
from engine.api.results import Explanation, WordScore
from engine.pack.page import page_of
from engine.pack.printed import _tinted
from engine.report_parts.texts import example, legend
from engine.report_parts.words import words

ONE = Explanation(
    run="r",
    document=None,
    text="a good film",
    method="gradient-norm",
    label="yes",
    target="yes",
    rival="no",
    labels=("yes", "no"),
    probabilities=(0.9, 0.1),
    margin=2.0,
    words=(WordScore(2, 6, 0.8), WordScore(7, 11, 0.2)),
    signed=False,
    baseline="",
    steps=0,
    seed=13,
    relative_delta=None,
    special_share=0.0,
    read_to=11,
    seconds=0.1,
    model_hash="h",
)
SIGNED = msgspec.structs.replace(ONE, method="lrp", signed=True)


@pytest.mark.parametrize("task", ["single", "multi", "score"])
def test_an_example_of_a_report_takes_no_side(task: str) -> None:
    say = words("en")
    shown = example(msgspec.structs.replace(ONE, task=task), 1.0, "", say, "en")
    assert "rather than" not in shown
    assert "+0.8" not in shown
    assert "mattered most: good 0.800" in shown
    assert 'class="w mattered strong"' in shown
    assert "not whether it spoke for or against" in shown
    signed = example(msgspec.structs.replace(SIGNED, task=task), 1.0, "", say, "en")
    assert "w for strong" in signed
    assert "mattered" not in signed


def test_the_legend_has_what_is_shown() -> None:
    say = words("en")
    assert "against" not in legend([ONE], 1.0, say)
    assert "mattered" not in legend([SIGNED], 1.0, say)
    both = legend([ONE, SIGNED], 1.0, say)
    assert "against" in both
    assert "mattered most" in both


def test_a_pack_takes_no_side() -> None:
    pack = Pack(
        format="lexplain-pack",
        version=1,
        lexplain="1",
        created_at="2026-01-01",
        project="p",
        data_digest="d",
        run="r",
        run_name="",
        method="fine-tune",
        source="",
        task="single",
        model_hash="h",
        figure="",
        value=None,
        items=(PackItem(explanation=ONE, seal=None, text_hash="t"),),
    )
    page = page_of(pack, "en").split("<body>")[1].split("<script")[0]
    assert "0.800" in page
    assert "+0.8" not in page
    assert ">against" not in page
    unsigned, sided = (
        _tinted(one.text, one.words, 0, len(one.text), 0.8, is_signed=one.signed) for one in (ONE, SIGNED)
    )
    assert unsigned.count("#B1B1AE") == 1
    assert "#FDB863" in sided
