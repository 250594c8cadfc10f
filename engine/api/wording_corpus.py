"""Why a word should not decide, in words, in both languages."""

from __future__ import annotations

import msgspec


class ShortcutWords(msgspec.Struct, frozen=True):
    """``name`` in a few words; ``sentence`` what was seen and why it matters."""

    name: str
    sentence: str


SHORTCUT_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "label-leak": {
        "en": (
            "the label stands in the text",
            "The word is a label's name, or stands in a field such as “label: …”. New texts will hardly say their own label.",
        ),
        "zh_CN": (
            "文本中含有标签",
            "该词就是标签名称，或出现在“标签：…”之类的字段中。新文本一般不会写出自己的标签。",
        ),
    },
    "markup": {
        "en": (
            "markup or an address",
            "The word stands in tags, entities or addresses. These come from the page a text was taken from, not from its meaning.",
        ),
        "zh_CN": ("标记或网址", "该词出现在标签、实体或网址中，来自文本所在的网页，而不是文本的含义。"),
    },
    "number": {
        "en": (
            "a number",
            "Numbers such as dates, prices and numbers of orders seldom mean the same in new texts.",
        ),
        "zh_CN": ("数字", "日期、价格、订单号之类的数字在新文本中很少有相同的含义。"),
    },
    "punctuation": {
        "en": (
            "punctuation",
            "A sign without a word's meaning carries answers. Often it tells only how or by whom a text was typed.",
        ),
        "zh_CN": ("标点符号", "没有词义的符号影响了判断，往往只反映文本的录入方式或来源。"),
    },
    "source": {
        "en": (
            "tied to one file",
            "Nearly all texts with the word come from one file. The model may have learnt to tell the files apart.",
        ),
        "zh_CN": ("集中于一个文件", "含有该词的文本几乎都来自同一个文件，模型学到的可能是区分文件。"),
    },
    "name": {
        "en": (
            "a name",
            "The word is mostly written with a capital inside sentences, as names are. What is said of one name may not hold"
            " of the next.",
        ),
        "zh_CN": (
            "名称",
            "该词在句中多以大写字母开头，像是名称。对一个名称成立的结论，换一个名称未必成立。",
        ),
    },
    "one-class": {
        "en": (
            "only with one label",
            "Nearly all training texts with the word have this label, and it carries much of the answers. It may be a trace"
            " of how the texts were collected.",
        ),
        "zh_CN": (
            "只与一个标签同现",
            "含有该词的训练文本几乎都属于这个标签，而且它对判断影响很大，可能是收集文本时留下的痕迹。",
        ),
    },
}


def shortcut_words(reason: str, language: str) -> ShortcutWords:
    """Of a word of SHORTCUT_REASONS; an unknown language is English."""
    words = SHORTCUT_WORDS[reason]
    return ShortcutWords(*words.get(language, words["en"]))
