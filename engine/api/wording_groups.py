"""The headings above folded options, in both languages."""

from __future__ import annotations

GROUP_WORDS: dict[str, dict[str, str]] = {
    "texts": {"en": "Reading the texts", "zh_CN": "读取文本"},
    "learning": {"en": "Learning", "zh_CN": "学习过程"},
    "balance": {"en": "Loss and balance", "zh_CN": "损失与均衡"},
    "changed": {"en": "Changed texts", "zh_CN": "文本增强"},
    "rest": {"en": "The rest", "zh_CN": "其他"},
}
