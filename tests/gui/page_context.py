"""A page's surroundings without an engine: a real session and real operations over the fake queue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from PySide6.QtWidgets import QApplication

from engine.api.messages import ColumnMapping
from engine.api.project import Project
from engine.api.results import ClassScore, Evaluation, FilePreview, Interval, Unreadable
from gui.context import Context
from gui.operations import Operations
from gui.session import Session
from gui.settings import LANGUAGE, Settings
from gui.theme import Theme
from tests.gui.fakes import FakeQueue

TEXTS = (
    ("the parcel is late", "Delivery", "train"),
    ("where is my parcel", "Delivery", "test"),
    ("please refund me", "Billing", "train"),
    ("the refund never came", "Billing", "validation"),
    ("我要退款", "Billing", "train"),
    ("no label here", "", ""),
)


@contextmanager
def page_context(folder: Path, *, project: bool = True) -> Iterator[tuple[Context, FakeQueue]]:
    """With an empty open project, or without one; everything is closed at the end."""
    settings = Settings(folder / "settings.ini")
    settings.set(LANGUAGE, "en")
    session = Session()
    if project:
        session.create(folder / "test.lexplain")
    queue = FakeQueue(session)
    operations = Operations(session, queue.as_queue())
    theme = Theme("light")
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app)
    # pages that draw no charts get no renderer
    context = Context(theme, settings, session, queue.as_queue(), operations, cast(Any, None))
    try:
        yield context, queue
    finally:
        session.close()
        session.writer.stop()


def add_texts(project: Project, folder: Path, *, unreadable: int = 0, copies: int = 1) -> int:
    """Import TEXTS as a source of that many copies; gives the source's id."""
    file = folder / "texts.csv"
    file.write_text("text,label\n", encoding="utf-8")
    with project.transaction():
        source = project.documents.add_source(
            file, "csv", "utf-8", ",", ColumnMapping(text="text", label="label")
        )
        rows = (
            (line, *row) for line, row in enumerate((row for _ in range(copies) for row in TEXTS), start=2)
        )
        project.documents.add_rows(source, rows)
        project.documents.add_unreadable(
            source, [Unreadable(100 + n, "quote-open", f'"raw {n}') for n in range(unreadable)]
        )
        project.documents.finish_source(source)
    return source


def add_run(project: Project, macro_f1: float = 0.9) -> str:
    """A finished, evaluated run; gives its id."""
    figure = Interval(macro_f1, macro_f1 - 0.05, macro_f1 + 0.05)
    labels = ("Billing", "Delivery")
    evaluation = Evaluation(
        split="validation",
        rows=40,
        labels=labels,
        figures={"macro_f1": figure, "accuracy": figure},
        ece=0.04,
        ece_interval=Interval(0.04, 0.02, 0.06),
        loss=0.3,
        per_class=tuple(ClassScore(label, 0.9, 0.9, 0.9, 20) for label in labels),
        confusion=((17, 3), (1, 19)),
        reliability=(),
    )
    with project.transaction():
        run = project.runs.add("bag-of-words", "", {"longest_ngram": 2})
        project.runs.put_evaluation(run, evaluation)
        project.runs.finish(run, 2.0, 1000.0, "epochs")
    return run


def preview(path: Path, **changes: Any) -> FilePreview:
    """What an inspection of a small CSV finds, with ``changes``."""
    facts: dict[str, Any] = {
        "path": str(path),
        "format": "csv",
        "size_bytes": 2048,
        "encoding": "utf-8",
        "encoding_certain": True,
        "delimiter": ",",
        "has_header": True,
        "columns": ("id", "message", "topic"),
        "rows": (("1", "the parcel is late", "Delivery"), ("2", "please refund me", "Billing")),
        "row_lines": (2, 3),
        "estimated_rows": 5000,
        "unreadable": (),
        "text_column": 1,
        "label_column": 2,
        "split_column": None,
    }
    return FilePreview(**{**facts, **changes})
