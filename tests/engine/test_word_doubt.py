"""Tagged words whose type may be wrong: planted errors come first, in words and in texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.influence import FindLabelDoubts, LabelDoubtsFound
from engine.api.messages import Train
from engine.api.project import Project
from engine.api.results import Entity
from engine.api.retagging import retagged, type_at
from engine.cli import run as cli
from engine.dispatch import work_for
from engine.explain.evidence import word_doubt
from engine.models.loaded import Models
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine.tiny import bert_folder
from tests.engine.tiny_tasks import tagging_project


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Project, str]]:
    with tagging_project(tmp_path / "p") as project:
        source = str(bert_folder(tmp_path / "source"))
        yield project, finish(train(project, Train(method="features", source=source), Control())).run


def doubts(project: Project, run: str, most: int = 200) -> LabelDoubtsFound:
    found = finish(work_for(project, FindLabelDoubts(run=run, most=most), Control(), Models()))
    assert isinstance(found, LabelDoubtsFound)
    return found


def planted(project: Project) -> dict[int, tuple[str, str]]:
    """A dish taken for a place, a spot that was missed, a word too many: the given and the right types by document."""
    rows = [row for split in ("train", "test") for row in project.documents.tagged(split)]
    found: dict[int, tuple[str, str]] = {}
    with project.transaction():
        for kind, given in (("DISH", "SPOT"), ("SPOT", "O")):
            document, _, _, entities = next(
                row for row in rows if row[0] not in found and [e.label for e in row[3]] == [kind]
            )
            wrong = [] if given == "O" else [Entity(e.start, e.end, given) for e in entities]
            project.documents.set_tags(document, wrong)
            found[document] = (given, kind)
        document, text, _, entities = next(
            row for row in rows if row[0] not in found and " was" in row[1] and row[3]
        )
        at = text.index("was")
        project.documents.set_tags(document, [*entities, Entity(at, at + 3, "WORK")])
        found[document] = ("WORK", "O")
    return found


def test_planted_errors_come_first_with_what_they_should_be(opened: tuple[Project, str]) -> None:
    project, run = opened
    clean = doubts(project, run)
    right = planted(project)
    found = doubts(project, run)
    assert found.texts == clean.texts == 160
    top = {each.document: each for each in found.doubts[: len(right)]}
    assert right.keys() <= top.keys()
    for document, types in right.items():
        each = top[document]
        assert (each.label, each.suggested) == types
        assert each.span is not None
        word = each.text[slice(*each.span)]
        assert word == {"DISH": "food", "SPOT": "place", "O": "was"}[each.suggested]
        assert each.doubt > 0.5 > each.chance
    assert len(right) <= found.expected < 10
    assert [each.doubt for each in found.doubts] == sorted(
        (each.doubt for each in found.doubts), reverse=True
    )
    assert doubts(project, run, most=2).doubts == found.doubts[:2]
    kept = project.explaining.finding(run, LabelDoubtsFound)
    assert kept is not None
    assert len(kept.doubts) == 2
    with project.transaction():
        for document in right:
            each = top[document]
            assert each.span is not None
            entities = project.documents.get(document).entities or ()
            project.documents.set_tags(document, retagged(each.text, entities, *each.span, each.suggested))
    after = doubts(project, run)
    assert not right.keys() & {each.document for each in after.doubts}


def test_of_too_many_words_some_texts_are_judged(
    opened: tuple[Project, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project, run = opened
    monkeypatch.setattr(word_doubt, "_MOST_NUMBERS", 32 * 200)
    assert 10 < doubts(project, run).texts < 60


def test_a_type_of_two_words_is_not_judged_and_too_few_are_told(opened: tuple[Project, str]) -> None:
    project, run = opened
    first, second = [row[0] for row in project.documents.tagged("train")][:2]
    with project.transaction():
        for document in (first, second):
            project.documents.set_tags(document, [Entity(0, 1, "RARE")])
    assert not any("RARE" in (each.label, each.suggested) for each in doubts(project, run).doubts)
    every = [row[0] for split in ("train", "validation", "test") for row in project.documents.tagged(split)]
    for entities, kind in (((), ErrorKind.TOO_FEW_TEXTS), (None, ErrorKind.NO_LABELLED_TEXTS)):
        with project.transaction():
            for document in every:
                project.documents.set_tags(document, entities)
        with pytest.raises(KnownError) as refused:
            doubts(project, run)
        assert refused.value.kind is kind


def test_the_shell_names_the_words(opened: tuple[Project, str], capsys: pytest.CaptureFixture[str]) -> None:
    project, run = opened
    planted(project)
    assert cli(["doubts", str(project.path), run, "--most", "5", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert len(found["doubts"]) <= 5
    assert len(found["doubts"][0]["span"]) == 2
    assert cli(["doubts", str(project.path), run]) == 0
    said = capsys.readouterr().out
    assert "of 160 texts hold a wrong or missed entity" in said
    assert "food: SPOT -> DISH" in said


@pytest.mark.parametrize(
    ("entities", "span", "label", "expected"),
    [
        ([(0, 8, "LOC")], (0, 8), "PER", [(0, 8, "PER")]),
        ([(0, 8, "LOC")], (0, 8), "O", []),
        ([(0, 8, "LOC")], (0, 3), "O", [(4, 8, "LOC")]),
        ([(4, 8, "LOC")], (0, 3), "LOC", [(0, 8, "LOC")]),
        ([(4, 8, "LOC")], (0, 3), "PER", [(0, 3, "PER"), (4, 8, "LOC")]),
        ([(0, 3, "LOC"), (9, 13, "LOC")], (4, 8), "LOC", [(0, 13, "LOC")]),
        ([(0, 13, "LOC")], (4, 8), "PER", [(0, 3, "LOC"), (4, 8, "PER"), (9, 13, "LOC")]),
        ([], (4, 8), "LOC", [(4, 8, "LOC")]),
    ],
)
def test_words_are_given_another_type(
    entities: list[tuple[int, int, str]],
    span: tuple[int, int],
    label: str,
    expected: list[tuple[int, int, str]],
) -> None:
    found = retagged("New York City is big", [Entity(*each) for each in entities], *span, label)
    assert found == [Entity(*each) for each in expected]
    assert type_at(found, *span) == label
