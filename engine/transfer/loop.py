"""The training loop: a generator, exact, that serves every method which trains by gradient steps.

Batches are a pure function of seed and epoch and dropout is seeded from the step, so a training killed
anywhere and resumed from its checkpoint ends, on a CPU, with the same weights, bit for bit, as one that was
never stopped.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.api.errors import ErrorKind, KnownError, memory_that_ran_out
from engine.api.results import TrainingPoint
from engine.data.batches import epoch_batches
from engine.models.dropout import cheapen_dropout
from engine.models.trajectory import Passage, Trajectory
from engine.progress import Control, Noticed, PointReached, Progressed, Work, breathe
from engine.transfer.checkpoint import Checkpoints, Progress, to_cpu
from engine.transfer.layers import rate_scales
from engine.transfer.objective import Judgement, Moment, Objective, rows_at_once

_POINT_EVERY_SECONDS = 0.4
_SMOOTHING = 0.9  # the training loss shown is a running mean over about ten steps


@dataclass(frozen=True)
class LoopSettings:
    """How to train. ``epochs`` may be a fraction; ``accumulation`` batches make one optimiser step."""

    epochs: float
    batch_size: int
    learning_rate: float
    seed: int
    precision: str
    accumulation: int = 1
    warmup_share: float = 0.1
    weight_decay: float = 0.01
    layer_decay: float = 1.0
    clip_norm: float | None = 1.0
    evaluations_per_epoch: int = 1
    patience: int | None = None
    target_metric: str = "none"
    target_value: float | None = None
    time_budget_seconds: float | None = None


@dataclass(frozen=True)
class LoopResult:
    """The model holds the best weights. ``tokens`` counts what was trained on, padding left out."""

    seconds: float
    tokens: int
    steps: int
    best_step: int
    stopped_by: str


class TrainingLoop:
    """One training of one model. ``run()`` is the generator; the model is changed in place."""

    def __init__(
        self,
        run: str,
        objective: Objective,
        settings: LoopSettings,
        checkpoints: Checkpoints,
        control: Control,
        trajectory: Callable[[int], Trajectory] | None = None,
    ) -> None:
        """``trajectory`` makes, for a number of steps, what keeps weights on the way."""
        self._run = run
        self._objective = objective
        self._module = objective.module
        self._settings = settings
        self._checkpoints = checkpoints
        self._control = control
        self._progress = Progress(micro_batch=settings.batch_size)
        self._trained = {name: p for name, p in self._module.named_parameters() if p.requires_grad}
        self._optimizer = make_optimizer(self._module, settings)
        self._best: dict[str, Tensor] = {}
        self._dropout = cheapen_dropout(self._module)
        per_step = settings.batch_size * settings.accumulation
        self._steps_per_epoch = max(1, math.ceil(len(objective.lengths) / per_step))
        self.total_steps = max(1, math.ceil(settings.epochs * self._steps_per_epoch))
        self._every = max(1, self._steps_per_epoch // settings.evaluations_per_epoch)
        self._trajectory = None if trajectory is None else trajectory(self.total_steps)

    def run(self) -> Work[LoopResult]:
        """Train to the end, or from the last checkpoint on; closing the generator leaves a checkpoint."""
        if self._checkpoints.exists:
            self._restore()
        clock = time.monotonic() - self._progress.seconds
        last_point = 0.0
        try:
            if self._progress.evaluation_pending:
                yield from self._judge()
            for step, rows in self._steps_from(self._progress.step):
                if self._progress.stopped_by:
                    break
                yield from self._step(step, rows)
                progress = self._progress
                progress.step = step + 1
                progress.seconds = time.monotonic() - clock
                if self._trajectory is not None and self._trajectory.due(progress.step):
                    self._trajectory.write(self._passage(self._trajectory, progress.step), self._trained)
                progress.evaluation_pending = self._evaluation_is_due()
                if progress.evaluation_pending:
                    yield from self._judge()
                    progress.seconds = time.monotonic() - clock
                elif time.monotonic() - last_point > _POINT_EVERY_SECONDS:
                    last_point = time.monotonic()
                    yield self._point()
                if self._checkpoints.due and not progress.stopped_by:
                    self._save()
                paused_at = time.monotonic()
                yield Progressed("train", progress.step, self.total_steps, progress.tokens / progress.seconds)
                clock += time.monotonic() - paused_at  # the time a pause takes is not training time
        except GeneratorExit:
            if self._progress.step:
                self._save()
            raise
        self._load(self._best)
        if self._trajectory is not None:
            self._trajectory.end(self._passage(self._trajectory, self._progress.best_step))
        return LoopResult(
            self._progress.seconds,
            self._progress.tokens,
            self._progress.step,
            self._progress.best_step,
            self._progress.stopped_by or "epochs",
        )

    # --- one step ------------------------------------------------------------------------------------------

    def _steps_from(self, first: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """(step, its rows) from a step on; nothing but seed and epoch decides which rows those are."""
        settings = self._settings
        step = first
        while step < self.total_steps:
            epoch, start = divmod(step, self._steps_per_epoch)
            # buckets of one micro-batch each: rows of a step need like lengths only within a forward pass
            batches = epoch_batches(self._objective.lengths, settings.batch_size, settings.seed, epoch)
            for index in range(start, self._steps_per_epoch):
                if step >= self.total_steps:
                    return
                group = batches[index * settings.accumulation : (index + 1) * settings.accumulation]
                yield step, np.concatenate(group)
                step += 1

    def _step(self, step: int, rows: NDArray[np.int64]) -> Work[None]:
        while True:
            try:
                self._forward_backward(step, rows)
                break
            except (RuntimeError, MemoryError) as error:
                memory = memory_that_ran_out(error)
                if memory is None:
                    raise
                if self._progress.micro_batch <= 1:
                    raise KnownError(memory) from error
                self._optimizer.zero_grad(set_to_none=True)
                self._progress.micro_batch = max(1, self._progress.micro_batch // 2)
            # outside the handler: the traceback keeps the failed tensors alive
            if self._objective.device.type == "cuda":
                torch.cuda.empty_cache()
            yield Noticed("batch-halved", {"batch_size": self._progress.micro_batch})
        if self._settings.clip_norm is not None:
            nn.utils.clip_grad_norm_(self._trained.values(), self._settings.clip_norm, foreach=True)
        for group in self._optimizer.param_groups:
            group["lr"] = self._learning_rate(step) * group["scale"]
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)

    def _forward_backward(self, step: int, rows: NDArray[np.int64]) -> None:
        """Gradients of the mean loss over ``rows``, in micro-batches that fit the memory."""
        self._module.train()
        settings = self._settings
        total = 0.0
        size = rows_at_once(self._objective, rows, self._progress.micro_batch)
        for part, start in enumerate(range(0, len(rows), size)):
            breathe()
            micro = rows[start : start + size]
            self._seed_dropout(_dropout_seed(settings.seed, step, part))
            moment = Moment(settings.seed, step // self._steps_per_epoch, step, part)
            loss = self._objective.loss(micro, moment, settings.precision) / len(rows)
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        if not math.isfinite(total):
            raise KnownError(ErrorKind.LOSS_NOT_FINITE, step=step, learning_rate=self._learning_rate(step))
        self._progress.smooth_loss = _SMOOTHING * self._progress.smooth_loss + (1 - _SMOOTHING) * total
        self._progress.tokens += int(self._objective.lengths[rows].sum())

    def _seed_dropout(self, seed: int) -> None:
        torch.manual_seed(seed)
        if self._dropout is not None:
            self._dropout.seed(seed)

    def _learning_rate(self, step: int) -> float:
        """Linear warm-up, then linear to zero."""
        warmup = self._settings.warmup_share * self.total_steps
        if step < warmup:
            return self._settings.learning_rate * (step + 1) / (warmup + 1)
        return self._settings.learning_rate * (self.total_steps - step) / max(1.0, self.total_steps - warmup)

    # --- judging ---------------------------------------------------------------------------------------------

    def _evaluation_is_due(self) -> bool:
        step = self._progress.step
        stop = self._control.stop_and_keep_best or self._out_of_time()
        return step % self._every == 0 or step == self.total_steps or stop

    def _judge(self) -> Work[None]:
        """Evaluate, keep the best weights, decide whether to stop. Cut short, it is done again at the resume."""
        found = yield from self._objective.judge(self._settings.precision)
        progress = self._progress
        better = (found.figure, -found.loss) > (progress.best_figure, -progress.best_loss)
        if better:
            progress.best_figure, progress.best_loss = found.figure, found.loss
            progress.best_step = progress.step
            progress.evaluations_without_gain = 0
            self._best = {name: p.detach().clone() for name, p in self._trained.items()}
        else:
            progress.evaluations_without_gain += 1
        if self._reached(self._target(found)):
            progress.stopped_by = "target"
        yield self._point(found, better)
        progress.evaluation_pending = False
        self._decide()

    def _target(self, found: Judgement) -> float | None:
        """The figure that the user set a target for."""
        named = {
            "main": found.figure,
            "macro_f1": found.figure,
            "accuracy": found.accuracy,
            "loss": found.loss,
        }
        return named.get(self._settings.target_metric)

    def _reached(self, value: float | None) -> bool:
        target = self._settings.target_value
        if value is None or target is None:
            return False
        return value <= target if self._settings.target_metric == "loss" else value >= target

    def _decide(self) -> None:
        """After an evaluation: why to stop, if at all. A reached target has been noted already."""
        progress, patience = self._progress, self._settings.patience
        if progress.stopped_by or progress.step == self.total_steps:
            return
        if self._control.stop_and_keep_best:
            progress.stopped_by = "user"
        elif patience is not None and progress.evaluations_without_gain >= patience:
            progress.stopped_by = "patience"
        elif self._out_of_time():
            progress.stopped_by = "time-budget"

    def _out_of_time(self) -> bool:
        budget = self._settings.time_budget_seconds
        return budget is not None and self._progress.seconds >= budget

    def _point(self, found: Judgement | None = None, best: bool = False) -> PointReached:
        progress = self._progress
        point = TrainingPoint(
            step=progress.step,
            epoch=progress.step / self._steps_per_epoch,
            # the running mean starts at 0: dividing by its weight makes the first steps honest too
            loss=progress.smooth_loss / (1 - _SMOOTHING**progress.step),
            learning_rate=self._learning_rate(max(0, progress.step - 1)),
            validation_loss=None if found is None else found.loss,
            figure=None if found is None else found.figure,
            best=best,
        )
        return PointReached(self._run, point)

    # --- checkpoints -------------------------------------------------------------------------------------------

    def _passage(self, trajectory: Trajectory, step: int) -> Passage:
        rates = sum(self._learning_rate(each) for each in range(trajectory.since(step), step))
        return Passage(step=step, rates=rates)

    def _save(self) -> None:
        """Weights, moments, and the best weights where they are other ones."""
        tensors = {f"now.{name}": to_cpu(p) for name, p in self._trained.items()}
        for name, parameter in self._trained.items():
            for key, value in self._optimizer.state[parameter].items():
                tensors[f"{key}.{name}"] = to_cpu(value)
        if self._best and self._progress.best_step != self._progress.step:
            tensors |= {f"best.{name}": to_cpu(p) for name, p in self._best.items()}
        self._checkpoints.write(tensors, self._progress)

    def _restore(self) -> None:
        tensors, self._progress = self._checkpoints.read()
        self._load({name: tensors[f"now.{name}"] for name in self._trained})
        for name, parameter in self._trained.items():
            state = {key: tensors[f"{key}.{name}"] for key in ("step", "exp_avg", "exp_avg_sq")}
            on_device = self._objective.device if self._objective.device.type != "cpu" else parameter.device
            self._optimizer.state[parameter] = {
                key: value if key == "step" and on_device.type == "cpu" else value.to(on_device)
                for key, value in state.items()
            }
        if self._progress.best_step >= 0:
            prefix = "now" if self._progress.best_step == self._progress.step else "best"
            self._best = {
                name: tensors[f"{prefix}.{name}"].to(self._objective.device) for name in self._trained
            }

    def _load(self, weights: dict[str, Tensor]) -> None:
        with torch.no_grad():
            for name, value in weights.items():
                self._trained[name].copy_(value)


def make_optimizer(module: nn.Module, settings: LoopSettings) -> torch.optim.AdamW:
    """AdamW; each group's ``scale`` is its share of the learning rate.

    Biases, normalisation and embeddings are not decayed (so rows that no text uses stay as they are).
    """
    scales = rate_scales(module, settings.layer_decay)
    embeddings = {id(m.weight) for m in module.modules() if isinstance(m, nn.Embedding)}
    groups: dict[tuple[bool, float], list[nn.Parameter]] = {}
    for name, parameter in module.named_parameters():
        if parameter.requires_grad:
            small = parameter.ndim < 2 or id(parameter) in embeddings
            groups.setdefault((small, scales[name]), []).append(parameter)
    fused = all(p.device.type in ("cpu", "cuda") for p in module.parameters())
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "weight_decay": 0.0 if small else settings.weight_decay,
                "lr": settings.learning_rate * scale,
                "scale": scale,
            }
            for (small, scale), parameters in groups.items()
        ],
        lr=settings.learning_rate,
        fused=fused,
    )


def _dropout_seed(seed: int, step: int, part: int) -> int:
    return int(np.random.SeedSequence((seed, step, part)).generate_state(1, np.uint64)[0] >> 1)
