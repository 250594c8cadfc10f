"""Self-training of tagged words and of scores: what is chosen, labelled, judged, taken back and trained again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.api.catalog import complete_options, method
from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.messages import (
    Explain,
    Explained,
    ForecastTraining,
    JobState,
    PredictText,
    Resume,
    Train,
    Trained,
)
from engine.api.messages_transfer import TrainAgain
from engine.api.option_tasks import options_for
from engine.api.project import Project
from engine.api.store.tags import unpack_entities
from engine.api.wording import LANGUAGES, notice_words
from engine.dispatch import work_for
from engine.models.loaded import Models
from engine.models.modules import TagFeatureModule
from engine.models.store import load_run
from engine.models.tagging_model import Spans, TaggingModel, WordTable, tag_names
from engine.progress import Control, Noticed, Progressed, Step, Work, finish
from engine.transfer import pseudo_learners, tag_features
from engine.transfer.examples import Examples, TrainingData
from engine.transfer.forecasting import forecast
from engine.transfer.method import Job
from engine.transfer.pseudo_label import label_of
from engine.transfer.pseudo_rounds import ENOUGH, Record, Verdict, best_round, committee_of, paths_of, verdict
from engine.transfer.pseudo_selection import (
    Rule,
    begun,
    rarest_types,
    score_opinion,
    select,
    tagged_opinion,
    types_held,
)
from engine.transfer.regression import Head
from engine.transfer.retraining import train_again
from engine.transfer.training import resume, train
from engine.transfer.word_encoding import ReadWords, States, WordReader
from tests.engine.export_models import export
from tests.engine.task_projects import BAD, GOOD, task_project
from tests.engine.test_distil import with_unlabelled
from tests.engine.test_pseudo_label import made
from tests.engine.tiny import bert_folder

BASES = [
    ("tagging", "features"),
    ("tagging", "fine-tune"),
    ("score", "features"),
    ("score", "bag-of-words"),
    ("score", "fine-tune"),
]
ROUNDS = ("round-done", "score-round-done")


@pytest.fixture(autouse=True)
def every_step_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEXPLAIN_CHECKPOINT_SECONDS", "0")


@pytest.fixture(autouse=True)
def short_fine_tuning(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = pseudo_learners.base_options

    def quick(job: object, name: str = "") -> dict[str, OptionValue]:
        found = usual(job, name)  # type: ignore[arg-type]
        return found | ({"epochs": 2.0, "learning_rate": 5e-3} if "epochs" in found else {})

    monkeypatch.setattr(pseudo_learners, "base_options", quick)


@pytest.fixture
def source(tmp_path: Path) -> str:
    return str(bert_folder(tmp_path / "source"))


def opened_project(path: Path, task: str, unlabelled: int = 40) -> Project:
    """24 labelled texts to learn from, 12 to validate, 8 to test, and some without labels."""
    opened = task_project(path, task, 24, 12, 8)
    with_unlabelled(opened, unlabelled)
    return opened


def request(base: str, source: str, **options: OptionValue) -> Train:
    given: dict[str, OptionValue] = {"base": base, "rounds": 2, "precision": "fp32", "layer": 1}
    return Train(method="pseudo-label", source=source, options=given | options)


def trained(opened: Project, wanted: Train) -> tuple[Trained, list[Step]]:
    steps: list[Step] = []
    work = train(opened, wanted, Control())
    while True:
        try:
            steps.append(next(work))
        except StopIteration as stop:
            return stop.value, steps


def notices(steps: list[Step], *kinds: str) -> list[Noticed]:
    return [step for step in steps if isinstance(step, Noticed) and step.kind in kinds]


# --- rounds ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("task", "base"), BASES)
def test_rounds_label_and_a_killed_run_ends_as_one_that_was_not(
    tmp_path: Path, source: str, task: str, base: str
) -> None:
    with opened_project(tmp_path / "p", task) as opened:
        wanted = request(base, source, rounds=1 if base == "fine-tune" else 2)
        whole, steps = trained(opened, wanted)
        told = notices(steps, *ROUNDS)
        assert {notice.kind for notice in told} == {"score-round-done" if task == "score" else "round-done"}
        assert [notice.values["round"] for notice in told] == list(range(len(told)))
        given = opened.runs.pseudo_labels(whole.run)
        assert len(given) >= int(told[-1].values["count"]) > 0
        assert whole.test is not None
        work = train(opened, wanted, Control())
        rounds = 0
        for step in work:
            rounds += isinstance(step, Noticed) and step.kind in ROUNDS
            if rounds == len(told) - 1 and isinstance(step, Progressed):
                break
        work.close()
        run = opened.runs.all()[-1]
        assert run.state is JobState.CANCELLED
        finish(resume(opened, Resume(run=run.id), Control()))
        assert opened.runs.get(run.id).model_hash == opened.runs.get(whole.run).model_hash != ""
        assert opened.runs.pseudo_labels(run.id) == given


@pytest.mark.parametrize(("task", "base"), [BASES[0], BASES[3]])
def test_trained_again_from_its_record_it_ends_the_same(
    tmp_path: Path, source: str, task: str, base: str
) -> None:
    with opened_project(tmp_path / "p", task) as opened:
        first, _ = trained(opened, request(base, source))
        again = finish(train_again(opened, TrainAgain(first.run), Control()))
        assert again.same
        assert opened.runs.pseudo_labels(again.run) == opened.runs.pseudo_labels(first.run)


def test_labelled_words_are_read_as_features_reads_them(
    tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read together with others, sums may round otherwise, and the base would not be the base."""
    encoded: list[int] = []
    usual = WordReader._encode

    def noted(self: WordReader, table: WordTable, layers: tuple[int, ...]) -> Work[States]:
        encoded.append(len(table.firsts) - 1)
        return usual(self, table, layers)

    monkeypatch.setattr(WordReader, "_encode", noted)
    with opened_project(tmp_path / "p", "tagging") as opened:
        finish(train(opened, Train(method="features", source=source, options={"layer": 1}), Control()))
        assert encoded == [24, 12]
        trained(opened, request("features", source))
        assert encoded == [24, 12, 40]


@pytest.mark.parametrize("kept", [0, 1])
@pytest.mark.parametrize("task", ["tagging", "score"])
def test_what_is_kept_is_the_base_or_another_and_is_said(
    tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch, task: str, kept: int
) -> None:
    monkeypatch.setattr(
        "engine.transfer.pseudo_label.best_round", lambda verdicts, few: min(kept, len(verdicts) - 1)
    )
    with opened_project(tmp_path / "p", task) as opened:
        alone = finish(
            train(opened, Train(method="features", source=source, options={"layer": 1}), Control())
        )
        helped, steps = trained(opened, request("features", source, rounds=1, growth=1.0))
        same = opened.runs.get(helped.run).model_hash == opened.runs.get(alone.run).model_hash
        assert same is (kept == 0)
        of_scores = "score-" if task == "score" else ""
        kind = f"{of_scores}gain-from-unlabelled" if kept else f"no-{of_scores}gain-from-unlabelled"
        (said,) = notices(steps, kind)
        told = [notice.values["figure"] for notice in notices(steps, *ROUNDS)]
        assert said.values["before"] == told[0]
        assert said.values["figure"] == told[1]
        for language in LANGUAGES:
            assert str(said.values["figure"]) in notice_words(said.kind, said.values, language)


def test_a_score_has_no_probability_that_is_asked_for(tmp_path: Path, source: str) -> None:
    with opened_project(tmp_path / "p", "score") as opened:
        found, steps = trained(opened, request("bag-of-words", source, least_probability=1.0))
        said = notices(steps, "score-round-done")
        assert {notice.values["texts"] for notice in said} == {12 + 24}, "validation, and the cross-checks"
        assert int(said[1].values["count"]) > 0, "a score has no probability that could be too small"
        assert found.validation is not None


# --- what is labelled -----------------------------------------------------------------------------------------


def test_whole_sentences_are_labelled_with_their_entities(tmp_path: Path, source: str) -> None:
    with opened_project(tmp_path / "p", "tagging") as opened:
        found, _ = trained(
            opened, request("features", source, growth=1.0, class_shares="predicted", rounds=1)
        )
        given = opened.runs.pseudo_labels(found.run)
        assert len(given) == 40
        called = []
        for each in given:
            assert each.probability is not None
            assert 0 < each.probability <= 1
            entities = unpack_entities(each.label)
            called += [each.text[e.start : e.end] in (GOOD if e.label == "UP" else BAD) for e in entities]
        assert len(called) > 3
        assert np.mean(called) > 0.8


def test_scores_are_means_and_the_widest_spread_stands_first(tmp_path: Path, source: str) -> None:
    with opened_project(tmp_path / "p", "score") as opened:
        found, _ = trained(opened, request("bag-of-words", source))
        every = opened.runs.pseudo_labels(found.run)
        given = [each for each in every if each.round == every[-1].round]
        spreads = [each.spread for each in given if each.spread is not None]
        assert len(spreads) == len(given) > 3
        assert spreads == sorted(spreads, reverse=True)
        assert spreads[0] > 0
        assert {each.probability for each in given} == {None}
        assert all(np.isfinite(float(each.label)) for each in given)


@pytest.mark.parametrize("task", ["tagging", "score"])
def test_what_was_taken_back_is_not_given_again(tmp_path: Path, source: str, task: str) -> None:
    with opened_project(tmp_path / "p", task) as opened:
        first, _ = trained(opened, request("features", source, growth=0.5))
        refused = {(each.document, each.label) for each in opened.runs.pseudo_labels(first.run)[:8]}
        with opened.transaction():
            for document, _ in refused:
                opened.runs.reject_pseudo_label(first.run, document)
        second, _ = trained(opened, request("features", source, growth=0.5, seed=14))
        again = {(each.document, each.label) for each in opened.runs.pseudo_labels(second.run)}
        assert again
        assert not again & refused
        if task == "score":
            assert not {document for document, _ in again} & {document for document, _ in refused}


# --- what follows a training ----------------------------------------------------------------------------------


def test_the_model_tags_explains_and_is_handed_over(tmp_path: Path, source: str) -> None:
    with opened_project(tmp_path / "p", "tagging") as opened:
        run = trained(opened, request("features", source, rounds=1))[0].run
        model = load_run(opened, run)
        assert isinstance(model, TaggingModel)
        assert isinstance(model.module, TagFeatureModule)
        found = finish(work_for(opened, PredictText(run=run, text="a good film"), Control(), Models()))
        assert found is not None
        explained = finish(work_for(opened, Explain(run=run, text="a good film"), Control(), Models()))
        assert isinstance(explained, Explained)
        assert export(opened, run, model, "huggingface", tmp_path / "out").agreement == 1.0


@pytest.mark.parametrize(("task", "base"), [BASES[0], BASES[3], BASES[4]])
def test_a_forecast_counts_rounds_and_paths_and_stores_nothing(
    tmp_path: Path, source: str, task: str, base: str
) -> None:
    with opened_project(tmp_path / "p", task) as opened:
        options: dict[str, OptionValue] = {"base": base, "rounds": 20}
        asked = ForecastTraining(method="pseudo-label", source=source, options=options)
        found = finish(forecast(opened, asked)).forecast
        alone = finish(forecast(opened, ForecastTraining(method=base, source=source))).forecast
        assert found.seconds > 2 * alone.seconds
        assert opened.runs.all() == []


def test_the_head_learns_from_no_more_words_than_its_bound(
    tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened_project(tmp_path / "p", "tagging") as opened:
        whole, _ = trained(opened, request("features", source, rounds=1))
        learnt: list[int] = []
        usual = tag_features.tag_head

        def noted(job: Job, train: ReadWords, validation: ReadWords) -> Work[Head]:
            learnt.append(len(train.read))
            return usual(job, train, validation)

        monkeypatch.setattr("engine.transfer.pseudo_tag_learner.tag_head", noted)
        monkeypatch.setattr(tag_features, "MOST_NUMBERS", 32 * 40)
        bounded, _ = trained(opened, request("features", source, rounds=1))
        assert max(learnt) < 40 + 5 * 12
        assert opened.runs.get(bounded.run).model_hash != opened.runs.get(whole.run).model_hash


# --- what is offered ------------------------------------------------------------------------------------------


def test_a_task_is_offered_the_bases_that_learn_it() -> None:
    offered = {
        task: {option.id: option.choices for option in options_for(method("pseudo-label"), task)}
        for task in ("single", "tagging", "score")
    }
    assert offered["tagging"]["base"] == ("features", "fine-tune")
    assert offered["score"]["base"] == ("features", "bag-of-words", "fine-tune")
    assert "least_probability" in offered["tagging"]
    assert "least_probability" not in offered["score"]
    assert "contrastive" in offered["single"]["base"]
    with pytest.raises(KnownError) as caught:
        complete_options("pseudo-label", {"base": "contrastive"}, "tagging")
    assert caught.value.kind is ErrorKind.OPTION_VALUE
    assert caught.value.values["valid"] == "features, fine-tune"


# --- what is chosen -------------------------------------------------------------------------------------------


def logits_of(tags: list[int], chances: list[float], count: int = 5) -> np.ndarray:
    """Logits (W, C) of words whose tags have these probabilities, the rest spread evenly."""
    found = np.full((len(tags), count), 0.0)
    for row, (tag, chance) in enumerate(zip(tags, chances, strict=True)):
        found[row] = np.log((1 - chance) / (count - 1))
        found[row, tag] = np.log(chance)
    return found.astype(np.float32)


def test_a_sentence_is_as_sure_as_its_least_sure_word_and_counts_for_its_rarest_type() -> None:
    tags = [0, 1, 2, 0, 3, 1, 0]  # of the types A (1, 2) and B (3, 4)
    firsts = np.array([0, 3, 3, 6, 7])
    logits = logits_of(tags, [0.9, 0.7, 0.8, 0.95, 0.6, 0.99, 0.5])
    said = tagged_opinion(logits, 1.0, firsts, np.array([8, 3]))
    assert [target.tolist() for target in said.targets] == [[0, 1, 2], [], [0, 3, 1], [0]]
    assert said.sure == pytest.approx([0.7, 1.0, 0.6, 0.5], abs=1e-6)
    assert said.groups.tolist() == [0, 2, 1, 2]
    assert rarest_types(np.array(tags), firsts, np.array([2, 3])).tolist() == [0, 2, 0, 2]
    rule = Rule("labels", 0.55, np.array([0.5, 0.25, 0.25]))
    chosen = select(said, np.ones(4, np.bool_), 1.0, rule)
    assert chosen.rows.tolist() == [0, 1, 2]
    assert chosen.targets[2].tolist() == [0, 3, 1]


def test_types_are_counted_by_sentences_and_an_inside_alone_begins() -> None:
    tags, firsts = np.array([1, 2, 1, 0, 3, 0]), np.array([0, 3, 6, 6])
    assert types_held(tags, firsts, 3).tolist() == [1, 1, 0]
    broken = np.array([2, 2, 4, 0, 2, 2])
    assert begun(broken, np.array([0, 3, 5, 6])).tolist() == [1, 2, 3, 0, 1, 1]
    assert begun(np.zeros(0, np.int64), np.array([0, 0])).tolist() == []


def test_scores_are_surest_where_the_models_agree() -> None:
    said = score_opinion(np.array([[1.0, 5.0, 9.0], [3.0, 5.0, 9.5]], np.float32), np.array([4.0, 8.0]))
    assert said.targets == pytest.approx([2.0, 5.0, 9.25])
    assert said.sure == pytest.approx([-1.0, 0.0, -0.25])
    assert said.groups.tolist() == [0, 1, 2]
    rule = Rule("predicted", -np.inf, np.full(3, 1 / 3))
    assert select(said, np.ones(3, np.bool_), 1.0, rule).rows.tolist() == [0, 1, 2]


def test_a_label_is_stored_as_the_project_stores_it() -> None:
    nothing = Examples([], [], np.zeros(0))
    tagged = TrainingData(("PER",), nothing, nothing, nothing, (), "tagging")
    assert label_of(tagged, np.array([1, 2, 0]), [(0, 3), (4, 8), (9, 10)]) == '[[0,8,"PER"]]'
    assert label_of(tagged, np.zeros(0, np.int64), []) == "[]"
    scored = TrainingData(("score",), nothing, nothing, nothing, (), "score")
    assert label_of(scored, 2.5) == "2.5"


# --- what decides ---------------------------------------------------------------------------------------------


def scores(values: list[float]) -> Examples:
    return Examples(list(range(len(values))), [""] * len(values), np.asarray(values))


def score_data(validation: list[float]) -> TrainingData:
    every = scores([float(i) for i in range(16)])
    return TrainingData(("score",), every, scores(validation), scores([]), (), "score")


def test_a_committee_knows_nothing_of_the_texts_its_path_is_judged_by() -> None:
    data = score_data([1.0, 2.0, 4.0])
    paths = paths_of(data, cheap=True)
    assert len(paths) == 5
    assert len(paths_of(data, cheap=False)) == 1
    assert len(paths_of(score_data([0.0, 1.0] * ENOUGH), cheap=True)) == 1
    for path in paths:
        head, *members = committee_of(data, path)
        assert head.tolist() == path.tolist()
        assert len(members) == 4
        left_out = sorted(row for member in members for row in set(path.tolist()) - set(member.tolist()))
        assert left_out == path.tolist(), "each member lacks another quarter, and of the path's own rows"
        assert all(set(member) < set(path) for member in members)
    labels = TrainingData(("a", "b"), Examples([0], [""], np.array([0])), data.test, data.test, ())
    assert len(committee_of(labels, np.arange(1))) == 1


def test_scores_are_judged_by_their_errors_on_all_that_no_path_was_taught() -> None:
    data = score_data([1.0, 2.0, 4.0])
    said = np.array([[1.0], [3.0], [4.0]], np.float32)
    first = Record(said, said[:0], said, (), 0.0, 0, 0)
    alone = verdict(data, [np.arange(16)], [first])
    assert alone.validation == alone.main == pytest.approx(np.corrcoef(said[:, 0], [1, 2, 4])[0, 1])
    checked = Record(said, np.array([[14.0], [13.0]], np.float32), said, (), 0.0, 0, 0)
    found = verdict(data, [np.arange(16), np.arange(14)], [first, checked])
    assert len(found.losses) == 5
    assert found.validation == alone.validation != found.main


def test_a_round_of_scores_must_be_better_by_a_whole_standard_error() -> None:
    data = score_data([1.0, 2.0, 4.0])
    said = np.array([[1.0], [3.0], [4.0]], np.float32)
    first = verdict(data, [np.arange(16)], [Record(said, said[:0], said, (), 0.0, 0, 0)])

    def gaining(errors: float) -> Verdict:
        gains = np.array([-1.0, 0.0, 1.0])
        return replace(first, losses=first.losses - gains - errors * gains.std() / np.sqrt(3))

    assert best_round([first, gaining(0.9)], few=True) == 0
    assert best_round([first, gaining(1.1)], few=True) == 1
    labels = [replace(each, clear=made([1.0]).clear) for each in (first, gaining(0.9))]
    assert best_round(labels, few=True) == 1


def test_predictions_drawn_together_are_no_better_for_it() -> None:
    truth = [1.0, 2.0, 4.0]
    data = score_data(truth)
    said = np.array([[1.0], [3.0], [4.0]], np.float32)
    near, far = (
        verdict(data, [np.arange(16)], [Record(each, said[:0], said, (), 0.0, 0, 0)])
        for each in (said, 0.1 * said + 2)
    )
    assert near.losses == pytest.approx(far.losses, rel=1e-4)
    r = np.corrcoef(said[:, 0], truth)[0, 1]
    assert near.losses.mean() == pytest.approx((1 - r**2) * np.var(truth))
    for useless in (0 * said, -said):
        level = verdict(data, [np.arange(16)], [Record(useless, said[:0], said, (), 0.0, 0, 0)])
        assert level.losses.mean() == pytest.approx(np.var(truth))


def test_a_tagged_text_counts_once_however_many_words_it_has() -> None:
    assert tag_names(("A",)) == ("O", "B-A", "I-A")
    words: list[Spans] = [[(i, i + 1) for i in range(count)] for count in (3, 0, 1)]
    examples = Examples([0, 1, 2], ["abc", "", "d"], np.array([0, 1, 2, 1]), words)
    data = TrainingData(("A",), examples, examples, examples, (), "tagging")
    logits = logits_of([0, 1, 2, 0], [0.8, 0.8, 0.8, 0.4], 3)
    everything = [np.arange(3)]
    found = verdict(data, everything, [Record(logits, logits[:0], logits, (), 0.0, 0, 0)])
    assert len(found.losses) == 2
    heat = found.temperature
    each = -np.log(np.exp(logits / heat) / np.exp(logits / heat).sum(1, keepdims=True))
    expected = [each[[0, 1, 2], [0, 1, 2]].mean(), each[3, 1]]
    assert found.losses == pytest.approx(expected, rel=1e-5)
    assert found.main == found.validation == pytest.approx(2 / 3)
