"""The shortcut alarm on models whose weights are known, and the signs one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.api.explaining.corpus import SHORTCUT_REASONS, FindShortcuts, ShortcutsFound, Suspect
from engine.api.project import Project
from engine.api.wording_corpus import SHORTCUT_WORDS, shortcut_words
from engine.explain.corpus.shortcut_signs import Background, Facts, Seen, reason_of
from engine.explain.corpus.shortcuts import find_shortcuts
from engine.models.linear_model import LinearModel
from engine.models.run_model import RunModel
from engine.progress import Progressed, finish
from tests.engine.corpus_project import project_of, tiny_rows
from tests.engine.explain_toys import word_values
from tests.engine.test_explain_tasks import scoring, several, tagging
from tests.engine.tiny_tasks import tagging_project

PLAIN = Background(("spam", "other"), {1: 50, 2: 50}, {"spam": 50, "other": 50}, 0.05)


def seen(text: str, word: str) -> Seen:
    start = text.index(word)
    return Seen(text, start, start + len(word))


def facts(
    word: str,
    texts: Sequence[str],
    sources: Mapping[int, int] | None = None,
    training: Mapping[str, int] | None = None,
) -> Facts:
    return Facts(
        word.casefold(), "spam", [seen(text, word) for text in texts], sources or {1: 5, 2: 5}, training or {}
    )


@pytest.mark.parametrize(
    ("word", "text", "reason"),
    [
        ("spam", "this is spam , they said", "label-leak"),
        ("x7", "we know . label: x7", "label-leak"),
        ("vip", '{"class": "vip", "text": "call me"}', "label-leak"),
        ("href", 'see <a href="page">this</a>', "markup"),
        ("com", "at http://shop.com today", "markup"),
        ("amp", "you &amp; me", "markup"),
        ("example", "write to me@example.org", "markup"),
        ("2024", "in 2024 we", "number"),
        ("!", "so good !", "punctuation"),
        ("——", "so —— good", "punctuation"),
        ("Miller", "we met Miller at noon", "name"),
        ("good", "a good film", ""),
        ("😀", "a good film 😀", ""),
        ("Great", "Great film", ""),
        ("SALE", "our SALE is on", ""),
        ("b2b", "our b2b offer", ""),
        ("label", "the record label : good", ""),
    ],
)
def test_how_a_word_is_written_and_where_it_stands(word: str, text: str, reason: str) -> None:
    assert reason_of(facts(word, [text] * 3), PLAIN) == reason


def test_a_language_that_capitalises_its_nouns_has_no_names() -> None:
    found = facts("Haus", ["wir sehen das Haus am See"] * 4)
    assert reason_of(found, PLAIN) == "name"
    assert reason_of(found, replace(PLAIN, capitals=0.4)) == ""


@pytest.mark.parametrize(
    ("sources", "all_sources", "reason"),
    [
        ({1: 20}, {1: 50, 2: 50}, "source"),
        ({1: 19, 2: 1}, {1: 50, 2: 50}, "source"),
        ({1: 15, 2: 5}, {1: 50, 2: 50}, ""),
        ({1: 20}, {1: 90, 2: 10}, ""),  # nearly everything comes from there
        ({1: 4}, {1: 50, 2: 50}, ""),  # chance
        ({1: 20}, {1: 20}, ""),
    ],
)
def test_tied_to_a_file(sources: dict[int, int], all_sources: dict[int, int], reason: str) -> None:
    assert reason_of(facts("good", ["a good film"], sources), replace(PLAIN, sources=all_sources)) == reason


@pytest.mark.parametrize(
    ("training", "reason"),
    [
        ({"spam": 12}, "one-class"),
        ({"spam": 12, "other": 4}, ""),
        ({"other": 12}, ""),
        ({"spam": 3}, ""),
    ],
)
def test_only_with_one_label(training: dict[str, int], reason: str) -> None:
    assert reason_of(facts("good", ["a good film"], training=training), PLAIN) == reason


def test_a_rare_word_of_one_class_is_no_alarm() -> None:
    large = replace(PLAIN, training={"spam": 5000, "other": 5000})
    assert reason_of(facts("good", ["a good film"], training={"spam": 30}), large) == ""


def test_every_reason_has_words_in_both_languages() -> None:
    assert tuple(SHORTCUT_WORDS) == SHORTCUT_REASONS
    for reason in SHORTCUT_REASONS:
        words = {shortcut_words(reason, language) for language in ("en", "zh_CN")}
        assert len(words) == 2
        assert all(each.name and each.sentence for each in words)
    assert shortcut_words("name", "fr") == shortcut_words("name", "en")


# --- with a model ---------------------------------------------------------------------------------------------


def alarm(project: Project, run: str, model: RunModel, **choices: Any) -> list[Suspect]:
    found = finish(find_shortcuts(project, FindShortcuts(run=run, **choices), model))
    assert project.explaining.finding(run, ShortcutsFound) == found
    return list(found.suspects)


def planted_rows() -> list[tuple[str, str, str]]:
    """The word "was" stands in 18 of 20 training texts of "yes" and nowhere else."""
    rows = []
    for i in range(20):
        mood = "good" if i % 3 else "the"
        rows.append((f"{mood} film {'was ' if i < 18 else ''}a", "yes", "train"))
        rows.append((f"the film a {'bad' if i % 3 else 'the'}", "no", "train"))
    return [*rows, ("the good film", "yes", "test"), ("the bad film", "no", "test")]


def test_a_planted_word_is_named_with_its_counts(tmp_path: Path) -> None:
    project, run = project_of(tmp_path / "p", planted_rows(), sources=1)
    with project:
        model = word_values({"was": 3.0, "good": 1.0, "bad": -2.0, "film": -0.5})
        found = alarm(project, run, model)
        suspect = found[0]
        assert {each.word for each in found} == {"was", "bad", "good"}  # those stand in one class too
        assert (suspect.word, suspect.label, suspect.reason) == ("was", "yes", "one-class")
        assert (suspect.documents, suspect.tested, suspect.training_share) == (18, 18, 1.0)
        # without "good" the film's -0.5 decides
        assert suspect.flips == sum(1 for i in range(18) if i % 3 == 0)
        assert suspect.random_flips == 0.0
        assert suspect.drop > suspect.random_drop
        assert suspect.mean_score == pytest.approx(3.0)
        # all that speaks for yes: 18 times 3 and, of texts answered with yes, 13 + 1 times 1
        assert suspect.share_of_label == pytest.approx(54 / (54 + 14))
        assert len(suspect.examples) == 8
        assert alarm(project, run, model) == found


def test_a_word_that_turns_nothing_is_no_suspect(tmp_path: Path) -> None:
    """It stands in one class alone, but the model hardly looks at it."""
    project, run = project_of(tmp_path / "p", planted_rows())
    with project:
        model = word_values({"was": 0.001, "good": 4.0, "bad": -4.0, "film": 1.0})
        assert "was" not in {suspect.word for suspect in alarm(project, run, model)}


def test_a_word_of_one_file_is_tied_to_it(tmp_path: Path) -> None:
    rows = []
    for i in range(60):
        label = "yes" if i % 4 < 2 else "no"
        stamp = "was" if i % 2 == 0 and label == "yes" else ("very" if label == "yes" else "not")
        rows.append((f"the film {stamp} a", label, "test"))
    project, run = project_of(tmp_path / "p", rows, sources=2)
    with project:
        model = word_values({"was": 2.0, "very": 2.0, "not": -2.0})
        found = {suspect.word: suspect for suspect in alarm(project, run, model)}
        assert found["was"].reason == "source"
        assert (found["was"].source, found["was"].source_share) == ("file-0.csv", 1.0)
        assert found["was"].training_share is None
        assert found["was"].flips == 0  # "no" has the logit 0 too: the first label stays
        assert found["was"].drop == pytest.approx(1 / (1 + np.exp(-2.0)) - 0.5, abs=1e-6)


def test_exact_terms_of_a_bag_of_words_are_tested_too(tmp_path: Path) -> None:
    project, run = project_of(tmp_path / "p", planted_rows(), "bag-of-words")
    words = ["was", "good", "bad", "the", "film", "a"]
    model = LinearModel(
        labels=("yes", "no"),
        vocabulary={word: i for i, word in enumerate(words)},
        idf=np.ones(len(words)),
        weights=np.array([[4.0, 1.0, -2.0, 0.0, -0.5, 0.0], [0.0] * 6]),
        intercept=np.zeros(2),
        longest_ngram=1,
        model_hash="3" * 64,
    )
    with project:
        suspect = alarm(project, run, model)[0]
        assert (suspect.word, suspect.reason, suspect.flips > 0) == ("was", "one-class", True)


def test_the_most_wanted_come_first_and_progress_is_told(tmp_path: Path) -> None:
    rows = [(f"{'good' if i % 2 else 'bad'} film {'!' if i % 2 else '.'}", "no", "test") for i in range(20)]
    project, run = project_of(tmp_path / "p", rows)
    with project:
        model = word_values({"!": 3.0, ".": -1.0, "film": 0.1})
        work = find_shortcuts(project, FindShortcuts(run=run), model)
        stages = [step.stage for step in work if isinstance(step, Progressed)]
        assert list(dict.fromkeys(stages)) == ["explain", "suspects", "measure"]
        found = alarm(project, run, model)
        assert [(s.word, s.reason) for s in found] == [(".", "punctuation"), ("!", "punctuation")]
        assert found[0].flips == 10  # without it "film" speaks for yes
        assert [s.word for s in alarm(project, run, model, most=1)] == ["."]


@pytest.mark.parametrize(("make", "task"), [(several, "multi"), (scoring, "score")])
def test_several_labels_and_scores(tmp_path: Path, make: Any, task: str) -> None:
    rows = [
        (f"{text} !" if i % 2 else text, "1" if task == "score" else "positive|neutral", split)
        for i, (text, _, split) in enumerate(tiny_rows(40))
    ]
    project, run = project_of(tmp_path / "p", rows, task=task)
    with project:
        for suspect in alarm(project, run, make()):
            assert suspect.reason in SHORTCUT_REASONS
            assert suspect.flips > suspect.random_flips or suspect.drop > suspect.random_drop
            assert (suspect.training_share is None) is (task == "score")


def test_tagged_words(tmp_path: Path) -> None:
    with tagging_project(tmp_path / "p", 40) as project:
        with project.transaction():
            run = project.runs.add("fine-tune", "tiny", {})
        for suspect in alarm(project, run, tagging()):
            assert suspect.label in ("LOC", "PER")


def test_texts_without_any_suspect(tmp_path: Path) -> None:
    project, run = project_of(tmp_path / "p", [("good film", "yes", "train"), ("", "no", "train")])
    with project:
        assert alarm(project, run, word_values({"good": 1.0})) == []
