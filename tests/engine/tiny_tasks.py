"""Small projects of every task over the words of ``tiny``, imported from files as a user would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.api.messages import ColumnMapping, ImportFile
from engine.api.project import Project
from engine.data.importing import import_file
from engine.progress import finish
from tests.engine.tiny import texts

_GOOD, _BAD = {"good", "great", "fine"}, {"bad", "awful", "poor"}
_THINGS = {"film": "WORK", "food": "DISH", "place": "SPOT"}


def labels_of(text: str) -> str:
    """``good`` where a good word stands, ``things`` where a thing is named; both, one or none."""
    words = set(text.split())
    found = [name for name, hit in (("good", words & _GOOD), ("things", words & set(_THINGS))) if hit]
    return "|".join(found)


def score_of(text: str) -> float:
    """Good words minus bad words."""
    words = text.split()
    return float(sum(w in _GOOD for w in words) - sum(w in _BAD for w in words))


def tag_of(word: str) -> str:
    return f"B-{_THINGS[word]}" if word in _THINGS else "O"


def table_project(path: Path, task: str, count: int = 160) -> Project:
    """A project of several labels or of scores."""
    value: Callable[[str], object] = labels_of if task == "multi" else score_of
    file = path.with_suffix(".csv")
    lines = [f"{text},{value(text)}" for text, _ in texts(count)]
    file.write_text("text,label\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return imported(path, file, task)


def tagging_project(path: Path, count: int = 160) -> Project:
    """A project whose things are tagged."""
    file = path.with_suffix(".conll")
    sentences = ["\n".join(f"{word}\t{tag_of(word)}" for word in text.split()) for text, _ in texts(count)]
    file.write_text("\n\n".join(sentences) + "\n", encoding="utf-8")
    return imported(path, file, "tagging")


def imported(path: Path, file: Path, task: str) -> Project:
    """A new project with one file read into it."""
    made = Project.create(path)
    mapping = ColumnMapping(text="text", label="entities" if task == "tagging" else "label")
    finish(import_file(made, ImportFile(path=str(file), mapping=mapping, task=task)))
    return made
