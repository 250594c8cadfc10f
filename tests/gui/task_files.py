"""Small files of every task with invented texts."""

from __future__ import annotations

import random
from pathlib import Path

_NAMES = ("Anna Weber", "Tom Okafor", "Lin Mei", "Sara Haddad", "Jonas Falk", "Priya Nair")
_PLACES = ("Rome", "Lagos", "Kyoto", "Oslo", "New York", "Lima")
_FIRMS = ("Nordwind", "Acme Corp", "Blue Kite", "Sundial Labs")
_PATTERNS = (
    "{p} moved to {l} last year",
    "In {l} , {p} met the head of {f}",
    "{f} opened an office in {l}",
    "{p} works for {f} in {l}",
    "The weather stayed fine all week",
    "Nobody at {f} wanted to comment , said {p}",
)
_FEELINGS = {
    "joy": ("what a lovely surprise", "I am so happy today", "this made me smile all day"),
    "anger": ("this is outrageous", "I am furious about it", "they lied to us again"),
    "sadness": ("I miss her so much", "everything feels empty", "I cried all evening"),
    "fear": ("I am scared of tomorrow", "what if it happens again", "my hands were shaking"),
}
_PRAISE = {
    2.0: ("wonderful", "superb", "a delight"),
    1.0: ("good", "pleasant", "solid"),
    -1.0: ("dull", "slow", "noisy"),
    -2.0: ("dreadful", "broken", "a waste of money"),
}


def file_of(folder: Path, task: str, count: int = 240) -> Path:
    """A file of the task with invented texts; the same every time."""
    chance = random.Random(7)
    if task == "tagging":
        path = folder / "news.conll"
        path.write_text("\n\n".join(_sentence(chance) for _ in range(count)) + "\n", encoding="utf-8")
        return path
    path = folder / ("feelings.csv" if task == "multi" else "reviews.csv")
    rows = [_feelings(chance) if task == "multi" else _review(chance) for _ in range(count)]
    path.write_text("text,label\n" + "".join(f'"{text}",{label}\n' for text, label in rows), encoding="utf-8")
    return path


def _sentence(chance: random.Random) -> str:
    chosen = {"p": chance.choice(_NAMES), "l": chance.choice(_PLACES), "f": chance.choice(_FIRMS)}
    kinds = {"p": "PER", "l": "LOC", "f": "ORG"}
    lines = []
    for word in chance.choice(_PATTERNS).split():
        name = word.strip("{}")
        if word.startswith("{"):
            parts = chosen[name].split()
            lines += [f"{part}\t{'I' if i else 'B'}-{kinds[name]}" for i, part in enumerate(parts)]
        else:
            lines.append(f"{word}\tO")
    return "\n".join(lines)


def _feelings(chance: random.Random) -> tuple[str, str]:
    held = chance.sample(sorted(_FEELINGS), chance.choice((0, 1, 1, 2)))
    parts = [chance.choice(_FEELINGS[each]) for each in held] or ["the meeting is at nine"]
    if chance.random() < 0.15:  # people err when they label
        held = held[:-1]
    return ", ".join(parts), "|".join(held)


def _review(chance: random.Random) -> tuple[str, str]:
    values = [chance.choice(sorted(_PRAISE)) for _ in range(chance.choice((1, 2, 3)))]
    words = [chance.choice(_PRAISE[value]) for value in values]
    score = 3.0 + sum(values) / len(values) + chance.uniform(-0.4, 0.4)
    return f"The kettle is {' and '.join(words)}", f"{score:.2f}"
