"""How a form lays a method's options out: the groups they stand in, and when one counts at all."""

from __future__ import annotations

import msgspec

from engine.api.catalog_types import Method, Option
from engine.api.errors import OptionValue

GROUPS = ("texts", "learning", "balance", "changed", "rest")


def _of(group: str, *ids: str) -> dict[str, str]:
    return dict.fromkeys(ids, group)


# of the options that are folded, in the order in which they stand; those that matter most stand above the groups
OPTION_GROUPS: dict[str, str] = {
    **_of(
        "texts",
        "cleaning", "max_tokens", "long_texts", "window_overlap", "window_pooling", "adapt_epochs", "min_documents",
        "label_names", "most_texts", "changed_copies", "strike", "mark", "rationales",
    ),
    **_of(
        "learning",
        "epochs", "learning_rate", "batch_size", "patience", "time_budget_minutes", "evaluations_per_epoch",
        "accumulation", "warmup_share", "weight_decay", "clip_norm", "head", "layer", "layer_decay", "lora_rank",
        "top_layers", "regularisation", "attack_steps", "adversarial_weight", "layers_kept", "temperature",
        "hard_share", "match_hidden", "rationale_weight", "pairs_per_text", "target_metric", "target_value",
    ),
    **_of("balance", "loss", "class_weights", "label_smoothing", "class_shares"),
    **_of("changed", "augment", "augment_share", "mix_up", "masked_training"),
    **_of("rest", "precision", "kept_states", "validation_share", "seed"),
}  # fmt: skip


class Need(msgspec.Struct, frozen=True):
    """An option counts unless the option ``other`` of the same method has one of the values ``unless``."""

    other: str
    unless: tuple[OptionValue, ...]


_STUDENT_LOOP = Need("student", ("bag-of-words",))
_TEACHER = Need("hard_share", (1.0,))
NEEDS: dict[str, tuple[Need, ...]] = {
    "augment_share": (Need("augment", ("",)),),
    "window_overlap": (Need("long_texts", ("cut",)),),
    # the heads of the other bases are fitted on the mean
    "window_pooling": (Need("long_texts", ("cut",)), Need("base", ("features", "contrastive", "bag-of-words"))),
    "target_metric": (_STUDENT_LOOP,),
    "target_value": (_STUDENT_LOOP, Need("target_metric", ("none",))),
    "attack_steps": (Need("attack", ("fgm",)),),
    "student_source": (Need("student", ("fewer-layers", "bag-of-words")),),
    "student_layers": (Need("student", ("small-model", "bag-of-words")),),
    "layers_kept": (Need("student", ("small-model", "bag-of-words")),),
    "match_hidden": (_STUDENT_LOOP, _TEACHER),
    "teacher": (_TEACHER,),
    "temperature": (_TEACHER,),
    "unlabelled": (_TEACHER,),
    "changed_copies": (_TEACHER,),
    "most_texts": (_TEACHER, Need("unlabelled", (False,))),
    "layer": (Need("base", ("bag-of-words", "fine-tune")),),
    **dict.fromkeys(
        (
            "epochs", "learning_rate", "batch_size", "patience", "time_budget_minutes", "evaluations_per_epoch",
            "accumulation", "warmup_share", "weight_decay", "clip_norm", "precision",
        ),
        (_STUDENT_LOOP,),
    ),
}  # fmt: skip


def group_of(option: Option) -> str:
    """One of GROUPS; of an option that is shown unfolded, ''."""
    return "" if option.main else OPTION_GROUPS.get(option.id, "rest")


def unmet(method: Method, option: str, values: dict[str, OptionValue]) -> Need | None:
    """The first need that keeps an option from counting with these values; None where it counts."""
    known = {each.id for each in method.options}
    for need in NEEDS.get(option, ()):
        if need.other in known and values.get(need.other) in need.unless:
            return need
    return None
