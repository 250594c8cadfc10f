"""The words of a pack, in English and Simplified Chinese. Texts are plain: escape them where they become HTML."""

from __future__ import annotations

from collections.abc import Callable

_WORDS: dict[str, tuple[str, str]] = {
    "title": ("Evidence for decisions", "判断依据"),
    "about": (
        "Explanations of what a model decided: {count}. Each says how it was computed and whether it can be trusted."
        " They say what the model used, not that it is right.",
        "对模型判断的 {count} 个解释，每个都注明计算方式以及是否可信。它们说明模型用了什么，并不表示模型正确。",
    ),
    "part": ("Picture {number} of {count}", "第 {number} 张图片，共 {count} 张"),
    "provenance": ("Where it comes from", "来源"),
    "explanations": ("Explanations", "解释"),
    "run": ("Run", "训练"),
    "method": ("Method", "方法"),
    "source": ("Source model", "源模型"),
    "model_hash": ("Model (sha256)", "模型（sha256）"),
    "data_digest": ("Data (sha256)", "数据（sha256）"),
    "created": ("Written", "写入时间"),
    "item": ("Explanation {number}", "解释 {number}"),
    "baseline": ("Baseline", "基线"),
    "steps": ("Steps or samples", "步数或样本数"),
    "seed": ("Seed", "随机种子"),
    "margin": ("Margin", "差距"),
    "markers": ("Went to markers", "归于特殊标记"),
    "text_hash": ("Text (sha256, beginning)", "文本（sha256 开头）"),
    "delta": ("Relative delta", "相对误差"),
    "fit": ("Fit of the surrogate (R²)", "代理模型拟合度（R²）"),
    "document": ("Document", "文档"),
    "unit": ("Scored without spaces", "无空格文字的计分单位"),
    "segmented": ("whole words", "词"),
    "word": ("Word", "词"),
    "place": ("Characters", "字符位置"),
    "score": ("Score", "分值"),
    "word_list": (
        "All {count} words with their scores",
        "全部 {count} 个词的分值",
    ),
    "not_drawn": (
        "This text cannot be set here: it runs from right to left, or no font here has its letters. Write the pack as"
        " HTML to read it. This file holds it all the same, and can be verified.",
        "此处无法排印这段文本：它从右向左书写，或缺少相应的字体。请把证据包写成 HTML 来阅读。"
        "本文件仍包含这段文本，可以检查。",
    ),
    "not_drawn_word": ("(see the HTML pack)", "（见 HTML 证据包）"),
    "footer": (
        "Digest of this pack: {digest}. `lexplain-cli verify` tells whether it was changed, and computes it again.",
        "本文件的摘要：{digest}。可用 `lexplain-cli verify` 检查是否被改动，并重新计算。",
    ),
}


def pack_words(language: str) -> Callable[..., str]:
    """A function from a key of the table, and the values of its places, to the text."""
    column = 1 if language == "zh_CN" else 0

    def say(key: str, **values: str | int) -> str:
        return _WORDS[key][column].format(**values)

    return say
