"""The shell commands that do the same as the form, the probe and the race."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.api.catalog import DEFAULT_SOURCE, complete_options, method
from engine.api.errors import OptionValue
from engine.api.messages_transfer import Entrant


def value_text(value: OptionValue) -> str:
    """An option's value as typed in a shell; ``Option.parse`` reads it back to the same value."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def changed_options(
    method_id: str, values: Mapping[str, OptionValue], task: str = "single"
) -> dict[str, OptionValue]:
    """Only what differs from the catalog's defaults, as they are for a task."""
    defaults = complete_options(method_id, {}, task)
    return {name: value for name, value in values.items() if value != defaults[name]}


def train_command(
    project: Path,
    method_id: str,
    source: str,
    options: Mapping[str, OptionValue],
    platform: str = sys.platform,
    task: str = "single",
) -> str:
    """``lexplain-cli train PROJECT --method … --option k=v``: what is not a default, quoted for the shell."""
    words = ["lexplain-cli", "train", str(project), "--method", method_id]
    if method(method_id).needs_source and source not in ("", DEFAULT_SOURCE):
        words += ["--source", source]
    for name, value in changed_options(method_id, options, task).items():
        words += ["--option", f"{name}={value_text(value)}"]
    return quoted(words, platform)


def recommend_command(project: Path, minutes: int = 0, platform: str = sys.platform) -> str:
    """``lexplain-cli recommend PROJECT``; ``minutes`` that one training may take, 0: any."""
    words = ["lexplain-cli", "recommend", str(project)]
    return quoted([*words, "--minutes", str(minutes)] if minutes else words, platform)


def race_command(
    project: Path, entrants: Sequence[Entrant], minutes: float, race: str = "", platform: str = sys.platform
) -> str:
    """``lexplain-cli race PROJECT --methods a,b@SOURCE --minutes M``; with ``race`` the one that goes on."""
    words = ["lexplain-cli", "race", str(project)]
    if entrants:
        words += ["--methods", ",".join(f"{e.method}@{e.source}" if e.source else e.method for e in entrants)]
    words += ["--minutes", f"{minutes:g}"]
    if race:
        words += ["--race", race]
    return quoted(words, platform)


def quoted(words: Sequence[str], platform: str = sys.platform) -> str:
    """The words as one line that the platform's shell splits into the same words."""
    return subprocess.list2cmdline(words) if platform == "win32" else shlex.join(words)
