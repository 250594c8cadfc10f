"""Handing a run over: what is written, whether it is the model, what is refused."""

from __future__ import annotations

import json
import shutil
from collections import namedtuple
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification, AutoTokenizer

from engine.api.catalog import EXPORT_FORMATS, export_formats
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages_transfer import ExportModel
from engine.api.project import Project
from engine.cli import run as run_cli
from engine.export import exporting, model_card, onnx_model
from engine.export.checking import Scorer
from engine.export.exporting import export_model
from engine.export.hugging_face import write_words_folder
from engine.export.onnx_words import write_onnx_words
from engine.export.torchscript import demand_no_pickle
from engine.models.linear_model import LinearModel
from engine.models.run_model import BagOfWords, RunModel
from engine.models.text_model import Logits, TorchModel
from engine.progress import Noticed, Progressed, Work
from engine.report_parts.words import span
from tests.engine.export_models import (
    LABELS,
    export,
    features_model,
    finished_run,
    fusion_model,
    tagging_model,
    text_model,
    words_model,
)
from tests.engine.task_projects import task_project
from tests.engine.tiny import project, texts


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with project(tmp_path / "p") as made:
        yield made


def nothing_left(folder: Path, *but: str) -> bool:
    return not [path for path in folder.iterdir() if path.name not in ("p.lexplain", "source", *but)]


def logits_of_the_readme() -> NDArray[np.float32]:
    """What the example in the README of the current folder computes, with what lies in that folder."""
    example = Path("README.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(example, names)
    return np.asarray(names["logits"].detach() if torch.is_tensor(names["logits"]) else names["logits"])


# --- the formats ---------------------------------------------------------------------------------------------


def test_a_fine_tuned_folder_is_one_of_transformers(opened: Project, tmp_path: Path) -> None:
    model, run = text_model(tmp_path / "source"), finished_run(opened)
    found = export(opened, run, model, "huggingface", tmp_path / "out")
    assert found.agreement == 1.0
    assert found.rows == 32
    loaded = AutoModelForSequenceClassification.from_pretrained(tmp_path / "out")
    assert loaded.config.id2label == {0: "down", 1: "up"}
    assert loaded.config.label2id == {"down": 0, "up": 1}
    assert loaded.config.problem_type == "single_label_classification"
    read = AutoTokenizer.from_pretrained(tmp_path / "out")
    text = "a good film " * 20  # cut at the run's length, not at the source model's
    logits = loaded(**read([text], truncation=True, return_tensors="pt")).logits
    assert np.allclose(logits.detach().numpy(), model.logits([text]), atol=1e-5)
    assert not [path for path in (tmp_path / "out").rglob("*") if path.suffix in (".bin", ".pt", ".pkl")]


def test_a_tagging_folder_is_one_of_transformers(tmp_path: Path) -> None:
    with task_project(tmp_path / "p", "tagging") as opened:
        found = export(
            opened, finished_run(opened), tagging_model(tmp_path / "source"), "huggingface", tmp_path / "out"
        )
    loaded = AutoModelForTokenClassification.from_pretrained(tmp_path / "out")
    assert loaded.config.id2label == {0: "O", 1: "B-DOWN", 2: "I-DOWN", 3: "B-UP", 4: "I-UP"}
    assert found.agreement == 1.0


@pytest.mark.parametrize(("layers", "sentence_encoder"), [((1,), True), ((0, 1), False)])
def test_a_features_folder_is_an_encoder_and_a_head(
    opened: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    layers: tuple[int, ...],
    sentence_encoder: bool,
) -> None:
    model = features_model(tmp_path / "source", layers)
    found = export(opened, finished_run(opened, "features"), model, "huggingface", tmp_path / "out")
    assert {"model.safetensors", "head.safetensors", "tokenizer.json"} <= set(found.files)
    assert ("modules.json" in found.files) == sentence_encoder
    monkeypatch.chdir(tmp_path / "out")
    assert np.allclose(logits_of_the_readme(), model.logits(["a text"]), atol=1e-5)


def test_a_fusion_is_two_folders_whose_logits_are_added(
    opened: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = fusion_model(tmp_path / "source")
    found = export(opened, finished_run(opened, "fusion"), model, "huggingface", tmp_path / "out")
    assert found.largest_difference < 1e-5
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    total = np.zeros((1, 2), np.float32)
    for part, name in enumerate(("first", "second")):
        monkeypatch.chdir(tmp_path / "out" / name)
        Path("README.md").write_text(
            card.split("```python\n")[part + 1].join(("```python\n", "")), encoding="utf-8"
        )
        total += logits_of_the_readme()
    assert np.allclose(total, model.logits(["a text"]), atol=1e-5)


def test_a_program_of_torch_export_holds_no_pickle(
    opened: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = text_model(tmp_path / "source")
    found = export(opened, finished_run(opened), model, "torchscript", tmp_path / "out")
    assert found.largest_difference < 1e-5
    assert set(found.files) == {"README.md", "model.json", "model.pt2", "tokenizer.json"}
    demand_no_pickle(tmp_path / "out" / "model.pt2")
    program = torch.export.load(tmp_path / "out" / "model.pt2").module()
    ids = torch.tensor([[2, 5, 6, 3]])
    zeros = torch.zeros_like(ids)
    expected = model.module(input_ids=ids, attention_mask=zeros + 1, token_type_ids=zeros)
    assert torch.allclose(program(ids, zeros + 1, zeros), expected, atol=1e-5)
    monkeypatch.chdir(tmp_path / "out")
    assert np.allclose(logits_of_the_readme(), model.logits(["a text"]), atol=1e-5)


def test_a_pickled_part_is_noticed(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(2)}, tmp_path / "model.pt2")
    with pytest.raises(AssertionError, match="pickled"):
        demand_no_pickle(tmp_path / "model.pt2")


@pytest.mark.parametrize("format", ["onnx", "onnx-int8"])
def test_a_bag_of_words_takes_words_and_gives_logits(opened: Project, tmp_path: Path, format: str) -> None:
    run, model = words_model(opened)
    found = export(opened, run, model, format, tmp_path / "out")
    assert found.agreement == 1.0
    assert (found.largest_difference < 1e-5) == (format == "onnx")
    session = onnxruntime.InferenceSession(tmp_path / "out" / "model.onnx")
    words = np.array([["a", "good", "film"], ["bad", "", ""]], dtype=object)
    logits = session.run(["logits"], {"words": words})[0]
    assert np.allclose(
        logits, model.logits(["A good film", "bad"]), atol=0.2 if format == "onnx-int8" else 1e-5
    )


def test_an_encoder_in_onnx_has_free_axes_and_names_no_place(
    opened: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = text_model(tmp_path / "source")
    found = export(opened, finished_run(opened), model, "onnx", tmp_path / "out")
    assert found.largest_difference < 1e-4
    path = tmp_path / "out" / "model.onnx"
    session = onnxruntime.InferenceSession(path)
    shapes = {each.name: each.shape for each in session.get_inputs()}
    assert set(shapes) == {"input_ids", "attention_mask", "token_type_ids"}
    assert all(shape == ["batch", "tokens"] for shape in shapes.values())
    assert b".py" not in path.read_bytes()
    monkeypatch.chdir(tmp_path / "out")
    assert np.allclose(logits_of_the_readme(), model.logits(["a text", "another one"]), atol=1e-4)
    onnx_model.quantise(path)
    rows = [text for text, _ in texts(40)]
    eight = onnx_model.onnx_model(model, path)
    assert isinstance(eight, TorchModel)
    # random weights are wider than learnt ones, so this is coarse
    assert (eight.logits(rows).argmax(1) == model.logits(rows).argmax(1)).mean() > 0.8


# --- the card ------------------------------------------------------------------------------------------------


def test_the_card_says_figures_with_intervals_and_no_text(opened: Project, tmp_path: Path) -> None:
    run, model = words_model(opened)
    export(opened, run, model, "huggingface", tmp_path / "out")
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    stored = opened.runs.get(run)
    assert stored.test is not None
    figure = stored.test.macro_f1
    assert f"{figure.value:.1%}".replace("%", " %") + f" [{span(figure)}]" in card
    assert "96 texts to learn from, 32 to choose by, 32 to judge by" in card
    assert "| down |" in card
    assert "(1 + ln c) * idf" in card
    for path in (tmp_path / "out").rglob("*"):
        written = path.read_bytes() if path.is_file() else b""
        assert not [text for text, _ in texts(160) if len(text) > 20 and text.encode() in written]


def test_names_of_the_user_cannot_change_the_page() -> None:
    shown = model_card.plain("<script>|a\nb`*x* [y](z)")
    assert shown == "&lt;script&gt;\\|a b\\`\\*x\\* \\[y\\](z)"


def test_thresholds_of_several_labels_are_in_the_card(tmp_path: Path) -> None:
    with task_project(tmp_path / "p", "multi") as opened:
        run, model = words_model(opened)
        found = export(opened, run, model, "runner", tmp_path / "out")
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    settings = json.loads((tmp_path / "out" / "model.json").read_text(encoding="utf-8"))
    assert found.agreement == 1.0
    assert "Threshold" in card
    assert all(f"{each:.3f}" in card for each in settings["thresholds"])


# --- what is refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("there", ["folder with a file", "file"])
def test_what_is_there_is_never_written_over(opened: Project, tmp_path: Path, there: str) -> None:
    run, model = words_model(opened)
    out = tmp_path / "out"
    if there == "file":
        out.write_text("mine")
    else:
        out.mkdir()
        (out / "mine").write_text("mine")
    with pytest.raises(KnownError) as caught:
        export(opened, run, model, "huggingface", out)
    assert caught.value.kind is ErrorKind.EXPORT_FOLDER
    assert "mine" in (out if there == "file" else out / "mine").read_text()


def test_an_empty_folder_is_taken(opened: Project, tmp_path: Path) -> None:
    run, model = words_model(opened)
    (tmp_path / "out").mkdir()
    assert "README.md" in export(opened, run, model, "huggingface", tmp_path / "out").files


@pytest.mark.parametrize(
    ("format", "kind"), [("gguf", ErrorKind.OPTION_VALUE), ("torchscript", ErrorKind.EXPORT_UNSUITABLE)]
)
def test_formats_that_make_no_sense(opened: Project, tmp_path: Path, format: str, kind: ErrorKind) -> None:
    run, model = words_model(opened)
    with pytest.raises(KnownError) as caught:
        export(opened, run, model, format, tmp_path / "out")
    assert caught.value.kind is kind
    assert nothing_left(tmp_path)


@pytest.mark.parametrize(("method", "kind"), [("distil", "student"), ("pseudo-label", "base")])
def test_what_is_a_bag_of_words_in_the_end_is_exported_as_one(
    opened: Project, tmp_path: Path, method: str, kind: str
) -> None:
    _, model = words_model(opened)
    with opened.transaction():
        run = opened.runs.add(method, "", {kind: "bag-of-words", "seed": 13})
        opened.runs.finish(run, 1.0, 1.0, "epochs")
    assert export_formats(opened.runs.get(run).model_method) == EXPORT_FORMATS[:-1]
    with pytest.raises(KnownError) as caught:
        export(opened, run, model, "torchscript", tmp_path / "out")
    assert caught.value.kind is ErrorKind.EXPORT_UNSUITABLE
    assert "model.onnx" in export(opened, run, model, "onnx", tmp_path / "out").files


def test_a_place_that_cannot_be_written(opened: Project, tmp_path: Path) -> None:
    run, model = words_model(opened)
    (tmp_path / "file").write_text("")
    with pytest.raises(KnownError) as caught:
        export(opened, run, model, "huggingface", tmp_path / "file" / "out")
    assert caught.value.kind is ErrorKind.NOT_WRITABLE


def test_a_project_without_labelled_texts(tmp_path: Path) -> None:
    with project(tmp_path / "p") as full, Project.create(tmp_path / "empty") as empty:
        _, model = words_model(full)
        with pytest.raises(KnownError) as caught:
            export(empty, finished_run(empty), model, "huggingface", tmp_path / "out")
    assert caught.value.kind is ErrorKind.SPLIT_EMPTY


def test_a_copy_that_answers_otherwise_is_not_kept(
    opened: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, model = words_model(opened)

    def spoilt(model: BagOfWords, folder: Path) -> Work[BagOfWords]:
        copy = yield from write_words_folder(model, folder)
        copy.intercept = copy.intercept + 0.01
        return copy

    monkeypatch.setattr(exporting, "write_words_folder", spoilt)
    with pytest.raises(KnownError) as caught:
        export(opened, run, model, "huggingface", tmp_path / "out")
    assert caught.value.kind is ErrorKind.EXPORT_DIFFERS
    assert nothing_left(tmp_path)


def test_rounded_weights_that_answer_otherwise_are_said(
    opened: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, model = words_model(opened)

    def spoilt(model: LinearModel, folder: Path, format: str) -> Work[Scorer]:
        copy = yield from write_onnx_words(model, folder, format)

        def turned(texts: Sequence[str]) -> Work[Logits]:
            return -(yield from copy(texts))

        return turned

    monkeypatch.setattr(exporting, "write_onnx_words", spoilt)
    request = ExportModel(run=run, format="onnx-int8", out=str(tmp_path / "out"))
    notices = [step for step in export_model(opened, request, model) if isinstance(step, Noticed)]
    assert [notice.kind for notice in notices] == ["export-agreement"]


def test_a_cancelled_export_leaves_nothing(opened: Project, tmp_path: Path) -> None:
    run, model = words_model(opened)
    request = ExportModel(run=run, format="runner", out=str(tmp_path / "out"))
    work = export_model(opened, request, model)
    for step in work:
        if isinstance(step, Progressed) and step.stage == "convert":
            assert not nothing_left(tmp_path)
            break
    work.close()
    assert nothing_left(tmp_path)


@pytest.mark.parametrize("when", ["before", "while writing"])
def test_a_full_disk_leaves_nothing(
    opened: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    run, model = words_model(opened)
    usage = namedtuple("usage", "total used free")
    free = iter([10**12, 0] if when == "while writing" else [10])
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1, 1, next(free)))

    def fails(*_: object) -> Work[RunModel]:
        yield Progressed("convert", 0, 1)
        raise RuntimeError("file write failed")

    monkeypatch.setattr(exporting, "write_words_folder", fails)
    with pytest.raises(KnownError) as caught:
        export(opened, run, model, "huggingface", tmp_path / "out")
    assert caught.value.kind is ErrorKind.DISK_FULL
    assert nothing_left(tmp_path)


def test_an_architecture_that_no_graph_can_say(
    opened: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = text_model(tmp_path / "source")

    def branching(**batch: torch.Tensor) -> torch.Tensor:
        return torch.ones(len(batch["input_ids"]), 2) * (1 if batch["input_ids"].sum() > 3 else 2)

    monkeypatch.setattr(model.module, "forward", branching)
    with pytest.raises(KnownError) as caught:
        export(opened, finished_run(opened), model, "torchscript", tmp_path / "out")
    assert caught.value.kind is ErrorKind.EXPORT_FAILED
    assert caught.value.values["family"] == "bert"
    assert nothing_left(tmp_path)


# --- the shell -----------------------------------------------------------------------------------------------


def test_the_shell_exports(opened: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, _ = words_model(opened)
    out = str(tmp_path / "out")
    assert run_cli(["export", str(opened.path), run, "--format", "runner", "--out", out, "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["agreement"] == 1.0
    assert found["largest_difference"] < 1e-5
    assert "score.py" in found["files"]
    assert run_cli(["export", str(opened.path), run, "--format", "runner", "--out", out]) == 2
    assert "not empty" in capsys.readouterr().err
    assert LABELS == ("down", "up")
