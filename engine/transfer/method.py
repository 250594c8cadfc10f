"""What the training of a run gets and gives, whatever its method; methods are found by their catalog id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from engine.api.errors import OptionValue
from engine.api.project import Project
from engine.api.results import Forecast
from engine.devices import Device
from engine.models.run_model import RunModel
from engine.progress import Control, Work
from engine.transfer.examples import TrainingData

T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """All a method needs. ``folder`` is the run's; ``cache`` the project's, for what can be computed again."""

    project: Project
    run: str
    data: TrainingData
    options: dict[str, OptionValue]
    source: str
    folder: Path
    cache: Path
    device: Device
    control: Control

    @property
    def cleaning(self) -> tuple[str, ...]:
        """The ids of the text cleaning steps."""
        return tuple(part for part in str(self.options.get("cleaning") or "").split(",") if part)

    def option(self, name: str, kind: type[T]) -> T:
        """A checked option that is never None."""
        value = self.options[name]
        assert isinstance(value, kind), (name, value)
        return value

    def optional(self, name: str, kind: type[T]) -> T | None:
        """A checked option that may be None."""
        return None if self.options[name] is None else self.option(name, kind)


@dataclass(frozen=True)
class Outcome:
    """A trained model. ``source_folder`` is the encoder folder that a frozen model shares; tokens may be 0."""

    model: RunModel
    source_folder: Path | None
    seconds: float
    tokens: int
    stopped_by: str = "epochs"


@dataclass(frozen=True)
class LoopWork:
    """What a training by steps has to do: ``rows`` to learn from in an epoch, and as many ``read`` besides in all.

    A step goes ``passes`` times forward and backward; backward counts twice as much as forward.
    """

    rows: int
    read: int
    passes: float = 1.0


Train = Callable[[Job], Work[Outcome]]
Measure = Callable[[Job, str], Work[Forecast]]


def forecast_function(method_id: str) -> Callable[[Job, Measure], Work[Forecast]] | None:
    """``forecast`` of the method's file, where its time does not follow from its labelled texts alone.

    It is given the usual measuring of a method by its id.
    """
    return getattr(_file_of(method_id), "forecast", None)


def sources_of(job: Job, method_id: str) -> tuple[str, ...]:
    """The source models that a method starts from: what ``sources`` of its file says, or the job's."""
    own: Callable[[Job], tuple[str, ...]] | None = getattr(_file_of(method_id), "sources", None)
    return (job.source,) if own is None else own(job)


def loop_work(job: Job, method_id: str) -> LoopWork:
    """``loop_work`` of the method's file where its work is not that of supervised training."""
    own: Callable[[Job], LoopWork] | None = getattr(_file_of(method_id), "loop_work", None)
    return supervised_work(job) if own is None else own(job)


def supervised_work(job: Job, passes: float = 1.0) -> LoopWork:
    """An epoch of the training texts, and the judging."""
    evaluations = job.option("epochs", float) * job.option("evaluations_per_epoch", int)
    # the validation texts are read once more when the model is complete
    return LoopWork(len(job.data.train), round(len(job.data.validation) * (evaluations + 1)), passes)


def train_function(method_id: str) -> Train:
    """``train`` of the method's own file: ``fine-tune`` is ``engine/transfer/fine_tune.py``."""
    found: Train = _file_of(method_id).train
    return found


def _file_of(method_id: str) -> ModuleType:
    return import_module(f"engine.transfer.{method_id.replace('-', '_')}")
