"""What the report says, in English and Simplified Chinese: plain texts, escaped where they become HTML."""

from __future__ import annotations

from collections.abc import Callable

from engine.api.results import Interval
from engine.api.tasks import NO_SHARES
from engine.report_parts.words_table import WORDS

Words = Callable[..., str]


def words(language: str) -> Words:
    """A function from a key of the table, and the values of its places, to the text in ``language``."""
    column = 1 if language == "zh_CN" else 0

    def say(key: str, **values: str | int) -> str:
        return WORDS[key][column].format(**values)

    return say


def whole(number: float) -> str:
    """``3,257``."""
    return f"{number:,.0f}"


def percent(share: float, decimals: int = 1) -> str:
    """``91.2 %``."""
    return f"{share * 100:.{decimals}f} %"


def points(difference: float) -> str:
    """A signed difference of two shares in points: ``+3.4``."""
    return f"{difference * 100:+.1f}".replace("-", "\u2212")


def shown(id: str, value: float) -> str:
    """A figure's value: shares as ``91.2 %``, others as ``0.912``."""
    return f"{value:.3f}" if id in NO_SHARES else percent(value)


def shown_span(id: str, interval: Interval) -> str:
    """A figure's interval in the figure's own form."""
    if id in NO_SHARES:
        return f"{interval.low:.3f}\u2013{interval.high:.3f}".replace("-", "\u2212")
    return span(interval)


def difference(id: str, value: float, say: Words, *, unsigned: bool = False) -> str:
    """A difference of two values of a figure in words: ``+3.4 points``, or ``+0.034`` where it is no share."""
    plain = f"{value:+.3f}".replace("-", "\u2212")
    words = plain if id in NO_SHARES else say("points", points=points(value))
    return words.lstrip("+") if unsigned else words


def signed(score: float) -> str:
    """``+1.24``, with a true minus sign."""
    return f"{score:+.2f}".replace("-", "\u2212")


def span(interval: Interval) -> str:
    """``88.0 to 93.9 %`` in the short form that both languages read: ``88.0–93.9 %``."""
    return f"{interval.low * 100:.1f}\u2013{interval.high * 100:.1f} %"


def duration(seconds: float, say: Words) -> str:
    """``3 min 20 s``."""
    if seconds < 10:
        return say("seconds", seconds=f"{seconds:.1f}")
    if seconds < 60:
        return say("seconds", seconds=f"{seconds:.0f}")
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return say("minutes", minutes=minutes, seconds=rest)
    hours, minutes = divmod(minutes, 60)
    return say("hours", hours=hours, minutes=minutes)
