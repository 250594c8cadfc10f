"""Words that could stand in a word's place: from the project's own texts, from embeddings, from a masked-word head.

What fits is asked of the texts: a word that stands there between the same neighbours reads well. What is near is asked
of the model's own word embeddings; where the run's source model has a masked-word head, its predictions come too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForMaskedLM, PreTrainedTokenizerBase

from engine.api.errors import KnownError
from engine.api.project import Project
from engine.api.store.documents import DocumentFilter
from engine.explain.attribution import word_spans
from engine.explain.change.rewriting import in_its_case
from engine.models.neighbours import nearest_words
from engine.models.ngrams import words
from engine.models.run_model import BagOfWords, FusedModel, RunModel
from engine.models.source import WEIGHTS, SourceModel, find, load_tokenizer
from engine.models.text_tokens import EncodedText, TextTokenizer, longest
from engine.models.word_vectors import word_vectors
from engine.transfer.adapt_objectives import has_masked_head

EACH = 8  # words to try in a word's place
_MOST_TEXTS, _MOST_CHARACTERS = 5_000, 2_000_000  # of the project, in its order: a fraction of a second
_PAGE = 500
_LEAST_COSINE = 0.3  # lower than for synonyms: another meaning is what is looked for
_NEAREST = 60  # those that the project's texts do not have are left out
_PREDICTED = 25
_AROUND = 300  # characters on each side that the masked-word head reads

Span = tuple[int, int]


@dataclass(frozen=True)
class Substitute:
    """``fits``: it stands in the project's texts between the same two neighbours, or a masked-word head says it."""

    word: str
    fits: bool


@dataclass
class _Usage:
    """How often words stand in the project's texts, and beside the neighbours of each place."""

    counts: Counter[str]
    after: dict[str, Counter[str]]  # a left neighbour -> what follows it
    before: dict[str, Counter[str]]  # a right neighbour -> what precedes it

    def fit(self, word: str, left: str, right: str) -> tuple[bool, int]:
        """(between both neighbours, how often beside either); the edge of the text is a neighbour, too."""
        first, second = self.after[left][word], self.before[right][word]
        return bool(first and second), first + second


def substitutes(
    project: Project, run: str, model: RunModel, text: str, places: Sequence[Span]
) -> dict[Span, list[Substitute]]:
    """For each place (words of the text that hold letters or digits): up to ``EACH`` words, the likeliest first."""
    places = [span for span in places if any(c.isalnum() for c in text[slice(*span)])]
    if not places:
        return {}
    around = {span: _neighbours(text, span) for span in places}
    usage = _usage(project, set(around.values()))
    near = _near(project, run, model, [text[slice(*span)] for span in places], usage)
    predicted = _predicted(project, run, text, places)
    found = {}
    for span in places:
        own = text[slice(*span)]
        left, right = around[span]
        ranked: dict[str, tuple[int, int]] = {}
        pools = (predicted.get(span, ()), near.get(own.lower(), ()), _beside(usage, left, right))
        for source, pool in enumerate(pools):
            for place, word in enumerate(pool):
                between, often = usage.fit(word, left, right)
                tier = 0 if source == 0 or between else 1 if often else 2
                if word != own.lower():
                    # near words before those that merely fit
                    ranked.setdefault(word, (2 * tier + (source == 2), place))
        order = sorted(ranked, key=lambda word: (ranked[word], word))[:EACH]
        found[span] = [Substitute(in_its_case(own, word), ranked[word][0] < 2) for word in order]
    return found


# --- the project's texts -----------------------------------------------------------------------------------


def _neighbours(text: str, span: Span) -> tuple[str, str]:
    """The words before and after a place, lower-cased; '' at the edges of the text."""
    spans = words(text)
    left = [text[a:b] for a, b in spans if b <= span[0]]
    right = [text[a:b] for a, b in spans if a >= span[1]]
    return (left[-1].lower() if left else "", right[0].lower() if right else "")


def _usage(project: Project, around: set[tuple[str, str]]) -> _Usage:
    lefts, rights = {left for left, _ in around}, {right for _, right in around}
    found = _Usage(Counter(), {left: Counter() for left in lefts}, {right: Counter() for right in rights})
    for text in _texts(project):
        held = ["", *(text[a:b].lower() for a, b in words(text)), ""]
        found.counts.update(held)
        for at in range(1, len(held) - 1):
            if held[at - 1] in lefts:
                found.after[held[at - 1]][held[at]] += 1
            if held[at + 1] in rights:
                found.before[held[at + 1]][held[at]] += 1
    return found


def _texts(project: Project) -> Iterator[str]:
    """Some of the project's texts, bounded in number and length."""
    left = _MOST_CHARACTERS
    for ids in project.documents.ids(DocumentFilter(), _MOST_TEXTS):
        for start in range(0, len(ids), _PAGE):
            for document in project.documents.page(ids[start : start + _PAGE]):
                yield document.text[:left]
                left -= len(document.text)
                if left <= 0:
                    return


def _beside(usage: _Usage, left: str, right: str) -> list[str]:
    """Words that stand beside a place's neighbours, those between both first, then the more frequent."""
    pool = [word for word in usage.after[left].keys() | usage.before[right].keys() if word.isalnum()]
    order = sorted(pool, key=lambda word: (*(-n for n in usage.fit(word, left, right)), word))
    return order[: 2 * EACH]


# --- embeddings --------------------------------------------------------------------------------------------


def _near(
    project: Project, run: str, model: RunModel, wanted: Sequence[str], usage: _Usage
) -> dict[str, tuple[str, ...]]:
    """Words of the project's texts near the wanted ones; a model without embeddings borrows the default source's."""
    folder, tokenizer = _embeddings(project, run, model)
    with suppress(KnownError), word_vectors(folder, tokenizer) as vectors:
        return nearest_words(
            vectors,
            wanted,
            count=_NEAREST,
            least=_LEAST_COSINE,
            alike=lambda _word, other: other in usage.counts,
        )
    return {}


def _embeddings(project: Project, run: str, model: RunModel) -> tuple[Path, PreTrainedTokenizerBase]:
    folder = project.run_folder(run) / "model"
    if isinstance(model, FusedModel):
        folder, model = folder / "first", model.parts[0]
    if not isinstance(model, BagOfWords | FusedModel) and (folder / WEIGHTS).is_file():
        return folder, model.tokenizer.tokenizer
    source = find("")
    return source.folder, load_tokenizer(source.folder)


# --- a masked-word head ------------------------------------------------------------------------------------


def _predicted(project: Project, run: str, text: str, places: Sequence[Span]) -> dict[Span, list[str]]:
    """What the source model's head says stands at each place, where it has one."""
    try:
        name = project.runs.get(run).source
        source = find(name)
        if not name or not has_masked_head(source):
            return {}
        found = load_tokenizer(source.folder)
    except KnownError:  # the source model has gone since
        return {}
    tokenizer = TextTokenizer(found, longest(found, source.positions))
    head = _head(source)
    words = {}
    for span in places:  # one by one: the logits of a vocabulary are large
        masked = _masked(tokenizer, text, span)
        if masked is not None:
            window, at = masked
            with torch.inference_mode():
                logits = head(**tokenizer.batch([window])).logits[0, at]  # (V,)
            words[span] = _whole_words(found, logits.topk(min(_PREDICTED, len(logits))).indices.tolist())
    return words


def _head(source: SourceModel) -> Any:
    model = AutoModelForMaskedLM.from_pretrained(
        source.folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
    )
    return model.train(False)


def _masked(tokenizer: TextTokenizer, text: str, span: Span) -> tuple[EncodedText, int] | None:
    """(the text around a word with one mask in its place, where the mask is)."""
    first = max(0, span[0] - _AROUND)
    (window,) = tokenizer.encode([text[first : span[1] + _AROUND]])
    for word in word_spans(window):
        if (word.start + first, word.end + first) == span:
            at, gone = word.tokens[0], set(word.tokens[1:])
            kept = [i for i in range(len(window.ids)) if i not in gone]
            ids = [tokenizer.mask_id if i == at else window.ids[i] for i in kept]
            return replace(window, ids=ids, type_ids=[window.type_ids[i] for i in kept]), at
    return None


def _whole_words(tokenizer: PreTrainedTokenizerBase, ids: Sequence[int]) -> list[str]:
    """The tokens that are words of letters, lower-cased; continuations of words are none."""
    found = []
    for token, id in zip(tokenizer.convert_ids_to_tokens(list(ids)), ids, strict=True):
        word = str(tokenizer.decode([id])).strip()
        if word.isalpha() and not token.startswith("##"):
            found.append(word.lower())
    return list(dict.fromkeys(found))[:EACH]
