"""The words by which files name splits."""

from __future__ import annotations

_WORDS = {
    "train": ("train", "training", "trn", "训练", "训练集"),
    "validation": ("validation", "valid", "val", "dev", "development", "验证", "验证集", "开发集"),
    "test": ("test", "testing", "tst", "测试", "测试集"),
}
_SPLITS = {word: split for split, words in _WORDS.items() for word in words}


def split_of(word: str) -> str | None:
    """train, validation or test for a word in any case; None for an unknown one."""
    return _SPLITS.get(word.strip().casefold())
