"""The reasons of two runs on the same texts: known distances, one question for both, every task, the shell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.corpus import CorpusSummary
from engine.api.explaining.reasons import CompareReasons, ReasonComparison
from engine.api.explaining.shared_words import by_change, reason_distance, shifts
from engine.api.messages import JobState
from engine.api.project import Project
from engine.api.results import WordScore
from engine.cli import run
from engine.explain.corpus.reasons import compare_reasons
from engine.models.linear_model import LinearModel
from engine.models.run_model import RunModel
from engine.progress import Progressed, finish
from tests.engine.corpus_project import project_of, summary_of, tiny_rows
from tests.engine.explain_toys import tiny_bert
from tests.engine.test_cli_tasks import said
from tests.engine.test_explain_tasks import scoring, several, tagging
from tests.engine.tiny import project as tiny_project

# --- on one scale -------------------------------------------------------------------------------------------


def words(*found: tuple[int, int, float]) -> tuple[WordScore, ...]:
    return tuple(WordScore(*each) for each in found)


def test_shares_add_up_to_one_and_the_distance_is_half_of_what_moved() -> None:
    found = shifts(words((0, 4, 3.0), (5, 9, -1.0)), words((0, 4, 10.0), (5, 9, 30.0)))
    assert [(each.first, each.second) for each in found] == [(0.75, 0.25), (-0.25, 0.75)]
    assert reason_distance(found) == pytest.approx(0.75)
    assert [each.start for each in by_change(found)] == [5, 0]
    same = shifts(words((0, 4, 3.0), (5, 9, 1.0)), words((0, 4, 6.0), (5, 9, 2.0)))
    assert reason_distance(same) == 0.0
    assert by_change(same) == []
    turned = shifts(words((0, 4, 1.0)), words((0, 4, -2.0)))
    assert reason_distance(turned) == 1.0


def test_only_what_both_have_read_counts_and_a_finer_cut_is_put_together() -> None:
    # "last one" is cut in two by the first, and the second has not read the last word
    found = shifts(words((0, 4, 1.0), (5, 8, 1.0), (9, 12, 2.0)), words((0, 8, 3.0)))
    assert [(each.start, each.end, each.first, each.second) for each in found] == [(0, 8, 1.0, 1.0)]
    assert shifts(words((0, 4, 1.0)), words((5, 9, 1.0))) == ()
    assert shifts((), ()) == ()
    assert reason_distance(()) == 0.0
    nothing = shifts(words((0, 4, 0.0)), words((0, 4, 2.0)))
    assert reason_distance(nothing) == 0.5


# --- two runs ------------------------------------------------------------------------------------------------


class Loaded:
    """Stands where the loaded models stand."""

    def __init__(self, models: Mapping[str, RunModel]) -> None:
        self._models = models

    def get(self, project: Project, run: str) -> RunModel:
        project.runs.get(run)
        return self._models[run]


VOCABULARY = {"good": 0, "film": 1, "bad": 2}


def weighing(
    good: float, film: float, bad: float, hash: str, labels: tuple[str, ...] = ("no", "yes")
) -> LinearModel:
    """Says the second label by so much for each word."""
    row = np.array([good, film, bad])
    return LinearModel(
        labels=labels,
        vocabulary=VOCABULARY,
        idf=np.ones(3),
        weights=np.stack([-row / 2, row / 2]),
        intercept=np.zeros(2),
        longest_ngram=1,
        model_hash=hash * 64,
    )


ROWS = [
    ("good film", "yes", "test"),
    ("bad film", "no", "test"),
    ("good", "yes", "test"),
    ("", "no", "test"),
    ("good bad film", "yes", "train"),
]


def compared(
    folder: Path,
    first: RunModel,
    second: RunModel,
    rows: list[tuple[str, str, str]] | None = None,
    method: str = "bag-of-words",
    task: str = "single",
    **choices: Any,
) -> tuple[ReasonComparison, Project]:
    project, one = project_of(folder, rows or ROWS, method, task)
    with project.transaction():
        other = project.runs.add(method, "tiny", {})
        project.runs.set_state(other, JobState.DONE)
    models: Any = Loaded({one: first, other: second})
    request = CompareReasons(run=one, second=other, **choices)
    steps, work = [], compare_reasons(project, request, models)
    while True:
        try:
            steps.append(next(work))
        except StopIteration as stop:
            assert any(isinstance(step, Progressed) for step in steps)
            found: ReasonComparison = stop.value.comparison
            assert project.explaining.finding(one, ReasonComparison) == found
            return found, project


def test_same_answers_for_another_reason_have_their_known_distance(tmp_path: Path) -> None:
    first, second = weighing(3, 1, -9, "1"), weighing(1, 3, -9, "2")
    found, project = compared(tmp_path / "p", first, second)
    with project:
        assert (found.methods, found.explained, found.documents) == (("linear", "linear"), (4, 4), 4)
        assert (found.compared, found.differing_documents, found.same_documents) == (3, 0, 3)
        by_text = {project.documents.get(each.document).text: each for each in found.same}
        both = by_text["good film"]
        assert (both.first, both.second, both.label, both.rival) == ("yes", "yes", "yes", "")
        assert both.distance == pytest.approx(0.5, abs=1e-6)
        assert [(w.word, round(w.first, 4), round(w.second, 4)) for w in both.gained] == [
            ("film", 0.25, 0.75)
        ]
        assert [(w.word, round(w.first, 4), round(w.second, 4)) for w in both.lost] == [("good", 0.75, 0.25)]
        # "bad film" for "no": bad 9, film -1 against bad 9, film -3
        assert by_text["bad film"].distance == pytest.approx(
            (abs(9 / 12 - 9 / 10) + abs(-3 / 12 + 1 / 10)) / 2, abs=1e-6
        )
        assert by_text["good"].distance == 0.0
        assert [each.distance for each in found.same] == sorted(
            (e.distance for e in found.same), reverse=True
        )
        assert [(t.word, t.label, t.documents) for t in found.gained] == [("film", "yes", 1)]
        assert {(t.word, t.label) for t in found.lost} == {("good", "yes"), ("bad", "no"), ("film", "no")}
        assert found.mean_same == pytest.approx(np.mean([each.distance for each in found.same]))


def test_where_answers_differ_both_are_asked_the_same_question(tmp_path: Path) -> None:
    """Both look at "good" alone, one for "yes", the other for "no": no reason is further from it."""
    found, project = compared(tmp_path / "p", weighing(3, 0, -1, "1"), weighing(-3, 0, -1, "2"))
    with project:
        assert found.differing_documents == 2
        change = found.differing[0]
        assert (change.first, change.second, change.label, change.rival) == ("yes", "no", "yes", "no")
        assert change.distance == 1.0
        assert [(w.word, w.first, w.second) for w in change.lost] == [("good", 1.0, -1.0)]
        assert found.mean_differing == 1.0


def test_what_is_stored_is_not_explained_again_and_the_summary_stays(tmp_path: Path) -> None:
    model = weighing(3, 1, -9, "1")
    project, one = project_of(tmp_path / "p", ROWS, "bag-of-words")
    with project:
        summary_of(project, one, model)
        before = project.explaining.finding(one, CorpusSummary)
        with project.transaction():
            other = project.runs.add("bag-of-words", "tiny", {})
            project.runs.set_state(other, JobState.DONE)
        models: Any = Loaded({one: model, other: weighing(3, 1, -9, "2")})
        found = finish(compare_reasons(project, CompareReasons(run=one, second=other), models)).comparison
        assert found.explained == (0, 4)
        assert project.explaining.finding(one, CorpusSummary) == before
        everything = CompareReasons(run=one, second=other, split=None, most=1)
        found = finish(compare_reasons(project, everything, models)).comparison
        assert (found.explained, found.documents, found.compared) == ((0, 1), 5, 4)
        assert (len(found.same), found.same_documents) == (1, 4)
        assert {each.distance for each in found.same} == {0.0}


@pytest.mark.parametrize(
    ("make", "task"), [(tiny_bert, "single"), (several, "multi"), (scoring, "score"), (tagging, "tagging")]
)
def test_every_task_and_two_networks(tmp_path: Path, make: Any, task: str) -> None:
    first = make()
    second = make()
    for parameter in second.module.parameters():
        parameter.data = parameter.data.flip(0) if parameter.ndim > 1 else parameter.data
    second = replace(second, model_hash="9" * 64)
    rows = tiny_rows(40)
    if task == "score":
        rows = [(text, "1.5", split) for text, _, split in rows]
    if task == "tagging":
        rows = [(text, "", split) for text, _, split in rows]
    found, project = compared(tmp_path / "p", first, second, rows, "fine-tune", task)
    with project:
        assert found.task == task
        assert 0 < found.compared <= found.documents == 10
        every = (*found.differing, *found.same)
        assert len(every) == found.compared
        assert all(0 <= each.distance <= 1 for each in every)
        assert any(each.distance > 0 for each in every)
        if task == "score":
            assert not found.differing


def test_a_run_that_does_not_know_the_other_ones_labels_is_not_compared_there(tmp_path: Path) -> None:
    found, project = compared(
        tmp_path / "p", weighing(3, 1, -9, "1"), weighing(3, 1, -9, "2", ("nein", "ja"))
    )
    with project:
        assert (found.compared, found.differing, found.same) == (0, (), ())


def test_wrong_questions(tmp_path: Path) -> None:
    project, one = project_of(tmp_path / "p", ROWS, "bag-of-words")
    models: Any = Loaded({one: weighing(1, 1, 1, "1")})
    with project:
        for request, kind in (
            (CompareReasons(run=one, second=one), ErrorKind.TOO_FEW_RUNS),
            (CompareReasons(run=one, second="nobody"), ErrorKind.RUN_UNKNOWN),
            (CompareReasons(run=one, second="x", split="exam"), ErrorKind.OPTION_VALUE),
        ):
            with pytest.raises(KnownError) as error:
                finish(compare_reasons(project, request, models))
            assert error.value.kind is kind


def test_the_shell_lists_what_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny_project(tmp_path / "p").close()
    project = str(tmp_path / "p")
    first = said(capsys, "train", project, "--method", "bag-of-words")["run"]
    second = said(capsys, "train", project, "--method", "bag-of-words", "--option", "longest_ngram=1")["run"]
    found = said(capsys, "reasons", project, first, second)
    assert (found["run"], found["second"], found["split"]) == (first, second, "test")
    assert found["explained"] == [32, 32]
    assert found["compared"] == found["differing_documents"] + found["same_documents"] == 32
    row = found["same"][0]
    assert {"document", "first", "second", "label", "distance", "gained", "lost"} <= row.keys()
    assert {"word", "first", "second"} == {*row["gained"][0]}
    assert said(capsys, "reasons", project, first, second, "--split", "all")["explained"] == [128, 128]
    assert run(["reasons", project, first, second]) == 0
    assert "32 of 32 texts compared" in capsys.readouterr().out
    assert run(["reasons", project, first, first]) == 2
    assert run(["reasons", project, first, second, "--split", "exam"]) == 2
    assert "Traceback" not in capsys.readouterr().err
