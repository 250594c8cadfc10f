"""Pairs of texts: read as the family reads pairs, on every path alike, from the file to the explanation."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ColumnMapping, ImportFile, PredictFile, Train
from engine.api.pairs import MARK, joined, parted
from engine.api.project import Project
from engine.data.cleaning import clean, clean_text
from engine.data.importing import import_file
from engine.data.perturbing import perturb
from engine.explain.erasing import read_words
from engine.explain.explaining import explain
from engine.models.store import load_run
from engine.models.text_model import TorchModel
from engine.models.text_tokens import TextTokenizer
from engine.predict import predict_file
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine.explain_toys import tiny_bert, tiny_features, tiny_roberta
from tests.engine.tiny import bert_folder

FIRST, SECOND = "the film was good", "a bad film !"
PAIR = joined(FIRST, SECOND)
LONG = joined(FIRST, " ".join([SECOND] * 6))


# --- two texts in one ------------------------------------------------------------------------------------------


def test_a_pair_is_two_texts_with_a_mark_between() -> None:
    both = parted(PAIR)
    assert both is not None
    assert [PAIR[slice(*span)] for span in both] == [FIRST, SECOND]
    assert joined(FIRST, " ") == FIRST
    assert parted(f"one\n \t{MARK} \ntwo") is not None


@pytest.mark.parametrize(
    "text",
    ["", MARK, f"a {MARK} b", f"a\n{MARK}", f"\n{MARK}\nb", f" \n{MARK}\n b", f"a\n{MARK}\n ", "a\n\nb"],
)
def test_what_is_no_pair_is_one_text(text: str) -> None:
    assert parted(text) is None


def test_the_mark_outlives_cleaning_and_changes() -> None:
    text = joined("See   <b>THIS</b>", "and  THAT")
    steps = ("html", "spaces", "lowercase")
    cleaned = clean_text(text, steps)
    assert cleaned == joined("see this", "and that")
    found = clean(text, steps)
    assert found.text == cleaned
    at = found.text.index("that")
    assert text[slice(*found.original(at, at + 4))] == "THAT"
    for kind in ("typos", "case", "swaps", "deletion"):
        for seed in range(20):
            changed = parted(perturb(PAIR, kind, 0.9, seed))
            assert changed is not None, kind


# --- as it is read ---------------------------------------------------------------------------------------------


def test_ids_and_types_are_the_tokenizers_own_for_pairs() -> None:
    tokenizer = tiny_bert().tokenizer
    (read,) = tokenizer.encode([PAIR])
    own: Any = tokenizer.tokenizer(FIRST, SECOND)
    assert read.ids == own["input_ids"]
    assert read.type_ids == own["token_type_ids"]
    assert 1 in read.type_ids
    assert {PAIR[a:b] for a, b in read.offsets if b} == set(FIRST.split()) | set(SECOND.split())
    assert tokenizer.whole([PAIR, FIRST, PAIR]).ids(0).tolist() == read.ids
    assert tokenizer.whole([FIRST, PAIR]).ids(0).tolist() == tokenizer.encode([FIRST])[0].ids


def test_a_table_tells_the_second_text_by_its_ids_alone() -> None:
    """Also in the numbers of a smaller vocabulary, and beside padding."""
    tokenizer = tiny_bert().tokenizer
    table = tokenizer.table([PAIR, FIRST, LONG])
    batch = tokenizer.table_batch(table, np.arange(3), tiny_bert().device)
    for row, text in enumerate([PAIR, FIRST, LONG]):
        (read,) = tokenizer.encode([text])
        types = batch["token_type_ids"][row]
        assert types[: len(read.ids)].tolist() == read.type_ids
        assert not types[len(read.ids) :].any()
    # what ends a row is what parts it, whatever its number is
    renumbered = replace(table, flat=(table.flat + 7).astype(np.int32))
    again = tokenizer.table_batch(renumbered, np.arange(3), tiny_bert().device)
    inside = batch["attention_mask"].bool()
    assert (again["token_type_ids"] == batch["token_type_ids"])[inside].all()


def test_two_markers_between_are_read_over() -> None:
    tokenizer = tiny_roberta().tokenizer
    (read,) = tokenizer.encode([PAIR])
    own: Any = tokenizer.tokenizer(FIRST, SECOND)
    assert read.ids == own["input_ids"]
    assert not tokenizer.takes_type_ids


@pytest.mark.parametrize("make", [tiny_bert, tiny_roberta])
def test_every_window_of_a_long_pair_begins_with_the_first_text(make: Any) -> None:
    tokenizer = make().tokenizer
    (whole,) = tokenizer.encode([LONG])
    short = TextTokenizer(tokenizer.tokenizer, 16, overlap=0.25)
    windows = short.encode_windows(LONG)
    assert len(windows) > 2
    (alone,) = tokenizer.encode([FIRST])
    head = len(alone.ids) + (whole.ids[len(alone.ids)] == whole.ids[-1])
    for window in windows:
        assert len(window.ids) <= 16
        assert window.ids[:head] == whole.ids[:head]
        assert window.positions[:head] == list(range(head))
    assert {p for window in windows for p in window.positions} == set(range(len(whole.ids)))
    table = short.table([LONG])
    assert [table.ids(row).tolist() for row in range(len(table))] == [window.ids for window in windows]


def test_a_long_first_text_is_read_in_windows_too() -> None:
    tokenizer = TextTokenizer(tiny_bert().tokenizer.tokenizer, 8, overlap=0.25)
    text = joined(" ".join([FIRST] * 5), SECOND)
    windows = tokenizer.encode_windows(text)
    assert {p for window in windows for p in window.positions} >= set(range(20))
    assert max(window.read_to for window in windows) == len(text)


# --- through the product ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [tiny_bert, tiny_roberta, tiny_features])
@pytest.mark.parametrize("method", ["lrp", "integrated-gradients", "occlusion", "kernel-shap"])
def test_both_texts_are_explained(make: Any, method: str) -> None:
    """The explained pass is the predicting one, and every word of both texts has its place."""
    found = explain(make(), run="run-1", method_id=method, transfer_method="fine-tune", text=PAIR)
    assert [PAIR[word.start : word.end] for word in found.words] == [*FIRST.split(), *SECOND.split()]
    assert [(word.start, word.end) for word in found.words] == read_words(make(), PAIR)


def test_the_second_text_counts() -> None:
    model = tiny_bert()
    pair, swapped, flat = model.logits([PAIR, joined(SECOND, FIRST), f"{FIRST} {SECOND}"])
    assert not np.allclose(pair, swapped, atol=1e-5)
    assert not np.allclose(pair, flat, atol=1e-5)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The label is what the second text says: who takes both for one text cannot know it."""
    path = tmp_path / "pairs.csv"
    words = ("good", "bad")
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["question", "answer", "label"])
        for i in range(120):
            first, second = words[i % 2], words[i // 2 % 2]
            writer.writerow([f"the film was {first}", f"the film was {second} {'!' * (i % 3)}", second])
        writer.writerow(["the film", "", "good"])
    return path


def request(file: Path, **rest: Any) -> ImportFile:
    mapping = ColumnMapping(text="question", second="answer", label="label")
    return ImportFile(path=str(file), mapping=mapping, **rest)


@pytest.fixture
def opened(file: Path, tmp_path: Path) -> Any:
    with Project.create(tmp_path / "p.lexplain") as project:
        finish(import_file(project, request(file)))
        yield project


def test_two_columns_become_pairs_and_come_back(opened: Project, file: Path, tmp_path: Path) -> None:
    texts = [row["text"] for row in opened._db.execute("SELECT text FROM documents ORDER BY id")]
    assert texts[0] == joined("the film was good", "the film was good ")
    assert texts[-1] == "the film"
    assert opened.documents.second_column() == "answer"
    options: Any = {"epochs": 30, "learning_rate": 3e-3, "precision": "fp32"}
    source = str(bert_folder(tmp_path / "source"))
    done = finish(train(opened, Train(method="fine-tune", source=source, options=options), Control()))
    model = load_run(opened, done.run)
    assert isinstance(model, TorchModel)
    out = tmp_path / "out.csv"
    wanted = PredictFile(
        run=done.run, path=str(file), text_column="question", second_column="answer", out=str(out)
    )
    finish(predict_file(model, wanted))
    with out.open(newline="") as read:
        rows = list(csv.DictReader(read))
    assert len(rows) == 121
    told = [row["predicted_label"] for row in rows]
    expected = [model.labels[i] for i in model.logits(texts).argmax(1)]
    assert told == expected
    assert np.mean([a == row["label"] for a, row in zip(told, rows, strict=True)][:120]) > 0.9


def test_a_column_of_second_texts_that_is_missing_is_told(file: Path, tmp_path: Path) -> None:
    wanted = ImportFile(path=str(file), mapping=ColumnMapping(text="question", second="reply", label="label"))
    with Project.create(tmp_path / "q.lexplain") as project, pytest.raises(KnownError) as caught:
        finish(import_file(project, wanted))
    assert caught.value.kind is ErrorKind.COLUMN_MISSING


def test_tagged_words_are_those_of_one_text(file: Path, tmp_path: Path) -> None:
    with Project.create(tmp_path / "q.lexplain") as project, pytest.raises(KnownError) as caught:
        finish(import_file(project, request(file, task="tagging")))
    assert caught.value.kind is ErrorKind.OPTION_VALUE
