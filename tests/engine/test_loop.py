"""The training loop: exact, resumable, and stopped by what the user set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification

from engine.api.errors import ErrorKind, KnownError, OptionValue, memory_that_ran_out, report
from engine.api.messages import JobState, Resume, Train, Trained
from engine.api.project import Project
from engine.api.results import TrainingPoint
from engine.models.modules import SequenceModule
from engine.progress import Control, Noticed, PointReached, Progressed, Step, finish
from engine.transfer import checkpoint, objective, preparing
from engine.transfer.layers import transformer_layers
from engine.transfer.loop import LoopSettings, make_optimizer
from engine.transfer.supervised import TextObjective
from engine.transfer.training import resume, train
from tests.engine.family_models import family_folder
from tests.engine.resuming import stopped_and_resumed, weights
from tests.engine.tiny import bert_folder, project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bert_folder(tmp_path / "source")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Project]:
    with project(tmp_path / "p") as made:
        yield made


def request(folder: Path, **options: OptionValue) -> Train:
    given: dict[str, OptionValue] = {"learning_rate": 3e-3, "epochs": 3, "precision": "fp32", **options}
    return Train(method="fine-tune", source=str(folder), options=given)


def trained(opened: Project, wanted: Train, control: Control | None = None) -> tuple[Trained, list[Step]]:
    """The result and all steps of a training."""
    steps = []
    work = train(opened, wanted, control or Control())
    while True:
        try:
            steps.append(next(work))
        except StopIteration as stop:
            return stop.value, steps


def points(steps: list[Step]) -> list[TrainingPoint]:
    return [s.point for s in steps if isinstance(s, PointReached)]


def test_learns_and_is_the_same_twice(opened: Project, folder: Path) -> None:
    first, steps = trained(opened, request(folder, epochs=20))
    second, _ = trained(opened, request(folder, epochs=20))
    assert first.validation is not None
    assert first.validation.accuracy.value > 0.9
    assert first.test == second.test
    assert weights(opened, first.run) == weights(opened, second.run)
    judged = [p for p in points(steps) if p.figure is not None]
    assert [p.epoch for p in judged] == list(range(1, 21))
    assert opened.runs.get(first.run).state is JobState.DONE
    assert not list(opened.run_folder(first.run).glob("checkpoint*"))


def test_another_seed_gives_other_weights(opened: Project, folder: Path) -> None:
    first, _ = trained(opened, request(folder, epochs=1, seed=1))
    second, _ = trained(opened, request(folder, epochs=1, seed=2))
    assert weights(opened, first.run) != weights(opened, second.run)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"accumulation": 2},
        {"top_layers": 1},
        {"evaluations_per_epoch": 3},
        {"layer_decay": 0.8},
        {"lora_rank": 4},
        {"augment": "deletion,typos", "augment_share": 0.5},
        {"mix_up": 0.4},
        {"masked_training": True},
        {"augment": "swap", "mix_up": 0.4, "masked_training": True, "lora_rank": 2, "loss": "focal"},
    ],
)
def test_stopped_anywhere_and_resumed_gives_the_same_weights(
    opened: Project, folder: Path, options: dict[str, OptionValue]
) -> None:
    wanted = request(folder, epochs=4, **options)
    whole, _ = trained(opened, wanted)
    result = stopped_and_resumed(opened, wanted)
    assert weights(opened, result.run) == weights(opened, whole.run)
    assert result.test == whole.test


@pytest.mark.parametrize("family", ["bert", "roberta", "albert", "deberta-v2", "modernbert"])
def test_lower_layers_learn_more_slowly(tmp_path: Path, family: str) -> None:
    module = SequenceModule(
        AutoModelForSequenceClassification.from_pretrained(family_folder(tmp_path / "m", family))
    )
    settings = LoopSettings(
        epochs=1, batch_size=4, learning_rate=1e-3, seed=1, precision="fp32", layer_decay=0.5
    )
    optimizer = make_optimizer(module, settings)
    rates = {id(p): group["lr"] for group in optimizer.param_groups for p in group["params"]}
    layers = transformer_layers(module)
    found = [{rates[id(p)] for p in layer.parameters()} for layer in layers]
    assert found == [{1e-3 * 0.5 ** (len(layers) - i)} for i in range(len(layers))]
    assert rates[id(module.last_linear.weight)] == 1e-3
    assert rates[id(module.embeddings.weight)] == min(rates.values()) == 1e-3 * 0.5 ** (len(layers) + 1)
    assert len(rates) == sum(1 for _ in module.parameters())


def test_rates_keep_their_ratio_while_they_fall(opened: Project, folder: Path) -> None:
    """Where the embeddings' rate is next to nothing they hardly move, and the head does."""
    result, _ = trained(opened, request(folder, layer_decay=0.1, epochs=1, learning_rate=1e-3))
    plain, _ = trained(opened, request(folder, epochs=1, learning_rate=1e-3))
    name = "embeddings.word_embeddings.weight"
    before = load_file(folder / "model.safetensors")[name]
    moved = []
    for run in (result.run, plain.run):
        after = load_file(opened.run_folder(run) / "model" / "model.safetensors")[f"bert.{name}"]
        moved.append(float((after - before).abs().max()))
    # AdamW moves a weight by its rate at the most, whatever the gradient: 6 steps of 1e-3 and of 1e-6
    assert 0 < moved[0] < 1e-5
    assert moved[1] > 1e-3


def test_a_crash_between_checkpoints_costs_only_time(
    opened: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kill leaves the last checkpoint, not the last step: what came after is done again, the same way."""
    monkeypatch.setattr(checkpoint, "_LEAST_SECONDS", 0.0)
    monkeypatch.setattr(checkpoint, "_SHARE", 1e9)
    whole, _ = trained(opened, request(folder))
    work = train(opened, request(folder), Control())
    run, kept, at = "", b"", 0
    for step in work:
        run = run or getattr(step, "run", "")
        state = opened.run_folder(run) / "checkpoint" / "state.safetensors" if run else Path()
        if isinstance(step, Progressed) and step.stage == "train":
            at = step.done
            if at == 7:
                kept = state.read_bytes()
            if at == 11:
                break
    work.close()
    state.write_bytes(kept)
    finish(resume(opened, Resume(run=run), Control()))
    assert weights(opened, run) == weights(opened, whole.run)
    curve = (opened.run_folder(run) / "metrics.jsonl").read_text().splitlines()
    assert len(curve) == len(set(curve))


def test_frozen_layers_do_not_move(opened: Project, folder: Path) -> None:
    result, _ = trained(opened, request(folder, top_layers=1, epochs=1))
    before = load_file(folder / "model.safetensors")
    after = load_file(opened.run_folder(result.run) / "model" / "model.safetensors")
    low, high = "encoder.layer.0.output.dense.weight", "encoder.layer.1.output.dense.weight"
    assert torch.equal(before[low], after[f"bert.{low}"])
    assert not torch.equal(before[high], after[f"bert.{high}"])


def test_unused_embeddings_do_not_move_and_used_ones_do(opened: Project, folder: Path) -> None:
    result, _ = trained(opened, request(folder, epochs=1))
    name = "embeddings.word_embeddings.weight"
    before = load_file(folder / "model.safetensors")[name]
    after = load_file(opened.run_folder(result.run) / "model" / "model.safetensors")[f"bert.{name}"]
    moved = (before != after).any(1)
    assert not moved[-40:].any()  # the unused words
    assert moved[5:20].all()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"target_metric": "macro_f1", "target_value": 0.55}, "target"),
        ({"target_metric": "accuracy", "target_value": 0.55}, "target"),
        ({"target_metric": "loss", "target_value": 0.68}, "target"),
        ({"patience": 1, "learning_rate": 1e-7}, "patience"),
        ({"time_budget_minutes": 0.01}, "time-budget"),
    ],
)
def test_stops_early(opened: Project, folder: Path, options: dict[str, OptionValue], reason: str) -> None:
    result, steps = trained(opened, request(folder, epochs=60, **options))
    assert result.stopped_by == reason
    assert points(steps)[-1].epoch < 60
    assert opened.runs.get(result.run).stopped_by == reason


def test_stop_and_keep_best(opened: Project, folder: Path) -> None:
    control = Control()
    work = train(opened, request(folder, epochs=50), control)
    try:
        while True:
            step = next(work)
            if isinstance(step, Progressed) and step.stage == "train" and step.done >= 8:
                control.stop_and_keep_best = True
    except StopIteration as stop:
        result: Trained = stop.value
    assert result.stopped_by == "user"
    assert opened.runs.get(result.run).state is JobState.DONE


def fails_with(error: BaseException, above: int) -> Callable[..., object]:
    """A loss that fails on batches of more than ``above`` texts."""
    real = torch.nn.functional.cross_entropy

    def loss(logits: torch.Tensor, *arguments: object, **named: object) -> object:
        if len(logits) > above:
            raise error
        return real(logits, *arguments, **named)  # type: ignore[arg-type]

    return loss


def too_large() -> RuntimeError:
    """What this torch says where main memory cannot hold a tensor."""
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 60, dtype=torch.uint8)
    return caught.value


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), ErrorKind.GPU_OUT_OF_MEMORY),
        (RuntimeError("MPS backend out of memory (MPS allocated: 8 GB)"), ErrorKind.GPU_OUT_OF_MEMORY),
        (RuntimeError("DefaultCPUAllocator: not enough memory: you tried"), ErrorKind.OUT_OF_MEMORY),
        (too_large(), ErrorKind.OUT_OF_MEMORY),
        (MemoryError(), ErrorKind.OUT_OF_MEMORY),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), ErrorKind.BUG),
    ],
)
def test_memory_that_runs_out_is_told_from_other_errors(error: BaseException, kind: ErrorKind) -> None:
    assert report(error).kind is kind
    assert memory_that_ran_out(error) is (None if kind is ErrorKind.BUG else kind)


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("CUDA out of memory"), too_large()])
def test_batch_is_halved_when_memory_runs_out(
    opened: Project, folder: Path, monkeypatch: pytest.MonkeyPatch, error: RuntimeError
) -> None:
    monkeypatch.setattr(torch.nn.functional, "cross_entropy", fails_with(error, 4))
    result, steps = trained(opened, request(folder, epochs=1))
    halved = [s.values["batch_size"] for s in steps if isinstance(s, Noticed) and s.kind == "batch-halved"]
    assert halved == [8, 4]
    assert result.validation is not None


def test_long_texts_go_through_the_model_a_few_at_a_time(
    opened: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    padded, real = [], TextObjective.loss

    def loss(self: TextObjective, rows: NDArray[np.int64], *rest: object) -> torch.Tensor:
        padded.append((len(rows), len(rows) * int(self.lengths[rows].max())))
        return real(self, rows, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(TextObjective, "loss", loss)
    trained(opened, request(folder, epochs=1))
    steps = len(padded)
    assert max(tokens for _, tokens in padded) > 24
    padded.clear()
    monkeypatch.setattr(objective, "MOST_TOKENS", 24)
    trained(opened, request(folder, epochs=1))
    assert len(padded) > steps

    def timed(_device: torch.device, step: Callable[[str], object]) -> tuple[str, float]:
        step("fp32")
        return "fp32", 1.0

    monkeypatch.setattr(preparing, "faster_precision", timed)
    before = len(padded)
    trained(opened, request(folder, epochs=1, precision="auto"))
    assert len(padded) > before + steps  # the steps that are timed to choose a precision are no larger
    assert all(tokens <= 24 or rows == 1 for rows, tokens in padded)


def test_out_of_memory_at_one_text_is_said(
    opened: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.nn.functional, "cross_entropy", fails_with(MemoryError(), 0))
    with pytest.raises(KnownError) as caught:
        trained(opened, request(folder, epochs=1))
    assert caught.value.kind is ErrorKind.OUT_OF_MEMORY
    assert opened.runs.all()[-1].state is JobState.FAILED


def test_a_loss_that_explodes_is_said(opened: Project, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        torch.nn.functional, "cross_entropy", lambda *_, **__: torch.tensor(float("nan"), requires_grad=True)
    )
    with pytest.raises(KnownError) as caught:
        trained(opened, request(folder, epochs=1))
    assert caught.value.kind is ErrorKind.LOSS_NOT_FINITE


def test_a_full_disk_at_a_checkpoint_keeps_the_last_one(
    opened: Project, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "_LEAST_SECONDS", 0.0)
    monkeypatch.setattr(checkpoint, "_SHARE", 1e9)
    whole, _ = trained(opened, request(folder))
    real = save_file
    written: list[Path] = []

    def full(tensors: dict[str, torch.Tensor], path: Path, metadata: dict[str, str]) -> None:
        if len(written) == 5:
            path.write_bytes(b"half")
            raise OSError(28, "No space left on device", str(path))
        written.append(path)
        real(tensors, path, metadata=metadata)

    monkeypatch.setattr(checkpoint, "save_file", full)
    with pytest.raises(OSError, match="No space"):
        trained(opened, request(folder))
    run = opened.runs.all()[-1]
    assert run.state is JobState.FAILED
    assert "disk-full" in run.error
    monkeypatch.setattr(checkpoint, "save_file", real)
    finish(resume(opened, Resume(run=run.id), Control()))
    assert weights(opened, run.id) == weights(opened, whole.run)


def test_nothing_to_resume_is_refused_with_a_reason(opened: Project, folder: Path) -> None:
    result, _ = trained(opened, request(folder, epochs=1))
    with pytest.raises(KnownError) as caught:
        finish(resume(opened, Resume(run=result.run), Control()))
    assert (caught.value.kind, caught.value.values["reason"]) == (ErrorKind.NOTHING_TO_RESUME, "done")


def test_a_cut_checkpoint_is_said(opened: Project, folder: Path) -> None:
    work = train(opened, request(folder), Control())
    run = ""
    for step in work:
        run = run or getattr(step, "run", "")
        if isinstance(step, Progressed) and step.stage == "train":
            break
    work.close()
    state = opened.run_folder(run) / "checkpoint" / "state.safetensors"
    state.write_bytes(state.read_bytes()[:1000])
    with pytest.raises(KnownError) as caught:
        finish(resume(opened, Resume(run=run), Control()))
    assert caught.value.kind is ErrorKind.MODEL_DAMAGED
