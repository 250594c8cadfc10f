"""Smallest changes and rules in words, in both languages."""

from __future__ import annotations

from engine.api.explaining.change import Change, Rule, RunRules, SmallestChange
from engine.api.wording import percent

_Both = dict[str, str]

_CHANGE: dict[str, _Both] = {
    "removal": {
        "en": "Without {words} the answer is {said} instead of {label}.",
        "zh_CN": "去掉{words}后，回答从 {label} 变为 {said}。",
    },
    "smallest": {
        "en": "No fewer words do it: all were tried.",
        "zh_CN": "更少的词做不到：已全部试过。",
    },
    "unverified": {
        "en": "That holds with masks in their place; cut out of the text, the answer stays.",
        "zh_CN": "这是用掩码替代时的结果；若直接从文本中删去，回答不变。",
    },
    "no-removal": {
        "en": "No removal of a few words turns the answer {label}.",
        "zh_CN": "去掉少数几个词，都不会改变回答 {label}。",
    },
    "nothing": {
        "en": "Nothing that is taken out turns the answer {label}: all was tried.",
        "zh_CN": "无论去掉什么，回答 {label} 都不变：已全部试过。",
    },
    "replacement": {
        "en": "With {words} the answer is {said}: “{text}”",
        "zh_CN": "改为{words}后，回答是 {said}：“{text}”",
    },
    "no-replacement": {
        "en": "No other words were found that turn it.",
        "zh_CN": "没有找到能改变回答的替换词。",
    },
    "instead": {"en": "“{new}” instead of “{old}”", "zh_CN": "“{new}”（原为“{old}”）"},
    "amount": {
        "en": "A score counts as changed when it moves by more than the run's own mean error, {amount}.",
        "zh_CN": "分数的变动超过该训练自身的平均误差 {amount} 才算改变。",
    },
    "asked": {
        "en": "The model was asked about {count} texts.",
        "zh_CN": "共询问模型 {count} 条文本。",
    },
}

_RULES: dict[str, _Both] = {
    "head": {
        "en": "{count} rules over {documents} documents; a phrase stands in at least {least} of them.",
        "zh_CN": "在 {documents} 篇文档中找到 {count} 条规则；每个短语至少出现在 {least} 篇文档中。",
    },
    "none": {
        "en": "No phrase that stands in at least {least} of the {documents} documents fixes an answer.",
        "zh_CN": "在 {documents} 篇文档中，没有哪个至少出现在 {least} 篇里的短语能确定回答。",
    },
    "rule": {
        "en": "“{phrase}” → {label}: {precision} [{low}, {high}] of {documents} documents, {base} of those without it;"
        " stays in {fixed} when half of the other words go{exceptions}",
        "zh_CN": "“{phrase}” → {label}：{documents} 篇文档中的 {precision} [{low}, {high}]，没有它的文档为 {base}；"
        "去掉一半其他词后 {fixed} 不变{exceptions}",
    },
    "exceptions": {"en": "; exceptions: {ids}", "zh_CN": "；例外：{ids}"},
}


def change_words(found: SmallestChange, language: str) -> str:
    """What would turn an answer, in some sentences, one a line."""
    say = _Speaker(_CHANGE, language)
    lines = []
    if found.removal is None:
        lines.append(say("nothing" if found.smallest else "no-removal", label=found.label))
    else:
        sentences = [
            say(
                "removal",
                words=_listed([f"“{_word(found, word)}”" for word in found.removal.words], language),
                said=_said(found, found.removal),
                label=found.label,
            )
        ]
        sentences += [say("smallest")] if found.smallest else []
        sentences += [] if found.removal.verified else [say("unverified")]
        lines.append(("" if language == "zh_CN" else " ").join(sentences))
    if found.replacement is None:
        lines.append(say("no-replacement"))
    else:
        pairs = zip(found.replacement.words, found.replacement.replacements, strict=True)
        swaps = [say("instead", new=new, old=_word(found, word)) for word, new in pairs]
        lines.append(
            say(
                "replacement",
                words=_listed(swaps, language),
                said=_said(found, found.replacement),
                text=found.replacement.text,
            )
        )
    if found.amount:
        lines.append(say("amount", amount=f"{found.amount:.3g}"))
    lines.append(say("asked", count=str(found.asked)))
    return "\n".join(lines)


def rules_words(found: RunRules, language: str) -> str:
    """The rules of a run, one a line under a line that says what was looked through."""
    say = _Speaker(_RULES, language)
    head = say(
        "head" if found.rules else "none",
        count=str(len(found.rules)),
        documents=str(found.documents),
        least=str(found.least_documents),
    )
    return "\n".join([head, *(rule_words(rule, language) for rule in found.rules)])


def rule_words(rule: Rule, language: str) -> str:
    """One rule in a line; exceptions are named by their documents' ids."""
    say = _Speaker(_RULES, language)
    ids = ", ".join(str(id) for id in rule.exceptions)
    return say(
        "rule",
        phrase=" ".join(rule.phrase),
        label=rule.label,
        precision=percent(rule.precision.value),
        low=percent(rule.precision.low),
        high=percent(rule.precision.high),
        documents=str(rule.documents),
        base=percent(rule.base),
        fixed=percent(rule.fixed),
        exceptions=say("exceptions", ids=ids) if ids else "",
    )


class _Speaker:
    def __init__(self, sentences: dict[str, _Both], language: str) -> None:
        self._sentences = sentences
        self._language = language if language == "zh_CN" else "en"

    def __call__(self, key: str, **values: str) -> str:
        # one pass over the sentence: a text with braces in it stays as it is
        return self._sentences[key][self._language].format(**values)


def _word(found: SmallestChange, word: int) -> str:
    return found.text[slice(*found.words[word])]


def _said(found: SmallestChange, change: Change) -> str:
    return change.label if found.task == "score" else f"{change.label} ({percent(change.probability)})"


def _listed(parts: list[str], language: str) -> str:
    return ("、" if language == "zh_CN" else ", ").join(parts)
