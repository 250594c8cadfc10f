"""What a self-training remembers of each round, and by what it decides which round is the best.

With few validation texts a figure on them is noise: of four texts it is a quarter up or down. So the labelled
texts are then cross-checked: the whole of self-training, round by round, is done again without each quarter of
them, and judged on that quarter. What decides is the calibrated log-likelihood of the right labels, which tells
more from few texts than counting right answers does (measured at 8 labels a class on four public sets: deciding
by accuracy kept rounds that lost 2 points on the sets where self-training hurts, by likelihood 0 to 1).

Scores have no probabilities: how sure a prediction is, a committee says by how far its members' lie apart. Each path
has one of its own, that no text it is judged by has taught.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.evaluate.calibration import log_losses, temperature
from engine.models.tagging_model import tag_names
from engine.transfer.arrays import read_arrays, write_arrays
from engine.transfer.examples import TrainingData
from engine.transfer.judging import judge, judge_tags

ENOUGH = 200  # validation texts that can decide alone: a figure's interval is then still 12 points wide
STOPPED = "stopped.json"  # in the run's folder
_FOLDS = 4
_CLEAR = 0.5  # standard errors by which a round must be better than none
# of scores (SST-5 as 0 to 4, 200 labels, features): rounds that lost 3 points of r on the dev file seemed 0.9 better
_CLEAR_SCORES = 1.0

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Record:
    """A finished round of one path: logits of validation, left-out and pool texts (or words), and what it cost."""

    validation: NDArray[np.float32]
    left_out: NDArray[np.float32]
    pool: NDArray[np.float32]
    limits: tuple[float, ...]
    seconds: float
    tokens: int
    steps: int

    def write(self, path: Path) -> None:
        write_arrays(
            path,
            validation=self.validation,
            left_out=self.left_out,
            pool=self.pool,
            limits=np.asarray(self.limits, np.float64),
            cost=np.asarray([self.seconds, self.tokens, self.steps], np.float64),
        )

    @classmethod
    def read(cls, path: Path) -> Record | None:
        """None where the round has not ended, or its file is damaged: it is done again."""
        found = read_arrays(path)
        if found is None:
            return None
        seconds, tokens, steps = found["cost"].tolist()
        limits = tuple(found["limits"].tolist())
        logits = (found["validation"], found["left_out"], found["pool"])
        return cls(*logits, limits, seconds, int(tokens), int(steps))


class RoundMoment(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """A moment of a self-training: so many steps of its loop into the training of a path in a round.

    ``stopped.json`` is the one from which the user's word to stop counted: the run trained again stops there too.
    What has no loop has no steps.
    """

    round: int = 0
    path: int = 0
    step: int = 0

    def write(self, folder: Path) -> None:
        (folder / STOPPED).write_bytes(msgspec.json.encode(self))

    @classmethod
    def read(cls, folder: Path) -> RoundMoment | None:
        """None where the user has not stopped the run."""
        path = folder / STOPPED
        return msgspec.json.decode(path.read_bytes(), type=cls) if path.is_file() else None


@dataclass(frozen=True)
class Verdict:
    """A round on the texts that judge: the losses (M,) of all of them, and the main figure on validation.

    A loss is the log-loss, of tagged words its mean over the text's words; of scores the squared error that is left
    when a line through the predictions has set their scale right. ``main`` is the main figure on all of them;
    ``temperature`` what calibrates the round's logits; ``clear``: by how many standard errors a round must be better
    than this one where few texts judge.
    """

    losses: NDArray[np.float64]
    validation: float
    main: float
    temperature: float
    clear: float = _CLEAR

    @property
    def chance(self) -> float:
        """The geometric mean of the right labels' calibrated probabilities."""
        return float(np.exp(-self.losses.mean()))


def paths_of(data: TrainingData, cheap: bool) -> list[Rows]:
    """The training rows that each path learns from: all of them; and where ``cheap``, all but a quarter each.

    Only where validation is small. The texts of a class are spread over the quarters; a class of one text is
    never left out.
    """
    everything = np.arange(len(data.train))
    if len(data.validation) >= ENOUGH or not cheap:
        return [everything]
    return [everything, *_without_quarters(data, everything)]


def committee_of(data: TrainingData, rows: Rows) -> list[Rows]:
    """The training rows that the members of a path's committee learn from: all of its own, and all but a quarter each.

    Of labels the path is its only member.
    """
    return [rows, *_without_quarters(data, rows)] if data.task == "score" else [rows]


def _without_quarters(data: TrainingData, rows: Rows) -> list[Rows]:
    quarter = np.full(len(rows), -1)
    strata = data.strata[rows]
    for group in np.unique(strata):
        places = np.flatnonzero(strata == group)
        if len(places) > 1:
            quarter[places] = (np.arange(len(places)) + group) % _FOLDS
    return [rows[quarter != fold] for fold in range(_FOLDS) if (quarter == fold).any()]


def verdict(data: TrainingData, paths: list[Rows], records: list[Record]) -> Verdict:
    """A round's records, one a path, on validation and on all the texts that some path was not taught."""
    everything = np.arange(len(data.train))
    judging = [data.validation]
    judging += [data.train.subset(np.setdiff1d(everything, rows)) for rows in paths[1:]]
    scores = np.concatenate([records[0].validation, *(record.left_out for record in records[1:])])
    truth = np.concatenate([part.targets for part in judging])
    if data.task == "score":
        figures = (
            judge(data.task, records[0].validation, data.validation.targets).figure,
            judge(data.task, scores, truth).figure,
        )
        return Verdict(_line_losses(scores[:, 0].astype(np.float64), truth), *figures, 1.0, _CLEAR_SCORES)
    found = temperature(scores, truth)
    losses = log_losses(scores / found, truth)
    if data.task == "tagging":
        tags = tag_names(data.labels)
        words = np.array([len(spans) for part in judging for spans in part.words], np.int64)
        firsts = np.concatenate([[0], np.cumsum(words)])
        validation = judge_tags(records[0].validation, data.validation.targets, data.validation.firsts, tags)
        main = judge_tags(scores, truth, firsts, tags)
        texts = np.repeat(np.arange(len(words)), words)
        losses = np.bincount(texts, losses, len(words))[words > 0] / words[words > 0]
    else:
        validation = judge(data.task, records[0].validation, data.validation.targets)
        main = judge(data.task, scores, truth)
    return Verdict(losses, validation.figure, main.figure, found)


def _line_losses(said: NDArray[np.float64], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared errors (N,) of the line of least squares through what was said, level where it would fall.

    Self-training draws predictions together; that alone lowers their errors and is no better order of the texts.
    """
    away, wanted = said - said.mean(), truth - truth.mean()
    spread = float(away @ away)
    slope = max(0.0, float(away @ wanted) / spread) if spread > 0 else 0.0
    losses: NDArray[np.float64] = (wanted - slope * away) ** 2
    return losses


def best_round(verdicts: list[Verdict], few: bool) -> int:
    """The round to keep: 0, without self-training, unless another is better and none the worse on validation.

    Where validation texts are ``few`` the losses decide, if they are better by ``clear`` standard errors of the paired
    differences; else the main figure on validation, then the losses.
    """
    first = verdicts[0]
    best = 0
    for number, each in enumerate(verdicts[1:], start=1):
        if each.validation < first.validation:
            continue
        gains = first.losses - each.losses
        error = float(gains.std()) / np.sqrt(len(gains))
        if few and gains.mean() <= first.clear * error:
            continue
        if _rank(each, few) > _rank(verdicts[best], few):
            best = number
    return best


def _rank(each: Verdict, few: bool) -> tuple[float, float]:
    return (0.0 if few else each.validation, -float(each.losses.mean()))
