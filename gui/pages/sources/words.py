"""Facts about source models as short words: names, sizes, speeds, how far a download is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from engine.api import wording
from engine.api.messages import Progress
from engine.api.results_transfer import SourceInfo

UNKNOWN = "–"


def source_name(id: str, language: str) -> str:
    """A source model's short name: a bundled one's, a hub's id, or the last part of a folder."""
    words = wording.source_words(id, language)
    if words is not None:
        return words.name
    return Path(id).name if Path(id).is_absolute() else id


def megabytes(size_bytes: int) -> str:
    """``91 MB``, ``1.34 GB``; a dash where the size is not known."""
    if size_bytes <= 0:
        return UNKNOWN
    if size_bytes < 1e6:
        return f"{size_bytes / 1e3:,.0f} kB"
    return f"{size_bytes / 1e6:,.0f} MB" if size_bytes < 1e9 else f"{size_bytes / 1e9:,.2f} GB"


def millions(count: int) -> str:
    """``22.7 M``, as parameters are counted."""
    if count <= 0:
        return UNKNOWN
    return f"{count / 1e6:,.1f} M" if count >= 1e5 else f"{count:,}"


def speed_words(texts_per_second: float) -> str:
    """Of one model on this machine; a dash where it was not measured."""
    if not texts_per_second:
        return UNKNOWN
    return QCoreApplication.translate("Sources", "{count} texts/s").format(count=f"{texts_per_second:,.0f}")


def bytes_words(progress: Progress) -> list[str]:
    """How far a stage that counts bytes is, and how fast."""
    parts = [
        QCoreApplication.translate("Sources", "{done} of {total} MB").format(
            done=f"{progress.done / 1e6:,.1f}", total=f"{progress.total / 1e6:,.1f}"
        )
    ]
    if progress.rate:
        parts.append(
            QCoreApplication.translate("Sources", "{rate} MB/s").format(rate=f"{progress.rate / 1e6:,.1f}")
        )
    return parts


def summary(info: SourceInfo) -> str:
    """One line of facts: ``bert · 6 layers · 22.7 M parameters · 91 MB · en · apache-2.0 · 227 texts/s``."""
    facts = [
        info.family,
        QCoreApplication.translate("Sources", "{count} layers").format(count=info.layers),
        QCoreApplication.translate("Sources", "{count} parameters").format(count=millions(info.parameters)),
        megabytes(info.size_bytes),
        info.languages,
        info.licence,
        speed_words(info.texts_per_second) if info.texts_per_second else "",
    ]
    return " · ".join(fact for fact in facts if fact)
