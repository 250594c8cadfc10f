"""Small projects of every task, made of the same tiny texts."""

from __future__ import annotations

from pathlib import Path

from engine.api.messages import ColumnMapping
from engine.api.project import Project
from engine.api.results import Entity
from engine.api.store.tags import pack_entities, pack_words
from engine.api.tasks import join_labels
from engine.models.ngrams import words
from tests.engine.tiny import WORDS, texts

GOOD, BAD = frozenset(WORDS[:3]), frozenset(WORDS[3:6])


def task_project(path: Path, task: str, train: int = 96, validation: int = 32, test: int = 40) -> Project:
    """multi: the labels "up", "down", "film" hold where their words stand. score: good words minus bad ones.

    tagging: good words are UP, bad ones DOWN.
    """
    opened = Project.create(path)
    splits = ["train"] * train + ["validation"] * validation + ["test"] * test
    with opened.transaction():
        opened.set_task(task)
        source = opened.documents.add_source(
            path, "csv", "utf-8", ",", ColumnMapping(text="text", label="label")
        )
        made = [(text, split) for (text, _), split in zip(texts(len(splits)), splits, strict=True)]
        if task == "tagging":
            opened.documents.add_tagged_rows(
                source,
                (
                    (line, text, pack_words(words(text)), pack_entities(entities_of(text)), split)
                    for line, (text, split) in enumerate(made, start=2)
                ),
            )
        else:
            opened.documents.add_rows(
                source,
                (
                    (line, text, label_of(text, task), split)
                    for line, (text, split) in enumerate(made, start=2)
                ),
            )
        opened.documents.finish_source(source)
    return opened


def label_of(text: str, task: str) -> str:
    """The true label of a text as it is stored."""
    held = text.split()
    good, bad = (sum(word in mood for word in held) for mood in (GOOD, BAD))
    if task == "score":
        return f"{good - bad + len(held) / 10:.12g}"
    if task == "single":
        return "up" if good else "down"
    names = (("up", good > 0), ("down", bad > 0), ("film", "film" in held))
    return join_labels(name for name, holds in names if holds)


def entities_of(text: str) -> list[Entity]:
    """Good and bad words as entities."""
    found = []
    for start, end in words(text):
        word = text[start:end]
        if word in GOOD | BAD:
            found.append(Entity(start, end, "UP" if word in GOOD else "DOWN"))
    return found
