"""How a run bears changed texts: typos, case, word swaps, deletion, and files of texts made to be difficult."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ReadOptions
from engine.api.messages_transfer import MeasureRobustness, RobustnessMeasured
from engine.api.project import Project
from engine.api.results import Entity
from engine.api.results_transfer import Robustness, RobustnessLine
from engine.api.store.tags import unpack_entities, unpack_words
from engine.api.tasks import MAIN_FIGURES, split_labels
from engine.data.entities import tags_to_entities
from engine.data.headers import guess_columns
from engine.data.perturbing import perturb, perturb_tagged
from engine.data.records import Row, RowReader
from engine.data.rows import open_rows
from engine.data.split_words import split_of
from engine.data.targets import Entities, TaggedRow
from engine.evaluate.comparison import main_interval
from engine.models.answers import answers
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.models.tagging_model import Spans
from engine.progress import Noticed, Work

# kind -> share of a text's words that are changed: what a hasty writer does, and whole texts in another case
AMOUNTS = {"typos": 0.15, "case": 1.0, "swaps": 0.2, "deletion": 0.15}
_CLEAN = "clean"
_SEED = 13
_GUESSED_FROM = 50  # rows of a file from which its columns are guessed


@dataclass
class _Texts:
    """Texts with their true labels as stored; ``words`` of a tagged text."""

    kind: str
    texts: list[str] = field(default_factory=list)
    true: list[str] = field(default_factory=list)
    words: list[Spans] = field(default_factory=list)

    def add(self, text: str, true: str, words: Spans = ()) -> None:
        self.texts.append(text)
        self.true.append(true)
        self.words.append(words)


def measure(project: Project, request: MeasureRobustness, model: RunModel) -> Work[RobustnessMeasured]:
    """The main figure on up to ``request.texts`` texts of the test split (else validation), clean and changed.

    The texts, if there are more, are drawn by a fixed seed, and so are the changes: two runs are measured on the
    same. Files that were measured before keep their lines, each with its date: the run is the same one still.

    Raises SPLIT_EMPTY, and for files what reading raises, COLUMN_MISSING, LABELS_ELSEWHERE.
    """
    split, clean = _clean_texts(project, request.texts, model.labels)
    sets = [clean, *(_changed(clean, kind, amount) for kind, amount in AMOUNTS.items())]
    files = dict(_named(request.files, _kept_names(project, request)))
    for name, path in files.items():
        loaded, notices = _read_file(path, name, request.texts, project.task, model.labels)
        yield from notices
        sets.append(loaded)
    said = yield from _answers(model, sets)
    others = _other_answers(project.task, clean, said[0])
    now = datetime.now(UTC).isoformat(timespec="seconds")
    lines = []
    for each, labels in zip(sets, said, strict=True):
        lines.append(
            RobustnessLine(
                kind=each.kind,
                rows=len(each.texts),
                figure=main_interval(
                    project.task,
                    _passing(project.task, each.true, labels, model.labels),
                    labels,
                    model.labels,
                ),
                flipped=None if each.kind in files else others(each, labels),
                path=str(files.get(each.kind, "")),
                measured_at=now if each.kind in files else "",
            )
        )
    found = Robustness(run=request.run, figure=MAIN_FIGURES[project.task], split=split, lines=tuple(lines))
    with project.transaction():
        return RobustnessMeasured(project.runs.put_robustness(found))


# --- the texts ---------------------------------------------------------------------------------------------


def _clean_texts(project: Project, most: int, labels: Sequence[str]) -> tuple[str, _Texts]:
    """(split, its texts whose label the run knows). Raises SPLIT_EMPTY."""
    for split in ("test", "validation"):
        found = _Texts(_CLEAN)
        if project.task == "tagging":
            for _, text, words, entities in project.documents.tagged(split):
                if words:
                    found.add(text, _stored([e for e in entities if e.label in labels]), words)
        else:
            for _, text, label in project.documents.labelled(split):
                if project.task != "single" or label in labels:
                    found.add(text, label)
        if found.texts:
            return split, _drawn(found, most)
    raise KnownError(ErrorKind.SPLIT_EMPTY, split="test")


def _drawn(texts: _Texts, most: int) -> _Texts:
    if len(texts.texts) <= most:
        return texts
    rows = sorted(random.Random(_SEED).sample(range(len(texts.texts)), max(1, most)))
    found = _Texts(texts.kind)
    for row in rows:
        found.add(texts.texts[row], texts.true[row], texts.words[row])
    return found


def _changed(clean: _Texts, kind: str, amount: float) -> _Texts:
    found = _Texts(kind)
    for row, (text, true, words) in enumerate(zip(clean.texts, clean.true, clean.words, strict=True)):
        if words:
            entities = msgspec.json.decode(true, type=list[Entity])
            text, words, kept = perturb_tagged(text, words, entities, kind, amount, _SEED + row)
            found.add(text, _stored(kept), words)
        else:
            found.add(perturb(text, kind, amount, _SEED + row), true)
    return found


def _stored(entities: list[Entity]) -> str:
    return msgspec.json.encode(entities).decode()


def _kept_names(project: Project, request: MeasureRobustness) -> set[str]:
    """Of the files that were measured before and are not now."""
    before = project.runs.robustness(request.run)
    lines = () if before is None else before.lines
    now = {str(Path(file)) for file in request.files}
    return {line.kind for line in lines if line.of_file and line.path not in now}


def _named(files: Sequence[str], kept: set[str]) -> list[tuple[str, Path]]:
    """A name for each file: its own, with the folder's where it alone would say little ("test") or twice the same."""
    found: list[tuple[str, Path]] = []
    for path in dict.fromkeys(Path(file) for file in files):
        taken = {_CLEAN, *AMOUNTS, *kept, *(name for name, _ in found)}
        name = path.stem
        if name in taken or split_of(name) is not None:
            name = f"{path.absolute().parent.name}/{path.stem}"
        number = 2
        while name in taken:
            name, number = f"{path.stem} {number}", number + 1
        found.append((name, path))
    return found


def _read_file(
    path: Path, name: str, most: int, task: str, labels: Sequence[str]
) -> tuple[_Texts, list[Noticed]]:
    """Texts of a file whose labels the run knows, and what is to be said of it. Raises LABELS_ELSEWHERE."""
    reader = open_rows(path, ReadOptions())
    rows = []
    left_out = 0
    for entry in reader:
        if isinstance(entry, Row):
            rows.append(entry)
        else:
            left_out += 1
    text_at, label_at = _columns(reader.columns, [row.cells for row in rows])
    found = _Texts(name)
    notices = []
    if task == "tagging":
        notices = _add_tagged(found, rows, text_at, label_at, reader, labels)
    else:
        _add_labelled(found, rows, text_at, label_at, task, labels)
    if not found.texts:
        raise KnownError(ErrorKind.LABELS_ELSEWHERE, path=str(path), valid=", ".join(labels[:20]))
    if left_out := left_out + len(rows) - len(found.texts):
        notices.append(Noticed("rows-left-out", {"count": left_out, "path": path.name}))
    return _drawn(found, most), notices


def _add_labelled(
    found: _Texts, rows: Sequence[Row], text_at: int, label_at: int, task: str, labels: Sequence[str]
) -> None:
    """A label such as "positive|neutral" lets either pass, as the checklists of Ribeiro et al. 2020 write it."""
    for row in rows:
        text, label = row.cells[text_at], _known_label(row.cells[label_at].strip(), task, labels)
        if text.strip() and label:
            found.add(text, label)


def _add_tagged(
    found: _Texts, rows: Sequence[Row], text_at: int, label_at: int, reader: RowReader, labels: Sequence[str]
) -> list[Noticed]:
    """Sentences with their words, of CoNLL or with lists of entities. A file without any entity is added, too:
    what is found in it is wrong. A sentence with a type that the run does not know cannot be judged."""
    targets = Entities(reader)
    for row in rows:
        read = targets.row(row.line, row.cells[text_at], row.cells[label_at], "", row.cells)
        if isinstance(read, str):
            continue
        _, text, words, entities, _ = cast(TaggedRow, read)
        spans = unpack_words(words or "[]")
        true = unpack_entities(entities or "[]")
        if entities is not None and spans and all(each.label in labels for each in true):
            found.add(text, _stored(true), spans)
    return [each for each in targets.notices() if each.kind == "tags-repaired"]


def _columns(names: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Positions of text and label. Raises COLUMN_MISSING."""
    text, label, _ = guess_columns(names, rows[:_GUESSED_FROM])
    for wanted, position in (("text", text), ("label", label)):
        if position is None:
            raise KnownError(ErrorKind.COLUMN_MISSING, column=wanted, valid=", ".join(names))
    assert text is not None
    assert label is not None
    return text, label


def _known_label(label: str, task: str, labels: Sequence[str]) -> str:
    """The label as far as the run knows it, '' where it does not."""
    if task == "score":
        try:
            return f"{float(label):.12g}" if np.isfinite(float(label)) else ""
        except ValueError:
            return ""
    if label in labels:
        return label
    return "|".join(part for part in split_labels(label) if part in labels)


# --- the answers -------------------------------------------------------------------------------------------


def _answers(model: RunModel, sets: list[_Texts]) -> Work[list[list[str]]]:
    """What the model says of every text of every set, as stored; scored together, so that one bar shows it all."""
    texts = [text for each in sets for text in each.texts]
    if isinstance(model, AnyTaggingModel):
        words = [spans for each in sets for spans in each.words]
        logits = yield from model.score(texts, words)
        said = [
            _stored(tags_to_entities(spans, [model.tags[k] for k in found.argmax(1)])[0])
            for spans, found in zip(words, logits, strict=True)
        ]
    else:
        said = [answer.label for answer in answers(model, (yield from model.score(texts)))]
    found, start = [], 0
    for each in sets:
        found.append(said[start : start + len(each.texts)])
        start += len(each.texts)
    return found


def _passing(task: str, true: Sequence[str], said: Sequence[str], labels: Sequence[str]) -> list[str]:
    """The true labels; where either of several passes, the one that was said, else the first."""
    if task != "single":
        return list(true)
    found = []
    for truth, answer in zip(true, said, strict=True):
        either = [truth] if truth in labels else split_labels(truth)
        found.append(answer if answer in either else either[0])
    return found


def _other_answers(task: str, clean: _Texts, said: Sequence[str]) -> Callable[[_Texts, Sequence[str]], float]:
    """What tells, of changed texts and what is said of them, the share that are answered in another way.

    A score: by more than it usually errs. Tags: right about a sentence's entities once and wrong the other time, for
    a change may take the entities themselves away, or swap them.
    """
    if task == "score":
        usual = float(np.mean([abs(float(t) - float(c)) for t, c in zip(clean.true, said, strict=True)]))
        return lambda _, now: float(
            np.mean([abs(float(a) - float(b)) > usual for a, b in zip(said, now, strict=True)])
        )
    if task == "tagging":
        before = _right(clean, said)
        return lambda texts, now: float(np.mean(before != _right(texts, now)))
    return lambda _, now: float(np.mean([a != b for a, b in zip(said, now, strict=True)]))


def _right(texts: _Texts, said: Sequence[str]) -> NDArray[np.bool_]:
    """Of which sentences exactly the types of their entities were said."""
    return np.array([_types(a) == _types(b) for a, b in zip(texts.true, said, strict=True)], bool)


def _types(entities: str) -> list[str]:
    return [entity.label for entity in msgspec.json.decode(entities, type=list[Entity])]
