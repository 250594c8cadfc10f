"""What is said of an explanation's trust, in English and Simplified Chinese: seals, rankings, scramble checks.

Texts are plain: escape them where they become HTML.
"""

from __future__ import annotations

from engine.api.errors import Value
from engine.api.explaining.trust import ExplainerRanking, ScrambleCheck, Seal
from engine.api.wording import LANGUAGES, explainer_words, percent

Both = dict[str, str]

COLOUR_WORDS: dict[str, Both] = {
    "green": {"en": "Tested: it holds", "zh_CN": "经检验可信"},
    "amber": {"en": "Read with care", "zh_CN": "请谨慎解读"},
    "red": {"en": "Do not rely on it", "zh_CN": "不宜采信"},
}

SEAL_WORDS: dict[str, Both] = {
    "removal-random": {
        "en": (
            "Removing {strongest} does no more than chance: {random} instead did as much in {as_much} of {draws} draws"
            " ({drop} against {random_drop})."
        ),
        "zh_CN": (
            "去掉{strongest}并不比随机去掉更有影响：{draws} 次抽取中有 {as_much} 次，去掉{random}的影响不相上下"
            "（{drop} 对 {random_drop}）。"
        ),
    },
    "methods-contradict": {
        "en": "Other methods put the words in quite another order (rank correlation {agreement}).",
        "zh_CN": "其他方法给出的词语排序很不一样（秩相关 {agreement}）。",
    },
    "signs-contradict": {
        "en": "Other methods say that most of the strongest words speak against the decision.",
        "zh_CN": "其他方法认为最强的词语大多与该判断相反。",
    },
    "view": {
        "en": "It shows where the model looks, not why it decided.",
        "zh_CN": "它显示模型关注哪里，而不是判断的原因。",
    },
    "nothing-to-remove": {
        "en": "It cannot be tested by removal: no word speaks for the decision, or there is no other word.",
        "zh_CN": "无法用去词检验：没有支持该判断的词语，或没有可比较的其他词语。",
    },
    "removal-unclear": {
        "en": (
            "Removing {strongest} mostly does more than removing {random}, but in {as_much} of {draws} draws it did not"
            " ({drop} against {random_drop})."
        ),
        "zh_CN": (
            "去掉{strongest}大多比去掉{random}影响更大，但 {draws} 次抽取中有 {as_much} 次并非如此"
            "（{drop} 对 {random_drop}）。"
        ),
    },
    "removal-small": {
        "en": (
            "The decision hangs on no few words: without {strongest} the prediction falls by {drop},"
            " without {random} by {random_drop}."
        ),
        "zh_CN": "该判断不取决于少数词语：去掉{strongest}后预测值下降 {drop}，去掉{random}后下降 {random_drop}。",
    },
    "no-other-method": {
        "en": "No other method could be compared with it.",
        "zh_CN": "没有可以对照的其他方法。",
    },
    "methods-differ": {
        "en": "Other methods agree only in part about the order of the words (rank correlation {agreement}).",
        "zh_CN": "其他方法对词语排序只有部分一致（秩相关 {agreement}）。",
    },
    "signs-disputed": {
        "en": "Of one of the strongest words or more, other methods say that it speaks against the decision.",
        "zh_CN": "对最强的词语中的至少一个，其他方法认为它与该判断相反。",
    },
    "delta-large": {
        "en": "The scores do not add up: they miss what they explain by {relative_delta}.",
        "zh_CN": "分数之和与所解释的量不符，相差 {relative_delta}。",
    },
    "markers": {
        "en": "{special_share} of the scores went to the model's own markers, not to words.",
        "zh_CN": "{special_share} 的分数落在模型自身的标记上，而不是词语上。",
    },
    "unread": {
        "en": "The model has not read {unread_share} of the text.",
        "zh_CN": "模型没有读到文本的 {unread_share}。",
    },
    "removal-turns": {
        "en": (
            "Without {strongest} the answer changes; without {random} it {turns_not}: {drop} against {random_drop}."
        ),
        "zh_CN": "去掉{strongest}后答案改变；去掉{random}后{turns_not}：{drop} 对 {random_drop}。",
    },
    "removal-strong": {
        "en": "Without {strongest} the prediction falls by {drop}, without {random} by {random_drop}.",
        "zh_CN": "去掉{strongest}后预测值下降 {drop}，去掉{random}后下降 {random_drop}。",
    },
    "methods-agree": {
        "en": "Other methods agree about the order of the words (rank correlation {agreement}).",
        "zh_CN": "其他方法对词语排序意见一致（秩相关 {agreement}）。",
    },
}

_SCRAMBLED: dict[bool, Both] = {
    True: {
        "en": (
            "{method}: with the head and all layers random, the words keep {likeness} of their order (by chance"
            " {chance}): the picture dissolves, so it shows what the model has learnt."
        ),
        "zh_CN": (
            "{method}：分类头和所有层随机化后，词语排序的相似度只剩 {likeness}（随机水平 {chance}）：图像消失，"
            "说明它反映了模型学到的内容。"
        ),
    },
    False: {
        "en": (
            "{method}: with the head and all layers random, the words still keep {likeness} of their order (by chance"
            " {chance}): the picture hardly depends on what the model has learnt. Do not rely on it."
        ),
        "zh_CN": (
            "{method}：分类头和所有层随机化后，词语排序的相似度仍有 {likeness}（随机水平 {chance}）：图像几乎不依赖"
            "模型学到的内容，不宜采信。"
        ),
    },
}

_RANKED: dict[str, Both] = {
    "untested": {
        "en": (
            "Measured on {texts} validation texts: {instant} is the most faithful of all that are there at once. Methods"
            " that take longer did not fit into the time."
        ),
        "zh_CN": "在 {texts} 条验证文本上测得：即时方法中 {instant} 最忠实。更慢的方法因时间不够未测。",
    },
    "same": {
        "en": (
            "Measured on {texts} validation texts: {instant} is the most faithful of all that are there at once, and"
            " none that takes longer is better beyond noise."
        ),
        "zh_CN": "在 {texts} 条验证文本上测得：即时方法中 {instant} 最忠实，更慢的方法没有超出误差的优势。",
    },
    "two": {
        "en": (
            "Measured on {texts} validation texts: {instant} is shown at once; {settled}, which takes longer, is more"
            " faithful and shown when it is ready."
        ),
        "zh_CN": "在 {texts} 条验证文本上测得：先显示 {instant}；{settled} 更慢但更忠实，就绪后显示。",
    },
}


def colour_words(colour: str, language: str) -> str:
    """What a seal's colour means, as a label."""
    return COLOUR_WORDS[colour][_known(language)]


def seal_sentences(seal: Seal, language: str) -> tuple[str, ...]:
    """A sentence for each of the seal's reasons, the weightiest first."""
    values = _seal_values(seal, _known(language))
    return tuple(SEAL_WORDS[reason][_known(language)].format_map(values) for reason in seal.reasons)


def seal_words(seal: Seal, language: str) -> str:
    """The seal in words: its colour's label and all its reasons."""
    apart, mark = ("", "：") if _known(language) == "zh_CN" else (" ", ": ")
    return f"{colour_words(seal.colour, language)}{mark}{apart.join(seal_sentences(seal, language))}"


def scramble_words(check: ScrambleCheck, language: str) -> str:
    """What a weight-scramble check found."""
    return _SCRAMBLED[check.passed][_known(language)].format(
        method=explainer_words(check.method, language).name,
        likeness=f"{check.steps[-1].likeness:.2f}",
        chance=f"{check.chance:.2f}",
    )


def ranking_words(ranking: ExplainerRanking, language: str) -> str:
    """Which explainers a run uses, and why."""
    tested = any(each.cost > 1 and each.texts for each in ranking.ranks)
    kind = "two" if ranking.instant != ranking.settled else "same" if tested else "untested"
    return _RANKED[kind][_known(language)].format(
        texts=ranking.texts,
        instant=explainer_words(ranking.instant, language).name,
        settled=explainer_words(ranking.settled, language).name,
    )


def _seal_values(seal: Seal, language: str) -> dict[str, Value]:
    values: dict[str, Value] = {
        "agreement": "" if seal.agreement is None else _plain(seal.agreement),
        "relative_delta": "" if seal.relative_delta is None else percent(seal.relative_delta),
        "special_share": percent(seal.special_share),
        "unread_share": percent(seal.unread_share),
    }
    removal = seal.removal
    if removal is None:
        return values
    count = len(removal.words)
    chinese = language == "zh_CN"
    if chinese:
        strongest, random = f"最强的 {count} 个词", f"随机 {count} 个词"
    elif count == 1:
        strongest, random = "its strongest word", "a random word"
    else:
        strongest, random = f"its {count} strongest words", f"{count} random words"
    mostly = removal.random_flips > 0
    return values | {
        "strongest": strongest,
        "random": random,
        "drop": _plain(removal.drop),
        "random_drop": _plain(removal.random_drop),
        "draws": removal.draws,
        "as_much": round((1 - removal.beaten) * removal.draws),
        "turns_not": ("大多不变" if mostly else "不变")
        if chinese
        else ("mostly does not" if mostly else "does not"),
    }


def _plain(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}"


def _known(language: str) -> str:
    return language if language in LANGUAGES else "en"
