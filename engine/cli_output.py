"""What the shell prints: progress on stderr, results as words or as one JSON object."""

from __future__ import annotations

import locale
import os
import sys
import time
from contextlib import closing
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from engine.api.catalog import BYTE_STAGES
from engine.api.messages import Request, Result
from engine.api.project import Project
from engine.api.results import Evaluation, Explanation, Interval
from engine.api.store.runs import Run
from engine.api.wording import notice_words, stage_words
from engine.progress import Control, Noticed, PointReached, Progressed, RunStarted, Work

T = TypeVar("T")

_REDRAW_SECONDS = 0.1


class Console:
    """Runs a request's work with its progress on stderr; a terminal shows one moving line, a log whole lines."""

    def __init__(self, as_json: bool) -> None:
        self._json = as_json
        self._terminal = sys.stderr.isatty()
        self._drawn = 0.0
        self._stage = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_line()

    def run(self, project: Project, request: Request) -> Result:
        """The result of a request; Ctrl+C closes the work, which leaves its checkpoint."""
        from engine.dispatch import work_for
        from engine.models.loaded import Models

        return self.follow(work_for(project, request, Control(), Models()))

    def follow(self, work: Work[T]) -> T:
        """Run work to its end and give its result; its progress is shown."""
        with closing(work):
            while True:
                try:
                    step = next(work)
                except StopIteration as stop:
                    self._end_line()
                    result: T = stop.value
                    return result
                match step:
                    case Progressed():
                        self._progress(step, user_language())
                    case PointReached(point=point):
                        if point.figure is not None:
                            self._line(
                                f"epoch {point.epoch:.2f}  loss {point.loss:.4f}  validation {point.figure:.4f}"
                            )
                    case RunStarted(run=run):
                        self._line(run)
                    case Noticed(kind=kind, values=values):
                        self._line(notice_words(kind, values, user_language()))

    def result(self, found: dict[str, Any], words: str) -> None:
        """Print the result: its words for a reader, or the object on the last line of stdout."""
        print(msgspec.json.encode(found).decode() if self._json else words, flush=True)

    def _progress(self, step: Progressed, language: str) -> None:
        now = time.monotonic()
        if not self._terminal:
            if step.stage != self._stage:
                self._stage = step.stage
                self._line(stage_words(step.stage, language))
            return
        if now - self._drawn < _REDRAW_SECONDS and step.done < step.total:
            return
        self._drawn = now
        if step.stage in BYTE_STAGES:
            rate = f"  {step.rate / 1e6:,.1f} MB/s" if step.rate else ""
            amount = f"{step.done / 1e6:,.1f}/{step.total / 1e6:,.1f} MB"
        else:
            rate = f"  {step.rate:,.0f}/s" if step.rate else ""
            amount = f"{step.done}/{step.total}"
        print(
            f"\r\x1b[K{stage_words(step.stage, language)} {amount}{rate}",
            end="",
            file=sys.stderr,
        )
        sys.stderr.flush()

    def _line(self, text: str) -> None:
        self._end_line()
        print(text, file=sys.stderr, flush=True)

    def _end_line(self) -> None:
        if self._terminal and self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr)
            self._drawn = 0.0


def interval_object(interval: Interval) -> dict[str, float]:
    return {"value": interval.value, "low": interval.low, "high": interval.high}


def evaluation_object(found: Evaluation) -> dict[str, Any]:
    """The figures as the shell's contract names them; ``confusion[i][j]``: class i called j.

    Every figure of the task also stands at the top by its name.
    """
    figures = {name: interval_object(figure) for name, figure in found.figures.items()}
    return {
        "split": found.split,
        "task": found.task,
        "rows": found.rows,
        **figures,
        "figures": figures,
        "thresholds": dict(zip(found.labels, found.thresholds, strict=False)),
        "per_class": [msgspec.to_builtins(score) for score in found.per_class],
        "labels": list(found.labels),
        "confusion": [list(row) for row in found.confusion],
        "ece": found.ece,
        "ece_interval": interval_object(found.ece_interval),
        "loss": found.loss,
    }


def explanation_object(found: Explanation) -> dict[str, Any]:
    """An explanation as the shell's contract names it; spans are code points of the text."""
    return {
        "task": found.task,
        "label": found.label,
        "probability": found.probability,
        "probabilities": dict(zip(found.labels, found.probabilities, strict=True)),
        "target": found.target,
        "rival": found.rival,
        "span": found.span,
        "margin": found.margin,
        "method": found.method,
        "baseline": found.baseline,
        "steps": found.steps,
        "relative_delta": found.relative_delta,
        "special_share": found.special_share,
        "read_to": found.read_to,
        "seconds": found.seconds,
        "model_hash": found.model_hash,
        "words": [
            {"start": w.start, "end": w.end, "text": found.text[w.start : w.end], "score": w.score}
            for w in found.words
        ],
    }


def run_object(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "method": run.method,
        "state": str(run.state),
        "source": run.source,
        "options": run.options,
        "created_at": run.created_at,
        "name": run.name,
        "seconds": run.seconds,
        "tokens_per_second": run.tokens_per_second,
        "stopped_by": run.stopped_by,
        "validation": run.validation and evaluation_object(run.validation),
        "test": run.test and evaluation_object(run.test),
    }


def user_language() -> str:
    """``zh_CN`` where the system speaks Chinese, else ``en``; ``LEXPLAIN_LANGUAGE`` overrides it."""
    spoken = os.environ.get("LEXPLAIN_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG")
    spoken = spoken or locale.getlocale()[0] or ""
    return "zh_CN" if spoken.lower().startswith(("zh", "chinese")) else "en"
