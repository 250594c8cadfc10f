"""Runs of a project beside one another: on stored answers alone, on the same rows, in every task."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import JobState, Train
from engine.api.messages_transfer import CompareRuns
from engine.api.project import Project
from engine.api.store.runs import Prediction
from engine.cli import run
from engine.progress import Control, finish
from engine.transfer.comparing import compare_runs
from engine.transfer.training import train
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder, project


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with project(tmp_path / "p", test=80) as made:
        yield made


def _bag(opened: Project, **options: Any) -> str:
    return finish(train(opened, Train(method="bag-of-words", options=options), Control())).run


def test_a_better_run_is_seen(opened: Project) -> None:
    good, poor = _bag(opened), _bag(opened, min_documents=30)
    found = finish(compare_runs(opened, CompareRuns(runs=(poor, good)))).comparisons[0]
    runs = [opened.runs.get(id) for id in (poor, good)]
    assert (found.first, found.second, found.rows, found.figure) == (poor, good, 80, "macro_f1")
    # the figures are those of the evaluations, since all rows are common
    for pair in found.pairs:
        for value, each in ((pair.first, runs[0]), (pair.second, runs[1])):
            assert each.test is not None
            assert value == pytest.approx(each.test.figures[pair.figure].value)
    assert found.difference.value > 0
    assert found.probability_better > 0.9
    assert found.only_second_right > found.only_first_right
    wrong = [flip for flip in opened.runs.flips(poor, good, "test") if flip.second == flip.true_label]
    assert len(wrong) == found.only_second_right
    back = finish(compare_runs(opened, CompareRuns(runs=(good, poor)))).comparisons[0]
    assert back.difference.value == pytest.approx(-found.difference.value)
    assert back.mcnemar_p == found.mcnemar_p


@pytest.mark.parametrize(
    ("task", "method", "figure"),
    [
        ("multi", "bag-of-words", "macro_f1"),
        ("score", "bag-of-words", "pearson"),
        ("tagging", "fine-tune", "entity_f1"),
    ],
)
def test_every_task_compares(tmp_path: Path, task: str, method: str, figure: str) -> None:
    source = str(bert_folder(tmp_path / "m")) if method == "fine-tune" else ""
    options: list[dict[str, Any]] = [{"min_documents": 30}, {}]
    if method == "fine-tune":
        options = [{"epochs": 0.2}, {"epochs": 6, "learning_rate": 0.005}]
    with task_project(tmp_path / "p", task) as opened:
        runs = [
            finish(train(opened, Train(method=method, source=source, options=each), Control())).run
            for each in options
        ]
        found = finish(compare_runs(opened, CompareRuns(runs=tuple(runs)))).comparisons[0]
        assert found.figure == figure
        assert found.difference.value > 0
        for id, side in zip(runs, ("first", "second"), strict=True):
            test = opened.runs.get(id).test
            assert test is not None
            for pair in found.pairs:
                assert getattr(pair, side) == pytest.approx(test.figures[pair.figure].value, abs=1e-4), pair
        flips = opened.runs.flips(runs[0], runs[1], "test")
        assert flips
        assert all(flip.first != flip.second for flip in flips)
        if task == "score":
            assert (found.mcnemar_p, found.only_first_right) == (1.0, 0)
        else:
            assert found.only_second_right > found.only_first_right


def test_only_rows_that_all_have_judged_count(opened: Project) -> None:
    first, second, third = _bag(opened), _bag(opened, seed=2), _bag(opened, min_documents=30)
    rows = opened.runs.answers(third, "test")
    with opened.transaction():
        opened._db.execute(  # as if the third had been judged before more texts came
            "DELETE FROM predictions WHERE run = ? AND document > ?", (third, rows[29].document)
        )
    found = finish(compare_runs(opened, CompareRuns(runs=(first, second, third))))
    assert [each.rows for each in found.comparisons] == [30, 30]
    with opened.transaction():
        opened.documents.delete([row.document for row in rows[:30]])
    with pytest.raises(KnownError) as caught:
        finish(compare_runs(opened, CompareRuns(runs=(first, third))))
    assert caught.value.kind is ErrorKind.RUN_NOT_JUDGED


def test_spread_over_seeds_is_found(opened: Project, tmp_path: Path) -> None:
    source = str(bert_folder(tmp_path / "m"))
    runs = [
        finish(
            train(
                opened,
                Train(method="fine-tune", source=source, options={"epochs": 1, "seed": seed}),
                Control(),
            )
        ).run
        for seed in (1, 2, 3)
    ]
    other = _bag(opened)
    found = finish(compare_runs(opened, CompareRuns(runs=(other, runs[0]))))
    assert len(found.spreads) == 1
    spread = found.spreads[0]
    assert set(spread.runs) == set(runs)
    values = [opened.runs.get(id).test for id in runs]
    figures = [each.macro_f1.value for each in values if each is not None]
    assert spread.mean == pytest.approx(sum(figures) / 3)
    with opened.transaction():  # a label changed since: another training, however alike its settings
        opened.documents.set_label([1], "up")
    fourth = finish(
        train(opened, Train(method="fine-tune", source=source, options={"epochs": 1, "seed": 4}), Control())
    ).run
    again = finish(compare_runs(opened, CompareRuns(runs=(fourth, runs[0]))))
    assert [set(each.runs) for each in again.spreads] == [set(runs)]


@pytest.mark.parametrize(
    ("runs", "split", "kind"),
    [
        (("a",), "test", ErrorKind.TOO_FEW_RUNS),
        (("a", "a"), "test", ErrorKind.TOO_FEW_RUNS),
        (("a", "nothing"), "test", ErrorKind.RUN_UNKNOWN),
        (("a", "b"), "tset", ErrorKind.OPTION_VALUE),
        (("a", "b"), "train", ErrorKind.RUN_NOT_JUDGED),
        (("a", "c"), "test", ErrorKind.NO_COMMON_TEXTS),
    ],
)
def test_wrong_questions_are_refused(
    opened: Project, runs: tuple[str, ...], split: str, kind: ErrorKind
) -> None:
    names = {"a": _bag(opened), "b": _bag(opened), "nothing": "nothing"}
    with opened.transaction():
        names["c"] = opened.runs.add("bag-of-words", "", {})
        opened.runs.set_state(names["c"], JobState.DONE)
        judged = opened.runs.answers(names["a"], "test")
        middle = judged[39].document
        opened.runs.put_predictions(
            names["c"], (Prediction(row.document, row.label, 1.0, 1.0, (1.0, 0.0)) for row in judged[40:])
        )
        if "c" in runs:
            opened._db.execute("DELETE FROM predictions WHERE run = ? AND document > ?", (names["a"], middle))
    with pytest.raises(KnownError) as caught:
        finish(compare_runs(opened, CompareRuns(runs=tuple(names[each] for each in runs), split=split)))
    assert caught.value.kind is kind


def test_the_shell_compares(opened: Project, capsys: pytest.CaptureFixture[str]) -> None:
    runs = [_bag(opened, min_documents=30), _bag(opened), _bag(opened, seed=5)]
    path = str(opened.path)
    capsys.readouterr()
    assert run(["compare", path, *runs[:2], "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["difference"]["low"] <= found["difference"]["value"] <= found["difference"]["high"]
    assert {"probability_better", "mcnemar_p", "rows", "texts_to_settle"} <= found.keys()
    assert "comparisons" not in found
    assert run(["compare", path, *runs, "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [each["second"] for each in found["comparisons"]] == runs[1:]
    assert len(found["spreads"]) == 1
    assert run(["compare", path, runs[0]]) == 2
    assert "two runs" in capsys.readouterr().err
    assert run(["compare", path, *runs[:2], "--split", "train"]) == 2


def test_the_shell_keeps_a_runs_record(opened: Project, capsys: pytest.CaptureFixture[str]) -> None:
    id, path = _bag(opened), str(opened.path)
    assert run(["run", path, id, "--name", "Baseline", "--note", "counts words", "--star", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (found["name"], found["note"], found["starred"]) == ("Baseline", "counts words", True)
    for _ in range(3):
        opened.undo()
    before = opened.runs.get(id)
    assert (before.name, before.note, before.starred) == ("", "", False)
    assert run(["run", path, id, "--delete", "--json"]) == 0
    assert opened.runs.all() == []
    opened.undo()
    assert [each.id for each in opened.runs.all()] == [id]
    assert run(["run", path, "nothing", "--star"]) == 2
