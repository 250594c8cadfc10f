"""Errors in the user's words: what happened, and what to do now."""

from __future__ import annotations

from dataclasses import dataclass

from engine.api import wording
from engine.api.errors import ErrorKind, ErrorReport


@dataclass(frozen=True)
class ErrorWords:
    """``title`` what happened in one sentence, ``todo`` what to do now, ``details`` for a report."""

    title: str
    todo: str
    details: str
    is_bug: bool

    @property
    def text(self) -> str:
        return f"{self.title} {self.todo}".strip()


def describe(error: ErrorReport, language: str) -> ErrorWords:
    """``language`` is ``en`` or ``zh_CN`` (``settings.language``)."""
    what, todo = wording.error_words(error, language)
    return ErrorWords(what, todo, error.trace, error.kind is ErrorKind.BUG)
