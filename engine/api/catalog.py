"""What can be chosen: transfer methods, explainers, and their options. Forms and shell options follow from it.

Words for people (names, sentences, reasons) are in ``wording``; here are ids, types, defaults and ranges.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import OptionValue

SPLITS = ("train", "validation", "test")
DEFAULT_SOURCE = "minilm"
REPORT_SECTIONS = (
    "data",
    "method",
    "figures",
    "classes",
    "confusion",
    "calibration",
    "training",
    "faithfulness",
    "examples",
    "errors",
    "limits",
)
STAGES = (
    "inspect",
    "read",
    "index",
    "load",
    "tokenise",
    "encode",
    "fit",
    "train",
    "validate",
    "evaluate",
    "score",
    "explain",
    "measure",
    "write",
)
NOTICES = (
    "labels-look-alike",  # names: labels that differ only by space or case
    "small-classes",  # names: classes with a single example
    "labels-unseen",  # names: labels that no training text has
    "split-made",  # train, validation, test: counts of an automatic split
    "texts-cut",  # share, max_tokens
    "batch-halved",  # batch_size: what is now computed at once
    "precision-chosen",  # precision, speedup
)


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One setting of a method. ``kind``: integer, number, choice or boolean; ``optional``: None = off/automatic."""

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
    options: tuple[Option, ...]
    explainers: tuple[str, ...]  # the first is the default


class Explainer(msgspec.Struct, frozen=True, kw_only=True):
    """A way to explain. ``complete``: its scores add up to a margin difference, so relative delta is shown."""

    id: str
    signed: bool
    complete: bool
    instant: bool


_SEED = Option(id="seed", kind="integer", default=13, low=0, high=2**31 - 1)
_MAX_TOKENS = Option(id="max_tokens", kind="integer", default=None, low=8, high=8192, optional=True)
_HOLD_OUT = Option(id="validation_share", kind="number", default=0.15, low=0.05, high=0.5)

METHODS: tuple[Method, ...] = (
    Method(
        id="bag-of-words",
        cost=1,
        needs_source=False,
        live=False,
        options=(
            Option(id="longest_ngram", kind="integer", default=2, low=1, high=3, main=True),
            Option(id="min_documents", kind="integer", default=1, low=1, high=1000),
            Option(id="regularisation", kind="number", default=None, low=1e-4, high=1e4, optional=True),
            _HOLD_OUT,
            _SEED,
        ),
        explainers=("linear",),
    ),
    Method(
        id="features",
        cost=1,
        needs_source=True,
        live=False,
        options=(
            Option(id="layer", kind="integer", default=None, low=0, high=100, optional=True, main=True),
            Option(id="regularisation", kind="number", default=None, low=1e-4, high=1e4, optional=True),
            _MAX_TOKENS,
            _HOLD_OUT,
            _SEED,
        ),
        explainers=("lrp", "integrated-gradients"),
    ),
    Method(
        id="fine-tune",
        cost=2,
        needs_source=True,
        live=True,
        options=(
            Option(id="epochs", kind="number", default=3.0, low=0.01, high=100, main=True),
            Option(
                id="learning_rate", kind="number", default=None, low=1e-7, high=1e-2, optional=True, main=True
            ),
            Option(id="batch_size", kind="integer", default=16, low=1, high=1024, main=True),
            Option(id="top_layers", kind="integer", default=None, low=0, high=100, optional=True, main=True),
            Option(
                id="target_metric",
                kind="choice",
                default="none",
                choices=("none", "macro_f1", "accuracy", "loss"),
                main=True,
            ),
            Option(
                id="target_value", kind="number", default=None, low=0.0, high=100.0, optional=True, main=True
            ),
            Option(id="patience", kind="integer", default=None, low=1, high=100, optional=True),
            Option(id="time_budget_minutes", kind="number", default=None, low=0.01, high=1e5, optional=True),
            Option(id="evaluations_per_epoch", kind="integer", default=1, low=1, high=100),
            Option(id="accumulation", kind="integer", default=1, low=1, high=256),
            Option(id="warmup_share", kind="number", default=0.1, low=0.0, high=0.9),
            Option(id="weight_decay", kind="number", default=0.01, low=0.0, high=1.0),
            Option(id="clip_norm", kind="number", default=1.0, low=0.01, high=1000.0, optional=True),
            _MAX_TOKENS,
            Option(id="precision", kind="choice", default="auto", choices=("auto", "fp32", "bf16")),
            _HOLD_OUT,
            _SEED,
        ),
        explainers=("lrp", "integrated-gradients"),
    ),
)

EXPLAINERS: tuple[Explainer, ...] = (
    Explainer(id="linear", signed=True, complete=True, instant=True),
    Explainer(id="lrp", signed=True, complete=False, instant=True),
    Explainer(id="integrated-gradients", signed=True, complete=True, instant=False),
)


def method(id: str) -> Method:
    """Raises ``KnownError`` (METHOD_UNKNOWN) that lists the valid ids."""
    for each in METHODS:
        if each.id == id:
            return each
    raise KnownError(ErrorKind.METHOD_UNKNOWN, method=id, valid=", ".join(m.id for m in METHODS))


def explainer(id: str, for_method: str) -> Explainer:
    """The explainer ``id`` ('' = the default) for runs of a transfer method. Raises EXPLAINER_UNKNOWN."""
    allowed = method(for_method).explainers
    wanted = id or allowed[0]
    for each in EXPLAINERS:
        if each.id == wanted and wanted in allowed:
            return each
    raise KnownError(ErrorKind.EXPLAINER_UNKNOWN, method=id, valid=", ".join(allowed))


def complete_options(method_id: str, given: Mapping[str, OptionValue]) -> dict[str, OptionValue]:
    """All options of a method: the given ones checked, the rest by default. Raises OPTION_UNKNOWN, OPTION_VALUE."""
    known = {option.id: option for option in method(method_id).options}
    for name in given:
        if name not in known:
            raise KnownError(ErrorKind.OPTION_UNKNOWN, option=name, method=method_id, valid=", ".join(known))
    return {
        name: option.parse(given[name]) if name in given else option.default for name, option in known.items()
    }
