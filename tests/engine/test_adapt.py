"""Adapting the source model to the project's own texts: learnt, shared, gone on with, and without test texts."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from engine.api import catalog
from engine.api.catalog import complete_options
from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.messages import ColumnMapping, ForecastTraining, Train
from engine.api.project import Project
from engine.devices import choose
from engine.models.modules import word_embeddings
from engine.models.source import find
from engine.progress import Control, PointReached, Progressed, Work, finish
from engine.transfer import adapt, forecasting
from engine.transfer.adapt import own_texts, starting_source
from engine.transfer.adapt_objectives import DenoisingObjective, MaskedWordsObjective, has_masked_head
from engine.transfer.examples import gather
from engine.transfer.forecasting import forecast
from engine.transfer.method import Job
from engine.transfer.objective import Moment
from engine.transfer.preparing import new_tokenizer
from engine.transfer.training import train
from tests.engine.family_models import FAMILIES, family_folder
from tests.engine.resuming import stopped_and_resumed, weights
from tests.engine.tiny import bert_folder, project, texts

QUICK: dict[str, OptionValue] = {"epochs": 1, "precision": "fp32", "adapt_epochs": 2}


def add_unlabelled(opened: Project, path: Path, found: list[str]) -> None:
    with opened.transaction():
        source = opened.documents.add_source(path, "csv", "utf-8", ",", ColumnMapping(text="text"))
        opened.documents.add_rows(source, [(n, text, "", "") for n, text in enumerate(found, start=2)])
        opened.documents.finish_source(source)


def job(opened: Project, folder: Path, source: Path, **options: OptionValue) -> Job:
    complete = complete_options("fine-tune", {**QUICK, **options})
    data = gather(opened, 1, 0.2)
    return Job(opened, "r", data, complete, str(source), folder, opened.cache, choose(), Control())


@pytest.mark.parametrize("family", FAMILIES)
def test_a_head_for_masked_words_is_seen_in_the_header(tmp_path: Path, family: str) -> None:
    assert has_masked_head(find(str(family_folder(tmp_path / "with", family, masked_head=True))))
    assert not has_masked_head(find(str(family_folder(tmp_path / "without", family))))


def test_the_bundled_models() -> None:
    assert not has_masked_head(find(""))
    assert has_masked_head(find("bert-tiny")), "its header has the old names of the norms"


@pytest.mark.parametrize("masked_head", [True, False])
def test_the_loss_on_held_out_texts_falls(tmp_path: Path, masked_head: bool) -> None:
    folder = family_folder(tmp_path / "source", "bert", masked_head=masked_head)
    with project(tmp_path / "p") as opened:
        made = job(opened, tmp_path / "run", folder)
        source = find(str(folder))
        tokenizer = new_tokenizer(made, source)
    kind = MaskedWordsObjective if masked_head else DenoisingObjective
    train_table, held_out = (tokenizer.table([t for t, _ in texts(n, seed=n)]) for n in (128, 64))
    objective = kind(source, tokenizer, train_table, held_out, torch.device("cpu"))
    before = finish(objective.judge("fp32"))
    assert before == finish(objective.judge("fp32")), "held-out texts are always corrupted alike"
    objective.module.train()
    trained = [p for p in objective.module.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=3e-3)
    for step in range(40):
        rows = np.random.default_rng(step).permutation(128)[:32]
        objective.loss(rows, Moment(1, 0, step, 0), "fp32").backward()
        optimizer.step()
        optimizer.zero_grad()
    after = finish(objective.judge("fp32"))
    assert after.loss < 0.9 * before.loss
    assert after.figure == pytest.approx(np.exp(-after.loss))
    objective.finish()
    assert torch.equal(word_embeddings(objective.encoder).weight, word_embeddings(objective.module).weight)


def test_masks_are_where_the_loss_is_and_markers_are_never_touched(tmp_path: Path) -> None:
    folder = family_folder(tmp_path / "source", "bert", masked_head=True)
    with project(tmp_path / "p") as opened:
        made = job(opened, tmp_path / "run", folder)
        tokenizer = new_tokenizer(made, find(str(folder)))
    table = tokenizer.table([t for t, _ in texts(200)])
    objective = MaskedWordsObjective(find(str(folder)), tokenizer, table, table, torch.device("cpu"))
    batch = tokenizer.table_batch(table, np.arange(200), torch.device("cpu"))
    ids = batch["input_ids"].numpy()
    hidden, chosen = objective._corrupted(ids, np.random.default_rng(0))
    assert chosen.any(1).all()
    assert not np.isin(ids[chosen], tokenizer.tokenizer.all_special_ids).any()
    assert (hidden == ids)[~chosen].all()
    masked = (hidden == tokenizer.mask_id)[chosen].mean()
    assert 0.7 < masked < 0.9
    # the head of the chosen words alone says what the whole model says there
    objective.module.eval()
    batch["input_ids"] = torch.from_numpy(hidden)
    at = torch.from_numpy(chosen)
    with torch.inference_mode():
        whole = objective.module(**batch).logits[at]
        assert torch.allclose(objective._words(batch, at), whole, atol=1e-5)


def test_what_is_deleted(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "source")
    with project(tmp_path / "p") as opened:
        tokenizer = new_tokenizer(job(opened, tmp_path / "run", folder), find(str(folder)))
    table = tokenizer.table([" ".join(["film"] * n) for n in (1, 2, 20)])
    objective = DenoisingObjective(find(str(folder)), tokenizer, table, table, torch.device("cpu"))
    random = np.random.default_rng(0)
    assert len(objective._deleted(table.ids(0), random)) == 3, "one word always stays"
    shares = [1 - (len(objective._deleted(table.ids(2), random)) - 2) / 20 for _ in range(50)]
    assert 0.3 <= min(shares) < max(shares) <= 0.6


def test_the_same_text_twice_in_a_batch_is_no_wrong_answer(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "source", dropout=0.0)
    with project(tmp_path / "p") as opened:
        tokenizer = new_tokenizer(job(opened, tmp_path / "run", folder), find(str(folder)))
    table = tokenizer.table(["a good film"] * 4)
    objective = DenoisingObjective(find(str(folder)), tokenizer, table, table, torch.device("cpu"))
    assert float(objective.loss(np.arange(4), Moment(1, 0, 0, 0), "fp32").detach()) == pytest.approx(
        0, abs=1e-4
    )


def test_test_and_validation_texts_are_not_read(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "source")
    with project(tmp_path / "p") as opened:
        made = job(opened, tmp_path / "run", folder)
        add_unlabelled(opened, tmp_path / "u.csv", ["a new day", "a new day", made.data.test.texts[0]])
        found = own_texts(job(opened, tmp_path / "run", folder))
    judging = {*made.data.validation.texts, *made.data.test.texts}
    assert not set(found) & judging
    assert set(found) == ({*made.data.train.texts} - judging) | {"a new day"}
    assert len(found) == len(set(found))


@pytest.mark.parametrize("method", ["fine-tune", "features"])
def test_methods_start_from_it_and_share_it(tmp_path: Path, method: str) -> None:
    folder = bert_folder(tmp_path / "source")
    options: dict[str, OptionValue] = QUICK if method == "fine-tune" else {"adapt_epochs": 2}
    with project(tmp_path / "p") as opened:
        wanted = Train(method=method, source=str(folder), options=options)
        steps = list(train(opened, wanted, Control()))
        stages = [s.stage for s in steps if isinstance(s, Progressed)]
        assert "adapt" in stages
        curve = [s.point.step for s in steps if isinstance(s, PointReached)]
        assert curve == sorted(curve), "no points of the adaptation among the run's"
        (made,) = (opened.cache / "adapted").iterdir()
        name = "encoder.layer.0.output.dense.weight"
        before, after = load_file(folder / "model.safetensors"), load_file(made / "model.safetensors")
        assert before.keys() == after.keys()
        assert not torch.equal(before[name], after[name])
        if method == "features":
            run = opened.runs.all()[0].id
            kept = load_file(opened.run_folder(run) / "model" / "model.safetensors")
            assert torch.equal(kept[name], after[name])
        again = [s.stage for s in train(opened, wanted, Control()) if isinstance(s, Progressed)]
        assert "adapt" not in again, "it lies in the cache"
        runs = [run.id for run in opened.runs.all()]
        assert weights(opened, runs[0]) == weights(opened, runs[1])
        assert not list(opened.run_folder(runs[0]).glob("adapt*"))


def test_stopped_while_adapting_and_resumed_gives_the_same_weights(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "source")
    with project(tmp_path / "p") as opened:
        wanted = Train(method="fine-tune", source=str(folder), options={**QUICK, "adapt_epochs": 4})
        whole = finish(train(opened, wanted, Control()))
        shutil.rmtree(opened.cache / "adapted")
        result = stopped_and_resumed(opened, wanted, stops=(3, 4, 8))
        assert weights(opened, result.run) == weights(opened, whole.run)


def test_another_seed_text_or_length_is_another_adaptation(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "source")
    with project(tmp_path / "p") as opened:
        made = []
        for options in (
            {},
            {"seed": 2},
            {"adapt_epochs": 1},
            {"max_tokens": 16},
            {"cleaning": "accents"},
            {},
        ):
            given: dict[str, OptionValue] = {"adapt_epochs": 0.3, **options}
            made.append(finish(starting_source(job(opened, tmp_path / "run", folder, **given))).folder)
        add_unlabelled(opened, tmp_path / "u.csv", ["a new day"])
        made.append(finish(starting_source(job(opened, tmp_path / "run", folder, adapt_epochs=0.3))).folder)
        assert made[0] == made[5]
        assert len(set(made)) == 6


def test_too_few_texts_are_refused(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "source")
    with project(tmp_path / "p", train=4, validation=4, test=4) as opened:
        with pytest.raises(KnownError) as caught:
            finish(train(opened, Train(method="fine-tune", source=str(folder), options=QUICK), Control()))
        assert caught.value.kind is ErrorKind.TOO_FEW_TO_ADAPT


def test_the_forecast_counts_it_until_it_is_done(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "source")
    with project(tmp_path / "p") as opened:
        options: dict[str, OptionValue] = {**QUICK, "adapt_epochs": 20}
        wanted = ForecastTraining(method="fine-tune", source=str(folder), options=options)
        first = finish(forecast(opened, wanted)).forecast.seconds
        assert not (opened.cache / "adapted").exists()
        with closing(
            train(opened, Train(method="fine-tune", source=str(folder), options=options), Control())
        ) as steps:
            for step in steps:
                if isinstance(step, Progressed) and step.stage == "train":
                    break
        assert finish(forecast(opened, wanted)).forecast.seconds < first / 1.5


@pytest.mark.parametrize(
    ("method", "options", "adapted"),
    [
        ("pseudo-label", {"base": "features", "rounds": 2}, ("first",)),
        ("pseudo-label", {"base": "fine-tune", "rounds": 2}, ("first",)),
        ("pseudo-label", {"base": "contrastive", "rounds": 2}, ("first",)),
        ("pseudo-label", {"base": "bag-of-words", "rounds": 2}, ()),
        ("distil", {"student": "small-model"}, ("second",)),
        ("distil", {"student": "fewer-layers"}, ("first",)),
        ("distil", {"student": "bag-of-words"}, ()),
        ("fusion", {}, ("first", "second")),
    ],
)
def test_a_forecast_charges_for_adapting_what_is_adapted_once(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    options: dict[str, OptionValue],
    adapted: tuple[str, ...],
) -> None:
    folders = {name: str(bert_folder(tmp_path / name, layers=1)) for name in ("first", "second")}
    measured = []

    def an_hour(job: Job, kept_in: Path) -> Work[float]:
        measured.append(job.source)
        yield Progressed("measure", 1, 1)
        return 3600.0

    def never(*_: object) -> None:
        pytest.fail("a forecast adapts nothing")

    monkeypatch.setattr(forecasting, "adapting_seconds", an_hour)
    monkeypatch.setattr(adapt, "_adapt", never)
    given = options | {
        "adapt_epochs": 20,
        "precision": "fp32",
        "student_source": folders["second"],
        "second_source": folders["second"],
    }
    known = {option.id for option in catalog.method(method).options}
    with project(tmp_path / "p", train=16, validation=8, test=8) as opened:
        finish(train(opened, Train(method="bag-of-words"), Control()))  # a teacher
        add_unlabelled(opened, tmp_path / "u.csv", [text for text, _ in texts(48, seed=9)])
        wanted = ForecastTraining(
            method=method,
            source=folders["first"],
            options={name: value for name, value in given.items() if name in known},
        )
        seconds = finish(forecast(opened, wanted)).forecast.seconds
    assert measured == [folders[name] for name in adapted]
    assert 3600 * len(adapted) < seconds < 3600 * len(adapted) + 1800


def test_fusion_adapts_both_of_its_source_models(tmp_path: Path) -> None:
    first, second = (bert_folder(tmp_path / name, layers=layers) for name, layers in (("a", 1), ("b", 2)))
    options: dict[str, OptionValue] = {"second_source": str(second), "adapt_epochs": 2}
    with project(tmp_path / "p") as opened:
        finish(train(opened, Train(method="fusion", source=str(first), options=options), Control()))
        made = [load_file(each / "model.safetensors") for each in (opened.cache / "adapted").iterdir()]
        assert not list(opened.run_folder(opened.runs.all()[0].id).glob("adapt*"))
    assert sorted(len(weights) for weights in made) == sorted(
        len(load_file(folder / "model.safetensors")) for folder in (first, second)
    )


def test_long_texts_are_read_in_windows(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "source")
    with project(tmp_path / "p") as opened:
        add_unlabelled(opened, tmp_path / "u.csv", ["a good film was very bad " * 40])
        found = finish(starting_source(job(opened, tmp_path / "run", folder, max_tokens=16)))
    assert (found.folder / "model.safetensors").is_file()
