"""Self-training: a model labels the unlabelled texts, learns from the surest of them too, and does it again.

Scudder 1965; Lee 2013 (pseudo-labels); class-balanced choice with growing shares: Zou et al. 2018. Round 0 is the
base method on the labels alone; a later round is kept only where the labelled texts say that it is better.

Of tagged words whole sentences are labelled. A score is what the members of a committee predict on average, and it is
the surer the closer they lie together (the ambiguity of an ensemble; Krogh & Vedelsby 1995).
"""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Forecast
from engine.api.store.tags import pack_entities
from engine.api.tasks import join_labels
from engine.data.entities import tags_to_entities
from engine.models import store
from engine.models.tagging_model import Spans, tag_names
from engine.progress import Noticed, PointReached, Progressed, ResultT, Work
from engine.transfer.examples import TrainingData
from engine.transfer.method import Job, Measure, Outcome
from engine.transfer.pseudo_learners import base_options, new_learner
from engine.transfer.pseudo_lessons import Learner, Learnt, Lesson, Pool
from engine.transfer.pseudo_rounds import (
    ENOUGH,
    Record,
    RoundMoment,
    Verdict,
    best_round,
    committee_of,
    paths_of,
    verdict,
)
from engine.transfer.pseudo_selection import (
    Chosen,
    Opinion,
    Rule,
    opinion_of,
    rarest_types,
    score_opinion,
    select,
    tagged_opinion,
    types_held,
)

_FOLDER = "rounds"
_CHEAP = ("features", "bag-of-words")  # doing all again for each quarter of the labels costs seconds
_FEW = 300  # training texts up to which tuning on each three quarters of them is not too dear
_PATIENCE = 2  # rounds without a better one
_TIMED_TEXTS = 200
_READINGS = 9  # reading a text costs a third of training on it, which is mostly done three times


def train(job: Job) -> Work[Outcome]:
    """Label and learn in rounds; goes on after the last round that ended, to the same result.

    Raises NO_UNLABELLED_TEXTS.
    """
    yield Progressed("load", 0, 1)
    pool = _pool(job)
    learner = yield from new_learner(job, pool)
    return (yield from _SelfTraining(job, pool, learner).run())


def sources(job: Job) -> tuple[str, ...]:
    """What the base method reads with."""
    return () if job.options["base"] == "bag-of-words" else (job.source,)


def forecast(job: Job, measure: Measure) -> Work[Forecast]:
    """All rounds with the base method on a part of the pool, or what the base takes for the texts of all rounds.

    An upper bound: it may end earlier. Raises what ``train`` raises.
    """
    pool = _pool(job)
    base = job.option("base", str)
    measured = yield from measure(replace(job, options=base_options(job)), base)
    rounds = range(job.option("rounds", int) + 1)
    if base in _CHEAP:
        part = pool.beginning(_TIMED_TEXTS)
        started = time.monotonic()
        learner = yield from new_learner(job, part)
        # heads over many tags are dear: the first round stands for the later ones
        short = replace(job, options=job.options | {"rounds": 1}) if job.data.task == "tagging" else job
        training = _SelfTraining(short, part, learner, stored=False)
        yield from training.run()
        taken = (time.monotonic() - started) * len(rounds) / training.rounds
        return msgspec.structs.replace(measured, seconds=measured.seconds + taken * len(pool) / len(part))
    if base == "contrastive":
        # tuned once a path; then all texts are read, and heads cost little
        reading = yield from measure(replace(job, options=base_options(job, "features")), "features")
        texts = len(job.data.train) + len(job.data.validation) + len(job.data.test)
        each = measured.seconds + reading.seconds / texts * len(pool)
        return msgspec.structs.replace(measured, seconds=each * len(_paths(job)))
    growth = job.option("growth", float)
    taught = sum(min(1.0, growth * number) * len(pool) for number in rounds) / len(job.data.train) + len(
        rounds
    )
    read = len(rounds) * len(pool) / len(job.data.train) / _READINGS
    members = len(committee_of(job.data, np.arange(len(job.data.train))))
    return msgspec.structs.replace(measured, seconds=measured.seconds * (taught + read) * members)


class _SelfTraining:
    """The rounds of one run. ``paths[0]`` learns from all labels; the others are cross-checks, or in a committee.

    ``stored``: whether what it labels is put into the project.
    """

    def __init__(self, job: Job, pool: Pool, learner: Learner, *, stored: bool = True) -> None:
        self._job = job
        self._pool = pool
        self._stored = stored
        self._learner = learner
        self._folder = job.folder / _FOLDER
        self._rounds = job.option("rounds", int)
        crews = [committee_of(job.data, rows) for rows in _paths(job)]
        self._paths = [rows for crew in crews for rows in crew]
        # of each path the place of the first of its committee
        firsts = np.cumsum([0, *(len(crew) for crew in crews[:-1])]).tolist()
        self._heads = [first for first, crew in zip(firsts, crews, strict=True) for _ in crew]
        self._rule = _rule(job)
        self._rejected = job.project.runs.rejected_pseudo_labels()
        self._scores = job.data.task == "score"
        self._records: list[list[Record]] = []
        self._verdicts: list[Verdict] = []
        self._best = 0
        self._now = RoundMoment()
        self._stop_at = RoundMoment.read(job.folder)  # where a run that is trained again was stopped
        self._stopped: RoundMoment | None = None

    @property
    def rounds(self) -> int:
        """How many rounds have ended, that without self-training included."""
        return len(self._verdicts)

    def run(self) -> Work[Outcome]:
        stopped_by = "rounds"
        for number in range(self._rounds + 1):
            records = yield from self._round(number)
            if records is None:
                stopped_by = "user" if self._job.control.stop_and_keep_best else "patience"
                break
            self._records.append(records)
            yield from self._judge(number)
            self._forget(number - 1)
            if number - self._best >= _PATIENCE:
                stopped_by = "patience"
                break
            if self._job.control.stop_and_keep_best:
                stopped_by = "user"
                break
        self._note_stop()
        if self._stopped is not None:
            self._stopped.write(self._job.folder)
        yield self._summary()
        model = store.load_model(self._model(self._best), self._job.run)
        return Outcome(
            model,
            self._learner.source_folder,
            sum(record.seconds for records in self._records for record in records),
            sum(record.tokens for records in self._records for record in records),
            stopped_by,
        )

    def _round(self, number: int) -> Work[list[Record] | None]:
        """One record a path; None where nothing was chosen to learn from, or the user has stopped it."""
        records: list[Record] = []
        for place, rows in enumerate(self._paths):
            if records and self._job.control.stop_and_keep_best and number:
                return None
            lesson, chosen = self._lesson(number, place, rows)
            if number and not len(lesson.rows):
                return None
            folder = self._folder / str(number)
            path = folder / f"{place}.npz"
            record = Record.read(path)
            if record is None:
                folder.mkdir(parents=True, exist_ok=True)
                work = self._learner.learn(lesson, folder / f"{place}")
                learnt, steps = yield from self._told(work, number, place)
                if place == 0:
                    self._keep(number, learnt, chosen)
                record = Record(
                    learnt.validation,
                    learnt.left_out,
                    learnt.pool,
                    learnt.limits,
                    learnt.seconds,
                    learnt.tokens,
                    steps,
                )
                record.write(path)
                shutil.rmtree(folder / f"{place}", ignore_errors=True)
            self._reach(RoundMoment(round=number, path=place, step=record.steps))
            records.append(record)
        return records

    def _forget(self, number: int) -> None:
        """Of a round from which another has been taught, what it said of the pool: of many words that is much."""
        if number >= 0:
            self._records[number] = [replace(each, pool=each.pool[:0]) for each in self._records[number]]

    def _reach(self, moment: RoundMoment) -> None:
        """Stop where the run that is trained again was stopped."""
        self._now = moment
        if self._stop_at is not None and moment >= self._stop_at:
            self._job.control.stop_and_keep_best = True

    def _note_stop(self) -> None:
        """Remember when the user's word to stop was first heeded: told to stop, a loop does one more step."""
        if self._job.control.stop_and_keep_best and self._stopped is None:
            self._stopped = msgspec.structs.replace(self._now, step=max(0, self._now.step - 1))

    def _lesson(self, number: int, place: int, rows: NDArray[np.int64]) -> tuple[Lesson, Chosen | None]:
        """What a path learns from in a round, by what it said of the pool in the round before."""
        nothing = Lesson(rows, np.zeros(0, np.int64), np.zeros(0, np.int64))
        if not number:
            return nothing, None
        opinion = self._opinion(self._records[number - 1], place)
        share = min(1.0, self._job.option("growth", float) * number)
        chosen = select(opinion, self._allowed(opinion), share, self._rule)
        return Lesson(rows, chosen.rows, chosen.targets), chosen

    def _opinion(self, records: list[Record], place: int) -> Opinion:
        """What a round says of the pool to a path: what the path itself says; of scores, what its committee says."""
        data, own, heat = self._job.data, records[place], self._verdicts[-1].temperature
        if data.task == "score":
            crew = [
                each for each, head in zip(records, self._heads, strict=True) if head == self._heads[place]
            ]
            return score_opinion(np.stack([each.pool[:, 0] for each in crew]), score_edges(data))
        if data.task == "tagging":
            held = types_held(data.train.targets, data.train.firsts, len(data.labels))
            return tagged_opinion(own.pool, heat, self._pool.firsts, held)
        return opinion_of(data.task, own.pool, heat, own.limits)

    def _allowed(self, opinion: Opinion) -> NDArray[np.bool_]:
        """Texts whose label the user has not taken back in an earlier run.

        No two trainings predict the same score: a text whose score was taken back gets none.
        """
        allowed = np.ones(len(self._pool), np.bool_)
        refused = {document for document, _ in self._rejected}
        for row, document in enumerate(self._pool.documents):
            if document in refused:
                label = self._label(row, opinion.targets[row])
                same = (document, label) in self._rejected
                allowed[row] = not same and self._job.data.task != "score"
        return allowed

    def _label(self, row: int, target: object) -> str:
        """A target of a text of the pool as the label that is stored."""
        return label_of(self._job.data, target, self._pool.words[row] if self._pool.words else ())

    def _keep(self, number: int, learnt: Learnt, chosen: Chosen | None) -> None:
        """The model on disk, what it has labelled in the project."""
        store.save(learnt.model, self._model(number), self._learner.source_folder)
        if chosen is None or not self._stored:
            return
        rows = [
            (self._pool.documents[row], self._label(row, target), abs(float(sure)), number)
            for row, target, sure in zip(chosen.rows.tolist(), chosen.targets, chosen.sure, strict=True)
        ]
        with self._job.project.transaction():
            self._job.project.runs.put_pseudo_labels(self._job.run, rows)

    def _judge(self, number: int) -> Work[None]:
        heads = sorted(set(self._heads))
        judged = [self._records[number][head] for head in heads]
        self._verdicts.append(verdict(self._job.data, [self._paths[head] for head in heads], judged))
        before = self._best
        self._best = best_round(self._verdicts, len(self._job.data.validation) < ENOUGH)
        for done in {before, number} - {self._best}:
            shutil.rmtree(self._model(done), ignore_errors=True)
        found = self._verdicts[-1]
        lesson, _ = self._lesson(number, 0, self._paths[0]) if number else (None, None)
        yield Noticed(
            "score-round-done" if self._scores else "round-done",
            {
                "round": number,
                "count": 0 if lesson is None else len(lesson.rows),
                "texts": len(found.losses),
                "figure": self._figure(found),
                "main": f"{found.main:.3f}",
            },
        )

    def _summary(self) -> Noticed:
        first, best = self._verdicts[0], self._verdicts[self._best]
        values: dict[str, str | int | float] = {"before": self._figure(first), "texts": len(first.losses)}
        of_scores = "score-" if self._scores else ""
        if self._best:
            return Noticed(
                f"{of_scores}gain-from-unlabelled",
                {**values, "round": self._best, "figure": self._figure(best)},
            )
        nearest = min(self._verdicts[1:], key=lambda each: float(each.losses.mean()), default=None)
        figure = "–" if nearest is None else self._figure(nearest)
        return Noticed(f"no-{of_scores}gain-from-unlabelled", {**values, "figure": figure})

    def _figure(self, each: Verdict) -> str:
        """What is told of a round: the right labels' chance; of scores the main figure, which their losses follow."""
        return f"{each.main if self._scores else each.chance:.3f}"

    def _model(self, number: int) -> Path:
        return self._folder / f"{number}-model"

    def _told(self, work: Work[ResultT], number: int, place: int) -> Work[tuple[ResultT, int]]:
        """The work of one path in one round as a part of all: bars and curves go on, notices are said once."""
        part = number * len(self._paths) + place
        parts = (self._rounds + 1) * len(self._paths)
        offset = sum(records[0].steps for records in self._records)
        steps = 0
        self._reach(RoundMoment(round=number, path=place))
        with closing(work):
            while True:
                try:
                    step = next(work)
                except StopIteration as stop:
                    self._note_stop()
                    return stop.value, steps
                if isinstance(step, Progressed):
                    if step.stage == "train":
                        steps = step.done
                        self._reach(RoundMoment(round=number, path=place, step=steps))
                    step = replace(step, done=part * step.total + step.done, total=parts * step.total)
                elif isinstance(step, PointReached):
                    steps = max(steps, step.point.step)
                    if place:
                        continue
                    step = _shifted(step, offset)
                elif isinstance(step, Noticed) and part:
                    continue
                yield step


def _shifted(reached: PointReached, steps: int) -> PointReached:
    """A point of a later round's curve, behind those of the rounds before."""
    return PointReached(reached.run, msgspec.structs.replace(reached.point, step=reached.point.step + steps))


def label_of(data: TrainingData, target: object, words: Spans = ()) -> str:
    """A target as the label that is stored; ``words`` are those of a tagged text."""
    if data.task == "tagging":
        names = tag_names(data.labels)
        return pack_entities(tags_to_entities(words, [names[tag] for tag in np.asarray(target)])[0])
    if data.task == "score":
        return f"{float(target):.12g}"  # type: ignore[arg-type]
    if data.task == "multi":
        return join_labels(
            label for label, holds in zip(data.labels, np.asarray(target), strict=True) if holds
        )
    return data.labels[int(target)]  # type: ignore[call-overload]


def _paths(job: Job) -> list[NDArray[np.int64]]:
    base = job.option("base", str)
    return paths_of(job.data, base in _CHEAP or (base == "contrastive" and len(job.data.train) <= _FEW))


def _pool(job: Job) -> Pool:
    """The project's unlabelled texts; drawn by the seed where there are more than wanted."""
    found = list(job.project.documents.unlabelled())
    if not found:
        raise KnownError(ErrorKind.NO_UNLABELLED_TEXTS)
    most = job.option("most_texts", int)
    if len(found) > most:
        drawn = np.sort(np.random.default_rng(job.option("seed", int)).permutation(len(found))[:most])
        found = [found[i] for i in drawn]
    documents = [document for document, _ in found]
    words: list[Spans] = []
    if job.data.task == "tagging":
        words = [job.project.documents.words(document) for document in documents]
    return Pool(documents, [text for _, text in found], words)


def score_edges(data: TrainingData) -> NDArray[np.float64]:
    """What parts the groups of scores: the quartiles of the training texts', as ``strata`` has them."""
    return np.asarray(np.quantile(data.train.targets, (0.25, 0.5, 0.75)))


def _rule(job: Job) -> Rule:
    data = job.data
    least = job.optional("least_probability", float) or 0.0
    if data.task == "multi":
        targets = data.train.targets
        groups = np.where(targets.any(1), targets.argmax(1), len(data.labels))
        count = len(data.labels) + 1
    elif data.task == "tagging":
        tags, firsts = data.train.targets, data.train.firsts
        groups = rarest_types(tags, firsts, types_held(tags, firsts, len(data.labels)))
        count = len(data.labels) + 1
    elif data.task == "score":
        groups, count, least = data.strata, len(score_edges(data)) + 1, -np.inf
    else:
        groups, count = data.train.targets, len(data.labels)
    spread = np.bincount(groups, minlength=count) / len(groups)
    return Rule(job.option("class_shares", str), least, spread)
