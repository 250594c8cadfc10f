"""Which explainer is the most faithful: where the best one is known, in bounded time, kept as the default."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from engine.api.catalog import explainer_of
from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.trust import ExplainerRanking, RankExplainers
from engine.api.messages import Explain, Explained, Train
from engine.api.project import Project
from engine.api.results import WordScore
from engine.api.wording_explaining import ranking_words
from engine.dispatch import work_for
from engine.explain.attribution import Scores
from engine.explain.drawing import drawn_texts
from engine.explain.explaining import compute
from engine.explain.trust import ranking
from engine.explain.trust.ranking import LEAST_TEXTS, Trial, choose, rank_explainers
from engine.models.loaded import Models
from engine.models.run_model import RunModel
from engine.progress import Control, Progressed, finish
from engine.transfer.training import train
from tests.engine import tiny
from tests.engine.explain_toys import word_values
from tests.engine.task_projects import task_project
from tests.engine.test_explain_tasks import tagging

VALUES = {"good": 4.0, "bad": -4.0, "very": 1.5, "film": 0.7, "the": 0.1, "was": 0.3, "not": -1.0, "a": 0.2}


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project with a (bag-of-words) run."""
    with tiny.project(tmp_path / "p", validation=24) as opened:
        finish(train(opened, Train(method="bag-of-words"), Control()))
        yield opened


@pytest.fixture
def network(project: Project) -> str:
    """A run that is said to be a fine-tuned one: its model is given by hand."""
    with project.transaction():
        return project.runs.add("fine-tune", "x", {})


def ranked(project: Project, run: str, model: RunModel, **given: Any) -> ExplainerRanking:
    return finish(rank_explainers(project, RankExplainers(run=run, **given), model)).ranking


def spoilt(monkeypatch: pytest.MonkeyPatch, id: str, change: Callable[[np.ndarray], np.ndarray]) -> None:
    """Let a method's scores be others."""

    def changed(model: Any, method: str, text: str, asked: Any) -> Scores:
        found = compute(model, method, text, asked)
        if method != id:
            return found
        scores = change(np.array([word.score for word in found.words]))
        words = tuple(WordScore(w.start, w.end, float(s)) for w, s in zip(found.words, scores, strict=True))
        return Scores(words, found.logits)

    monkeypatch.setattr(ranking, "compute", changed)


def test_all_that_can_explain_are_tested_beside_random_orders(project: Project, network: str) -> None:
    model = word_values(VALUES)
    found = ranked(project, network, model, texts=12)
    ranks = {each.method: each for each in found.ranks}
    assert "attention" not in ranks
    assert {"lrp", "cp-lrp", "integrated-gradients", "occlusion", "kernel-shap", "lime", "shapley"} <= set(
        ranks
    )
    assert 8 < found.texts <= 12
    assert ranks["lrp"].texts == found.texts
    # the model is a sum of its words, so that all of these have the same order: none is better
    for id in ("cp-lrp", "integrated-gradients", "occlusion", "shapley"):
        assert ranks[id].gain.value == pytest.approx(0, abs=1e-6)
    assert (found.instant, found.settled) == ("lrp", "lrp")
    assert ranks["lrp"].comprehensiveness.value > found.random.comprehensiveness
    assert ranks["lrp"].sufficiency.value < found.random.sufficiency
    assert all(not each.problem for each in found.ranks)
    gains = [each.gain.value for each in found.ranks]
    assert gains == sorted(gains, reverse=True)
    assert project.explaining.finding(network, ExplainerRanking) == found


def test_a_default_that_is_worse_gives_way(
    project: Project, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoilt(monkeypatch, "lrp", lambda scores: -scores)
    found = ranked(project, network, word_values(VALUES), texts=12)
    assert found.instant == found.settled
    assert found.instant in ("cp-lrp", "lrp-gradients")  # both are right here
    assert found.ranks[-1].method == "lrp"
    assert next(each for each in found.ranks if each.method == "cp-lrp").gain.low > 0
    assert "LRP" in ranking_words(found, "en")
    assert "{" not in ranking_words(found, "zh_CN")


def test_one_that_takes_longer_is_the_settled_one_where_it_is_better(
    project: Project, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def right_for_dear(model: Any, method: str, text: str, asked: Any) -> Scores:
        found = compute(model, method, text, asked)
        if explainer_of(method).cost == 3:
            return found
        flat = tuple(WordScore(w.start, w.end, 0.0) for w in found.words)
        return Scores(flat, found.logits)

    monkeypatch.setattr(ranking, "compute", right_for_dear)
    found = ranked(project, network, word_values(VALUES), texts=12)
    assert found.instant == "lrp"
    assert explainer_of(found.settled).cost == 3


def test_little_time_is_enough_for_the_cheap_methods_on_the_same_texts(
    project: Project, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, list[str]] = {}

    def noted(model: Any, method: str, text: str, question: Any) -> Scores:
        asked.setdefault(method, []).append(text)
        return compute(model, method, text, question)

    monkeypatch.setattr(ranking, "compute", noted)
    found = ranked(project, network, word_values(VALUES), texts=12, seconds=0.001)
    assert {each.texts for each in found.ranks if each.cost == 1} == {LEAST_TEXTS} == {found.texts}
    assert {each.texts for each in found.ranks if each.cost > 1} == {0}
    assert len({tuple(asked[each.method]) for each in found.ranks if each.cost == 1}) == 1
    assert not {each.method for each in found.ranks if each.cost > 1} & set(asked)
    assert found.settled == found.instant == "lrp"
    assert "did not fit into the time" in ranking_words(found, "en")


def test_a_family_without_a_rule_is_listed_with_its_problem(
    project: Project, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(model: Any, method: str, text: str, asked: Any) -> Scores:
        if method in ("lrp", "cp-lrp", "lrp-gradients"):
            raise KnownError(ErrorKind.EXPLAINER_NO_RULE, family="odd", function="sin")
        return compute(model, method, text, asked)

    monkeypatch.setattr(ranking, "compute", refused)
    found = ranked(project, network, word_values(VALUES), texts=10)
    assert {each.method for each in found.ranks[-3:]} == {"lrp", "cp-lrp", "lrp-gradients"}
    assert all(each.problem == ErrorKind.EXPLAINER_NO_RULE for each in found.ranks[-3:])
    # the gradient's length has no sign, so it is no default
    assert found.instant == "integrated-gradients"


def test_a_bag_of_words_ranks_its_own_explainers(project: Project) -> None:
    (run,) = project.runs.all()
    model = Models().get(project, run.id)
    found = ranked(project, run.id, model, texts=8)
    assert {each.method for each in found.ranks} == {"linear", "occlusion", "kernel-shap", "lime", "shapley"}
    assert found.instant == "linear"
    again = ranked(project, run.id, model, texts=8)
    figures = [(each.method, each.gain, each.comprehensiveness, each.sufficiency) for each in found.ranks]
    assert figures == [(e.method, e.gain, e.comprehensiveness, e.sufficiency) for e in again.ranks]


def test_tagged_words_are_ranked_by_their_entities(tmp_path: Path) -> None:
    with task_project(tmp_path / "p", "tagging") as opened:
        with opened.transaction():
            run = opened.runs.add("fine-tune", "x", {})
        found = ranked(opened, run, tagging(), texts=8, seconds=0.01)
        assert found.texts >= 4
        assert "lrp" in {each.method for each in found.ranks}


def test_explaining_without_a_method_takes_the_measured_default(project: Project) -> None:
    (run,) = project.runs.all()
    models = Models()

    def method_of() -> str:
        done = finish(work_for(project, Explain(run=run.id, text="a good film"), Control(), models))
        assert isinstance(done, Explained)
        return project.runs.explanation(done.explanation).method

    assert method_of() == "linear"
    found = ranked(project, run.id, models.get(project, run.id), texts=8)
    with project.transaction():
        project.explaining.put_finding(run.id, msgspec.structs.replace(found, instant="occlusion"))
    assert method_of() == "occlusion"
    with project.transaction():  # one that a later version has dropped
        project.explaining.put_finding(run.id, msgspec.structs.replace(found, instant="tea-leaves"))
    assert method_of() == "linear"


def test_texts_are_drawn_from_the_whole_split_and_always_the_same(project: Project) -> None:
    first = drawn_texts(project, "validation", 10)[0]
    assert first == drawn_texts(project, "validation", 10)[0]
    assert len(first) == 10
    everything = [text for _, text, _ in project.documents.labelled("validation")]
    assert set(first) <= set(everything)
    assert set(first) != set(everything[:10])
    assert sorted(drawn_texts(project, "validation", 1000)[0]) == sorted(everything)


def test_no_validation_texts_is_told(tmp_path: Path) -> None:
    with tiny.project(tmp_path / "p", train=20, validation=0, test=5) as opened:
        with opened.transaction():
            run = opened.runs.add("fine-tune", "x", {})
        with pytest.raises(KnownError) as refused:
            ranked(opened, run, word_values(VALUES))
        assert refused.value.kind is ErrorKind.SPLIT_EMPTY


def test_progress_is_of_the_time_and_never_beyond_it(project: Project, network: str) -> None:
    work = rank_explainers(project, RankExplainers(run=network, texts=8, seconds=2), word_values(VALUES))
    steps = [step for step in work if isinstance(step, Progressed)]
    assert len(steps) > 20
    assert all(0 <= step.done <= step.total == 2 for step in steps)


# --- choosing -----------------------------------------------------------------------------------------------


def trial(id: str, *comprehensiveness: float) -> Trial:
    drops = np.stack([np.array(comprehensiveness), np.zeros(len(comprehensiveness))], axis=1)
    return Trial(explainer_of(id), drops, [0.1] * len(comprehensiveness))


def test_a_difference_within_noise_changes_nothing() -> None:
    noise = np.random.default_rng(1).normal(0, 0.3, 20)
    base = np.full(20, 0.5)
    rows = [
        trial("lrp", *base),
        trial("cp-lrp", *(base + noise)),
        trial("occlusion", *(base + noise[::-1])),
    ]
    assert [each.method.id for each in choose(rows)] == ["lrp", "lrp", "lrp"]


def test_the_cheaper_class_is_asked_first_and_the_dearer_must_beat_it() -> None:
    base = np.linspace(0.1, 0.5, 20)
    rows = [
        trial("lrp", *base),
        trial("occlusion", *(base + 0.1)),
        trial("kernel-shap", *(base[:10] + 0.1)),
    ]
    assert [each.method.id for each in choose(rows)] == ["lrp", "lrp", "occlusion"]
    rows[2] = trial("kernel-shap", *(base[:10] + 0.2))
    assert [each.method.id for each in choose(rows)] == ["lrp", "lrp", "kernel-shap"]
    # on so few texts chance decides
    rows[2] = trial("kernel-shap", *(base[: LEAST_TEXTS - 1] + 0.2))
    assert [each.method.id for each in choose(rows)] == ["lrp", "lrp", "occlusion"]


def test_an_unsigned_method_is_no_default_however_good() -> None:
    base = np.linspace(0.1, 0.5, 20)
    rows = [trial("lrp", *base), trial("gradient-norm", *(base + 0.3))]
    assert [each.method.id for each in choose(rows)] == ["lrp", "lrp", "lrp"]


@pytest.mark.parametrize(
    ("seconds", "share", "hopeless"),
    [
        ((), 1.0, False),
        ((), 0.0, True),
        ((0.9,), 1.0, False),  # it has paid for what is loaded once
        ((1.1,), 1.0, True),
        ((0.9, 0.1), 1.0, False),
        ((0.9, 0.2), 1.0, True),
    ],
)
def test_a_slow_method_is_given_up_early(seconds: tuple[float, ...], share: float, hopeless: bool) -> None:
    assert ranking._hopeless(seconds, 0.01, share) == hopeless
