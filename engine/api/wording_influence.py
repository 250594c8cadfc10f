"""Sentences about what a decision was learnt from, in the languages of the product."""

from __future__ import annotations

INFLUENCE_WORDS: dict[str, dict[str, str]] = {
    "doubts": {
        "en": "At most about {expected} of {texts} labels are wrong. The most doubtful first (doubt, text, label, suggestion):",
        "zh_CN": "{texts} 个标签中至多大约有 {expected} 个是错的。最可疑的在前（可疑度、文本、标签、建议）：",
    },
    "word_doubts": {
        "en": "At most about {expected} of {texts} texts hold a wrong or missed entity. The most doubtful first (doubt, text, words, type, suggestion):",
        "zh_CN": "{texts} 条文本中至多大约有 {expected} 条标错或漏标了实体。最可疑的在前（可疑度、文本、词语、类型、建议）：",
    },
    "pushes": {
        "en": "What in {texts} training texts pushed most for (+) and against (-) “{label}”, as a part of all pushes:",
        "zh_CN": "{texts} 条训练文本中，最支持（+）和最反对（-）“{label}”的文本，按占全部推动的比例：",
    },
    "neighbours": {
        "en": "The most alike training texts, by what the model's last layer reads of them:",
        "zh_CN": "按模型最后一层读到的内容，最相似的训练文本：",
    },
    "checkpoints": {
        "en": "Measured on {count} state(s) of the model; 1 is the finished model alone, not the whole training.",
        "zh_CN": "在模型的 {count} 个状态上测得；1 表示只用训练完成的模型，而不是整个训练过程。",
    },
    "edited": {
        "en": "The texts, labels or splits were edited after the training; these are today's.",
        "zh_CN": "训练之后文本、标签或划分被修改过；这里显示的是现在的内容。",
    },
}


def influence_words(key: str, language: str) -> str:
    """A sentence with its places in braces; English where a language has none."""
    words = INFLUENCE_WORDS[key]
    return words.get(language, words["en"])
