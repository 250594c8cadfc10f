"""Rules over a project's documents, of models whose rules can be written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.change import FindRules, Rule, RunRules
from engine.api.messages import ColumnMapping
from engine.api.project import Project
from engine.api.store.runs import Prediction
from engine.api.wording_change import rules_words
from engine.explain.corpus import phrases, rules
from engine.explain.corpus.document_answers import Answering, document_answers
from engine.explain.corpus.phrases import PhraseCounts, names_of, parts_of, phrases_of
from engine.explain.corpus.rules import find_rules, wilson
from engine.models.linear_model import LinearModel
from engine.models.run_model import RunModel
from engine.progress import Progressed, finish
from tests.engine.explain_toys import tiny_bert, word_values
from tests.engine.task_projects import task_project
from tests.engine.test_explain_tasks import scoring, several, tagging

RUN = "fine-tune-1"


def texts_project(path: Path, texts: list[str]) -> Project:
    """A project of texts without labels, with a run."""
    made = Project.create(path)
    with made.transaction():
        source = made.documents.add_source(path, "csv", "utf-8", ",", ColumnMapping(text="text"))
        made.documents.add_rows(source, ((line, text, "", "") for line, text in enumerate(texts, start=2)))
        made.documents.finish_source(source)
        made.runs.add("fine-tune", "", {})
    return made


def filler(number: int) -> str:
    """Some words that say nothing, other ones for each number."""
    names = ("the", "film", "was", "a", "day", "food", "place", "and", "we", "it")
    random = np.random.default_rng(number)
    return " ".join(random.choice(names, 4))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """60 texts with "Very good" somewhere, 60 with "bad", 60 with neither."""
    made = texts_project(
        tmp_path / "p",
        [
            f"{filler(n)} {('Very good', 'bad', '')[n % 3]} {filler(n + 1000)}".replace("  ", " ")
            for n in range(180)
        ],
    )
    yield made
    made.close()


def model(**values: float) -> Any:
    """Yes above nothing: "good" is worth 3 and "bad" -3."""
    return word_values({"good": 3.0, "bad": -3.0, "[MASK]": 0.0, "the": -0.01} | values)


def searched(project: Project, model: RunModel, **choices: Any) -> RunRules:
    return finish(find_rules(project, FindRules(run=RUN, **choices), model)).found


def of(found: RunRules, phrase: str) -> Rule:
    return next(rule for rule in found.rules if rule.phrase == tuple(phrase.split()))


# --- one label ---------------------------------------------------------------------------------------------


def test_the_words_that_decide_are_found_and_what_adds_nothing_to_them_is_not(project: Project) -> None:
    found = searched(project, model(the=-1.0, film=-1.0))
    by_label = {
        label: {" ".join(r.phrase) for r in found.rules if r.label == label} for label in found.labels
    }
    assert "bad" in by_label["no"]
    assert "good" not in by_label["no"]
    assert "very good" not in {*by_label["yes"], *by_label["no"]}
    assert all("bad" not in phrase.split() for phrase in by_label["no"] - {"bad"})
    assert (found.documents, found.predicted, found.least_documents) == (180, 180, 5)


def test_the_figures_of_a_rule_are_counted_over_the_documents(project: Project) -> None:
    toy = model(the=-1.0, film=-1.0)
    found = of(searched(project, toy), "bad")
    texts = {document.id: document.text for document in project.documents.page(range(1, 181))}
    says = {id: toy.labels[int(toy.logits([text])[0].argmax())] for id, text in texts.items()}
    held = {id for id, text in texts.items() if "bad" in text.split()}
    hits = {id for id in held if says[id] == "no"}
    assert found.documents == len(held) == 60
    assert found.precision == wilson(len(hits), len(held))
    others = [says[id] for id in texts if id not in held]
    assert found.base == pytest.approx(others.count("no") / len(others))
    assert set(found.examples) <= hits
    assert set(found.exceptions) <= held - hits
    assert list(found.examples) == sorted(found.examples)
    assert len(found.examples) == 12
    # "bad" holds the answer whatever else is gone
    assert found.fixed == 1.0


def test_exceptions_can_be_read(project: Project) -> None:
    """One in twelve texts with "bad" is saved by a word that stands nowhere else."""
    with project.transaction():
        source = project.documents.add_source(Path("more"), "csv", "utf-8", ",", ColumnMapping(text="text"))
        rows = [(n, f"bad {filler(n)} unlovable", "", "") for n in range(2, 7)]
        project.documents.add_rows(source, rows)
        project.documents.finish_source(source)
    toy = word_values({"good": 3.0, "bad": -3.0, "un": 5.0})
    found = of(searched(project, toy), "bad")
    assert found.exceptions == (181, 182, 183, 184, 185)
    assert found.precision.value == pytest.approx(60 / 65)
    assert found.precision.low < found.precision.value < found.precision.high
    surer = searched(project, toy, least_precision=0.95, label="no").rules
    assert ("bad",) not in {rule.phrase for rule in surer}


def test_a_phrase_that_does_not_hold_the_answer_by_itself_is_said_to(tmp_path: Path) -> None:
    """ "place" always stands with two words that decide: the rule is precise, and not fixed."""
    texts = [f"place bad bad {filler(n)}" if n % 3 == 0 else filler(n) for n in range(90)]
    texts = [text.replace("place", "we") if n % 3 else text for n, text in enumerate(texts)]
    with texts_project(tmp_path / "p", texts) as project:
        toy = word_values({"bad": -1.0, "a": 0.001, "[MASK]": 0.6})
        found = searched(project, toy, label="no")
        place, bad = of(found, "place"), of(found, "bad")
        assert place.precision.value == bad.precision.value == 1.0
        assert place.fixed < bad.fixed


def test_a_longer_phrase_is_a_rule_where_it_is_surer(tmp_path: Path) -> None:
    """ "good" alone says little; "not good" decides."""
    texts = [f"{('good', 'not good', 'not')[n % 3]} {filler(n)}" for n in range(120)]
    linear = LinearModel(
        ("yes", "no"), {"not good": 0}, np.ones(1), np.array([[-2.0], [2.0]]), np.array([0.5, 0.0]), 2
    )
    with texts_project(tmp_path / "p", texts) as project:
        found = searched(project, linear)
        assert {rule.phrase for rule in found.rules if rule.label == "no"} >= {("not", "good")}
        assert not {rule.phrase for rule in found.rules if rule.label == "no"} & {("not",), ("good",)}
        assert of(found, "not good").fixed == 1.0


def test_nothing_is_a_rule_of_a_model_that_says_yes_and_no_by_chance(tmp_path: Path) -> None:
    texts = [filler(n) for n in range(200)]
    with texts_project(tmp_path / "p", texts) as project:
        answers = np.random.default_rng(3).integers(0, 2, len(texts))
        with project.transaction():
            project.runs.put_predictions(
                RUN,
                (Prediction(n + 1, ("yes", "no")[a], 0.9, 0.8, (0.9, 0.1)) for n, a in enumerate(answers)),
            )
        assert searched(project, model(), least_precision=0.5).rules == ()


def test_stored_answers_are_taken_as_they_are_and_the_rest_is_predicted(project: Project) -> None:
    with project.transaction():
        stored = [Prediction(id, "no", 0.9, 0.8, (0.1, 0.9)) for id in range(1, 91)]
        project.runs.put_predictions(RUN, stored)
    toy = model()
    found = finish(document_answers(project, RUN, toy))
    assert found.predicted == 90
    assert list(found.ids) == list(range(1, 181))
    assert found.held[:90] == [(1,)] * 90
    said = toy.logits([project.documents.get(id).text for id in range(91, 181)]).argmax(1)
    assert found.held[90:] == [(int(label),) for label in said]
    # what was evaluated stays what was asked for
    assert project.runs.prediction(RUN, 100) is None


def test_rules_are_kept_and_two_searches_are_the_same(project: Project) -> None:
    toy = model()
    steps = list(find_rules(project, FindRules(run=RUN), toy))
    assert all(isinstance(step, Progressed) and step.done <= step.total for step in steps)
    kept = project.explaining.finding(RUN, RunRules)
    assert kept is not None
    assert kept.model_hash == toy.model_hash
    assert kept.rules == searched(project, toy).rules
    assert kept.rules


def test_wrong_choices_are_refused(project: Project) -> None:
    for choices, kind in (
        ({"label": "nonsense"}, ErrorKind.LABEL_UNKNOWN),
        ({"least_precision": 0.0}, ErrorKind.OPTION_VALUE),
        ({"least_precision": 1.5}, ErrorKind.OPTION_VALUE),
    ):
        with pytest.raises(KnownError) as refused:
            searched(project, model(), **choices)
        assert refused.value.kind is kind
    assert project.explaining.finding(RUN, RunRules) is None


def test_a_project_without_texts_has_no_rules(tmp_path: Path) -> None:
    with texts_project(tmp_path / "p", ["  "]) as project:
        found = searched(project, model())
        assert (found.documents, found.rules) == (0, ())
        assert "No phrase" in rules_words(found, "en")


def test_long_documents_are_read_only_where_there_are_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "_LONGEST_READ", 100)
    with texts_project(
        tmp_path / "p", [f"bad {filler(n)} " * 9 for n in range(12)] + ["bad film"]
    ) as project:
        tasks = rules._halved(project, model(), "bad", [1, 2, 13], 6)
        assert [(task.text, len(task.erasures)) for task in tasks] == [("bad film", 6)]
        tasks = rules._halved(project, model(), "bad", [1, 2], 6)
        assert [len(task.erasures) for task in tasks] == [6]
        (whole,) = tasks
        spans = len(whole.text.split())
        # no "bad" is ever taken out, and half of the other words are
        assert all(len(erasure) == (spans - 9 + 1) // 2 for erasure in whole.erasures)
        assert all(whole.text.split()[word] != "bad" for erasure in whole.erasures for word in erasure)


# --- the other tasks ---------------------------------------------------------------------------------------


def test_of_several_labels_each_has_its_rules(project: Project) -> None:
    toy = replace(model(film=0.5), task="multi", thresholds=(0.9, 0.4))  # "no" holds always
    found = searched(project, toy)
    assert {rule.label for rule in found.rules} == {"yes"}
    assert of(found, "good").precision.value > 0.9


def test_of_a_score_the_rules_say_which_half(project: Project) -> None:
    linear = LinearModel(
        ("score",),
        {"good": 0, "bad": 1},
        np.ones(2),
        np.array([[2.0, -2.0]]),
        np.array([3.0]),
        1,
        task="score",
    )
    found = searched(project, linear)
    assert found.labels == ("< 3", "≥ 3")
    assert of(found, "bad").label == "< 3"
    assert of(found, "bad").precision.value == 1.0
    assert {rule.label for rule in searched(project, linear, label="< 3").rules} == {"< 3"}


def test_of_tagged_words_the_rules_are_of_the_types_in_the_text(tmp_path: Path) -> None:
    with task_project(tmp_path / "p", "tagging") as project:
        with project.transaction():
            project.runs.add("fine-tune", "", {})
            stored = []
            for document in project.documents.page(range(1, 169)):
                at = document.text.find("good")
                entities = f'[[{at},{at + 4},"PER"]]' if at >= 0 else "[]"
                stored.append(Prediction(document.id, entities, 0.9, 0.8, ()))
            project.runs.put_predictions(RUN, stored)
        toy = tagging()
        found = searched(project, toy)
        rule = of(found, "good")
        assert (rule.label, rule.precision.value, rule.base, found.predicted) == ("PER", 1.0, 0.0, 0)
        assert 0 <= rule.fixed <= 1


@pytest.mark.parametrize("make", [tiny_bert, several, scoring])
def test_answers_are_read_off_outputs_as_they_are_stored(make: Any) -> None:
    toy = make()
    texts = ["the film was good", "bad", "a very bad film"]
    logits = toy.logits(texts)
    answering = (
        Answering.of_scores([float(row[0]) for row in logits])
        if toy.task == "score"
        else Answering(toy.task, toy.labels)
    )
    found = answering.read(toy, list(logits))
    if toy.task == "single":
        assert found == [(int(row.argmax()),) for row in logits]
    elif toy.task == "multi":
        assert found == [tuple(np.flatnonzero(row >= 0).tolist()) for row in logits]
    else:
        assert sorted(found) in ([(0,), (1,), (1,)], [(1,), (1,), (1,)])


# --- phrases -----------------------------------------------------------------------------------------------


def test_phrases_are_adjacent_words_case_folded_with_where_they_stand() -> None:
    text = "Not GOOD, not good film"
    found = phrases_of(text)
    assert set(found) == {
        "not",
        "good",
        "film",
        "not good",
        "good film",
        "not good film",
    }
    assert found["not good"] == [[(0, 3), (4, 8)], [(10, 13), (14, 18)]]
    assert [text[a:b] for a, b in found["not good film"][0]] == ["not", "good", "film"]
    assert parts_of("not good film") == ["not", "good", "film", "not good", "good film"]


@pytest.mark.parametrize(
    "text", ["", "Not GOOD, not good film!! 😂😂 ok", "我爱 film 你", "a a a a a", "ﬁlm STRASSE straße"]
)
def test_the_names_of_phrases_are_those_of_the_phrases(text: str) -> None:
    assert sorted(names_of(text)) == sorted(phrases_of(text))


def test_counts_are_exact_from_the_least_number_on() -> None:
    texts = [filler(n) for n in range(300)]
    counts = PhraseCounts(2, 20)
    for text in texts:
        counts.sketch(names_of(text))
    for n, text in enumerate(texts):
        counts.count(names_of(text), (n % 2,))
    names, totals, by_label = counts.found()
    exact = Counter(name for text in texts for name in names_of(text))
    assert dict(zip(names, totals.tolist(), strict=True)) == {k: v for k, v in exact.items() if v >= 20}
    assert by_label.sum(1).tolist() == totals.tolist()
    first = Counter(name for text in texts[::2] for name in names_of(text))
    assert by_label[:, 0].tolist() == [first[name] for name in names]


def test_no_more_phrases_are_counted_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "_MOST_PHRASES", 3)
    counts = PhraseCounts(1, 1)
    counts.sketch(["a", "b", "c", "d"])
    counts.count(["a", "b", "c", "d"], (0,))
    assert counts.found()[0] == ["a", "b", "c"]


def test_cells_that_several_phrases_share_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "_CELLS", 1)
    counts = PhraseCounts(1, 2)
    for act in (counts.sketch, lambda names: counts.count(names, (0,))):
        act(["a", "b"])
        act(["a"])
    names, totals, _ = counts.found()
    assert (names, totals.tolist()) == (["a"], [2])


@pytest.mark.parametrize(("hits", "of_all"), [(0, 5), (5, 5), (3, 7), (960, 1000)])
def test_wilsons_interval_solves_its_equation(hits: int, of_all: int) -> None:
    found = wilson(hits, of_all)
    assert 0 <= found.low <= found.value <= found.high <= 1
    for end in (found.low, found.high):
        if 0 < end < 1:
            deviation = 1.959964 * np.sqrt(end * (1 - end) / of_all)
            assert abs(found.value - end) == pytest.approx(deviation, rel=1e-6)


# --- in words ----------------------------------------------------------------------------------------------


def test_rules_are_said_in_both_languages(project: Project) -> None:
    found = searched(project, model())
    english, chinese = rules_words(found, "en"), rules_words(found, "zh_CN")
    assert "“bad” → no: 100 %" in english
    assert "条规则" in chinese
    assert len(english.splitlines()) == len(chinese.splitlines()) == 1 + len(found.rules)
