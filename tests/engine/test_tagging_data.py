"""CoNLL and JSONL with entities: schemes, broken tags, columns that lack; spans that index the text exactly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ColumnMapping, Imported, ImportFile, ReadOptions
from engine.api.project import Project
from engine.api.results import Entity
from engine.data.conll import ConllReader
from engine.data.entities import (
    conll_lines,
    entities_to_tags,
    tags_to_entities,
    words_of,
    words_within,
)
from engine.data.importing import import_file
from engine.data.inspecting import inspect
from engine.data.rows import open_rows
from engine.data.splits import ensure_splits
from engine.progress import Noticed
from tests.shared_data import shared

ENTITIES = ColumnMapping(text="text", label="entities")
SENTENCE = "Anna\tB-PER\nLee\tI-PER\nsaw\tO\nOslo\tB-LOC\n\n"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "project") as opened:
        yield opened


def write(folder: Path, text: str, name: str = "file.conll") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def load(
    project: Project,
    path: Path,
    mapping: ColumnMapping = ENTITIES,
    task: str = "tagging",
    split: str = "train",
) -> tuple[Imported, dict[str, dict[str, object]]]:
    """The result, and the notices by kind."""
    notices: dict[str, dict[str, object]] = {}
    work = import_file(
        project, ImportFile(path=str(path), mapping=mapping, task=task, as_split=split or None)
    )
    while True:
        try:
            step = next(work)
        except StopIteration as stop:
            return stop.value, notices
        if isinstance(step, Noticed):
            notices[step.kind] = dict(step.values)


def tagged(project: Project, split: str = "train") -> list[tuple[str, list[str]]]:
    """Each text with its entities as ``surface/type``."""
    return [
        (text, [f"{text[e.start : e.end]}/{e.label}" for e in entities])
        for _, text, _, entities in project.documents.tagged(split)
    ]


def listed(project: Project, result: Imported) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in project.documents.unreadable(result.source)]


# --- words and tags -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's 4.5%!", ["It", "'", "s", "4", ".", "5", "%", "!"]),
        ("去北京 iPhone6s。", ["去", "北", "京", "iPhone6s", "。"]),
        ("naïve हिन्दी 한국어", ["naïve", "हिन्दी", "한국어"]),
        ("  ", []),
    ],
)
def test_words_of(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in words_of(text)] == words


def test_words_are_cut_where_an_entity_cuts_them() -> None:
    entities = [Entity(2, 5, "X")]
    words = words_within(words_of("abcdefg hi"), entities)
    assert words == [(0, 2), (2, 5), (5, 7), (8, 10)]
    assert entities_to_tags(words, entities) == ["O", "B-X", "O", "O"]


@pytest.mark.parametrize("scheme", ["bio", "bioes"])
def test_tags_and_back(scheme: str) -> None:
    text = "Anna Lee saw Oslo Oslo 北京"
    words = words_of(text)
    entities = [Entity(0, 8, "PER"), Entity(13, 17, "LOC"), Entity(18, 22, "LOC"), Entity(23, 25, "LOC")]
    tags = entities_to_tags(words, entities, scheme)
    assert tags_to_entities(words, tags, scheme) == (entities, [])
    expected = "B-PER I-PER O B-LOC B-LOC B-LOC I-LOC"
    assert tags == (expected if scheme == "bio" else "B-PER E-PER O S-LOC S-LOC B-LOC E-LOC").split()
    assert "".join(conll_lines(text, words, entities, scheme)).splitlines()[0] == f"Anna\t{tags[0]}"
    with pytest.raises(ValueError, match="scheme"):
        entities_to_tags(words, entities, "iob1")


@pytest.mark.parametrize(
    ("tags", "scheme", "found", "broken"),
    [
        ("O I-A I-A O", "bio", [(1, 2, "A")], [1]),
        ("O I-A I-A O", "iob1", [(1, 2, "A")], []),
        ("I-A B-A I-B", "iob1", [(0, 0, "A"), (1, 1, "A"), (2, 2, "B")], []),
        ("B-A I-B I-B O", "bio", [(0, 0, "A"), (1, 2, "B")], [1]),
        ("B-A I-A O S-B", "bioes", [(0, 1, "A"), (3, 3, "B")], [1]),
        ("E-A E-A I-A E-A", "bioes", [(0, 0, "A"), (1, 1, "A"), (2, 3, "A")], [0, 1, 2]),
        ("U-A B-B L-B O", "bioes", [(0, 0, "A"), (1, 2, "B")], []),
        ("B-A nonsense I-A O", "bio", [(0, 0, "A"), (2, 2, "A")], [2]),
    ],
)
def test_broken_tags_are_read_as_conlleval_reads_them(
    tags: str, scheme: str, found: list[tuple[int, int, str]], broken: list[int]
) -> None:
    words = [(2 * i, 2 * i + 1) for i in range(4)]
    entities, places = tags_to_entities(words, tags.split(), scheme)
    assert [(e.start // 2, e.end // 2, e.label) for e in entities] == found
    assert places == broken


# --- files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", ["\t", " ", "   "])
def test_four_columns_comments_and_documents(project: Project, tmp_path: Path, gap: str) -> None:
    rows = ["-DOCSTART- -X- -X- O", "", "# sent_id = 1", "Anna NNP x B-PER", "# NN x O", "x NN x O", "", ""]
    path = write(tmp_path, "\r\n".join(rows).replace(" ", gap), "data.txt")
    result, notices = load(project, path, task="")
    assert project.task == "tagging"
    assert tagged(project) == [("Anna # x", ["Anna/PER"])]
    assert (listed(project, result), notices) == ([], {})
    assert project.documents.page([1])[0].line == 4


def test_broken_sequences_are_repaired_and_said(project: Project, tmp_path: Path) -> None:
    path = write(tmp_path, SENTENCE * 3 + "on\tO\nBondi\tI-LOC\nBeach\tI-PER\n")
    result, notices = load(project, path)
    assert notices == {"tags-repaired": {"count": 2, "lines": "17, 18"}}
    assert tagged(project)[-1] == ("on Bondi Beach", ["Bondi/LOC", "Beach/PER"])
    assert result.rows == 4


def test_bioes_and_iob1_are_recognised(project: Project, tmp_path: Path) -> None:
    _, notices = load(project, write(tmp_path, "a\tB-X\nb\tE-X\nc\tS-X\nd\tO\n"))
    assert notices == {}
    _, notices = load(project, write(tmp_path, "a\tI-X\nb\tI-X\nc\tB-X\nd\tO\n\nI\tO\ne\tI-Y\n"))
    assert notices == {}
    assert [found for _, found in tagged(project)] == [["a b/X", "c/X"], ["a b/X", "c/X"], ["e/Y"]]


def test_wrong_rows_are_listed_and_nothing_vanishes(project: Project, tmp_path: Path) -> None:
    path = write(tmp_path, SENTENCE + "no tag here\nfine\tO\nodd\tB_X\n\tO\nthree\tcells\tO\n")
    result, _ = load(project, path)
    assert listed(project, result) == [(6, "columns"), (8, "tag"), (9, "columns"), (10, "columns")]
    assert [row.raw for row in project.documents.unreadable(result.source)][2:] == ["\tO", "three\tcells\tO"]
    assert [text for text, _ in tagged(project)] == ["Anna Lee saw Oslo", "fine"]


def test_all_outside_is_imported_and_said(project: Project, tmp_path: Path) -> None:
    result, notices = load(project, write(tmp_path, "a\tO\nb\tO\n\nc\tO\n"))
    assert (result.rows, list(notices)) == (2, ["no-entities"])
    assert project.documents.label_counts() == {"∅": 2}
    assert project.documents.labels() == []


def test_one_column_has_no_tags(project: Project, tmp_path: Path) -> None:
    path = write(tmp_path, "Anna\nLee\n\nsaw\n")
    with pytest.raises(KnownError) as refused:
        load(project, path)
    assert refused.value.kind is ErrorKind.ONE_COLUMN
    # a table of one column is texts without tags
    result, _ = load(project, write(tmp_path, "text\nAnna Lee\nsaw\n", "x.csv"), ColumnMapping(text="text"))
    assert (result.rows, list(project.documents.unlabelled())) == (2, [(1, "Anna Lee"), (2, "saw")])


def test_characters_are_joined_without_spaces(project: Project, tmp_path: Path) -> None:
    rows = [("去", "O"), ("北", "B-LOC"), ("京", "I-LOC"), ("iPhone", "O"), ("6s", "O"), ("！", "O")]
    load(project, write(tmp_path, "\n".join("\t".join(row) for row in rows)))
    assert tagged(project) == [("去北京iPhone 6s！", ["北京/LOC"])]


def test_a_table_is_no_conll(tmp_path: Path) -> None:
    for text in (
        "text\tlabel\nI am here\tO\nGo\tB-side\n",
        "a O\nb O\nc d e\n\n",
        "just prose O\nand more\n",
    ):
        assert not isinstance(open_rows(write(tmp_path, text, "x.tsv")), ConllReader)
    path = write(tmp_path, SENTENCE, "x.txt")
    assert isinstance(open_rows(path), ConllReader)
    assert not isinstance(open_rows(path, ReadOptions(delimiter="\t")), ConllReader)


def test_preview(tmp_path: Path) -> None:
    preview = inspect(write(tmp_path, SENTENCE * 200, "x.txt"))
    assert (preview.format, preview.task_guess, preview.columns) == ("conll", "tagging", ("text", "entities"))
    assert (preview.text_column, preview.label_column) == (0, 1)
    assert preview.rows[0] == ("Anna Lee saw Oslo", '[[0,8,"PER"],[13,17,"LOC"]]')
    assert preview.row_lines[1] == 6
    assert 150 < preview.estimated_rows < 250


def test_tags_are_no_labels(project: Project, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as refused:
        load(project, write(tmp_path, SENTENCE), task="single")
    assert (refused.value.kind, refused.value.values["wanted"]) == (ErrorKind.TASK_DIFFERS, "tagging")


# --- JSON with entities ---------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["entities", "label", "labels", "spans"])
def test_annotation_tools(project: Project, tmp_path: Path, key: str) -> None:
    text = "😀 Anna Lee\tsaw Oslo"
    lines = [
        {"text": text, key: [[2, 11, "PER"], [2, 10, "PER"], [15, 19, "LOC"]]},
        {"text": text, key: [{"start_offset": 2, "end_offset": 6, "label": "PER", "id": 7}]},
        {"text": text, key: [{"start": 3, "end": 5, "labels": ["PART"]}]},
        {"text": text, key: []},
        {"text": text, key: None},
        {"text": text, key: [[0, 4, "A"], [2, 6, "B"]]},
        {"text": text, key: [[15, 99, "A"]]},
        {"text": text, key: [[4, 4, "A"]]},
        {"text": text, key: [[1, 2, "A"]]},
        {"text": text, key: ["PER"]},
        {"text": text, key: [[0, True, "A"]]},
        {"text": text, key: {"a": 1}},
    ]
    path = write(tmp_path, "".join(json.dumps(line) + "\n" for line in lines), "x.jsonl")
    assert inspect(path).label_column == 1
    result, _ = load(project, path, ColumnMapping(text="text", label=key))
    assert [found for _, found in tagged(project)] == [
        ["Anna Lee/PER", "Oslo/LOC"],
        ["Anna/PER"],
        ["nn/PART"],
        [],
    ]
    reasons = ["overlap", "outside", "outside", "outside", "entities", "entities", "entities"]
    assert listed(project, result) == list(enumerate(reasons, start=6))
    assert [id for id, _ in project.documents.unlabelled()] == [5]
    words = next(iter(project.documents.tagged("train")))[2]
    assert [text[a:b] for a, b in words] == ["😀", "Anna", "Lee", "saw", "Oslo"]


# --- the store ------------------------------------------------------------------------------------------


def test_tagging_edits_are_undone(project: Project, tmp_path: Path) -> None:
    load(project, write(tmp_path, SENTENCE))
    documents = project.documents
    with project.transaction():
        documents.set_tags(1, [Entity(13, 15, "SYL")])
    assert tagged(project) == [("Anna Lee saw Oslo", ["Os/SYL"])]
    assert next(iter(documents.tagged("train")))[2][-2:] == [(13, 15), (15, 17)]
    with project.transaction():
        documents.set_tags(1, None)
    assert (tagged(project), list(documents.unlabelled())) == ([], [(1, "Anna Lee saw Oslo")])
    project.undo()
    project.undo()
    assert tagged(project) == [("Anna Lee saw Oslo", ["Anna Lee/PER", "Oslo/LOC"])]
    with project.transaction():
        documents.rename_label("PER", 'a "person"')
    assert documents.labels() == ["LOC", 'a "person"']
    project.undo()
    assert documents.label_counts() == {"LOC": 1, "PER": 1}
    for wrong in ([Entity(0, 99, "X")], [Entity(0, 3, "X"), Entity(2, 4, "Y")], [Entity(3, 3, "X")]):
        with pytest.raises(ValueError, match="entit"), project.transaction():
            documents.set_tags(1, wrong)
    with pytest.raises(KnownError) as refused, project.transaction():
        documents.rename_label("ORG", "X")
    assert refused.value.values["valid"] == "LOC, PER"


def test_splits_hold_every_type_in_train(project: Project, tmp_path: Path) -> None:
    sentence = "x\tO\nw{0}\tB-{1}\ny{0}\tO\n\n"
    body = "".join(sentence.format(i, "COMMON" if i % 20 else "RARE") for i in range(60))
    load(project, write(tmp_path, body + "x\tO\nz\tO\n\n" * 9 + "a\tB-ONCE\nb\tO\n"), split="")
    made = ensure_splits(project, 0, 0.2)
    assert made is not None
    assert sum(made.values()) == 70
    held = {
        split: {e.label for _, _, _, es in project.documents.tagged(split) for e in es}
        for split in ("train", "validation", "test")
    }
    assert held["train"] == {"COMMON", "RARE", "ONCE"}
    assert held["validation"] == held["test"] == {"COMMON", "RARE"}
    # nine times the same text: on one side
    same = {split for split in held for text, _ in tagged(project, split) if text == "x z"}
    assert len(same) == 1
    assert project.documents.labelled_counts() == {"": 0, **made}


# --- public data ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sentences", "types"), [("wnut17", 1009, 6), ("weibo_ner_zh", 270, 8), ("snips", 700, 39)]
)
def test_public_sets(project: Project, name: str, sentences: int, types: int) -> None:
    path = shared(name) / "dev.conll"
    result, _ = load(project, path)
    assert (result.rows, result.unreadable) == (sentences, 0)
    assert len(project.documents.labels()) == types
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    tokens = [text[a:b] for _, text, words, _ in project.documents.tagged("train") for a, b in words]
    assert tokens == [line[0] for line in lines]
    begun = sum(len(entities) for *_, entities in project.documents.tagged("train"))
    assert begun >= sum(line[1].startswith("B-") for line in lines)
