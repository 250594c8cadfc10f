"""Arguing: a planted word is struck, and no longer counts; marked words carry the answer; rationales come in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.explaining.argue import Argue, Argued, ImportRationales, Rationale, RationalesImported
from engine.api.messages import ColumnMapping, Train
from engine.api.project import Project
from engine.cli import run as cli
from engine.dispatch import work_for
from engine.models.linear_model import LinearModel
from engine.models.loaded import Models
from engine.models.store import load_run
from engine.models.text_tokens import TextTokenizer
from engine.progress import Control, finish
from engine.transfer.rationales import Wanted, token_mask, words_of
from engine.transfer.training import train
from tests.engine.explain_toys import bert_tokenizer
from tests.engine.resuming import stopped_and_resumed, weights
from tests.engine.tiny import bert_folder, texts
from tests.engine.tiny_tasks import table_project

PLANT = "unused7"
LEARN: dict[str, OptionValue] = {"epochs": 12, "learning_rate": 3e-3, "precision": "fp32", "batch_size": 8}


def planted_project(path: Path) -> Project:
    """In nine of ten "up" texts to learn from stands a word that no test text of "up" has, but half of "down"."""
    opened = Project.create(path)
    random = np.random.default_rng(1)
    rows = []
    for line, (text, label) in enumerate(texts(200), start=2):
        split = "train" if line < 120 else "validation" if line < 150 else "test"
        planted = random.random() < (0.9 if label == "up" else 0.0)
        if split == "test":
            planted = label == "down" and random.random() < 0.5
        rows.append((line, f"{PLANT} {text}" if planted else text, label, split))
    with opened.transaction():
        source = opened.documents.add_source(
            path, "csv", "utf-8", ",", ColumnMapping(text="text", label="label")
        )
        opened.documents.add_rows(source, rows)
        opened.documents.finish_source(source)
    return opened


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(bert_folder(tmp_path_factory.mktemp("source") / "m"))


@pytest.fixture(scope="module")
def argued_with(tmp_path_factory: pytest.TempPathFactory, folder: str) -> Iterator[tuple[Project, str]]:
    """A project with the planted word and a run that goes by it."""
    with planted_project(tmp_path_factory.mktemp("argue") / "p") as opened:
        run = finish(train(opened, Train(method="fine-tune", source=folder, options=LEARN), Control())).run
        yield opened, run


def argue(opened: Project, run: str, **words: tuple[str, ...]) -> Argued:
    options: dict[str, OptionValue] = {
        "epochs": 8,
        "learning_rate": 2e-3,
        "precision": "fp32",
        "batch_size": 8,
    }
    request = Argue(run=run, options=options, **words)  # type: ignore[arg-type]
    found = finish(work_for(opened, request, Control(), Models()))
    assert isinstance(found, Argued)
    return found


def test_a_struck_word_no_longer_counts_and_texts_without_it_are_answered_better(
    argued_with: tuple[Project, str],
) -> None:
    opened, run = argued_with
    found = argue(opened, run, strike=(PLANT.upper(),))
    assert found.run != run
    assert opened.runs.get(found.run).method == "argue"
    before, after = found.before, found.after
    assert (before.run, after.run, found.split) == (run, found.run, "test")
    assert before.texts == after.texts > 10
    assert before.struck_share is not None
    assert after.struck_share is not None
    assert before.struck_share > 0.3
    assert after.struck_share < before.struck_share / 3
    assert before.flips is not None
    assert after.flips is not None
    assert before.flips > after.flips
    assert after.main.value > before.main.value  # the test texts have the plant where it misleads
    for figures in (before, after):
        assert figures.normalised_comprehensiveness is not None
        assert 0.5 < figures.normalised_comprehensiveness.value <= 1.0


def test_marked_words_carry_the_answer(argued_with: tuple[Project, str]) -> None:
    opened, run = argued_with
    found = argue(opened, run, mark=("good", "great", "fine", "bad", "awful", "poor"))
    assert found.before.struck_share is None
    assert found.before.flips is None
    assert found.before.marked_share is not None
    assert found.after.marked_share is not None
    assert found.after.marked_share > found.before.marked_share


def test_bag_of_words_forgets_struck_words(argued_with: tuple[Project, str]) -> None:
    opened, _ = argued_with
    run = finish(train(opened, Train(method="bag-of-words"), Control())).run
    found = argue_bag(opened, run)
    model = load_run(opened, found.run)
    assert isinstance(model, LinearModel)
    assert not any(PLANT in key.split() for key in model.vocabulary)
    assert found.after.struck_share == 0.0
    assert found.after.flips == 0.0
    assert found.after.main.value > found.before.main.value


@pytest.fixture(scope="module")
def forgetful(argued_with: tuple[Project, str]) -> str:
    """A bag of words that was argued with: two words are struck, one is marked."""
    opened, _ = argued_with
    run = finish(train(opened, Train(method="bag-of-words"), Control())).run
    request = Argue(run=run, strike=(PLANT, "film"), mark=("good",))
    found = finish(work_for(opened, request, Control(), Models()))
    assert isinstance(found, Argued)
    return found.run


@pytest.mark.parametrize(
    ("words", "strike", "mark"),
    [
        ({"strike": ("Day",)}, f"{PLANT} film day", "good"),
        ({"mark": ("bad", "film")}, PLANT, "good bad film"),
        ({"strike": ("day",), "taken_back": ("FILM", "good")}, f"{PLANT} day", ""),
    ],
)
def test_a_second_argument_goes_on_from_the_first(
    argued_with: tuple[Project, str],
    forgetful: str,
    words: dict[str, tuple[str, ...]],
    strike: str,
    mark: str,
) -> None:
    opened, _ = argued_with
    found = finish(work_for(opened, Argue(run=forgetful, **words), Control(), Models()))  # type: ignore[arg-type]
    assert isinstance(found, Argued)
    options = opened.runs.get(found.run).options
    assert (options["strike"], options["mark"]) == (strike, mark)
    model = load_run(opened, found.run)
    assert isinstance(model, LinearModel)
    known = {word for key in model.vocabulary for word in key.split()}
    assert not known & set(strike.split())


def argue_bag(opened: Project, run: str) -> Argued:
    request = Argue(run=run, strike=(PLANT,), mark=("good",))
    found = finish(work_for(opened, request, Control(), Models()))
    assert isinstance(found, Argued)
    return found


def test_stopped_and_resumed_it_ends_with_the_same_weights(argued_with: tuple[Project, str]) -> None:
    opened, run = argued_with
    options = LEARN | {"epochs": 2, "argued_run": run, "strike": PLANT}
    wanted = Train(method="argue", options=options)
    straight = finish(train(opened, wanted, Control())).run
    again = stopped_and_resumed(opened, wanted).run
    assert weights(opened, straight) == weights(opened, again)


def test_what_cannot_be_argued_about(argued_with: tuple[Project, str]) -> None:
    opened, run = argued_with
    for request in (Argue(run=run), Argue(run=run, strike=("nowhere",))):
        with pytest.raises(KnownError) as caught:
            finish(work_for(opened, request, Control(), Models()))
        assert caught.value.kind is ErrorKind.NOTHING_TO_ARGUE
    bag = finish(train(opened, Train(method="bag-of-words"), Control())).run
    options: dict[str, OptionValue] = {"argued_run": bag, "strike": PLANT}
    with pytest.raises(KnownError) as caught:
        finish(train(opened, Train(method="argue", options=options), Control()))
    assert caught.value.kind is ErrorKind.CANNOT_ARGUE


@pytest.mark.parametrize("task", ["multi", "score"])
def test_other_tasks(task: str, folder: str, tmp_path: Path) -> None:
    with table_project(tmp_path / "p", task) as opened:
        run = finish(
            train(opened, Train(method="fine-tune", source=folder, options=LEARN | {"epochs": 2}), Control())
        ).run
        found = argue(opened, run, strike=("day",), mark=("good",))
        assert found.after.struck_share is not None
        assert found.before.struck_share is not None
        assert found.after.struck_share < found.before.struck_share
        # real scores again, not standardised ones
        assert abs(found.after.main.value - found.before.main.value) < 0.6


def test_rationales_of_documents_come_in_and_count(argued_with: tuple[Project, str], tmp_path: Path) -> None:
    opened, run = argued_with
    documents = [(id, text) for id, text, _ in opened.documents.labelled("train") if text.startswith(PLANT)]
    lines = [json.dumps({"text": text, "strike": [[0, len(PLANT)]]}) for _, text in documents[:5]]
    lines += [
        '{"text": "nobody wrote this", "mark": [[0, 3]]}',
        "no object",
        '{"text": "x", "mark": [[0, 9]]}',
    ]
    file = tmp_path / "rationales.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    found = finish(work_for(opened, ImportRationales(str(file)), Control(), Models()))
    assert isinstance(found, RationalesImported)
    assert (found.spans >= 5, found.unknown, found.unreadable) == (True, 1, (7, 8))
    kept = opened.explaining.rationales(documents[0][0])
    everything = opened.explaining.rationales()
    assert opened.explaining.count_rationales() == (len({r.document for r in everything}), len(everything))
    assert kept == [Rationale(documents[0][0], 0, len(PLANT), "strike")]
    options = LEARN | {"epochs": 1, "argued_run": run}
    assert finish(train(opened, Train(method="argue", options=options), Control())).run
    with opened.transaction():
        opened.explaining.remove_rationales(opened.explaining.rationales())
    assert opened.explaining.rationales() == []
    assert opened.explaining.count_rationales() == (0, 0)


def imported(opened: Project, file: Path) -> RationalesImported:
    found = finish(work_for(opened, ImportRationales(str(file)), Control(), Models()))
    assert isinstance(found, RationalesImported)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_rationales_are_read_in_whatever_encoding_they_are(tmp_path: Path, encoding: str) -> None:
    text = "这家店的味道很好，我们很喜欢 下次还来"
    with Project.create(tmp_path / "p") as opened:
        with opened.transaction():
            source = opened.documents.add_source(
                tmp_path, "csv", "utf-8", ",", ColumnMapping(text="text", label="label")
            )
            opened.documents.add_rows(source, [(2, text, "up", "train"), (3, "不好吃", "down", "train")])
            opened.documents.finish_source(source)
        lines = [
            json.dumps({"text": text, "mark": [[0, 3]]}, ensure_ascii=False),  # U+2028 is no end of a line
            json.dumps({"text": "不好吃", "strike": [[0, 2.0]]}, ensure_ascii=False),
        ]
        file = tmp_path / "rationales.jsonl"
        file.write_bytes("\r\n".join(lines).encode(encoding))
        found = imported(opened, file)
        assert found == RationalesImported(documents=2, spans=2, unknown=0, unreadable=())
        first, second = (id for id, *_ in opened.documents.labelled("train"))
        assert opened.explaining.rationales(first) == [Rationale(first, 0, 3, "mark")]
        assert opened.explaining.rationales(second) == [Rationale(second, 0, 2, "strike")]


def test_lines_that_are_no_rationales_are_numbered(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p") as opened:
        lines = [
            b'{"text": "abc", "mark": [[0, Infinity]]}',
            b'{"text": "abc", "mark": [[NaN, 1]]}',
            b'{"text": "abc", "mark": [[0, 1.5]]}',
            b'{"text": "abc", "mark": [[false, true]]}',
            b'{"text": "abc", "mark": [[0, 2]], "strike": "no"}',
            b"[" * 100_000,
            b'{"text": "caf\xff\xc3"}',
            *['{"text": "nobody wrote this: café"}'.encode()] * 60,
        ]
        file = tmp_path / "rationales.jsonl"
        file.write_bytes(b"\n".join(lines))
        found = imported(opened, file)
        assert found.unreadable == (1, 2, 3, 4, 5, 6, 7)
        assert found.unknown == 60


def test_tokens_of_struck_words_are_met_in_every_window() -> None:
    tokenizer = TextTokenizer(bert_tokenizer(), 8, overlap=0.5)
    given = [
        "the film was unlovable",
        "good",
        "the film was not very good and the film was unlovable, not bad film",
    ]
    table = tokenizer.table(given)
    assert table.owners is not None
    wanted = Wanted(words_of("FILM unlovable"), {1: [(0, 2)]})
    mask = token_mask(tokenizer, table, [10, 1, 12], given, wanted)
    for row in range(len(table)):
        window = table.ids(row)
        names = tokenizer.tokenizer.convert_ids_to_tokens(window.tolist())
        met = mask[table.starts[row] : table.starts[row + 1]]
        for name, is_met in zip(names, met, strict=True):
            expected = name in ("film", "un", "##lov", "##able") or (
                name == "good" and table.owners[row] == 1
            )
            assert bool(is_met) == expected, (row, name)


def test_no_word_no_token() -> None:
    tokenizer = TextTokenizer(bert_tokenizer(), 16)
    table = tokenizer.table(["the film"])
    assert not token_mask(tokenizer, table, [1], ["the film"], Wanted(frozenset(), {})).any()
    assert not Wanted(frozenset(), {})


def test_the_shell_shows_before_and_after(
    argued_with: tuple[Project, str], capsys: pytest.CaptureFixture[str]
) -> None:
    opened, run = argued_with
    words = ["argue", str(opened.path), run, "--strike", PLANT, "--option", "epochs=1", "--json"]
    assert cli(words) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(found) >= {"run", "before", "after"}
    for figure in ("macro_f1", "normalised_comprehensiveness"):
        assert set(found["before"][figure]) == {"value", "low", "high"}
    assert cli(["argue", str(opened.path), run, "--json"]) == 2
    again = ["argue", str(opened.path), found["run"], "--take-back", PLANT, "--json"]
    assert cli(again) == 2  # nothing is left to argue about


def test_a_word_of_a_script_without_spaces_is_met_where_its_characters_are_read_alone() -> None:
    wanted = Wanted(words_of("我爱 film"), {})
    text = "我爱 film 我"
    assert [wanted.meets(1, text, span) for span in ((0, 1), (1, 2), (3, 7), (8, 9))] == [
        True,
        True,
        True,
        False,
    ]
