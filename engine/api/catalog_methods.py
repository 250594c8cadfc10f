"""The transfer methods: a row each, their options put together from groups that several share."""

from __future__ import annotations

from engine.api.catalog_types import Method, Option

_LABELS = ("single", "multi")
_TEXTS = ("single", "multi", "score")
_ALL = ("single", "multi", "tagging", "score")
_BY_REMOVAL = ("occlusion", "kernel-shap", "lime", "shapley")
_LINEAR_EXPLAINERS = ("linear", *_BY_REMOVAL)
_TORCH_EXPLAINERS = (
    "lrp",
    "integrated-gradients",
    "lrp-gradients",
    "guided-shap",
    "cp-lrp",
    "gradient-shap",
    "gradient-norm",
    *_BY_REMOVAL,
    "attention",
)

# where the head is one linear layer on the mean of the states, its terms are exact
_FEATURE_EXPLAINERS = (*_TORCH_EXPLAINERS, "head-terms")

CLEANINGS = ("html", "links", "mentions", "emoji", "spaces", "lowercase", "accents")
AUGMENTATIONS = ("deletion", "swap", "typos", "synonyms")

_SEED = Option(id="seed", kind="integer", default=13, low=0, high=2**31 - 1)
_HOLD_OUT = Option(id="validation_share", kind="number", default=0.15, low=0.05, high=0.5)
_CLEANING = Option(id="cleaning", kind="choices", default="", choices=CLEANINGS)
_STRIKE = Option(id="strike", kind="words", default="")
_MARK = Option(id="mark", kind="words", default="")
_REGULARISATION = Option(id="regularisation", kind="number", default=None, low=1e-4, high=1e4, optional=True)
_CLASS_WEIGHTS = Option(id="class_weights", kind="choice", default="none", choices=("none", "balanced"))

# of every method, and of every method that reads with a source model
_COMMON = (_CLEANING, _HOLD_OUT, _SEED)


def _reading(*poolings: str) -> tuple[Option, ...]:
    """How texts are read, and in which ways the windows of a long one can be put together."""
    return (
        Option(id="max_tokens", kind="integer", default=None, low=8, high=8192, optional=True),
        Option(id="long_texts", kind="choice", default="windows", choices=("windows", "cut")),
        Option(id="window_overlap", kind="number", default=0.25, low=0.0, high=0.9),
        Option(id="window_pooling", kind="choice", default="mean", choices=poolings),
        Option(id="adapt_epochs", kind="number", default=None, low=0.01, high=20, optional=True),
    )


_READING = _reading("mean", "max")
# a head is fitted on the mean of a text's windows, so the mean of their logits is what it says; the one choice keeps
# the options of older runs readable
_HEAD_READING = _reading("mean")


def _loop(
    *, epochs: float = 3.0, batch_size: int = 16, rate: float | None = None, patience: int | None = None
) -> tuple[Option, ...]:
    """What the training loop can be told."""
    return (
        Option(id="epochs", kind="number", default=epochs, low=0.01, high=100, main=True),
        Option(
            id="learning_rate", kind="number", default=rate, low=1e-7, high=1e-1, optional=True, main=True
        ),
        Option(id="batch_size", kind="integer", default=batch_size, low=1, high=1024, main=True),
        Option(
            id="target_metric",
            kind="choice",
            default="none",
            choices=("none", "main", "macro_f1", "accuracy", "loss"),
            main=True,
        ),
        Option(id="target_value", kind="number", default=None, low=0.0, high=100.0, optional=True, main=True),
        Option(id="patience", kind="integer", default=patience, low=1, high=100, optional=True),
        Option(id="time_budget_minutes", kind="number", default=None, low=0.01, high=1e5, optional=True),
        Option(id="evaluations_per_epoch", kind="integer", default=1, low=1, high=100),
        Option(id="accumulation", kind="integer", default=1, low=1, high=256),
        Option(id="warmup_share", kind="number", default=0.1, low=0.0, high=0.9),
        Option(id="weight_decay", kind="number", default=0.01, low=0.0, high=1.0),
        Option(id="clip_norm", kind="number", default=1.0, low=0.01, high=1000.0, optional=True),
        Option(id="precision", kind="choice", default="auto", choices=("auto", "fp32", "bf16")),
    )


_TOP_LAYERS = Option(id="top_layers", kind="integer", default=None, low=0, high=100, optional=True, main=True)
_HEAD = Option(id="head", kind="choice", default="auto", choices=("auto", "mean", "native"))
_WEIGHTS = (
    _HEAD,
    Option(id="kept_states", kind="integer", default=2, low=0, high=20),
    Option(id="layer_decay", kind="number", default=1.0, low=0.1, high=1.0),
    Option(id="lora_rank", kind="integer", default=None, low=1, high=256, optional=True),
)
_LOSSES = (
    Option(
        id="loss",
        kind="choice",
        default="cross-entropy",
        choices=("cross-entropy", "focal", "class-balanced"),
    ),
    _CLASS_WEIGHTS,
    Option(id="label_smoothing", kind="number", default=0.0, low=0.0, high=0.5),
)


def _changed_texts(augment: str = "", share: float = 0.3) -> tuple[Option, ...]:
    """What may be done to the training texts on the fly."""
    return (
        Option(id="augment", kind="choices", default=augment, choices=AUGMENTATIONS),
        Option(id="augment_share", kind="number", default=share, low=0.01, high=1.0),
        Option(id="mix_up", kind="number", default=None, low=0.01, high=10.0, optional=True),
        Option(id="masked_training", kind="boolean", default=False),
    )


METHODS: tuple[Method, ...] = (
    Method(
        id="bag-of-words",
        cost=1,
        needs_source=False,
        live=False,
        tasks=_ALL,
        options=(
            Option(id="longest_ngram", kind="integer", default=2, low=1, high=3, main=True),
            Option(id="min_documents", kind="integer", default=1, low=1, high=1000),
            _REGULARISATION,
            _CLASS_WEIGHTS,
            _STRIKE,
            _MARK,
            *_COMMON,
        ),
        explainers=_LINEAR_EXPLAINERS,
    ),
    Method(
        id="features",
        cost=1,
        needs_source=True,
        live=False,
        tasks=_ALL,
        options=(
            Option(id="layer", kind="integer", default=None, low=0, high=100, optional=True, main=True),
            _REGULARISATION,
            _CLASS_WEIGHTS,
            *_HEAD_READING,
            *_COMMON,
        ),
        explainers=_FEATURE_EXPLAINERS,
    ),
    Method(
        id="fusion",
        cost=1,
        needs_source=True,
        live=False,
        tasks=_ALL,
        options=(
            Option(id="second_source", kind="source", default="bert-tiny", main=True),
            _REGULARISATION,
            _CLASS_WEIGHTS,
            *_HEAD_READING,
            *_COMMON,
        ),
        explainers=_FEATURE_EXPLAINERS,
    ),
    Method(
        id="fine-tune",
        cost=2,
        needs_source=True,
        live=True,
        tasks=_ALL,
        options=(
            *_loop()[:3],
            _TOP_LAYERS,
            *_loop()[3:],
            *_WEIGHTS,
            *_LOSSES,
            *_changed_texts(),
            *_READING,
            *_COMMON,
        ),
        explainers=_TORCH_EXPLAINERS,
    ),
    Method(
        id="contrastive",
        cost=2,
        needs_source=True,
        live=True,
        tasks=_ALL,
        options=(
            *_loop(epochs=1.0)[:3],
            Option(
                id="pairs_per_text", kind="integer", default=None, low=1, high=1000, optional=True, main=True
            ),
            Option(
                id="label_names",
                kind="choice",
                default="auto",
                choices=("auto", "always", "never"),
                main=True,
            ),
            Option(id="top_layers", kind="integer", default=None, low=1, high=100, optional=True),
            _REGULARISATION,
            _CLASS_WEIGHTS,
            *_loop()[3:],
            *_HEAD_READING,
            *_COMMON,
        ),
        explainers=_FEATURE_EXPLAINERS,
    ),
    Method(
        id="adversarial",
        cost=3,
        needs_source=True,
        live=True,
        tasks=_ALL,
        options=(
            *_loop()[:3],
            Option(id="attack", kind="choice", default="fgm", choices=("fgm", "pgd", "virtual"), main=True),
            Option(id="epsilon", kind="number", default=0.05, low=0.001, high=100.0, main=True),
            Option(id="attack_steps", kind="integer", default=3, low=1, high=20),
            Option(id="adversarial_weight", kind="number", default=1.0, low=0.01, high=100.0),
            _TOP_LAYERS,
            *_loop()[3:],
            *_WEIGHTS,
            *_LOSSES,
            *_changed_texts("swap,typos", 0.6),
            *_READING,
            *_COMMON,
        ),
        explainers=_TORCH_EXPLAINERS,
    ),
    Method(
        id="distil",
        cost=2,
        needs_source=True,
        live=True,
        tasks=_ALL,
        options=(
            Option(id="teacher", kind="run", default=None, optional=True, main=True),
            Option(
                id="student",
                kind="choice",
                default="small-model",
                choices=("small-model", "fewer-layers", "bag-of-words"),
                main=True,
            ),
            Option(id="student_source", kind="source", default="bert-tiny", main=True),
            Option(
                id="student_layers", kind="integer", default=None, low=1, high=100, optional=True, main=True
            ),
            Option(id="layers_kept", kind="choice", default="spread", choices=("spread", "first")),
            Option(id="unlabelled", kind="boolean", default=True, main=True),
            Option(id="most_texts", kind="integer", default=20_000, low=1, high=1_000_000),
            Option(id="changed_copies", kind="integer", default=1, low=0, high=20),
            Option(id="temperature", kind="number", default=2.0, low=0.1, high=100.0),
            Option(id="hard_share", kind="number", default=0.1, low=0.0, high=1.0),
            Option(id="match_hidden", kind="boolean", default=False),
            *_loop(epochs=6.0, batch_size=32),
            *_READING,
            *_COMMON,
        ),
        explainers=_TORCH_EXPLAINERS,
    ),
    Method(
        id="pseudo-label",
        cost=2,
        needs_source=True,
        live=False,
        tasks=_ALL,
        options=(
            Option(
                id="base",
                kind="choice",
                default="features",
                choices=("features", "contrastive", "bag-of-words", "fine-tune"),
                main=True,
            ),
            Option(id="rounds", kind="integer", default=5, low=1, high=50, main=True),
            Option(id="growth", kind="number", default=0.2, low=0.01, high=1.0, main=True),
            Option(
                id="least_probability",
                kind="number",
                default=None,
                low=0.0,
                high=1.0,
                optional=True,
                main=True,
            ),
            Option(
                id="class_shares",
                kind="choice",
                default="between",
                choices=("between", "labels", "predicted"),
            ),
            Option(id="most_texts", kind="integer", default=3000, low=1, high=1_000_000),
            Option(id="layer", kind="integer", default=None, low=0, high=100, optional=True),
            _REGULARISATION,
            _CLASS_WEIGHTS,
            Option(id="precision", kind="choice", default="auto", choices=("auto", "fp32", "bf16")),
            *_READING,
            *_COMMON,
        ),
        explainers=_TORCH_EXPLAINERS,
    ),
    Method(
        id="argue",
        cost=2,
        needs_source=False,
        live=True,
        tasks=_ALL,
        offered=False,
        options=(
            Option(id="argued_run", kind="run", default=None, optional=True, main=True),
            Option(id="strike", kind="words", default="", main=True),
            Option(id="mark", kind="words", default="", main=True),
            Option(id="rationales", kind="boolean", default=True),
            Option(id="rationale_weight", kind="number", default=1.0, low=0.01, high=100.0),
            Option(id="most_texts", kind="integer", default=4000, low=2, high=1_000_000),
            *_loop(epochs=2.0),
            *_LOSSES,
            _HOLD_OUT,
            _SEED,
        ),
        explainers=_TORCH_EXPLAINERS,
    ),
)
