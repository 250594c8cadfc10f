"""The words of a corpus: sums that can be written down, and from a word back to its documents."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from engine.api.explaining.corpus import CorpusSummary
from engine.api.project import Project
from engine.api.store.corpus import WordFilter, word_condition
from engine.api.store.documents import DocumentFilter
from engine.cli import run as cli
from engine.models.text_tokens import TextTokenizer
from tests.engine.corpus_project import project_of, summary_of
from tests.engine.explain_toys import bert_tokenizer, torch_model, word_values

KNOWN = {"good": 2.0, "very": 0.5, "bad": -3.0}


def known_corpus(path: Path) -> tuple[Project, str, CorpusSummary]:
    rows = [
        ("very GOOD film", "yes", "train"),
        ("good good film", "yes", "train"),
        ("the film was bad , very bad", "no", "train"),
        ("a very good film", "yes", "test"),
    ]
    project, run = project_of(path, rows)
    return project, run, summary_of(project, run, word_values(KNOWN))


def test_the_words_of_each_label_add_up(tmp_path: Path) -> None:
    project, _, summary = known_corpus(tmp_path / "p")
    with project:
        assert summary.label_documents == {"yes": 3, "no": 1}
        words = {(w.label, w.word): w for w in summary.words}
        assert list(words) == [("yes", "good"), ("yes", "very"), ("no", "bad")]
        good = words["yes", "good"]
        assert (good.documents, good.occurrences) == (3, 4)
        assert [good.mean_score, good.total_score] == pytest.approx([2.0, 8.0])
        bad = words["no", "bad"]  # for "no" what speaks against "yes" counts
        assert (bad.documents, bad.occurrences) == (1, 2)
        assert bad.total_score == pytest.approx(6.0)
        phrases = {(p.label, p.word): p for p in summary.phrases}
        # of "good good film" the second pair; "very bad" is of one document alone
        assert set(phrases) == {("yes", "very good"), ("yes", "good film")}
        assert phrases["yes", "very good"].total_score == pytest.approx(5.0)
        assert phrases["yes", "good film"].documents == 3


def test_a_word_leads_to_its_documents(tmp_path: Path) -> None:
    project, run, _ = known_corpus(tmp_path / "p")
    with project:
        hits = project.corpus.hits(run, "lrp", "Good", "yes")
        assert [(hit.document, hit.occurrences) for hit in hits] == [(2, 2), (1, 1), (4, 1)]
        assert [hit.score for hit in hits] == pytest.approx([4.0, 2.0, 2.0])
        assert (hits[1].before, hits[1].word, hits[1].after) == ("very ", "GOOD", " film")
        assert (hits[1].start, hits[1].end) == (5, 9)
        assert [hit.document for hit in project.corpus.hits(run, "lrp", "good", offset=1, limit=1)] == [1]
        phrase = project.corpus.hits(run, "lrp", "very good", "yes")
        assert [(hit.document, hit.word) for hit in phrase] == [(1, "very GOOD"), (4, "very good")]
        assert [hit.document for hit in project.corpus.hits(run, "lrp", "good good")] == [2]
        assert project.corpus.hits(run, "lrp", "film very") == []
        assert project.corpus.hits(run, "lrp", "nowhere") == []
        assert project.corpus.hits(run, "lrp", "very", "no")[0].document == 3
        assert project.corpus.hits(run, "nothing", "good") == []


def test_a_long_context_is_cut_between_words(tmp_path: Path) -> None:
    text = "the film was not " * 10 + "good" + " a film the was" * 10
    project, run = project_of(tmp_path / "p", [(text, "yes", "train")])
    with project:
        model = torch_model(word_values(KNOWN).module, bert_tokenizer(), ("yes", "no"))
        model.tokenizer = TextTokenizer(bert_tokenizer(), 200)
        summary_of(project, run, model)
        (hit,) = project.corpus.hits(run, "lrp", "good", context=20)
        assert hit.before.startswith("…")
        assert hit.after.endswith("…")
        assert hit.before[1:].split() == text[: hit.start].split()[-len(hit.before[1:].split()) :]
        assert len(hit.before) <= 21


def test_documents_are_found_by_a_words_score(tmp_path: Path) -> None:
    project, run, _ = known_corpus(tmp_path / "p")

    def ids(**choices: Any) -> list[int]:
        which = DocumentFilter(word=WordFilter(run, "lrp", **choices))
        assert not which.is_empty
        found = [id for block in project.documents.ids(which) for id in block]
        assert project.documents.count(which) == len(found)
        return found

    with project:
        assert ids(word="GOOD") == [1, 2, 4]
        assert ids(word="good", low=3.0) == [2]
        assert ids(word="good", high=3.0) == [1, 4]
        assert ids(word="very") == [1, 3, 4]
        assert ids(word="very", label="no") == [3]
        assert ids(word="very", low=0.0) == [1, 4]
        assert ids(word="nowhere") == []
        searched = DocumentFilter("film", split="test", word=WordFilter(run, "lrp", "good"))
        assert [id for block in project.documents.ids(searched) for id in block] == [4]


def test_the_labels_of_a_corpus_and_an_export_by_a_words_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, run, _ = known_corpus(tmp_path / "p")
    with project:
        assert project.corpus.labels(run, "lrp") == ("no", "yes")
        assert project.corpus.labels(run, "ig") == ()
    out = tmp_path / "out.csv"
    asked = ["data", str(tmp_path / "p"), "--out", str(out), "--word", "good"]
    assert cli([*asked, "--run", run, "--at-least", "3"]) == 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == ["good good film"]
    assert cli([*asked, "--run", run, "--answer", "yes", "--below", "3", "--json"]) == 0
    assert '"rows":2' in capsys.readouterr().out
    assert cli([*asked, "--run", run, "--method", "ig"]) == 2
    assert "lrp" in capsys.readouterr().err
    assert cli(asked) == 2
    assert "--run" in capsys.readouterr().err


def test_the_filter_is_answered_once_and_not_for_every_document(tmp_path: Path) -> None:
    project, run, _ = known_corpus(tmp_path / "p")
    with project:
        condition, arguments = word_condition(WordFilter(run, "lrp", "good", label="yes", low=0.0))
        plan = project._db.execute(
            f"EXPLAIN QUERY PLAN SELECT count(*) FROM documents WHERE {condition}", arguments
        )
        steps = " ".join(str(row["detail"]) for row in plan)
        assert "LIST SUBQUERY" in steps
        assert "CORRELATED" not in steps
