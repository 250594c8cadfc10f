"""A text as long as a book (200,000 characters) is explained, tested, changed and handed on, within bounded memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.api.errors import OptionValue
from engine.api.explaining.change import FindSmallestChange, SmallestChangeFound
from engine.api.explaining.pack import WritePack
from engine.api.explaining.trust import Sealed, SealExplanation
from engine.api.messages import Explain, Explained, Request, Train
from engine.api.project import Project
from engine.api.results import Explanation
from engine.dispatch import work_for
from engine.explain.contrast import contrast_for
from engine.explain.erasing import Erasing, erased_outputs
from engine.explain.trust.opinions import MOST_INTEGRATED
from engine.models.loaded import Models
from engine.models.text_model import TorchModel
from engine.pack.reading import read_pack
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine.tiny import bert_folder, project

SENTENCE = "the good film was very bad and poor "
BOOK = SENTENCE * 5600
CHAPTER = SENTENCE * (MOST_INTEGRATED // 8 + 1)


@pytest.fixture
def trained(tmp_path: Path) -> Iterator[tuple[Project, str]]:
    with project(tmp_path / "p", train=24, validation=8, test=8) as opened:
        source = str(bert_folder(tmp_path / "source"))
        options: dict[str, OptionValue] = {"epochs": 1.0, "precision": "fp32"}
        request = Train(method="fine-tune", source=source, options=options)
        yield opened, finish(train(opened, request, Control())).run


def answer(opened: Project, request: Request) -> object:
    return finish(work_for(opened, request, Control(), Models()))


def test_a_book_is_explained_to_its_end_and_can_be_packed(
    trained: tuple[Project, str], tmp_path: Path
) -> None:
    opened, run = trained
    assert len(BOOK) > 200_000
    found = answer(opened, Explain(run=run, text=BOOK))
    assert isinstance(found, Explained)
    explanation: Explanation = opened.runs.explanation(found.explanation)
    assert explanation.read_to == len(BOOK)
    assert explanation.words[-1].end == len(BOOK.rstrip())
    out = tmp_path / "pack.html"
    answer(opened, WritePack(run=run, out=str(out), explanations=(found.explanation,), seals=False))
    assert read_pack(out).items[0].explanation == explanation


def test_words_of_a_book_are_erased_in_little_memory(trained: tuple[Project, str]) -> None:
    opened, run = trained
    model = Models().get(opened, run)
    assert isinstance(model, TorchModel)
    asked = contrast_for(model, model.logits(["a good film"])[0], None, None)
    erasure = np.arange(0, BOOK.count(" "), 9)
    tracemalloc.start()
    try:
        ((without,),) = finish(erased_outputs(model, [Erasing(BOOK, asked, [erasure])]))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert np.isfinite(without).all()
    assert peak < 300e6, "a table of all words in all windows would take gigabytes"


def test_a_long_text_is_sealed_by_methods_that_end(trained: tuple[Project, str]) -> None:
    opened, run = trained
    found = answer(opened, Explain(run=run, text=CHAPTER, method="lrp"))
    assert isinstance(found, Explained)
    sealed = answer(opened, SealExplanation(found.explanation))
    assert isinstance(sealed, Sealed)
    assert sealed.seal.methods == ("cp-lrp", "lrp-gradients")
    assert sealed.seal.removal is not None
    changed = answer(opened, FindSmallestChange(run=run, text=CHAPTER))
    assert isinstance(changed, SmallestChangeFound)
