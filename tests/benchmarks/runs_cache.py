"""Runs on the public data sets, trained through the product once and used again by every benchmark.

A data set's project lies in ``FOLDER/NAME.lexplain`` (``NAME-N.lexplain`` with the first N training texts drawn);
a run of it with the same method and options is trained only where there is none.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from engine.api import catalog
from engine.api.errors import OptionValue
from engine.api.messages import ColumnMapping, ImportFile, JobState, Train
from engine.api.project import Project
from engine.data.importing import import_file
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.shared_data import rows, shared

FIRST_SEED = 13  # the catalog's default, so that a benchmark of one run finds it here
_SEVERAL_LABELS = ("goemotions", "jigsaw_sample")
_PARTS = (("train", "train"), ("validation", "dev"), ("test", "test"))


def trained(
    name: str,
    method: str,
    seed: int,
    folder: Path,
    options: Mapping[str, OptionValue] | None = None,
    train_texts: int | None = None,
) -> tuple[Project, str]:
    """The open project of a data set and the id of its finished run with that seed; close the project."""
    project = imported(name, folder, train_texts)
    given = {**(options or {}), "seed": seed}
    complete = catalog.complete_options(method, given, project.task)
    for run in project.runs.all():
        same = {**complete, **run.options} == complete  # an older run lacks options that came after it
        if run.state is JobState.DONE and run.method == method and same:
            return project, run.id
    return project, finish(train(project, Train(method=method, options=given), Control())).run


def imported(name: str, folder: Path, train_texts: int | None = None) -> Project:
    """A data set's project, its files imported into their splits where that is still to be done.

    ``train_texts`` is for sets of one label.
    """
    folder.mkdir(parents=True, exist_ok=True)
    title = name if train_texts is None else f"{name}-{train_texts}"
    project = Project.create(folder / title)
    task = "multi" if name in _SEVERAL_LABELS else "single"
    if (shared(name) / "train.conll").is_file():
        task = "tagging"
    mapping = ColumnMapping(text="text", label="entities" if task == "tagging" else "label")
    for split, part in _PARTS[len(project.documents.sources()) :]:
        file = shared(name) / f"{part}.{'conll' if task == 'tagging' else 'csv'}"
        if split == "train" and train_texts is not None:
            file = drawn(name, train_texts, folder / f"{title}-train.csv")
        finish(import_file(project, ImportFile(path=str(file), mapping=mapping, as_split=split, task=task)))
    return project


def drawn(name: str, count: int, file: Path) -> Path:
    """``count`` training texts in a file of their own, drawn at random: files may be sorted by class."""
    texts, labels = rows(name, "train")
    order = np.random.default_rng(0).permutation(len(texts))[:count]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["text", "label"])
        writer.writerows([texts[i], labels[i]] for i in order)
    return file
