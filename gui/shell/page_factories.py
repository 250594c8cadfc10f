"""The pages in the rail's order, imported when they are made: the first paint waits for none of them."""

from __future__ import annotations

from collections.abc import Callable

from gui.context import Context
from gui.pages.base import Page

Factory = Callable[[Context], Page]


def _data(context: Context) -> Page:
    from gui.pages.data_page import DataPage

    return DataPage(context)


def _train(context: Context) -> Page:
    from gui.pages.train_page import TrainPage

    return TrainPage(context)


def _evaluate(context: Context) -> Page:
    from gui.pages.evaluate_page import EvaluatePage

    return EvaluatePage(context)


def _explain(context: Context) -> Page:
    from gui.pages.explain_page import ExplainPage

    return ExplainPage(context)


def _corpus(context: Context) -> Page:
    from gui.pages.corpus_page import CorpusPage

    return CorpusPage(context)


def _predict(context: Context) -> Page:
    from gui.pages.predict_page import PredictPage

    return PredictPage(context)


def _report(context: Context) -> Page:
    from gui.pages.report_page import ReportPage

    return ReportPage(context)


FACTORIES: dict[str, Factory] = {
    "data": _data,
    "train": _train,
    "evaluate": _evaluate,
    "explain": _explain,
    "corpus": _corpus,
    "predict": _predict,
    "report": _report,
}
