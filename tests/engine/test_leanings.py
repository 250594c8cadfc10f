"""Words of like meaning that replace each other go with the same labels: opposites are left out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.data.entities import entities_to_tags
from engine.models.neighbours import nearest_words
from engine.models.ngrams import words
from engine.models.source import find, load_tokenizer
from engine.models.tagging_model import tag_names
from engine.models.word_vectors import word_vectors
from engine.transfer.examples import Examples
from engine.transfer.leanings import Occurrences, Seen, leanings_of, leanings_of_project
from tests.engine.task_projects import entities_of, task_project
from tests.engine.tiny import bert_folder, texts
from tests.shared_data import rows

# opposites in opinions of films, as an English speaker would name them
OPPOSITES = (
    "good bad, best worst, better worse, great awful, love hate, happy sad, fresh stale, strong weak, smart stupid,"
    " clever dumb, beautiful ugly, interesting boring, exciting dull, hilarious boring, deep shallow, warm cold,"
    " success failure, win lose, well badly, like dislike, positive negative, pleasure pain, perfect flawed,"
    " fine terrible, excellent terrible, right wrong, excellent poor, joy sorrow, brilliant stupid, wonderful horrible"
)
PAIRS = frozenset(frozenset(pair.split()) for pair in OPPOSITES.split(","))


def _seen(**counts: tuple[int, int]) -> Seen:
    """Words with how often they stand in texts of two labels."""
    held = [
        ([word], label) for word, found in counts.items() for label in (0, 1) for _ in range(found[label])
    ]
    return Seen(Occurrences([words for words, _ in held], [(label,) for _, label in held]))


def test_words_of_other_labels_are_told_apart() -> None:
    seen = _seen(good=(0, 6), bad=(6, 0), great=(1, 9), awful=(1, 0), film=(20, 20), day=(3, 3))
    assert not seen.alike("good", "bad")
    assert not seen.alike("bad", "good")
    assert seen.alike("good", "great")
    assert seen.alike("film", "day")
    assert not seen.alike("film", "great"), "nothing that speaks for a label is put where nothing did"
    assert not seen.alike("good", "unheard"), "of a word that speaks for a label the other must be known to"
    assert seen.alike("film", "unheard")
    assert seen.alike("awful", "unheard"), "seen once is no evidence"
    assert not seen.alike("awful", "great")


def test_log_odds_count_against_what_is_usual() -> None:
    seen = _seen(rare=(3, 1), usual=(297, 99))
    assert abs(seen.log_odds("usual", 1)) < 0.05
    assert seen.log_odds("rare", 1) == pytest.approx(0.0, abs=0.1)
    assert seen.log_odds("unseen", 1) == pytest.approx(0.0)


@pytest.mark.parametrize("task", ["single", "multi", "score", "tagging"])
def test_every_task_tells_moods_apart(tmp_path: Path, task: str) -> None:
    folder = bert_folder(tmp_path / "m")
    tokenizer = load_tokenizer(folder)
    found = [text for text, _ in texts(300, seed=2)]
    good = np.array([any(e.label == "UP" for e in entities_of(text)) for text in found])
    spans = [list(words(text)) for text in found]
    targets: dict[str, NDArray[Any]] = {
        "single": good.astype(np.int64),
        "multi": np.stack([good, ~good], 1).astype(np.float32),
        "score": np.where(good, 2.0, -1.5),
    }
    if task == "tagging":
        index = {tag: i for i, tag in enumerate(tag_names(("DOWN", "UP")))}
        flat = [
            index[tag]
            for text, each in zip(found, spans, strict=True)
            for tag in entities_to_tags(each, entities_of(text))
        ]
        examples = Examples(list(range(len(found))), found, np.array(flat, np.int64), list(spans))
    else:
        examples = Examples(list(range(len(found))), found, targets[task])
    with word_vectors(folder, tokenizer) as vectors:
        leanings = leanings_of(examples, task, vectors)
        assert not leanings.alike("good", "bad")
        assert not leanings.alike("good", "film")
        assert leanings.alike("good", "good")
        with task_project(tmp_path / "p", task) as opened:
            assert not leanings_of_project(opened, vectors).alike("good", "bad")


def _share_of_opposites(near: dict[str, tuple[str, ...]], counts: Counter[str]) -> float:
    """Of all replacements of words that have an opposite in the list, as often as the words stand in the texts."""
    members = sorted(word for pair in PAIRS for word in pair)
    drawn = [(counts[w], w, other) for w in dict.fromkeys(members) for other in near.get(w, ())]
    weights = [count / len(near[word]) for count, word, _ in drawn]
    hits = [frozenset((word, other)) in PAIRS for _, word, other in drawn]
    return float(np.average(hits, weights=weights))


@pytest.mark.parametrize(("count", "most"), [(6920, 0.001), (1000, 0.02)])
def test_opposites_do_not_replace_words_of_opinion(count: int, most: float) -> None:
    """Of film reviews: one replacement in eight was an opposite before labels were asked."""
    found, labels = rows("sst2", "train", count)
    source = find("minilm")
    kinds = sorted(set(labels))
    examples = Examples(list(range(len(found))), found, np.array([kinds.index(each) for each in labels]))
    counts = Counter(text[a:b].lower() for text in found for a, b in words(text))
    wanted = [word for word, _ in counts.most_common(5000)]
    with word_vectors(source.folder, load_tokenizer(source.folder)) as vectors:
        before = nearest_words(vectors, wanted)
        after = nearest_words(vectors, wanted, alike=leanings_of(examples, "single", vectors).alike)
    assert _share_of_opposites(before, counts) > 0.1
    assert _share_of_opposites(after, counts) <= most
    # most words that had a substitute still have one
    assert sum(counts[word] for word in after) > 0.7 * sum(counts[word] for word in before)
