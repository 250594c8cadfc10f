"""The words that the shell and the window share, in English and Simplified Chinese.

Messages hold kinds and numbers; here they become sentences. Texts are plain:
escape them where they become HTML.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.api.errors import ErrorKind, ErrorReport, Value
from engine.api.results_transfer import HubModel, SourceInfo
from engine.api.wording_catalog import EXPLAINER_WORDS, METHOD_WORDS, OPTION_WORDS, SOURCE_WORDS
from engine.api.wording_defaults import DEFAULT_REASONS
from engine.api.wording_errors import ERROR_WORDS
from engine.api.wording_figures import FIGURE_WORDS
from engine.api.wording_groups import GROUP_WORDS
from engine.api.wording_states import (
    NOTICE_WORDS,
    REASON_WORDS,
    RESUME_WORDS,
    SPLIT_WORDS,
    STAGE_WORDS,
    STATE_WORDS,
    STOPPED_WORDS,
    TASK_WORDS,
    UNREADABLE_OTHER,
    UNREADABLE_WORDS,
)

LANGUAGES = ("en", "zh_CN")
_NAMING_A_SPLIT = (ErrorKind.SPLIT_EMPTY, ErrorKind.RUN_NOT_JUDGED)


class MethodWords(msgspec.Struct, frozen=True):
    """``name``; ``sentence`` what it does; ``when`` it is the one to take."""

    name: str
    sentence: str
    when: str


class FigureWords(msgspec.Struct, frozen=True):
    """``name``; ``sentence`` what it is."""

    name: str
    sentence: str


class TaskWords(msgspec.Struct, frozen=True):
    """``name``; ``sentence`` what its texts have."""

    name: str
    sentence: str


class OptionWords(msgspec.Struct, frozen=True):
    """``label``; ``help`` what it does; ``reason`` of its default; ``automatic`` what None means."""

    label: str
    help: str
    reason: str
    automatic: str


class ExplainerWords(msgspec.Struct, frozen=True):
    name: str
    sentence: str


def error_words(report: ErrorReport, language: str) -> tuple[str, str]:
    """(what happened, what to do now)."""
    what, todo = ERROR_WORDS[report.kind][_known(language)]
    values = dict(report.values)
    if "reason" in values:
        reason = RESUME_WORDS.get(str(values["reason"]))
        values["reason"] = reason[_known(language)] if reason else values["reason"]
    if report.kind in _NAMING_A_SPLIT and str(values.get("split")) in SPLIT_WORDS:
        values["split"] = split_words(str(values["split"]), language)
    if report.kind in (ErrorKind.TASK_DIFFERS, ErrorKind.METHOD_TASK, ErrorKind.EVIDENCE_TASK):
        for name in ("task", "wanted"):
            if str(values.get(name)) in TASK_WORDS:
                values[name] = task_words(str(values[name]), language).name
    return _fill(what, values), _fill(todo, values)


def reason_words(reason: str, language: str) -> str:
    """A sentence for a word of the catalog's REASONS."""
    return REASON_WORDS[reason][_known(language)]


def task_words(task: str, language: str) -> TaskWords:
    """Of a task."""
    return TaskWords(*TASK_WORDS[task][_known(language)])


def figure_words(id: str, language: str) -> FigureWords:
    """Of a figure of an evaluation, or ``ece``."""
    return FigureWords(*FIGURE_WORDS[id][_known(language)])


def method_words(id: str, language: str) -> MethodWords:
    """Of a transfer method."""
    return MethodWords(*METHOD_WORDS[id][_known(language)])


def option_words(id: str, language: str) -> OptionWords:
    """Of an option of a transfer method."""
    return OptionWords(*OPTION_WORDS[id][_known(language)])


def default_reason(id: str, language: str, method: str, task: str = "single") -> str:
    """Why the default of an option of a method is what it is for a task."""
    own = DEFAULT_REASONS.get((method, id)) or DEFAULT_REASONS.get((task, id))
    return own[_known(language)] if own else option_words(id, language).reason


def group_words(id: str, language: str) -> str:
    """The heading of a group of options."""
    return GROUP_WORDS[id][_known(language)]


def explainer_words(id: str, language: str) -> ExplainerWords:
    return ExplainerWords(*EXPLAINER_WORDS[id][_known(language)])


def source_words(id: str, language: str) -> MethodWords | None:
    """Of a bundled source model; None for a folder of the user's."""
    found = SOURCE_WORDS.get(id)
    return None if found is None else MethodWords(*found[_known(language)])


def problem_words(model: SourceInfo | HubModel, language: str) -> tuple[str, str]:
    """(what is wrong, what to do) of a model that cannot be used; ('', '') where nothing is wrong."""
    if not model.problem:
        return "", ""
    values: dict[str, Value] = {"path": model.id, "source": model.id, "family": model.family or "?"}
    return error_words(ErrorReport(ErrorKind(model.problem), values), language)


def stage_words(stage: str, language: str) -> str:
    """What a job is doing, as a label: ``Training``."""
    return STAGE_WORDS[stage][_known(language)]


def notice_words(kind: str, values: Mapping[str, Value], language: str) -> str:
    """A sentence for a word of NOTICES."""
    shown = dict(values)
    if isinstance(share := shown.get("share"), float):
        shown["share"] = percent(share)
    if isinstance(speedup := shown.get("speedup"), float):
        shown["speedup"] = f"{speedup:.1f}"
    if kind == "race-left-out":
        error = ErrorReport(ErrorKind(str(values["why"])), dict(values))
        shown["why"] = error_words(error, language)[0]
        shown["left_out"] = method_words(str(values["left_out"]), language).name
    return _fill(NOTICE_WORDS[kind][_known(language)], shown)


def state_words(state: str, language: str) -> str:
    """Of a ``JobState``."""
    return STATE_WORDS[state][_known(language)]


def stopped_words(stopped_by: str, language: str) -> str:
    """Why a training ended; '' for an unknown word."""
    found = STOPPED_WORDS.get(stopped_by)
    return found[_known(language)] if found else ""


def split_words(split: str, language: str) -> str:
    """Of train, validation, test and '' (none)."""
    return SPLIT_WORDS[split][_known(language)]


def unreadable_words(reason: str, language: str) -> str:
    """Why a row could not be read."""
    return UNREADABLE_WORDS.get(reason, UNREADABLE_OTHER)[_known(language)]


def percent(share: float) -> str:
    """``0.034`` as ``3.4 %``; the same in both languages but for the space, which both can bear."""
    return f"{share * 100:.1f} %" if share < 0.1 else f"{share * 100:.0f} %"


def _known(language: str) -> str:
    return language if language in LANGUAGES else "en"


class _Values(dict[str, Value]):
    def __missing__(self, key: str) -> str:
        return "…"  # a fact that an older engine did not send must not hide the message


def _fill(sentence: str, values: Mapping[str, Value]) -> str:
    return sentence.format_map(_Values(values))
