"""Explaining several labels, scores, tagged words and texts longer than a window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoConfig, AutoModelForTokenClassification

from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.messages import Explain, Explained, MeasureFaithfulness, Train
from engine.api.results import Explanation
from engine.api.words import words_of
from engine.dispatch import work_for
from engine.explain.explaining import TOLERANCE, explain
from engine.explain.faithfulness import measure
from engine.explain.methods import lrp
from engine.models.linear_model import LinearModel
from engine.models.loaded import Models
from engine.models.modules import TaggingModule
from engine.models.tag_answers import found_entities, kind_probabilities
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel, sigmoid, softmax
from engine.models.text_tokens import TextTokenizer
from engine.progress import Control, Noticed, finish
from engine.transfer.training import train
from tests.engine.explain_toys import TINY, WORDS, WordValues, bert_tokenizer, tiny_bert, torch_model
from tests.engine.tiny import bert_folder
from tests.engine.tiny_tasks import table_project, tagging_project

TEXT = "the film was not very good , bad film"
METHODS = ("lrp", "integrated-gradients")


def explained(model: Any, method: str = "", text: str = TEXT, **choices: Any) -> Explanation:
    transfer = "bag-of-words" if isinstance(model, LinearModel) else "fine-tune"
    return explain(model, run="run-1", method_id=method, transfer_method=transfer, text=text, **choices)


def several(thresholds: tuple[float, ...] = (0.5, 0.5, 0.5)) -> TorchModel:
    return replace(tiny_bert(), task="multi", thresholds=thresholds)


def scoring() -> TorchModel:
    return replace(tiny_bert(num_labels=1), task="score", labels=("score",))


def tagging(
    types: tuple[str, ...] = ("LOC", "PER"), max_tokens: int = 60, overlap: float = 0.5
) -> TaggingModel:
    """A random tagger, far from indifferent."""
    torch.manual_seed(9)
    options = TINY | {"vocab_size": 5 + len(WORDS), "num_labels": 1 + 2 * len(types)}
    auto: Any = AutoModelForTokenClassification
    model = auto.from_config(AutoConfig.for_model("bert", **options))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.ndim > 1:
                parameter.normal_(0, 1.0 if "embeddings" in name else 0.3)
    module = TaggingModule(model)
    module.eval()
    tokenizer = TextTokenizer(bert_tokenizer(), max_tokens, overlap)
    return TaggingModel(module, tokenizer, types, "2" * 64, torch.device("cpu"))


def total(found: Explanation) -> float:
    return sum(word.score for word in found.words)


# --- several labels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_of_several_labels_the_surest_is_explained_by_its_own_logit(method: str) -> None:
    model = several()
    (logits,) = model.logits([TEXT])
    found = explained(model, method)
    surest = int(logits.argmax())
    assert (found.task, found.target, found.rival) == ("multi", model.labels[surest], "")
    assert found.margin == pytest.approx(float(logits[surest]), abs=1e-5)
    assert found.probabilities == pytest.approx(sigmoid(logits), abs=TOLERANCE)
    assert found.probability == pytest.approx(found.probabilities[surest])
    assert set(found.label.split("|")) == {n for n, x in zip(model.labels, logits, strict=True) if x >= 0}


def test_the_threshold_decides_which_label_is_the_surest() -> None:
    (logits,) = several().logits([TEXT])
    first, second = np.argsort(-sigmoid(logits))[:2]
    limits = np.full(3, 0.999)
    limits[second] = 0.001
    found = explained(several(tuple(limits)))
    assert found.target == several().labels[second] != several().labels[first]


def test_two_labels_can_be_compared_and_a_label_not_with_itself() -> None:
    model = several()
    (logits,) = model.logits([TEXT])
    found = explained(model, target="positive", rival="neutral")
    assert found.margin == pytest.approx(float(logits[1] - logits[2]), abs=1e-5)
    with pytest.raises(KnownError) as refused:
        explained(model, target="positive", rival="positive")
    assert refused.value.kind is ErrorKind.RIVAL_IS_TARGET
    with pytest.raises(KnownError) as unknown:
        explained(model, target="nonsense")
    assert unknown.value.kind is ErrorKind.LABEL_UNKNOWN


# --- a score ------------------------------------------------------------------------------------------------


def test_a_score_is_explained_in_its_own_unit() -> None:
    model = scoring()
    (logits,) = model.logits([TEXT])
    found = explained(model, "integrated-gradients")
    assert (found.task, found.target, found.rival) == ("score", "score", "")
    assert found.label == f"{logits[0]:.6g}"
    assert found.probability == found.margin == pytest.approx(float(logits[0]), abs=1e-5)
    assert found.relative_delta is not None
    assert found.relative_delta < 0.02
    assert np.isfinite(explained(model, "lrp").special_share)


def test_bag_of_words_explains_a_score_exactly() -> None:
    model = LinearModel(
        ("score",),
        {"good": 0, "bad": 1},
        np.ones(2),
        np.array([[2.0, -1.0]]),
        np.array([3.0]),
        1,
        task="score",
    )
    found = explained(model, text="good or bad")
    unit = 1 / np.sqrt(2)
    assert [word.score for word in found.words] == pytest.approx([2 * unit, 0.0, -unit])
    assert found.margin == pytest.approx(3.0 + unit)


def test_cleaned_words_are_explained_on_the_untouched_text() -> None:
    model = LinearModel(
        ("yes", "no"),
        {"cafe": 0},
        np.ones(1),
        np.array([[2.0], [0.0]]),
        np.zeros(2),
        1,
        cleaning=("html", "accents"),
    )
    found = explained(model, text="a <b>Café</b>")
    assert [(found.word(i), word.score) for i, word in enumerate(found.words)] == [("a", 0.0), ("Café", 2.0)]


# --- windows ------------------------------------------------------------------------------------------------


def windowed(model: TorchModel, pooling: str) -> TorchModel:
    return replace(model, tokenizer=TextTokenizer(bert_tokenizer(), 8, 0.5), pooling=pooling)


LONG = "good film was a bad film not very good the film was bad very very good"


def test_the_shares_of_all_windows_add_up_where_they_are_known() -> None:
    values = {"good": 2.0, "bad": -3.0, "very": 0.5}
    model = windowed(torch_model(WordValues(values), bert_tokenizer(), ("yes", "no")), "mean")
    windows = model.tokenizer.encode_windows(LONG)
    assert len(windows) > 2
    for method in METHODS:
        found = explained(model, method, text=LONG, target="yes")
        assert [found.word(i) for i in range(len(found.words))] == LONG.split()
        for at, word in enumerate(found.words):
            shown = sum((word.start, word.end) in window.offsets for window in windows)
            expected = values.get(found.word(at), 0.0) * shown / len(windows)
            assert word.score == pytest.approx(expected, abs=1e-6)
        assert total(found) == pytest.approx(found.margin, abs=1e-5)
        assert found.read_to == len(LONG)


@pytest.mark.parametrize("pooling", ["mean", "max"])
@pytest.mark.parametrize("method", METHODS)
def test_a_long_text_is_explained_whole_with_the_predicted_probability(method: str, pooling: str) -> None:
    model = windowed(tiny_bert(), pooling)
    found = explained(model, method, text=LONG)
    assert found.probabilities == pytest.approx(softmax(model.logits([LONG]))[0], abs=TOLERANCE)
    assert found.words[-1].end == len(LONG)
    if method == "integrated-gradients":
        assert found.relative_delta is not None
        assert found.relative_delta < 0.02


def test_with_the_maximum_only_deciding_windows_have_a_say() -> None:
    values = {"good": 2.0, "bad": -3.0}
    model = windowed(torch_model(WordValues(values), bert_tokenizer(), ("yes", "no")), "max")
    text = "bad film was a the film was a the film was good"
    found = explained(model, "lrp", text=text, target="yes")
    assert [word.score for word in found.words if word.score] == [2.0]
    assert found.margin == pytest.approx(2.0)


# --- tagged words -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("max_tokens", [60, 7])
def test_the_surest_entity_is_explained(method: str, max_tokens: int) -> None:
    model = tagging(max_tokens=max_tokens)
    words = words_of(TEXT)
    (logits,) = model.logits([TEXT], [words])
    entities = found_entities(model.labels, model.tags, words, logits)
    surest = max(entities, key=lambda entity: entity.probability)
    found = explained(model, method)
    assert found.task == "tagging"
    assert found.span == (surest.start, surest.end)
    assert (found.target, found.label, found.rival) == (surest.label, surest.label, "O")
    assert found.labels == ("O", "LOC", "PER")
    assert sum(found.probabilities) == pytest.approx(1.0)
    assert found.probability == pytest.approx(surest.probability, abs=TOLERANCE)
    rows = [i for i, (start, end) in enumerate(words) if start < surest.end and surest.start < end]
    given = logits[rows].argmax(1)
    expected = float((logits[rows, given] - logits[rows, 0]).mean())
    assert found.margin == pytest.approx(expected, abs=1e-4)
    if method == "integrated-gradients":
        assert found.relative_delta is not None
        assert found.relative_delta < 0.02


def test_any_words_can_be_asked_for_and_another_type_be_the_rival() -> None:
    model = tagging()
    start = TEXT.index("film")
    (logits,) = model.logits([TEXT], [words_of(TEXT)])
    kinds = kind_probabilities(softmax(logits))[1]
    found = explained(model, span=(start, start + 4), target="PER", rival="LOC")
    assert found.span == (start, start + 4)
    assert (found.target, found.rival) == ("PER", "LOC")
    assert found.label == ("O", "LOC", "PER")[int(kinds.argmax())]
    turned = explained(model, span=(start, start + 4), target="LOC", rival="PER")
    assert turned.margin == pytest.approx(-found.margin, abs=1e-5)
    assert total(turned) == pytest.approx(-total(found), abs=1e-4)


def test_what_cannot_be_asked_of_tagged_words_is_refused() -> None:
    model = tagging()
    wrong: tuple[tuple[dict[str, Any], ErrorKind], ...] = (
        ({"span": (3, 4)}, ErrorKind.SPAN_WITHOUT_WORDS),
        ({"span": (900, 950)}, ErrorKind.SPAN_WITHOUT_WORDS),
        ({"target": "ORG"}, ErrorKind.LABEL_UNKNOWN),
        ({"target": "O", "rival": "O"}, ErrorKind.RIVAL_IS_TARGET),
        ({"text": " "}, ErrorKind.TEXT_EMPTY),
        ({"text": "the \u200b film", "words": [(4, 5)]}, ErrorKind.SPAN_WITHOUT_WORDS),
    )
    for choices, kind in wrong:
        with pytest.raises(KnownError) as refused:
            explained(model, **choices)
        assert refused.value.kind is kind


# --- the erasure test, the default, the store ----------------------------------------------------------------


@pytest.mark.parametrize("make", [several, scoring, lambda: windowed(tiny_bert(), "max")])
def test_the_erasure_test_works_for_every_task_of_texts(make: Callable[[], TorchModel]) -> None:
    found = finish(measure(make(), "r", "lrp", "fine-tune", [TEXT, LONG, ""]))
    assert found.texts == 2
    assert np.isfinite([found.scores.comprehensiveness, found.random.sufficiency]).all()


def test_erasing_words_of_a_score_changes_the_score() -> None:
    model = replace(
        torch_model(_OneValue({"good": 2.0}), bert_tokenizer(), ("score",)), task="score", labels=("score",)
    )
    found = finish(measure(model, "r", "lrp", "fine-tune", ["very good film was the film"]))
    assert found.scores.comprehensiveness == pytest.approx(2.0)
    assert found.scores.sufficiency == pytest.approx(0.0)


class _OneValue(WordValues):
    def forward(self, *args: Any, **kwargs: Any) -> torch.Tensor:
        return super().forward(*args, **kwargs)[:, :1]


def test_the_erasure_test_of_tagged_words() -> None:
    model = tagging(max_tokens=7)
    texts = [TEXT, LONG]
    found = finish(measure(model, "r", "lrp", "fine-tune", texts, words=[words_of(text) for text in texts]))
    assert found.texts == 2
    with pytest.raises(KnownError) as refused:
        finish(measure(model, "r", "lrp", "fine-tune", [], words=[]))
    assert refused.value.kind is ErrorKind.TEXT_EMPTY


def test_where_the_default_has_no_rule_another_explainer_takes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with table_project(tmp_path / "p", "multi", 60) as opened:
        source = str(bert_folder(tmp_path / "source"))
        run = finish(
            train(opened, Train(method="fine-tune", source=source, options={"epochs": 0.1}), Control())
        ).run
        monkeypatch.setattr(lrp, "_UNRULED_NAMES", frozenset({"dropout"}))
        monkeypatch.setattr(lrp, "_RULES", {lrp.ATTN_LRP: {}})
        steps = []
        work = work_for(opened, Explain(run=run, text="a good film"), Control(), Models())
        try:
            while True:
                steps.append(next(work))
        except StopIteration as stop:
            result = stop.value
        assert isinstance(result, Explained)
        assert opened.runs.explanation(result.explanation).method == "integrated-gradients"
        assert [step.kind for step in steps if isinstance(step, Noticed)] == ["explainer-changed"]
        with pytest.raises(KnownError) as refused:
            finish(work_for(opened, Explain(run=run, text="a good film", method="lrp"), Control(), Models()))
        assert refused.value.kind is ErrorKind.EXPLAINER_NO_RULE


def test_a_tagged_document_is_explained_by_its_own_words(tmp_path: Path) -> None:
    with tagging_project(tmp_path / "p", 60) as opened:
        source = str(bert_folder(tmp_path / "source"))
        options: dict[str, OptionValue] = {"epochs": 12.0, "learning_rate": 5e-3}
        run = finish(train(opened, Train(method="fine-tune", source=source, options=options), Control())).run
        document, text, _, entities = next(row for row in opened.documents.tagged("test") if row[3])
        result = finish(work_for(opened, Explain(run=run, document=document), Control(), Models()))
        assert isinstance(result, Explained)
        found = opened.runs.explanation(result.explanation)
        assert found.span in {(entity.start, entity.end) for entity in entities}
        strongest = max(range(len(found.words)), key=lambda i: found.words[i].score)
        assert found.span is not None
        assert found.word(strongest) == text[slice(*found.span)]
        finish(work_for(opened, MeasureFaithfulness(run=run, method="lrp", texts=5), Control(), Models()))
        assert opened.runs.faithfulness(run)[0].texts > 0
