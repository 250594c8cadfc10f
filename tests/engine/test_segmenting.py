"""Words of scripts without spaces: where they begin, and explanations that give each of them a score."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.explaining.change import FindSmallestChange, SmallestChangeFound
from engine.api.explaining.corpus import CorpusExplained, ExplainCorpus
from engine.api.explaining.pack import PackVerified, VerifyPack, WritePack
from engine.api.explaining.trust import Sealed, SealExplanation
from engine.api.messages import Explain, Explained, Request, Result, Train
from engine.api.project import Project
from engine.api.results import Explanation
from engine.api.words import CHARACTER, WORD, WORD_UNITS
from engine.dispatch import work_for
from engine.models.loaded import Models
from engine.models.segmenting import word_begins
from engine.pack.page import item_facts
from engine.pack.reading import read_pack
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine.tiny import bert_folder
from tests.engine.tiny_tasks import imported

HOTEL = "这家酒店的服务非常好，但是早餐太差了。"
HOTEL_WORDS = ["这", "家", "酒店", "的", "服务", "非常", "好", "，", "但是", "早餐", "太", "差", "了", "。"]


def cut(text: str) -> list[str]:
    begins = sorted(word_begins(text))
    return [text[a:b] for a, b in zip(begins, [*begins, len(text)][1:], strict=True)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HOTEL, HOTEL_WORDS),
        ("這家酒店的服務非常好", ["這", "家", "酒店", "的", "服務", "非常", "好"]),
        ("朝食はとても良かった", ["朝食は", "とても", "良かった"]),
        ("โรงแรมนี้ดีมาก", ["โรงแรม", "นี้", "ดี", "มาก"]),
        ("ສະບາຍ", list("ສະບາຍ")),
        ("", []),
    ],
)
def test_where_words_begin(text: str, words: list[str]) -> None:
    assert cut(text) == words


def test_letters_between_are_no_matter() -> None:
    text = "服务 OK 酒店"
    assert {text.index("服"), text.index("酒")} <= word_begins(text)
    assert not {text.index("务"), text.index("店")} & word_begins(text)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, dict[str, str]]]:
    """A project of hotel reviews with a bag of words, a fine-tuned and a frozen run, by method."""
    folder = tmp_path_factory.mktemp("hotels")
    file = folder / "p.csv"
    good, bad = "这家酒店的服务非常好", "这家酒店的早餐太差了"
    rows = [
        f"{number}号房，{text}。,{label}"
        for number in range(40)
        for text, label in ((good, "好"), (bad, "差"))
    ]
    file.write_text("text,label\n" + "\n".join(rows) + "\n", encoding="utf-8")
    source = str(bert_folder(folder / "m"))
    options: dict[str, dict[str, OptionValue]] = {
        "bag-of-words": {},
        "fine-tune": {"epochs": 1, "precision": "fp32", "learning_rate": 1e-3},
        "features": {},
    }
    with imported(folder / "p", file, "single") as opened:
        yield (
            opened,
            {
                method: finish(
                    train(opened, Train(method=method, source=source, options=given), Control())
                ).run
                for method, given in options.items()
            },
        )


@pytest.fixture
def project(made: tuple[Project, dict[str, str]]) -> Iterator[Project]:
    yield made[0]
    with made[0].transaction():
        made[0].set_word_unit(CHARACTER)


def done(project: Project, request: Request) -> Result:
    return finish(work_for(project, request, Control(), Models()))


def explained(project: Project, run: str, unit: str, method: str = "") -> tuple[int, Explanation]:
    with project.transaction():
        project.set_word_unit(unit)
    found = done(project, Explain(run=run, text=HOTEL, method=method))
    assert isinstance(found, Explained)
    return found.explanation, project.runs.explanation(found.explanation)


@pytest.mark.parametrize(
    ("run", "method"),
    [
        ("bag-of-words", "linear"),
        ("fine-tune", "lrp"),
        ("fine-tune", "integrated-gradients"),
        ("features", "head-terms"),
    ],
)
def test_a_words_score_is_the_sum_of_its_characters(
    made: tuple[Project, dict[str, str]], project: Project, run: str, method: str
) -> None:
    _, characters = explained(project, made[1][run], CHARACTER, method)
    _, words = explained(project, made[1][run], WORD, method)
    assert (characters.word_unit, words.word_unit) == (CHARACTER, WORD)
    read = [words.word(i) for i in range(len(words.words))]
    assert read == [word for word in HOTEL_WORDS if run != "bag-of-words" or word not in "，。"]
    assert words.margin == characters.margin
    for word in words.words:
        inside = [c.score for c in characters.words if word.start <= c.start < word.end]
        assert len(inside) == word.end - word.start
        np.testing.assert_allclose(word.score, sum(inside), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("run", ["bag-of-words", "fine-tune"])
def test_whole_words_are_erased(made: tuple[Project, dict[str, str]], project: Project, run: str) -> None:
    """A method by removal gives one figure a word, which is what the text loses without the whole word."""
    _, words = explained(project, made[1][run], WORD, "occlusion")
    assert len(words.words) < len(HOTEL)
    found = done(project, FindSmallestChange(run=made[1][run], text=HOTEL))
    assert isinstance(found, SmallestChangeFound)
    assert found.change.words == tuple((word.start, word.end) for word in words.words)


@pytest.mark.parametrize("run", ["bag-of-words", "fine-tune"])
def test_a_seal_and_a_pack_keep_the_unit_that_was_explained(
    made: tuple[Project, dict[str, str]], project: Project, run: str, tmp_path: Path
) -> None:
    """The project is set to characters again before the seal is made and the pack is verified."""
    ids = [explained(project, made[1][run], unit)[0] for unit in (WORD, CHARACTER)]
    seals = [done(project, SealExplanation(id)) for id in ids]
    assert all(isinstance(seal, Sealed) for seal in seals)
    out = tmp_path / "evidence.json"
    done(project, WritePack(run=made[1][run], out=str(out), explanations=tuple(ids)))
    found = done(project, VerifyPack(str(out)))
    assert isinstance(found, PackVerified)
    assert (found.whole, found.same) == (True, 2)
    whole, single = (dict(item_facts(item, "en")) for item in read_pack(out).items)
    assert whole.keys() - single.keys() == {"Scored without spaces"}


def test_a_corpus_is_explained_anew_in_the_other_unit(
    made: tuple[Project, dict[str, str]], project: Project
) -> None:
    run = made[1]["bag-of-words"]

    def corpus() -> CorpusExplained:
        found = done(project, ExplainCorpus(run=run))
        assert isinstance(found, CorpusExplained)
        return found

    first = corpus().summary
    assert "早" in {word.word for word in first.words}
    assert corpus().summary.explained == 0
    with project.transaction():
        project.set_word_unit(WORD)
    second = corpus().summary
    assert second.explained == second.documents > 0
    assert "早餐" in {word.word for word in second.words}
    assert "早" not in {word.word for word in second.words}


def test_only_known_units_are_kept(project: Project) -> None:
    assert WORD_UNITS == (CHARACTER, WORD)
    with pytest.raises(KnownError) as error, project.transaction():
        project.set_word_unit("syllable")
    assert error.value.kind is ErrorKind.OPTION_VALUE
    assert project.word_unit == CHARACTER
