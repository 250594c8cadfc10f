"""What is wrong with the texts or the models of a training is said before it costs time, or told along the way."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.api.errors import ErrorKind, KnownError, OptionValue, report
from engine.api.messages import ColumnMapping, ImportFile, Train
from engine.api.project import Project
from engine.api.wording import error_words, notice_words
from engine.cli import run
from engine.data.importing import import_file
from engine.progress import Control, Noticed, Progressed, finish
from engine.transfer.training import train
from tests.engine.task_projects import task_project
from tests.engine.tiny import bert_folder, project, texts

Rows = Sequence[tuple[str, str, str]]


def _made(path: Path, rows: Rows, task: str = "single") -> Project:
    """A project of (text, label, split)."""
    opened = Project.create(path)
    with opened.transaction():
        opened.set_task(task)
        mapping = ColumnMapping(text="text", label="label")
        source = opened.documents.add_source(path / "texts.csv", "csv", "utf-8", ",", mapping)
        opened.documents.add_rows(source, [(line, *row) for line, row in enumerate(rows, start=2)])
        opened.documents.finish_source(source)
    return opened


def _notices(opened: Project, method: str = "bag-of-words", source: str = "") -> dict[str, Noticed]:
    steps = train(opened, Train(method=method, source=source), Control())
    return {step.kind: step for step in steps if isinstance(step, Noticed)}


def _refused(opened: Project, method: str = "bag-of-words", source: str = "") -> KnownError:
    with pytest.raises(KnownError) as caught:
        finish(train(opened, Train(method=method, source=source), Control()))
    assert opened.runs.all() == []
    for language in ("en", "zh_CN"):
        said = error_words(report(caught.value), language)
        assert "{" not in f"{said}"
    return caught.value


def _rows(count: int, split: str = "") -> list[tuple[str, str, str]]:
    return [(text, label, split) for text, label in texts(count)]


def test_a_label_that_only_the_test_texts_have_is_named(tmp_path: Path) -> None:
    rows = [*_rows(60, "train"), *_rows(20, "validation"), *_rows(20, "test")]
    rows += [("a day and a place", "sideways", "test")] * 3
    with _made(tmp_path / "p", rows) as opened:
        notice = _notices(opened)["labels-unseen"]
        assert dict(notice.values) == {"names": "sideways", "count": 1}
        for language in ("en", "zh_CN"):
            assert "sideways" in notice_words(notice.kind, notice.values, language)
        found = opened.runs.all()[0]
        assert found.test is not None
        assert found.test.rows == 20


@pytest.mark.parametrize("method", ["bag-of-words", "features", "fine-tune"])
@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([("good", "up", ""), ("bad", "down", ""), ("a film", "down", "")], None),
        ([("good", "up", ""), ("bad", "down", "")], ErrorKind.TOO_FEW_TEXTS),
        ([("good", "up", ""), ("bad", "down", ""), ("a film", "flat", "")], ErrorKind.TOO_FEW_TEXTS),
        ([("good", "up", ""), ("great", "up", ""), ("fine", "up", "")], ErrorKind.ONE_CLASS),
    ],
)
def test_three_texts_in_all(tmp_path: Path, method: str, rows: Rows, kind: ErrorKind | None) -> None:
    source = "" if method == "bag-of-words" else str(bert_folder(tmp_path / "m"))
    with _made(tmp_path / "p", rows) as opened:
        if kind is not None:
            error = _refused(opened, method, source)
            assert error.kind is kind
        else:
            steps = _notices(opened, method, source)
            assert "small-classes" in steps
            assert opened.runs.all()[0].validation is not None


def test_conflicting_labels_are_counted_and_placed(tmp_path: Path) -> None:
    rows = _rows(80)
    rows += [
        ("The film was  POOR", "down", ""),
        ("the film was poor", "up", ""),
        ("the film was poor", "up", ""),
    ]
    rows += [("a fine place", "up", ""), ("a fine place", "down", "")]
    with _made(tmp_path / "p", rows) as opened:
        notice = _notices(opened)["labels-conflict"]
        assert notice.values["count"] == 2
        assert notice.values["texts"] == (
            "\u201cthe film was poor\u201d (82, 83, 84: down \u2260 up);"
            " \u201ca fine place\u201d (85, 86: down \u2260 up)"
        )
        for language in ("en", "zh_CN"):
            assert "a fine place" in notice_words(notice.kind, notice.values, language)


def test_the_same_text_with_the_same_label_is_no_conflict(tmp_path: Path) -> None:
    rows = [*_rows(60), ("a fine place", "up", ""), ("a fine place", "up", "")]
    with _made(tmp_path / "p", rows) as opened:
        assert "labels-conflict" not in _notices(opened)


def _tagged_sentences() -> list[str]:
    kinds = (("good", "B-UP"), ("bad", "B-DOWN")) * 12
    return [f"{word} {tag}\nw{i} O\nfilm O\n" for i, (word, tag) in enumerate(kinds)]


def test_sentences_tagged_in_two_ways_conflict(tmp_path: Path) -> None:
    file = tmp_path / "tags.conll"
    sentences = _tagged_sentences()
    sentences.append("good O\nw0 O\nfilm O\n")
    file.write_text("\n".join(sentences), encoding="utf-8")
    with Project.create(tmp_path / "p") as opened:
        request = ImportFile(
            path=str(file), mapping=ColumnMapping(text="text", label="entities"), task="tagging"
        )
        finish(import_file(opened, request))
        notice = _notices(opened, "fine-tune", str(bert_folder(tmp_path / "m")))["labels-conflict"]
    assert notice.values["count"] == 1
    assert "O \u2260 good (UP)" in str(notice.values["texts"])


def test_a_file_of_sentences_without_entities_is_not_learnt_from(tmp_path: Path) -> None:
    file = tmp_path / "plain.conll"
    file.write_text("a\tO\nfilm\tO\n\nthe\tO\nfood\tO\n\nwe\tO\n", encoding="utf-8")
    with Project.create(tmp_path / "p") as opened:
        request = ImportFile(
            path=str(file), mapping=ColumnMapping(text="text", label="entities"), task="tagging"
        )
        steps = [step for step in import_file(opened, request) if isinstance(step, Noticed)]
        assert [step.kind for step in steps] == ["no-entities"]
        error = _refused(opened, "fine-tune", str(bert_folder(tmp_path / "m")))
        assert error.kind is ErrorKind.NO_ENTITIES


def test_broken_tags_are_told_with_their_lines_and_learnt_as_they_were_read(tmp_path: Path) -> None:
    file = tmp_path / "broken.conll"
    whole = _tagged_sentences()
    file.write_text("\n".join([*whole, "a O\ngreat I-UP\nday I-DOWN\n"]), encoding="utf-8")
    with Project.create(tmp_path / "p") as opened:
        request = ImportFile(
            path=str(file), mapping=ColumnMapping(text="text", label="entities"), task="tagging"
        )
        found = [step for step in import_file(opened, request) if isinstance(step, Noticed)]
        assert [(step.kind, dict(step.values)) for step in found] == [
            ("tags-repaired", {"count": 2, "lines": "98, 99"})
        ]
        _notices(opened, "fine-tune", str(bert_folder(tmp_path / "m")))
        assert opened.runs.all()[0].validation is not None


@pytest.mark.parametrize("method", ["bag-of-words", "features"])
def test_five_hundred_classes_are_learnt(tmp_path: Path, method: str) -> None:
    splits = ("train", "train", "validation", "test")
    rows = [
        (f"word{i % 500} the film {'a good day' if i % 2 else 'a bad place'}", f"class {i % 500:03}", split)
        for i, split in ((i, splits[i // 500]) for i in range(2000))
    ]
    source = "" if method == "bag-of-words" else str(bert_folder(tmp_path / "m"))
    with _made(tmp_path / "p", rows) as opened:
        finish(train(opened, Train(method=method, source=source), Control()))
        found = opened.runs.all()[0]
        assert found.test is not None
        assert len(found.test.per_class) == 500
        if method == "bag-of-words":
            assert found.test.accuracy.value > 0.95
        # lists of runs are read often: the matrix is decoded once
        assert opened.runs.all()[0].test is found.test
        with opened.transaction():
            assert found.validation is not None
            opened.runs.put_evaluation(found.id, found.validation)
        assert opened.runs.get(found.id).test is found.test


@pytest.mark.parametrize("student", ["bag-of-words", "fewer-layers"])
def test_a_teacher_that_is_deleted_meanwhile(tmp_path: Path, student: str) -> None:
    """What it has said is there: the student learns on."""
    folder = bert_folder(tmp_path / "m")
    with project(tmp_path / "p") as opened:
        teacher = finish(train(opened, Train(method="bag-of-words"), Control())).run
        options: dict[str, OptionValue] = {"student": student, "epochs": 1.0, "teacher": teacher}
        taught = deleted = False
        for step in train(opened, Train(method="distil", source=str(folder), options=options), Control()):
            taught = taught or (isinstance(step, Progressed) and step.stage == "teach")
            if taught and isinstance(step, Progressed) and step.stage != "teach" and not deleted:
                with opened.transaction():
                    opened.runs.delete(teacher)
                shutil.rmtree(opened.run_folder(teacher))
                deleted = True
        assert deleted
        student_run = opened.runs.all()[-1]
        assert student_run.method == "distil"
        assert student_run.validation is not None


def test_a_teacher_that_is_gone_before_it_is_asked_is_said(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "m")
    with project(tmp_path / "p") as opened:
        teacher = finish(train(opened, Train(method="bag-of-words"), Control())).run
        options: dict[str, OptionValue] = {"student": "bag-of-words", "teacher": teacher}
        steps = train(opened, Train(method="distil", source=str(folder), options=options), Control())
        with pytest.raises(KnownError) as caught:  # noqa: PT012
            for step in steps:
                if isinstance(step, Noticed) and step.kind == "teacher-chosen":
                    with opened.transaction():
                        opened.runs.delete(teacher)
        assert caught.value.kind is ErrorKind.TEACHER_MISSING
        assert caught.value.values["teacher"] == teacher


@pytest.mark.parametrize("wrong", ["pickled", "remote"])
def test_unsafe_model_folders_end_a_training_with_a_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    folder = bert_folder(tmp_path / "m")
    if wrong == "pickled":
        (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    else:
        config = folder / "config.json"
        config.write_text(config.read_text().replace("{", '{"auto_map": {"AutoModel": "evil.Evil"},', 1))
    with task_project(tmp_path / "p", "single") as opened:
        assert run(["train", str(opened.path), "--method", "features", "--source", str(folder)]) == 2
        assert opened.runs.all() == []
    said = capsys.readouterr().err
    assert ("pickled" if wrong == "pickled" else "code") in said
    assert "Traceback" not in said
