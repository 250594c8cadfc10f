"""What a choice is: an option of a method, a method, an explainer."""

from __future__ import annotations

import msgspec

from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.tasks import TASKS


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One setting of a method; ``optional``: None = off or automatic.

    ``kind``: integer, number, choice, boolean, choices (some of ``choices``, joined by commas), words (parted
    by spaces), source (a source model's id or folder) or run (a run's id).
    """

    id: str
    kind: str
    default: OptionValue
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    optional: bool = False
    main: bool = False  # shown unfolded

    def parse(self, value: OptionValue) -> OptionValue:
        """Check and convert a value as typed in a shell or a form. Raises ``KnownError`` (OPTION_VALUE)."""
        if value is None or (isinstance(value, str) and value.lower() in ("", "none", "auto", "off")):
            if self.kind == "choice" and isinstance(value, str) and value in self.choices:
                return value
            if self.kind == "choices" or (self.kind == "words" and not value):
                return ""
            if self.kind == "words":
                return str(value)
            if self.optional:
                return None
            raise self._refuse(value)
        try:
            return self._convert(value)
        except (ValueError, KeyError):
            raise self._refuse(value) from None

    def _convert(self, value: OptionValue) -> OptionValue:
        if self.kind == "choice":
            if str(value) not in self.choices:
                raise ValueError
            return str(value)
        if self.kind == "choices":
            wanted = [part.strip() for part in str(value).split(",") if part.strip()]
            if not set(wanted) <= set(self.choices):
                raise ValueError
            return ",".join(choice for choice in self.choices if choice in wanted)
        if self.kind == "words":
            return " ".join(dict.fromkeys(str(value).split()))
        if self.kind in ("source", "run"):
            return str(value)
        if self.kind == "boolean":
            if isinstance(value, bool):
                return value
            return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[
                str(value).lower()
            ]
        number = float(str(value))
        if self.kind == "integer":
            if number != int(number):
                raise ValueError
            number = int(number)
        if (self.low is not None and number < self.low) or (self.high is not None and number > self.high):
            raise ValueError
        return number

    def _refuse(self, value: OptionValue) -> KnownError:
        if self.choices:
            valid = ", ".join(self.choices)
        elif self.kind == "boolean":
            valid = "true, false"
        else:
            valid = f"{self.kind} {_plain(self.low)} … {_plain(self.high)}"
        if self.optional:
            valid += ", none"
        return KnownError(ErrorKind.OPTION_VALUE, option=self.id, value=str(value), valid=valid)


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """A way of transfer. ``cost`` is 1 (seconds) to 3 (minutes to hours)."""

    id: str
    cost: int
    needs_source: bool
    live: bool  # has live loss curves, can be paused and resumed
    tasks: tuple[str, ...]
    options: tuple[Option, ...]
    explainers: tuple[str, ...]  # the first is the default
    offered: bool = True  # as a way to begin; the others start from a run


class Explainer(msgspec.Struct, frozen=True, kw_only=True):
    """A way to explain. ``complete``: its scores add up to a margin difference, so relative delta is shown.

    ``reads``: linear (a bag-of-words model), network (an encoder; of two encoders each, their scores added) or any
    model. ``cost``: 1 a pass or two, 2 a pass a word or some dozen of them, 3 hundreds. ``seeded``: it draws samples,
    by a seed of the text's own, so that two runs give the same. ``view``: it shows something of the model that is no
    explanation of the decision. ``tasks``: what it can explain. ``baselines``: what may stand for no word where that
    can be chosen; the first is the default.
    """

    id: str
    reads: str = "network"
    cost: int = 1
    signed: bool = True
    complete: bool = False
    seeded: bool = False
    view: bool = False
    tasks: tuple[str, ...] = TASKS
    baselines: tuple[str, ...] = ()

    @property
    def instant(self) -> bool:
        """Whether it is there as soon as it is asked for."""
        return self.cost == 1

    @property
    def exact(self) -> bool:
        """Whether it is the model itself: the weights of a bag of words."""
        return self.reads == "linear"
