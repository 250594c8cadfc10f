"""Explaining a whole corpus: the same scores as one by one, nothing lost or done twice, sums that are known."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.corpus import CorpusSummary, CorpusWord, ExplainCorpus
from engine.api.explaining.trust import ExplainerRanking
from engine.api.project import Project
from engine.api.results import Erasure
from engine.api.store.corpus import DocumentScores, WordFilter
from engine.api.store.documents import DocumentFilter
from engine.api.store.labels import SPLIT_CODES
from engine.explain.corpus import documents as corpus_module
from engine.explain.corpus import word_scores as corpus_scores
from engine.explain.corpus.documents import explain_corpus
from engine.explain.explaining import explain
from engine.models.answers import answers
from engine.models.run_model import RunModel
from engine.models.tagging_model import TaggingModel
from engine.progress import Noticed, Progressed
from tests.engine.corpus_project import NASTY, project_of, summary_of, tiny_rows, windowed
from tests.engine.explain_toys import (
    tiny_bert,
    tiny_features,
    tiny_roberta,
    word_values,
)
from tests.engine.test_explain import linear_model
from tests.engine.test_explain_tasks import scoring, several, tagging
from tests.engine.tiny_tasks import tagging_project


def opened(path: Path, count: int = 60, method: str = "fine-tune") -> tuple[Project, str]:
    return project_of(path, tiny_rows(count), method)


def same_as_one_by_one(project: Project, run: str, model: Any, summary: CorpusSummary) -> int:
    """How many documents were compared with ``explain``."""
    transfer = project.runs.get(run).model_method
    compared = 0
    for found in project.corpus.scores(run, summary.method):
        if not found.words:
            continue
        words = project.documents.words(found.document) if isinstance(model, TaggingModel) else None
        one = explain(
            model, run=run, method_id=summary.method, transfer_method=transfer, text=found.text, words=words
        )
        assert found.label == one.target
        assert [(w.start, w.end) for w in found.words] == [(w.start, w.end) for w in one.words]
        assert [w.score for w in found.words] == pytest.approx([w.score for w in one.words], abs=1e-5)
        compared += 1
    return compared


@pytest.mark.parametrize(
    ("make", "method", "by"),
    [
        (tiny_bert, "fine-tune", "lrp"),
        (tiny_bert, "fine-tune", "cp-lrp"),
        (tiny_bert, "fine-tune", "lrp-gradients"),
        (tiny_roberta, "fine-tune", "lrp-gradients"),
        (lambda: windowed(tiny_features()), "features", "lrp-gradients"),
        (tiny_features, "features", "lrp"),
        (tiny_roberta, "fine-tune", "lrp"),
        (lambda: windowed(tiny_bert()), "fine-tune", "lrp"),
        (lambda: replace(windowed(tiny_bert()), pooling="max"), "fine-tune", "lrp"),
        (tiny_bert, "fine-tune", "occlusion"),
        (linear_model, "bag-of-words", "linear"),
    ],
)
def test_the_scores_are_those_of_explaining_one_text(
    tmp_path: Path, make: Callable[[], RunModel], method: str, by: str
) -> None:
    project, run = opened(tmp_path / "p", 24, method)
    with project:
        model = make()
        summary = summary_of(project, run, model, method=by)
        assert (summary.method, summary.documents, summary.explained, summary.skipped) == (by, 24, 24, 0)
        assert same_as_one_by_one(project, run, model, summary) == 24


def test_what_is_explained_is_what_is_predicted(tmp_path: Path) -> None:
    project, run = opened(tmp_path / "p", 40)
    with project:
        model = tiny_bert()
        summary_of(project, run, model)
        found = list(project.corpus.scores(run, "lrp"))
        said = answers(model, model.logits([each.text for each in found]))
        assert [each.label for each in found] == [answer.label for answer in said]


def test_a_batch_explains_the_predicted_probabilities(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The logits of the explaining pass, caught on their way, are those of scoring."""
    project, run = opened(tmp_path / "p", 30)
    seen: dict[str, np.ndarray] = {}
    inner = corpus_scores.asked_of

    def caught(model: Any, text: str, words: Any, logits: Any) -> Any:
        seen[text] = logits
        return inner(model, text, words, logits)

    monkeypatch.setattr(corpus_scores, "asked_of", caught)
    with project:
        model = tiny_bert()
        summary_of(project, run, model)
    texts = list(seen)
    assert len(texts) > 20
    explained = torch.tensor(np.stack([seen[text] for text in texts])).softmax(-1)
    predicted = torch.tensor(model.logits(texts)).softmax(-1)
    assert float((explained - predicted).abs().max()) < 1e-5


# --- stopping and going on ------------------------------------------------------------------------------------


def stopped_after(project: Project, run: str, model: RunModel, documents: int) -> int:
    with closing(explain_corpus(project, ExplainCorpus(run=run), model)) as work:
        for step in work:
            if isinstance(step, Progressed) and step.done >= documents:
                return step.done
    raise AssertionError("it was over before")


def table(project: Project, run: str, method: str = "lrp") -> list[DocumentScores]:
    return list(project.corpus.scores(run, method))


def compare(found: list[DocumentScores], expected: list[DocumentScores]) -> None:
    """The same; which texts meet in a batch moves the last bits of a score."""
    assert [(f.document, f.label, f.fingerprint) for f in found] == [
        (e.document, e.label, e.fingerprint) for e in expected
    ]
    for one, other in zip(found, expected, strict=True):
        assert [(w.start, w.end) for w in one.words] == [(w.start, w.end) for w in other.words]
        assert [w.score for w in one.words] == pytest.approx([w.score for w in other.words], abs=1e-5)


def totals(words: tuple[CorpusWord, ...]) -> dict[tuple[str, str], tuple[int, float]]:
    return {(w.label, w.word): (w.documents, round(w.total_score, 3)) for w in words}


def test_closed_in_the_middle_it_goes_on_without_loss_or_double_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus_module, "_READ_DOCUMENTS", 16)
    monkeypatch.setattr(corpus_scores, "TOKENS_AT_ONCE", 40)
    model = tiny_bert()
    whole, first_run = opened(tmp_path / "whole", 60)
    with whole:
        uninterrupted = summary_of(whole, first_run, model)
        expected = table(whole, first_run)
    project, run = opened(tmp_path / "p", 60)
    with project:
        stored = []
        for wanted in (7, 25, 41):
            done = stopped_after(project, run, model, wanted)
            stored.append(len(project.corpus.scored_documents(run, "lrp")))
            assert stored[-1] == done
        summary = summary_of(project, run, model)
        assert summary.explained == 60 - stored[-1]
        compare(table(project, run), expected)
        assert totals(summary.words) == totals(uninterrupted.words)
        assert totals(summary.phrases) == totals(uninterrupted.phrases)
        again = summary_of(project, run, model)
        assert (again.explained, again.words) == (0, summary.words)
        assert summary_of(project, run, model, anew=True).explained == 60
        assert table(project, run) == expected
        assert project.explaining.finding(run, CorpusSummary) is not None


def test_a_killed_process_loses_only_what_was_not_yet_stored(tmp_path: Path) -> None:
    model = tiny_bert()
    project, run = opened(tmp_path / "p", 400)
    with project:
        command = [sys.executable, "-m", "tests.engine.corpus_project", str(project.path), run, "300"]
        killed = subprocess.run(command, check=False, capture_output=True, cwd=Path(__file__).parents[2])
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
        stored = project.corpus.scored_documents(run, "lrp")
        assert 256 <= len(stored) < 400
        summary = summary_of(project, run, model)
        assert summary.explained == 400 - len(stored)
        assert len(project.corpus.scored_documents(run, "lrp")) == 400
    whole, other = opened(tmp_path / "whole", 400)
    with whole, Project.open(tmp_path / "p") as again:
        summary_of(whole, other, model)
        compare(table(again, run), table(whole, other))


# --- what has changed since -----------------------------------------------------------------------------------


def test_only_what_is_missing_is_explained(tmp_path: Path) -> None:
    model = tiny_bert()
    project, run = opened(tmp_path / "p", 20)
    with project:
        summary_of(project, run, model)
        first = {each.document: each for each in project.corpus.scores(run, "lrp")}
        with project.transaction():
            project.documents.delete([1, 2])
            source = project.documents.sources()[0].id
            project.documents.add_rows(source, [(99, "a very good film", "up", "train")])
            # as another program would: there is no such edit in this one
            project._db.execute("UPDATE documents SET text = 'not good , very bad' WHERE id = 5")
        assert 5 not in project.corpus.scored_documents(run, "lrp")
        assert project.corpus.document(run, "lrp", 5) is None
        assert all(hit.document != 5 for hit in project.corpus.hits(run, "lrp", "film"))
        summary = summary_of(project, run, model)
        assert (summary.documents, summary.explained) == (19, 2)
        found = {each.document: each for each in project.corpus.scores(run, "lrp")}
        assert found.keys() == first.keys() - {1, 2} | {21}
        assert found[5].text == "not good , very bad"
        assert {id: found[id] for id in found if id not in (5, 21)} == {
            id: first[id] for id in first if id not in (1, 2, 5)
        }
        assert same_as_one_by_one(project, run, model, summary) == 19
        words = {row[0] for row in project._db.execute("SELECT document FROM corpus_words")}
        assert words == set(first) | {21}
        project.undo()  # the deleted ones are there again, with what is known of them
        assert summary_of(project, run, model).explained == 0


def test_another_models_scores_are_never_mixed_in(tmp_path: Path) -> None:
    project, run = opened(tmp_path / "p", 12)
    with project:
        model = tiny_bert()
        summary_of(project, run, model)
        before = table(project, run)
        other = replace(tiny_bert(hidden_size=16), model_hash="f" * 64)
        summary = summary_of(project, run, other)
        assert (summary.explained, summary.model_hash) == (12, "f" * 64)
        assert table(project, run) != before
        assert same_as_one_by_one(project, run, other, summary) == 12


def test_methods_and_runs_are_kept_apart(tmp_path: Path) -> None:
    project, run = opened(tmp_path / "p", 8)
    with project:
        model = tiny_bert()
        summary_of(project, run, model)
        before = table(project, run)
        assert summary_of(project, run, model, method="cp-lrp").explained == 8
        assert table(project, run) == before != table(project, run, "cp-lrp")
        assert project.corpus.methods(run) == ["lrp", "cp-lrp"]


def test_a_split_alone_and_then_the_rest(tmp_path: Path) -> None:
    project, run = opened(tmp_path / "p", 20)
    with project:
        model = tiny_bert()
        assert summary_of(project, run, model, split="test").explained == 5
        summary = summary_of(project, run, model)
        assert (summary.documents, summary.explained) == (20, 15)
        test = summary_of(project, run, model, split="test")
        assert (test.documents, sum(test.label_documents.values())) == (5, 5)
        found = list(project.corpus.scores(run, "lrp", SPLIT_CODES["test"]))
        assert [each.document for each in found] == [4, 8, 12, 16, 20]


# --- which method ---------------------------------------------------------------------------------------------


def test_the_best_instant_method_is_the_default(tmp_path: Path) -> None:
    project, run = opened(tmp_path / "p", 6)
    with project:
        ranking = ExplainerRanking(
            run=run,
            texts=5,
            ranks=(),
            random=Erasure(0.0, 0.0),
            instant="cp-lrp",
            settled="occlusion",
            seconds=1.0,
        )
        with project.transaction():
            project.explaining.put_finding(run, ranking)
        assert summary_of(project, run, tiny_bert()).method == "cp-lrp"
        assert summary_of(project, run, tiny_bert(), method="lrp").method == "lrp"


def test_a_family_without_rules_is_explained_by_integrated_gradients(tmp_path: Path) -> None:
    project, run = opened(tmp_path / "p", 4)
    with project:
        model = word_values({"good": 1.0}, torch.exp)
        steps = list(explain_corpus(project, ExplainCorpus(run=run), model))
        assert [step.kind for step in steps if isinstance(step, Noticed)] == ["explainer-changed"]
        summary = project.explaining.finding(run, CorpusSummary)
        assert summary is not None
        assert (summary.method, summary.explained) == ("integrated-gradients", 4)
        with pytest.raises(KnownError) as refused:
            summary_of(project, run, model, method="lrp")
        assert refused.value.kind is ErrorKind.EXPLAINER_NO_RULE


@pytest.mark.parametrize(
    ("choices", "kind"),
    [
        ({"split": "exam"}, ErrorKind.OPTION_VALUE),
        ({"method": "magic"}, ErrorKind.EXPLAINER_UNKNOWN),
        ({"run": "nobody"}, ErrorKind.RUN_UNKNOWN),
    ],
)
def test_wrong_wishes_are_named(tmp_path: Path, choices: dict[str, str], kind: ErrorKind) -> None:
    project, run = opened(tmp_path / "p", 4)
    with project, pytest.raises(KnownError) as refused:
        summary_of(project, choices.pop("run", run), tiny_bert(), **choices)
    assert refused.value.kind is kind


def test_a_project_without_texts_is_named(tmp_path: Path) -> None:
    project, run = project_of(tmp_path / "p", [])
    with project, pytest.raises(KnownError) as refused:
        summary_of(project, run, tiny_bert())
    assert refused.value.kind is ErrorKind.SPLIT_EMPTY


# --- other tasks ----------------------------------------------------------------------------------------------


def test_of_several_labels_only_those_that_hold_are_explained(tmp_path: Path) -> None:
    project, run = project_of(tmp_path / "p", tiny_rows(24), task="multi")
    with project:
        model = several()
        summary = summary_of(project, run, model)
        said = answers(model, model.logits([row[0] for row in tiny_rows(24)]))
        held = sum(answer.label != "∅" for answer in said)
        assert held > 0
        assert (summary.explained, summary.skipped) == (24, 24 - held)
        assert same_as_one_by_one(project, run, model, summary) == held
        none = replace(several((0.9999, 0.9999, 0.9999)), model_hash="9" * 64)
        assert summary_of(project, run, none).skipped == 24


def test_of_scores_the_words_that_raise_and_lower_them_are_summed(tmp_path: Path) -> None:
    project, run = project_of(
        tmp_path / "p", [(text, "1", split) for text, _, split in tiny_rows(24)], task="score"
    )
    with project:
        model = scoring()
        summary = summary_of(project, run, model)
        assert summary.label_documents == {"score": 24}
        totals = [word.total_score for word in summary.words]
        assert totals == sorted(totals, reverse=True)
        assert totals[0] > 0 > totals[-1]
        assert same_as_one_by_one(project, run, model, summary) == 24


@pytest.mark.parametrize("max_tokens", [60, 6])
def test_of_tagged_words_the_surest_entity_is_explained(tmp_path: Path, max_tokens: int) -> None:
    with tagging_project(tmp_path / "p", 24) as project:
        with project.transaction():
            run = project.runs.add("fine-tune", "tiny", {})
        model = tagging(max_tokens=max_tokens)
        summary = summary_of(project, run, model)
        assert set(summary.label_documents) <= {"LOC", "PER"}
        compared = same_as_one_by_one(project, run, model, summary)
        assert compared == sum(summary.label_documents.values()) == 24 - summary.skipped > 0
        # other words of a text are another question
        with project.transaction():
            project._db.execute("UPDATE documents SET words = '[0, 3]' WHERE id = 3")
        assert summary_of(project, run, model).explained == 1


@pytest.mark.parametrize("make", [tiny_bert, lambda: windowed(tiny_bert(), 60), linear_model])
def test_nasty_texts(tmp_path: Path, make: Callable[[], RunModel]) -> None:
    model = make()
    method = "bag-of-words" if make is linear_model else "fine-tune"
    project, run = project_of(tmp_path / "p", [(text, "no", "train") for text in NASTY], method)
    with project:
        summary = summary_of(project, run, model)
        assert summary.explained == summary.documents == len(NASTY)
        assert summary.skipped == sum(not list(each.words) for each in table_of(project, run, summary))
        assert {each.document for each in table_of(project, run, summary) if not each.words} >= {1, 2}
        assert summary_of(project, run, model).explained == 0
        good = {hit.document for hit in project.corpus.hits(run, summary.method, "good")}
        assert {3, 7, 10} <= good
        for word in ("'; DROP TABLE documents; --", "", " ", "😀", "%", "good\0"):
            project.corpus.hits(run, summary.method, word)
            project.documents.count(DocumentFilter(word=WordFilter(run, summary.method, word)))


def table_of(project: Project, run: str, summary: CorpusSummary) -> list[Any]:
    return list(project.corpus.scores(run, summary.method))
