"""A project whose corpus is explained, and the Corpus page on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytestqt.qtbot import QtBot

from engine.api.explaining.corpus import (
    CorpusSummary,
    CorpusWord,
)
from engine.api.project import Project
from engine.api.results import WordScore
from engine.api.store.corpus import DocumentScores, fingerprint
from engine.api.words import words_of
from gui.context import Context
from gui.pages.corpus_page import CorpusPage
from tests.gui import figures_project
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context

Surroundings = tuple[Context, FakeQueue]
RUN = "fine-tune-3"
TEXTS = (
    ("where is my parcel", "Delivery"),
    ("the parcel came late", "Delivery"),
    ("refund my money", "Billing"),
    ("a refund for the parcel", "Billing"),
    ("<b>my</b> refund", "Billing"),
    ("parcel number 7", "Delivery"),
)


@contextmanager
def corpus_context(folder: Path) -> Iterator[Surroundings]:
    """A window's surroundings with six texts and three runs."""
    with figures_context(folder, texts=0, runs=False) as (context, queue):
        project = project_of(context)
        figures_project.add_texts(project, list(TEXTS))
        for method in ("bag-of-words", "features", "fine-tune"):
            figures_project.add_run(project, method, 0.8, 2.0)
        context.session.select_run(RUN)
        yield context, queue


def project_of(context: Context) -> Project:
    assert context.session.project is not None
    return context.session.project


def ids_of(project: Project) -> list[int]:
    first, last = project.documents.id_range() or (0, 0)
    return list(range(first, last + 1))


def explain_corpus(project: Project, ids: list[int], *, summary: bool = True) -> CorpusSummary:
    """Scores of these documents: "parcel" speaks for Delivery, "refund" for Billing, everything else hardly."""
    weights = {"parcel": 1.5, "refund": 2.0, "my": -0.4}
    documents = project.documents.page(ids)
    with project.transaction():
        corpus = project.corpus.begin(RUN, "lrp", "hash")
        project.corpus.put(
            corpus,
            [
                DocumentScores(
                    each.id,
                    each.text,
                    each.label,
                    tuple(
                        WordScore(start, end, weights.get(each.text[start:end], 0.1))
                        for start, end in words_of(each.text)
                    ),
                    fingerprint(each.text, None),
                )
                for each in documents
            ],
        )
        found = CorpusSummary(
            run=RUN,
            method="lrp",
            split=None,
            model_hash="hash",
            documents=len(ids),
            explained=len(ids),
            skipped=0,
            seconds=1.0,
            label_documents={"Billing": 3, "Delivery": 3},
            words=(
                corpus_word("refund", "Billing", 3, 2.0),
                corpus_word("my", "Billing", 2, -0.4),
                corpus_word("parcel", "Delivery", 3, 1.5),
            ),
            phrases=(corpus_word("my parcel", "Delivery", 1, 1.1),),
        )
        if summary:
            project.explaining.put_finding(RUN, found)
    return found


def corpus_word(word: str, label: str, documents: int, mean: float) -> CorpusWord:
    return CorpusWord(
        word=word,
        label=label,
        documents=documents,
        occurrences=documents,
        mean_score=mean,
        total_score=mean * documents,
    )


def page_of(qtbot: QtBot, context: Context) -> CorpusPage:
    """Shown, with what is kept read."""
    page = CorpusPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 720)
    page.show()
    qtbot.waitUntil(lambda: page.words.findings is not None and page.words.findings.counts is not None)
    return page


def read_again(qtbot: QtBot, page: CorpusPage) -> None:
    """What is kept was read again, to its end."""
    with qtbot.waitSignal(
        page._reader.finished, check_params_cb=lambda channel: channel == "corpus-findings"
    ):
        page._read()
