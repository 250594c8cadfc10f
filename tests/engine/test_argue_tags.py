"""Arguing with a run that tags words: a planted word is struck, marked words carry entities; places are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.explaining.argue import Argue, Argued, ImportRationales, Rationale
from engine.api.messages import Explain, Explained, Train
from engine.api.messages_transfer import TrainAgain
from engine.api.project import Project
from engine.api.store.documents import DocumentFilter
from engine.api.words import words_of
from engine.cli import run as cli
from engine.dispatch import work_for
from engine.models.loaded import Models
from engine.models.modules import TagFeatureModule
from engine.models.tagging_model import TaggingModel, word_table
from engine.models.text_tokens import TextTokenizer
from engine.progress import Control, finish
from engine.transfer.argue_objective import Argument
from engine.transfer.argue_tags_objective import ArguedTagObjective, entities_meant
from engine.transfer.arguing import _erased
from engine.transfer.criteria import Tags
from engine.transfer.examples import examples_of
from engine.transfer.objective import Moment
from engine.transfer.retraining import train_again
from engine.transfer.supervised import TagData, TagObjective
from engine.transfer.training import train
from tests.engine.explain_toys import bert_tokenizer
from tests.engine.resuming import stopped_and_resumed, weights
from tests.engine.test_explain_tasks import tagging
from tests.engine.tiny import bert_folder
from tests.engine.tiny_tasks import imported

PLANT = "unused7"
GOOD, BAD = ([f"unused{first + k}" for k in range(10)] for first in (10, 20))
FILL = ("the", "a", "film", "food", "was", "very")
LEARN: dict[str, OptionValue] = {"epochs": 20, "learning_rate": 3e-3, "precision": "fp32", "batch_size": 8}
ARGUED: dict[str, OptionValue] = {"epochs": 8, "learning_rate": 2e-3, "precision": "fp32", "batch_size": 8}


def planted_project(path: Path) -> Project:
    """A day is a work beside a good word. To learn from, most such sentences, and no others, have a word that half of
    the test texts have."""
    random = np.random.default_rng(1)
    sentences, splits = [], []
    for number in range(260):
        splits.append("train" if number < 160 else "validation" if number < 200 else "test")
        work = bool(random.random() < 0.5)
        words = [str(random.choice(GOOD if work else BAD)), *random.choice(FILL, 2)]
        planted = random.random() < (0.5 if splits[-1] == "test" else 0.9 * work)
        words.append(PLANT if planted else "we")  # as long without it
        words.insert(int(random.integers(len(words))), "day")
        tag = "B-WORK" if work else "O"
        sentences.append("\n".join(f"{word}\t{tag if word == 'day' else 'O'}" for word in words))
    file = path.with_suffix(".conll")
    file.write_text("\n\n".join(sentences) + "\n", encoding="utf-8")
    opened = imported(path, file, "tagging")
    (ids,) = opened.documents.ids(DocumentFilter())
    with opened.transaction():
        opened.documents.set_split(zip(ids, splits, strict=True))
    return opened


@pytest.fixture(scope="module")
def argued_with(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, str]]:
    folder = tmp_path_factory.mktemp("argue")
    source = str(bert_folder(folder / "source", dropout=0.0))
    with planted_project(folder / "p") as opened:
        run = finish(train(opened, Train(method="fine-tune", source=source, options=LEARN), Control())).run
        yield opened, run


def argue(opened: Project, run: str, **words: tuple[str, ...]) -> Argued:
    request = Argue(run=run, options=ARGUED, **words)  # type: ignore[arg-type]
    found = finish(work_for(opened, request, Control(), Models()))
    assert isinstance(found, Argued)
    return found


def test_a_struck_word_no_longer_counts_for_the_entities_beside_it(argued_with: tuple[Project, str]) -> None:
    opened, run = argued_with
    found = argue(opened, run, strike=(PLANT.upper(),))
    assert opened.runs.get(found.run).method == "argue"
    before, after = found.before, found.after
    assert found.figure == "entity_f1"
    assert before.texts == after.texts > 10
    assert before.struck_share is not None
    assert after.struck_share is not None
    assert after.struck_share < before.struck_share / 2
    assert before.flips is not None
    assert after.flips is not None
    assert before.flips > 0.5 > after.flips
    assert after.main.value > before.main.value  # half of the test texts have the plant where it misleads
    assert after.normalised_comprehensiveness is not None


def test_marked_words_carry_the_entities(argued_with: tuple[Project, str]) -> None:
    opened, run = argued_with
    found = argue(opened, run, mark=tuple(GOOD))
    assert found.before.struck_share is None
    assert found.before.flips is None
    assert found.before.marked_share is not None
    assert found.after.marked_share is not None
    assert found.after.marked_share > found.before.marked_share


def test_stopped_and_resumed_it_ends_with_the_same_weights_and_its_record_trains_it_again(
    argued_with: tuple[Project, str],
) -> None:
    opened, run = argued_with
    options = LEARN | {"epochs": 2, "argued_run": run, "strike": PLANT, "mark": GOOD[0]}
    wanted = Train(method="argue", options=options)
    straight = finish(train(opened, wanted, Control())).run
    again = stopped_and_resumed(opened, wanted).run
    assert weights(opened, straight) == weights(opened, again)
    third = finish(train_again(opened, TrainAgain(run=straight), Control()))
    assert weights(opened, straight) == weights(opened, third.run)
    asked = Explain(run=straight, text=f"{GOOD[0]} day the {PLANT}", method="lrp")
    explained = finish(work_for(opened, asked, Control(), Models()))
    assert isinstance(explained, Explained)


def test_features_of_tagged_words_are_argued_with(argued_with: tuple[Project, str], tmp_path: Path) -> None:
    opened, _ = argued_with
    source = str(bert_folder(tmp_path / "source", dropout=0.0))
    run = finish(train(opened, Train(method="features", source=source), Control())).run
    found = argue(opened, run, strike=(PLANT,))
    before, after = (Models().get(opened, each) for each in (run, found.run))
    assert isinstance(before, TaggingModel)
    assert isinstance(after, TaggingModel)
    assert isinstance(after.module, TagFeatureModule)
    assert not torch.equal(before.module.embeddings.weight, after.module.embeddings.weight)
    assert found.after.main.value > found.before.main.value  # frozen states told too little


def test_what_cannot_be_argued_about(argued_with: tuple[Project, str], tmp_path: Path) -> None:
    opened, run = argued_with
    for request in (Argue(run=run), Argue(run=run, strike=("nowhere",))):
        with pytest.raises(KnownError) as caught:
            finish(work_for(opened, request, Control(), Models()))
        assert caught.value.kind is ErrorKind.NOTHING_TO_ARGUE
    file = tmp_path / "rationales.jsonl"
    file.write_text(json.dumps({"text": "good day", "strike": [[0, 4]]}), encoding="utf-8")
    with pytest.raises(KnownError) as caught:
        finish(work_for(opened, ImportRationales(str(file)), Control(), Models()))
    assert caught.value.kind is ErrorKind.RATIONALES_TASK


def test_a_place_in_one_text_is_no_argument_about_tagged_words(argued_with: tuple[Project, str]) -> None:
    opened, run = argued_with
    document = next(id for id, *_ in opened.documents.tagged("train"))
    with opened.transaction():
        opened.explaining.put_rationales([Rationale(document, 0, 3, "strike")])
    with pytest.raises(KnownError) as caught:
        finish(work_for(opened, Argue(run=run), Control(), Models()))
    assert caught.value.kind is ErrorKind.NOTHING_TO_ARGUE
    with opened.transaction():
        opened.explaining.remove_rationales(opened.explaining.rationales())


def test_the_shell_shows_before_and_after(
    argued_with: tuple[Project, str], capsys: pytest.CaptureFixture[str]
) -> None:
    opened, run = argued_with
    assert cli(["argue", str(opened.path), run, "--strike", PLANT, "--option", "epochs=1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["figure"] == "entity_f1"
    assert set(found["after"]["entity_f1"]) == {"value", "low", "high"}
    assert cli(["rationales", str(opened.path), str(opened.path / "project.sqlite"), "--json"]) == 2


def test_a_run_that_finds_no_entity_has_no_erasure_test(argued_with: tuple[Project, str]) -> None:
    opened, run = argued_with
    model = Models().get(opened, run)
    assert isinstance(model, TaggingModel)
    with torch.no_grad():
        model.module.last_linear.bias[0] += 1000.0  # every word is outside
    examples = examples_of(opened, "test", model.labels)
    assert finish(_erased(model, run, "occlusion", "fine-tune", examples)) is None


# --- the loss -----------------------------------------------------------------------------------------------------


def test_a_marked_word_is_a_reason_for_the_nearest_entity() -> None:
    tokenizer = TextTokenizer(bert_tokenizer(), 32)
    given = ["the film was good , bad film", "very good"]
    words = word_table(tokenizer, given, [words_of(text) for text in given])
    tags = np.array([0, 1, 0, 0, 0, 3, 4, 0, 0])
    for marked, meant in (
        ("was", "film"),
        ("good", "film"),
        ("bad", "bad film"),
        (",", "bad film"),
        ("very", ""),
    ):
        tokens = words.table.flat == tokenizer.tokenizer.convert_tokens_to_ids(marked)
        found = entities_meant(words, tags, tokens)
        ids = words.table.flat[found].tolist()
        assert tokenizer.tokenizer.convert_ids_to_tokens(ids) == meant.split()


def test_a_word_is_never_put_inside_an_entity_and_what_is_put_in_is_not_learnt() -> None:
    model = tagging()
    text = "the film was very good"
    words = word_table(model.tokenizer, [text], [words_of(text)])
    tags = np.array([0, 1, 2, 2, 0])
    size = len(words.table.flat)
    nothing = np.zeros(size, np.bool_)
    special = np.isin(words.table.flat, [words.table.flat[0], words.table.flat[-1]])
    put = np.array([model.tokenizer.tokenizer.convert_tokens_to_ids("bad")], np.int32)
    argument = Argument(nothing, nothing, special, model.tokenizer.mask_id, 1.0, (put,))
    objective = ArguedTagObjective(model, TagData(words, tags, words, tags), Tags(5), argument, 1.0)
    places = set()
    for step in range(40):
        piece = objective._other(0, Moment(1, 0, step, 0).generator(5))
        (at,) = np.flatnonzero(piece.ids == put[0])
        places.add(int(at))
        assert piece.begun[at] == -1
        assert piece.begun[piece.begun >= 0].tolist() == [0, 1, 2, 3, 4]
    assert places == {1, 2, 5}  # after the marker; "film was very" is one entity


def test_without_an_argument_in_its_texts_the_loss_is_the_plain_one() -> None:
    model = tagging()
    model.module.eval()
    text = "the film was very good"
    words = word_table(model.tokenizer, [text], [words_of(text)])
    tags = np.array([0, 1, 2, 0, 0])
    nothing = np.zeros(len(words.table.flat), np.bool_)
    struck = words.table.flat == model.tokenizer.tokenizer.convert_tokens_to_ids("very")
    data, criterion = TagData(words, tags, words, tags), Tags(5)
    rows, moment = np.zeros(1, np.int64), Moment(1, 0, 0, 0)

    def loss(mask: np.ndarray, marked: np.ndarray, weight: float) -> float:
        argument = Argument(mask, marked, nothing, model.tokenizer.mask_id, weight)
        objective = ArguedTagObjective(model, data, criterion, argument, 1.0)
        return float(objective.loss(rows, moment, "fp32").detach())

    plain = float(TagObjective(model, data, criterion).loss(rows, moment, "fp32").detach())
    assert loss(nothing, nothing, 1.0) == pytest.approx(plain, rel=1e-5)
    assert loss(struck, nothing, 1.0) > loss(struck, nothing, 0.0) > plain
    assert loss(nothing, struck, 1.0) > loss(nothing, struck, 0.0) == pytest.approx(plain, rel=1e-5)
