"""Robustness: a run under changed texts, the same for every run, in every task; files of difficult texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ColumnMapping, Train
from engine.api.messages_transfer import MeasureRobustness, PreviewPreparation
from engine.api.project import Project
from engine.api.results import Entity, Interval
from engine.api.results_transfer import Robustness, RobustnessLine
from engine.cli import run
from engine.models.store import load_run
from engine.progress import Control, Noticed, Step, finish
from engine.transfer.previewing import preview
from engine.transfer.robustness import AMOUNTS, _other_answers, _stored, _Texts, measure
from engine.transfer.training import train
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder, project


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with project(tmp_path / "p", test=80) as made:
        yield made


def _train(opened: Project, method: str = "bag-of-words", source: str = "", **options: Any) -> str:
    return finish(train(opened, Train(method=method, source=source, options=options), Control())).run


def _measure(opened: Project, id: str, *files: Path, texts: int = 1000) -> tuple[Robustness, list[Step]]:
    steps: list[Step] = []
    request = MeasureRobustness(run=id, files=tuple(str(path) for path in files), texts=texts)
    work = measure(opened, request, load_run(opened, id))
    while True:
        try:
            steps.append(next(work))
        except StopIteration as stop:
            return stop.value.robustness, steps


def _line(found: Robustness, kind: str) -> RobustnessLine:
    return next(line for line in found.lines if line.kind == kind)


def test_changed_words_cost_and_case_does_not(opened: Project) -> None:
    id = _train(opened)
    found, _ = _measure(opened, id)
    assert [line.kind for line in found.lines] == ["clean", *AMOUNTS]
    assert (found.figure, found.split) == ("macro_f1", "test")
    run_ = opened.runs.get(id)
    assert run_.test is not None
    assert _line(found, "clean").figure.value == pytest.approx(run_.test.macro_f1.value)
    assert _line(found, "clean").flipped == 0.0
    # bag-of-words reads lower-cased words: case changes nothing, lost or mistyped mood words do
    assert _line(found, "case").figure == _line(found, "clean").figure
    assert _line(found, "case").flipped == 0.0
    for kind in ("typos", "deletion"):
        assert _line(found, kind).figure.value < _line(found, "clean").figure.value
        assert (_line(found, kind).flipped or 0) > 0
    assert opened.runs.robustness(id) == found
    assert _measure(opened, id)[0] == found


def test_a_part_of_the_texts_is_drawn_alike_for_every_run(opened: Project) -> None:
    first, second = _train(opened), _train(opened, seed=7)
    found = [_measure(opened, id, texts=20)[0] for id in (first, second)]
    assert {line.rows for each in found for line in each.lines} == {20}
    assert found[0].lines == found[1].lines  # the same model, the same texts


@pytest.mark.parametrize("task", ["multi", "score", "tagging"])
def test_every_task(tmp_path: Path, task: str) -> None:
    with task_project(tmp_path / "p", task) as opened:
        if task == "tagging":
            id = _train(opened, "fine-tune", str(bert_folder(tmp_path / "m")), epochs=6, learning_rate=0.005)
        else:
            id = _train(opened)
        found, _ = _measure(opened, id)
        test = opened.runs.get(id).test
        assert test is not None
        assert _line(found, "clean").figure.value == pytest.approx(test.main.value, abs=1e-4)
        assert _line(found, "typos").figure.value < _line(found, "clean").figure.value
        assert all(line.flipped is not None and 0 <= line.flipped <= 1 for line in found.lines)


def test_an_entity_that_a_change_takes_away_is_no_other_answer() -> None:
    def texts(kind: str, *true: list[tuple[int, int, str]]) -> _Texts:
        found = _Texts(kind)
        for entities in true:
            found.add("", _stored([Entity(*each) for each in entities]))
        return found

    clean = texts("clean", [(0, 4, "PER")], [(0, 4, "PER")], [])
    others = _other_answers("tagging", clean, clean.true)  # all right
    shorter = texts("deletion", [], [(0, 4, "PER")], [])
    assert others(shorter, shorter.true) == 0.0
    missed = [shorter.true[0], _stored([]), shorter.true[2]]
    assert others(shorter, missed) == pytest.approx(1 / 3)


def test_files_of_difficult_texts(opened: Project, tmp_path: Path) -> None:
    id = _train(opened)
    (tmp_path / "sets").mkdir()
    plain = tmp_path / "sets" / "test.csv"
    plain.write_text("text,label\na good film,up\nan awful day,down\n")
    either = tmp_path / "checklist.csv"
    either.write_text("text,label\ngood,up\nwas,up|neutral\nthe,neutral\n,up\nbad,up|down\n")
    found, steps = _measure(opened, id, plain, either)
    assert [line.kind for line in found.lines[-2:]] == ["sets/test", "checklist"]
    assert _line(found, "sets/test").figure.value == 1.0
    assert (_line(found, "sets/test").rows, _line(found, "checklist").rows) == (2, 3)
    assert _line(found, "checklist").flipped is None
    notices = [step for step in steps if isinstance(step, Noticed)]
    assert [(n.kind, n.values["count"]) for n in notices] == [("rows-left-out", 2)]


def test_what_was_measured_on_files_stays_until_it_is_measured_again(opened: Project, tmp_path: Path) -> None:
    id = _train(opened)
    files = [tmp_path / folder / "hard.csv" for folder in ("a", "b")]
    for file in files:
        file.parent.mkdir()
        file.write_text("text,label\na good film,up\nan awful day,down\n")
    first, _ = _measure(opened, id, files[0])
    line = _line(first, "hard")
    assert line.path == str(files[0])
    assert datetime.fromisoformat(line.measured_at).tzinfo is not None
    both, _ = _measure(opened, id, files[1])
    assert [each.kind for each in both.lines[-2:]] == ["b/hard", "hard"]
    assert _line(both, "hard") == line
    files[0].write_text("text,label\na good film,up\n")
    again, _ = _measure(opened, id)
    assert again == both == opened.runs.robustness(id)
    changed, _ = _measure(opened, id, files[0], files[0])
    assert [(each.kind, each.rows) for each in changed.lines if each.of_file] == [("hard", 1), ("b/hard", 2)]
    with opened.transaction():
        opened.runs.forget_robustness_files(id)
    found = opened.runs.robustness(id)
    assert found is not None
    assert [each.kind for each in found.lines] == ["clean", *AMOUNTS]


def test_lines_of_files_from_before_they_had_a_date_stay(opened: Project) -> None:
    id = _train(opened)
    figure = Interval(0.5, 0.4, 0.6)
    old = RobustnessLine(kind="hard", rows=3, figure=figure, flipped=None)
    with opened.transaction():
        opened.runs.put_robustness(Robustness(run=id, figure="macro_f1", split="test", lines=(old,)))
    assert _measure(opened, id)[0].lines[-1] == old


def test_tagged_files_are_judged_by_their_entities(tmp_path: Path) -> None:
    """CoNLL and lists of entities; broken tags are said, sentences of types that the run lacks are left out."""
    conll = tmp_path / "hard.conll"
    conll.write_text(
        "a\tO\ngood\tB-UP\nfilm\tO\n\nan\tO\nawful\tI-DOWN\nday\tO\n\nParis\tB-LOC\n\nthe\tO\nfood\tO\n"
    )
    spans = tmp_path / "spans.jsonl"
    spans.write_text(
        '{"text": "a good film", "entities": [[2, 6, "UP"]]}\n'
        '{"text": "a bad film", "entities": [[6, 10, "DOWN"]]}\n'
        '{"text": "not tagged", "entities": null}\n'
    )
    with task_project(tmp_path / "p", "tagging") as opened:
        id = _train(opened, "fine-tune", str(bert_folder(tmp_path / "m")), epochs=6, learning_rate=0.005)
        found, steps = _measure(opened, id, conll, spans)
        assert found.figure == "entity_f1"
        assert [(line.kind, line.rows) for line in found.lines[-2:]] == [("hard", 3), ("spans", 2)]
        assert _line(found, "clean").figure.value == 1.0
        assert _line(found, "hard").figure.value == 1.0
        assert _line(found, "hard").flipped is None
        assert _line(found, "spans").figure.value < 1.0
        notices = [(step.kind, dict(step.values)) for step in steps if isinstance(step, Noticed)]
        assert notices == [
            ("tags-repaired", {"count": 1, "lines": "6"}),
            ("rows-left-out", {"count": 1, "path": "hard.conll"}),
            ("rows-left-out", {"count": 1, "path": "spans.jsonl"}),
        ]
        table = tmp_path / "table.csv"
        table.write_text("text,label\na good film,UP\nan awful day,DOWN\n")
        with pytest.raises(KnownError) as caught:
            _measure(opened, id, table)
        assert caught.value.kind is ErrorKind.LABELS_ELSEWHERE


def test_the_shell_measures_tagged_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hard = tmp_path / "hard.conll"
    hard.write_text("a\tO\ngood\tB-UP\nfilm\tO\n")
    with task_project(tmp_path / "p", "tagging") as opened:
        id = _train(opened, "fine-tune", str(bert_folder(tmp_path / "m")), epochs=2)
        assert run(["robustness", str(opened.path), id, "--file", str(hard), "--json"]) == 0
        found = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert found["figure"] == "entity_f1"
        assert found["rows"]["hard"] == 1
        assert 0 <= found["flipped"]["deletion"] <= 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("text,label\ngood,positive\nbad,negative\n", ErrorKind.LABELS_ELSEWHERE),
        ("", ErrorKind.FILE_EMPTY),
        ("text\ngood\nbad\n", ErrorKind.COLUMN_MISSING),
        (None, ErrorKind.FILE_MISSING),
    ],
)
def test_files_that_do_not_fit_are_refused(
    opened: Project, tmp_path: Path, content: str | None, kind: ErrorKind
) -> None:
    id = _train(opened)
    path = tmp_path / "hard.csv"
    if content is not None:
        path.write_text(content)
    with pytest.raises(KnownError) as caught:
        _measure(opened, id, path)
    assert caught.value.kind is kind
    assert opened.runs.robustness(id) is None


def test_without_test_texts_validation_serves(tmp_path: Path) -> None:
    with project(tmp_path / "p", test=0) as opened:
        id = _train(opened)
        assert _measure(opened, id)[0].split == "validation"
        with opened.transaction():
            rows = [row[0] for row in opened.documents.labelled("validation")]
            opened.documents.delete(rows)
        with pytest.raises(KnownError) as caught:
            _measure(opened, id)
        assert caught.value.kind is ErrorKind.SPLIT_EMPTY


def test_the_shell_measures(opened: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    id = _train(opened)
    hard = tmp_path / "hard.csv"
    hard.write_text("text,label\na good film,up\nan awful day,down\n")
    assert run(["robustness", str(opened.path), id, "--file", str(hard), "--texts", "30", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {"clean", "typos", "case", "swaps", "deletion", "hard", "flipped"} <= found.keys()
    assert found["clean"]["low"] <= found["clean"]["value"] <= found["clean"]["high"]
    assert found["rows"] == {**dict.fromkeys(("clean", *AMOUNTS), 30), "hard": 2}
    assert list(found["measured_at"]) == ["hard"]
    assert run(["robustness", str(opened.path), id, "--texts", "30"]) == 0
    assert re.search(r"^hard .* 2 texts  measured \d{4}-\d\d-\d\d$", capsys.readouterr().out, re.MULTILINE)
    assert run(["robustness", str(opened.path), id, "--file", str(tmp_path / "no.csv")]) == 2


# --- the preview of cleaning and augmentation ----------------------------------------------------------------


def test_a_preview_shows_what_changes(opened: Project, tmp_path: Path) -> None:
    with opened.transaction():
        source = opened.documents.add_source(tmp_path, "csv", "utf-8", ",", ColumnMapping(text="text"))
        rows = [
            "<b>good</b> food &amp; film",
            "see https://x.org/a now",
            "nothing to do",
            "A <i>fine</i> day",
        ]
        opened.documents.add_rows(source, [(n, text, "up", "train") for n, text in enumerate(rows)])
        opened.documents.finish_source(source)
    options: dict[str, Any] = {"cleaning": "links,html", "augment": "deletion,synonyms", "augment_share": 0.5}
    folder = str(bert_folder(tmp_path / "m"))
    found = finish(preview(opened, PreviewPreparation(options=options, texts=8, source=folder))).texts
    html = [each for each in found if each.step == "html"]
    assert [each.after for each in html] == [" good  food & film", "A  fine  day"]
    assert [each.before for each in found if each.step == "links"] == ["see https://x.org/a now"]
    deleted = [each for each in found if each.step == "deletion"]
    assert len(deleted) == 2
    assert all(len(each.after) < len(each.before) for each in deleted)
    assert all(each.before != each.after for each in found)
    assert finish(preview(opened, PreviewPreparation(options={}))).texts == ()
    refused: list[dict[str, Any]] = [{"cleaning": "sparkle"}, {"augment": "typos", "augment_share": "much"}]
    for wrong in refused:
        with pytest.raises(KnownError) as caught:
            finish(preview(opened, PreviewPreparation(options=wrong)))
        assert caught.value.kind is ErrorKind.OPTION_VALUE


def test_a_preview_of_tagged_words_shows_what_their_training_does(tmp_path: Path) -> None:
    with task_project(tmp_path / "tagged", "tagging") as opened:
        found = finish(preview(opened, PreviewPreparation(options={"augment": "typos"}))).texts
        assert {each.step for each in found} == {"typos"}
        for kind in ("swap", "deletion"):
            with pytest.raises(KnownError) as caught:
                finish(preview(opened, PreviewPreparation(options={"augment": f"typos,{kind}"})))
            assert caught.value.values["valid"] == "typos, synonyms"


def test_a_preview_needs_texts(tmp_path: Path) -> None:
    with Project.create(tmp_path / "none") as opened, pytest.raises(KnownError) as caught:
        finish(preview(opened, PreviewPreparation(options={"cleaning": "html"})))
    assert caught.value.kind is ErrorKind.NO_LABELLED_TEXTS
