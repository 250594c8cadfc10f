"""The shared words: complete in both languages, and their places match what the engine sends."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.api import wording
from engine.api.catalog import EXPLAINERS, METHODS, NOTICES, SPLITS, STAGES
from engine.api.errors import ErrorKind, ErrorReport
from engine.api.messages import JobState
from engine.api.option_tasks import option_for
from engine.api.wording_catalog import EXPLAINER_WORDS, METHOD_WORDS, OPTION_WORDS, SOURCE_WORDS
from engine.api.wording_defaults import DEFAULT_REASONS
from engine.api.wording_errors import ERROR_WORDS
from engine.api.wording_states import (
    NOTICE_WORDS,
    RESUME_WORDS,
    SPLIT_WORDS,
    STAGE_WORDS,
    STATE_WORDS,
    STOPPED_WORDS,
    UNREADABLE_WORDS,
)

ENGINE = Path(__file__).resolve().parents[2] / "engine"
TABLES = (
    METHOD_WORDS, OPTION_WORDS, EXPLAINER_WORDS, SOURCE_WORDS, DEFAULT_REASONS, ERROR_WORDS, NOTICE_WORDS,
    RESUME_WORDS, SPLIT_WORDS, STAGE_WORDS, STATE_WORDS, STOPPED_WORDS, UNREADABLE_WORDS,
)  # fmt: skip


def _places(words: str | tuple[str, ...]) -> set[str]:
    joined = words if isinstance(words, str) else " ".join(words)
    return {name for _, name, _, _ in string.Formatter().parse(joined) if name}


def test_everything_has_words() -> None:
    assert set(ERROR_WORDS) == set(ErrorKind)
    assert set(METHOD_WORDS) == {method.id for method in METHODS}
    assert set(OPTION_WORDS) == {option.id for method in METHODS for option in method.options}
    assert set(EXPLAINER_WORDS) == {explainer.id for explainer in EXPLAINERS}
    assert set(STAGE_WORDS) == set(STAGES)
    assert set(NOTICE_WORDS) == set(NOTICES)
    assert set(STATE_WORDS) == set(JobState)
    assert set(SPLIT_WORDS) == {"", *SPLITS}


def _own_defaults() -> Iterator[tuple[str, str, str]]:
    """(method, task, option) of the form where a default is another than where the option first stands."""
    first = {option.id: option.default for method in reversed(METHODS) for option in method.options}
    for method in (each for each in METHODS if each.offered):
        for task in method.tasks:
            for option in method.options:
                chosen = option_for(option, task)
                if chosen.choices == option.choices and chosen.default != first[option.id]:
                    yield method.id, task, option.id


def test_a_default_of_its_own_has_a_reason_of_its_own() -> None:
    found = list(_own_defaults())
    assert ("tagging", "min_documents") in {(task, option) for _, task, option in found}
    for method, task, option in found:
        if option == "most_texts":  # bounds time and memory, whatever the number
            continue
        for language in wording.LANGUAGES:
            own = wording.default_reason(option, language, method, task)
            assert own != wording.option_words(option, language).reason, (method, task, option)


def test_both_languages_say_the_same_facts() -> None:
    for table in TABLES:
        for key, entry in table.items():
            assert set(entry) == set(wording.LANGUAGES), key
            assert _places(entry["en"]) == _places(entry["zh_CN"]), key


def _raised() -> Iterator[tuple[ErrorKind, set[str], str]]:
    """Every ``KnownError(ErrorKind.X, name=...)`` in the engine: its kind and the names it gives."""
    for path in sorted(ENGINE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] != "KnownError":
                continue
            names = {keyword.arg for keyword in node.keywords}
            if node.args and ast.unparse(node.args[0]).startswith("ErrorKind.") and None not in names:
                kind = ErrorKind[ast.unparse(node.args[0]).split(".")[1]]
                yield kind, {str(name) for name in names}, f"{path.name}:{node.lineno}"


def test_errors_give_every_fact_that_their_words_name() -> None:
    raised = list(_raised())
    assert len(raised) > 20, "the search itself must find the errors"
    missing = [(where, kind, _places(ERROR_WORDS[kind]["en"]) - given) for kind, given, where in raised]
    assert [each for each in missing if each[2]] == []


def test_reasons_and_splits_are_translated() -> None:
    report = ErrorReport(ErrorKind.NOTHING_TO_RESUME, {"run": "a", "reason": "done"})
    assert "it has finished" in wording.error_words(report, "en")[0]
    assert "已经完成" in wording.error_words(report, "zh_CN")[0]
    assert "训练" in wording.error_words(ErrorReport(ErrorKind.SPLIT_EMPTY, {"split": "train"}), "zh_CN")[0]


@pytest.mark.parametrize("language", ["en", "zh_CN", "de"])
def test_a_missing_fact_does_not_hide_the_message(language: str) -> None:
    what, todo = wording.error_words(ErrorReport(ErrorKind.FILE_MISSING), language)
    assert "…" in what
    assert todo


def test_braces_in_values_are_left_alone() -> None:
    what, _ = wording.error_words(ErrorReport(ErrorKind.FILE_MISSING, {"path": "{x} {0}"}), "en")
    assert "{x} {0}" in what


def test_shares_are_shown_as_percent() -> None:
    assert "3.4 %" in wording.notice_words("texts-cut", {"share": 0.034, "max_tokens": 128}, "en")
    assert wording.percent(0.5) == "50 %"
    assert wording.unreadable_words("no-such-reason", "en") == "could not be read"
