"""Scoring with runs of every task: one text, tables, CoNLL files, and the same bytes after a kill."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import msgspec
import pytest

from engine import predict
from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.messages import PredictFile, PredictText, Train
from engine.api.results import Entity
from engine.api.tasks import NO_LABEL, split_labels
from engine.data.entities import parse_tag
from engine.models.run_model import RunModel
from engine.models.store import load_run
from engine.predict import predict_file, predict_text
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine.tiny import bert_folder, texts
from tests.engine.tiny_tasks import labels_of, score_of, table_project, tag_of, tagging_project


def trained(folder: Path, task: str) -> RunModel:
    """Bag-of-words, or a tiny tagger that has learnt its words."""
    source = "" if task != "tagging" else str(bert_folder(folder / "source", dropout=0.0))
    options: dict[str, OptionValue] = {"epochs": 12.0, "learning_rate": 5e-3} if source else {}
    made = tagging_project(folder / "p", 120) if source else table_project(folder / "p", task, 120)
    with made as opened:
        method = "fine-tune" if source else "bag-of-words"
        run = finish(train(opened, Train(method=method, source=source, options=options), Control())).run
        return load_run(opened, run)


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> RunModel:
    return trained(tmp_path_factory.mktemp("tagger"), "tagging")


def table(path: Path, count: int = 30) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", "text"], *([n, text] for n, (text, _) in enumerate(texts(count)))])
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ask(path: Path, out: Path, tag_scheme: str = "bio") -> PredictFile:
    return PredictFile(run="r", path=str(path), text_column="text", out=str(out), tag_scheme=tag_scheme)


def test_several_labels_are_joined_and_each_counted(tmp_path: Path) -> None:
    model = trained(tmp_path, "multi")
    result = finish(predict_file(model, ask(table(tmp_path / "in.csv"), tmp_path / "out.csv")))
    found = rows(tmp_path / "out.csv")
    assert list(found[0]) == ["id", "text", "label", "probability", "margin"]
    right = sum((row["label"] == (labels_of(row["text"]) or NO_LABEL)) for row in found)
    assert right > 24
    counts = [label for row in found for label in split_labels(row["label"]) or (NO_LABEL,)]
    assert result.label_counts == {label: counts.count(label) for label in result.label_counts}
    one = predict_text(model, PredictText(run="r", text=found[0]["text"]))
    assert (one.task, one.label, len(one.thresholds)) == ("multi", found[0]["label"], 2)


def test_scores_get_one_column(tmp_path: Path) -> None:
    model = trained(tmp_path, "score")
    result = finish(predict_file(model, ask(table(tmp_path / "in.csv"), tmp_path / "out.csv")))
    found = rows(tmp_path / "out.csv")
    assert list(found[0]) == ["id", "text", "score"]
    off = [abs(float(row["score"]) - score_of(row["text"])) for row in found]
    assert sum(off) / len(off) < 0.7
    assert result.label_counts == {}
    one = predict_text(model, PredictText(run="r", text=found[0]["text"]))
    assert (one.task, one.labels, one.label) == ("score", ("score",), found[0]["score"])


def test_entities_of_a_table_are_json_spans(tagger: RunModel, tmp_path: Path) -> None:
    result = finish(predict_file(tagger, ask(table(tmp_path / "in.csv"), tmp_path / "out.csv")))
    found = rows(tmp_path / "out.csv")
    assert list(found[0]) == ["id", "text", "entities", "probability", "margin"]
    for row in found:
        entities = msgspec.json.decode(row["entities"], type=list[Entity])
        called = {(row["text"][e.start : e.end], e.label) for e in entities}
        true = {(word, tag_of(word)[2:]) for word in row["text"].split() if tag_of(word) != "O"}
        assert called == true
    assert sum(result.label_counts.values()) == sum(
        len(msgspec.json.decode(row["entities"])) for row in found
    )


def test_one_text_is_tagged_with_probabilities(tagger: RunModel) -> None:
    found = predict_text(tagger, PredictText(run="r", text="a good film and food"))
    assert [(e.start, e.end, e.label) for e in found.entities] == [(7, 11, "WORK"), (16, 20, "DISH")]
    assert all(0.5 < e.probability <= 1 for e in found.entities)
    assert found.labels == ("O", "DISH", "SPOT", "WORK")
    # the words of a document decide, not the text's own
    joined = predict_text(tagger, PredictText(run="r", text="a good film"), [(0, 11)])
    assert all((e.start, e.end) == (0, 11) for e in joined.entities)


@pytest.mark.parametrize("scheme", ["bio", "bioes"])
def test_a_conll_file_keeps_its_words_and_gets_a_tag_column(
    tagger: RunModel, tmp_path: Path, scheme: str
) -> None:
    sentences = ["\n".join(f"{w} {tag_of(w)}" for w in text.split()) for text, _ in texts(30)]
    path = tmp_path / "in.conll"
    path.write_text("-DOCSTART- O\n\n" + "\n\n".join(sentences) + "\n", encoding="utf-8")
    finish(predict_file(tagger, ask(path, tmp_path / "out.conll", tag_scheme=scheme)))
    written = (tmp_path / "out.conll").read_text("utf-8")
    assert [block.count("\n") + 1 for block in written.strip().split("\n\n")] == [
        sentence.count("\n") + 1 for sentence in sentences
    ]
    lines = [line.split("\t") for line in written.splitlines() if line]
    assert [token for token, _, _ in lines] == [w for text, _ in texts(30) for w in text.split()]
    given = {"bio": "B", "bioes": "S"}[scheme]
    for token, own, called in lines:
        assert own == called == (tag_of(token) if tag_of(token) == "O" else f"{given}-{tag_of(token)[2:]}")
        assert parse_tag(called)


def test_a_line_that_cannot_be_read_stays_as_a_remark(tagger: RunModel, tmp_path: Path) -> None:
    path = tmp_path / "in.conll"
    path.write_text("a O\nfilm B-WORK\nbroken\ngood O\n\nfood B-DISH\nwas O\n", encoding="utf-8")
    finish(predict_file(tagger, ask(path, tmp_path / "out.conll")))
    written = (tmp_path / "out.conll").read_text("utf-8")
    assert "# broken\n" in written
    assert written.count("\t") == 2 * 5


def test_an_unknown_scheme_is_refused(tagger: RunModel, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as refused:
        finish(predict_file(tagger, ask(table(tmp_path / "in.csv"), tmp_path / "out.csv", tag_scheme="iob")))
    assert refused.value.kind is ErrorKind.OPTION_VALUE
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize("suffix", ["csv", "conll"])
def test_a_killed_tagging_goes_on_and_ends_in_the_same_bytes(
    tagger: RunModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(predict, "_BLOCK", 7)
    path = tmp_path / f"in.{suffix}"
    if suffix == "csv":
        table(path)
    else:
        blocks = ["\n".join(f"{w}\t{tag_of(w)}" for w in text.split()) for text, _ in texts(30)]
        path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")
    finish(predict_file(tagger, ask(path, tmp_path / f"whole.{suffix}")))
    out = tmp_path / f"out.{suffix}"
    work = predict_file(tagger, ask(path, out))
    for _ in itertools.islice(work, 5):
        pass
    work.close()
    assert out.with_name(out.name + ".part").exists()
    finish(predict_file(tagger, ask(path, out)))
    assert out.read_bytes() == (tmp_path / f"whole.{suffix}").read_bytes()
