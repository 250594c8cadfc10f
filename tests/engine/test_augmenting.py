"""Changed, masked and mixed training texts: that it happens, to whom, and always alike at the same moment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification

from engine.data.entities import entities_to_tags
from engine.data.perturbing import Neighbours
from engine.models.first_token import first_token_only
from engine.models.modules import SequenceModule
from engine.models.ngrams import words
from engine.models.source import load_tokenizer
from engine.models.tagging_model import tag_names, word_table
from engine.models.text_tokens import TextTokenizer, TokenTable
from engine.transfer.augmenting import ChangeSettings, TagChanges, TextChanges
from engine.transfer.compact import CompactVocabulary
from engine.transfer.examples import Examples
from engine.transfer.mix_up import Mixture, draw_mixture, mixing
from engine.transfer.objective import Moment
from tests.engine.family_models import family_folder
from tests.engine.task_projects import entities_of
from tests.engine.tiny import bert_folder, texts

TEXTS = [text for text, _ in texts(200, seed=4)]
NOW = Moment(13, 0, 5, 0)


@pytest.fixture
def tokenizer(tmp_path: Path) -> TextTokenizer:
    return TextTokenizer(load_tokenizer(bert_folder(tmp_path / "source")), 64)


def examples(found: list[str], count: int = 0) -> Examples:
    return Examples(list(range(len(found))), found, np.zeros(count or len(found), np.int64))


def changes(
    tokenizer: TextTokenizer, settings: ChangeSettings, found: list[str] = TEXTS
) -> tuple[TextChanges, TokenTable]:
    table = tokenizer.table(found)
    return TextChanges(settings, tokenizer, examples(found), table, None), table


def rows_of(table: TokenTable) -> list[list[int]]:
    return [table.ids(i).tolist() for i in range(len(table))]


def test_the_share_is_changed_and_the_rest_is_not(tokenizer: TextTokenizer) -> None:
    made, table = changes(tokenizer, ChangeSettings(("deletion",), 0.3))
    every = np.arange(len(TEXTS))
    found = [
        sum(
            a != b
            for a, b in zip(rows_of(made.rows(every, Moment(13, 0, step, 0))), rows_of(table), strict=True)
        )
        for step in range(5)
    ]
    assert 0.2 < sum(found) / (5 * len(TEXTS)) < 0.4


def test_the_same_moment_gives_the_same_texts_and_another_does_not(tokenizer: TextTokenizer) -> None:
    settings = ChangeSettings(("typos", "swap"), 0.5, masked=True)
    made, _ = changes(tokenizer, settings)
    again, _ = changes(tokenizer, settings)
    rows = np.array([3, 7, 11, 19, 23, 42])
    assert rows_of(made.rows(rows, NOW)) == rows_of(again.rows(rows, NOW))
    for other in (Moment(14, 0, 5, 0), Moment(13, 0, 6, 0), Moment(13, 0, 5, 1)):
        assert rows_of(made.rows(rows, other)) != rows_of(made.rows(rows, NOW))


@pytest.mark.parametrize(
    ("kind", "neighbours"),
    [
        ("deletion", {}),
        ("swap", {}),
        ("typos", {}),
        ("synonyms", {"film": ("food",), "good": ("great", "fine")}),
    ],
)
def test_each_kind_does_what_it_says(tokenizer: TextTokenizer, kind: str, neighbours: Neighbours) -> None:
    made, table = changes(tokenizer, ChangeSettings((kind,), 1.0, neighbours=neighbours))
    every = np.arange(len(TEXTS))
    before, after = rows_of(table), rows_of(made.rows(every, NOW))
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(changed) > 0.3 * len(TEXTS)
    if kind == "deletion":
        assert all(len(b) < len(a) for a, b in changed)
    elif kind == "swap":
        assert all(sorted(a) == sorted(b) for a, b in changed)
    elif kind == "typos":
        unknown = tokenizer.tokenizer.unk_token_id
        assert sum(unknown in b for _, b in changed) > 0.8 * len(changed)
    else:
        vocabulary = tokenizer.tokenizer.get_vocab()
        new = {vocabulary[word] for word in ("food", "great", "fine")}
        assert all(set(b) - set(a) <= new for a, b in changed)


def test_half_of_a_batch_is_masked_by_whole_words_from_none_to_all(tokenizer: TextTokenizer) -> None:
    made, table = changes(tokenizer, ChangeSettings(masked=True))
    every = np.arange(len(TEXTS))
    before, after = rows_of(table), rows_of(made.rows(every, NOW))
    shares = []
    for a, b in zip(before, after, strict=True):
        assert len(a) == len(b)
        assert all(x == y or y == tokenizer.mask_id for x, y in zip(a, b, strict=True))
        assert tokenizer.mask_id not in (b[0], b[-1])
        shares.append(b.count(tokenizer.mask_id) / (len(b) - 2))
    touched = [share for share in shares if share > 0]
    assert 0.4 < len(touched) / len(shares) <= 0.5
    assert np.histogram(touched, [0.01, 0.34, 0.67, 1.01])[0].min() > 0.15 * len(touched)
    assert max(touched) == 1.0


def test_a_window_of_a_long_text_stays_that_window(tmp_path: Path) -> None:
    tokenizer = TextTokenizer(load_tokenizer(bert_folder(tmp_path / "source")), 10, overlap=0.0)
    text = "good great fine bad awful poor the a film food was very day place and we it not"
    made, table = changes(tokenizer, ChangeSettings(("swap",), 1.0), [text, "a film"])
    assert table.owners is not None
    assert len(table) == 4
    found = rows_of(made.rows(np.array([2, 0]), NOW))
    before = rows_of(table)
    # a swap moves a word by one place: what the third window reads is still the text's end
    assert len(set(found[0]) & set(before[2])) >= len(set(before[2])) - 1
    assert len(set(found[1]) & set(before[0])) >= len(set(before[0])) - 1
    gone = TextChanges(ChangeSettings(("deletion",), 1.0), tokenizer, examples([text, "a film"]), table, None)
    assert all(len(row) <= 10 for row in rows_of(gone.rows(np.array([2, 2, 2, 3]), NOW)))


def test_masks_have_a_number_in_the_compact_vocabulary(tmp_path: Path) -> None:
    folder = bert_folder(tmp_path / "source")
    tokenizer = TextTokenizer(load_tokenizer(folder), 64)
    module = SequenceModule(AutoModelForSequenceClassification.from_pretrained(folder))
    table = tokenizer.table(["a good film", "bad food"])
    before = module.embeddings.weight.detach().clone()
    compact = CompactVocabulary.shrink(module, tokenizer, (table,))
    assert compact is not None
    made = TextChanges(
        ChangeSettings(masked=True),
        tokenizer,
        examples(["a good film", "bad food"]),
        compact.renumber(table),
        compact,
    )
    for step in range(20):
        found = made.rows(np.arange(2), Moment(1, 0, step, 0))
        given = module.embeddings.weight[torch.from_numpy(found.flat).long()]
        ids = compact.rows[found.flat]
        assert torch.equal(given, before[torch.from_numpy(ids)])
        if tokenizer.mask_id in ids:
            return
    pytest.fail("nothing was masked")


@pytest.mark.parametrize("kind", ["typos", "synonyms", ""])
def test_tagged_words_keep_their_tags(tokenizer: TextTokenizer, kind: str) -> None:
    labels = ("DOWN", "UP")
    index = {tag: i for i, tag in enumerate(tag_names(labels))}
    spans = [words(text) for text in TEXTS]
    tags = [
        index[tag]
        for text, found in zip(TEXTS, spans, strict=True)
        for tag in entities_to_tags(found, entities_of(text))
    ]
    data = Examples(list(range(len(TEXTS))), TEXTS, np.array(tags, np.int64), list(spans))
    table = word_table(tokenizer, TEXTS, spans)
    settings = ChangeSettings((kind,) if kind else (), 1.0, masked=not kind, neighbours={"film": ("day",)})
    made = TagChanges(settings, tokenizer, data, table, tag_names(labels), None)
    rows = np.array([5, 2, 9, 40])
    found = made.rows(rows, NOW)
    assert rows_of(found.table) != [table.table.ids(int(row)).tolist() for row in rows]
    for i, row in enumerate(rows):
        begun = found.words[found.table.starts[i] : found.table.starts[i + 1]]
        assert begun[begun >= 0].tolist() == list(range(table.firsts[row], table.firsts[row + 1]))


# --- mix-up ------------------------------------------------------------------------------------------------


def batch_of(tokenizer: TextTokenizer, found: list[str]) -> dict[str, torch.Tensor]:
    return tokenizer.batch(tokenizer.encode(found))


@pytest.mark.parametrize("family", ["bert", "albert", "deberta-v2", "modernbert", "distilbert"])
@pytest.mark.parametrize("depth", [0, 1])
def test_mixing_at_a_layer_is_what_it_says(tmp_path: Path, family: str, depth: int) -> None:
    """Of two texts of one length: at share 1 nothing changes, at share 0 each is the other."""
    folder = family_folder(tmp_path / "m", family)
    torch.manual_seed(1)
    module = SequenceModule(AutoModelForSequenceClassification.from_pretrained(folder, num_labels=3)).eval()
    batch = {"input_ids": torch.randint(7, 20, (2, 6)), "attention_mask": torch.ones(2, 6, dtype=torch.long)}
    partners = torch.tensor([1, 0])
    with torch.inference_mode():
        plain = module(**batch)
        with mixing(module, Mixture(1.0, partners, depth), batch["attention_mask"]):
            same = module(**batch)
        with mixing(module, Mixture(0.0, partners, depth), batch["attention_mask"]):
            other = module(**batch)
        with mixing(module, Mixture(0.6, partners, depth), batch["attention_mask"]):
            between = module(**batch)
        again = module(**batch)
    assert torch.allclose(same, plain, atol=1e-6)
    assert torch.allclose(other, plain[partners], atol=1e-5)
    assert not torch.allclose(between, plain, atol=1e-6)
    assert torch.equal(again, plain), "the hooks are gone"


def test_padding_is_not_mixed_in(tokenizer: TextTokenizer, tmp_path: Path) -> None:
    folder = tmp_path / "source"
    module = SequenceModule(AutoModelForSequenceClassification.from_pretrained(folder)).eval()
    batch = batch_of(tokenizer, ["a", "a good film was very bad", "a good film was very bad"])
    mixture = Mixture(0.5, torch.tensor([0, 2, 1]), 1)
    with torch.inference_mode(), first_token_only(module):
        plain = module(**batch)
        with mixing(module, mixture, batch["attention_mask"]):
            found = module(**batch)
    assert torch.allclose(found, plain, atol=1e-6), "each text is mixed with itself"


def test_mixtures_depend_on_the_moment_alone(tokenizer: TextTokenizer, tmp_path: Path) -> None:
    module = SequenceModule(AutoModelForSequenceClassification.from_pretrained(tmp_path / "source"))
    drawn: list[Any] = [draw_mixture(module, 0.4, 8, Moment(1, 0, step, 0)) for step in range(50)]
    again = draw_mixture(module, 0.4, 8, Moment(1, 0, 7, 0))
    assert (again.share, again.depth, again.partners.tolist()) == (
        drawn[7].share,
        drawn[7].depth,
        drawn[7].partners.tolist(),
    )
    assert {mixture.depth for mixture in drawn} == {0, 1}
    assert all(0.5 <= mixture.share <= 1 for mixture in drawn)
    assert len({mixture.share for mixture in drawn}) == 50
