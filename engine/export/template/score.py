"""Score a CSV file with the model in this folder, with the packages of requirements.txt alone.

    python score.py in.csv out.csv --column text
    python score.py --self-check

The output has the input's columns, in the same row order, and the answer's. Written by Lexplain.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK_ROWS = 1024  # read at once, and sorted by length: what bounds the memory
BATCH_TOKENS = 2048
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NO_LABEL = "∅"
TOLERANCE = 1e-3  # processors round differently in the last digits

Logits = NDArray[np.float32]
Spans = list[tuple[int, int]]


class Encoder:
    """A network in model.onnx with its tokenizer. Long texts are cut, or read in overlapping windows; of a pair of
    texts every window begins with the first, unless that takes more than half of it."""

    def __init__(self, folder: Path, settings: dict[str, Any], part: Callable[[str], Any]) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.settings = settings
        self.max_tokens: int = settings["max_tokens"]
        self.cleaning = part("cleaning") if settings["cleaning"] else None
        self.parted = part("pairs").parted
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        marks = self.tokenizer.encode("a").special_tokens_mask
        self.before = marks.index(0) if 0 in marks else 1
        self.after = marks[::-1].index(0) if 0 in marks else 1
        self.session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), providers=["CPUExecutionProvider"]
        )
        self.inputs = [each.name for each in self.session.get_inputs()]

    def logits(self, texts: Sequence[str]) -> Logits:
        """Logits (N, C); a long text's are the mean or the maximum of its windows'."""
        if self.cleaning:
            texts = [self.cleaning.clean_text(text, self.settings["cleaning"]) for text in texts]
        rows, owners = [], []
        encodings = self.tokenizer.encode_batch([self.readable(valid(text)) for text in texts])
        for number, encoding in enumerate(encodings):
            for window in self.windows(encoding.ids):
                rows.append([encoding.ids[i] for i in window])
                owners.append(number)
        found: list[list[Logits]] = [[] for _ in texts]
        for row, logits in self.run(rows):
            found[owners[row]].append(logits)
        pool = np.max if self.settings["pooling"] == "max" else np.mean
        if not texts:
            return np.zeros((0, 1), np.float32)
        return np.stack([pool(np.stack(each), axis=0) for each in found]).astype(np.float32)

    def readable(self, text: str) -> str | tuple[str, str]:
        """A text as the tokenizer takes it, or two of them."""
        both = self.parted(text)
        return (text[slice(*both[0])], text[slice(*both[1])]) if both else text

    def word_logits(self, text: str, words: Spans) -> Logits:
        """Logits (W, C) of the words of one text."""
        return outside_where(*self.words_read(text, words))

    def words_read(self, text: str, words: Spans) -> tuple[Logits, NDArray[np.bool_]]:
        """Logits (W, C) of the words of one text, at their first token, the mean where windows overlap; and which of
        them (W,) the tokenizer drops or reading does not reach."""
        cleaned = self.cleaning.clean(text, self.settings["cleaning"]) if self.cleaning else None
        encoding = self.tokenizer.encode(valid(text if cleaned is None else cleaned.text))
        offsets = [
            (0, 0) if mark or b <= a else (a, b) if cleaned is None else cleaned.original(a, b)
            for (a, b), mark in zip(encoding.offsets, encoding.special_tokens_mask, strict=True)
        ]
        windows = self.windows(encoding.ids)
        total = np.zeros((len(words), self.settings["outputs"]), np.float32)
        seen = np.zeros(len(words), np.int64)
        for number, logits in self.run([[encoding.ids[i] for i in window] for window in windows]):
            for token, word in first_tokens([offsets[i] for i in windows[number]], words):
                total[word] += logits[token]
                seen[word] += 1
        return (total / np.maximum(seen, 1)[:, None]).astype(np.float32), seen == 0

    def windows(self, ids: list[int]) -> list[list[int]]:
        """The token positions of each window of a text's tokens, with the markers at both ends."""
        length = len(ids)
        if length <= self.max_tokens:
            return [list(range(length))]
        overlap: float | None = self.settings["overlap"]
        second = self.second(ids)
        before = second if second < length and 2 * second <= self.max_tokens else self.before
        inner = length - before - self.after
        size = max(1, self.max_tokens - before - self.after)
        step = max(1, size - round(size * (overlap or 0.0)))
        count = 1 if overlap is None else 1 + -(-(inner - size) // step)
        head, tail = list(range(before)), list(range(length - self.after, length))
        return [
            [*head, *range(before + k * step, before + min(inner, k * step + size)), *tail]
            for k in range(count)
        ]

    def second(self, ids: list[int]) -> int:
        """Where the second text of a pair begins: after the first marker that is also the last; else the length."""
        end = len(ids) - self.after
        if not self.after or ids[-1] not in ids[self.before : end]:
            return len(ids)
        after = ids.index(ids[-1], self.before, end) + 1
        return after + 1 if ids[after] == ids[-1] and after < len(ids) - 1 else after

    def run(self, rows: list[list[int]]) -> Iterator[tuple[int, Logits]]:
        """(position, logits) of each row of token ids, in batches of like length."""
        order = sorted(range(len(rows)), key=lambda row: -len(rows[row]))
        while order:
            width = len(rows[order[0]])
            batch, order = order[: max(1, BATCH_TOKENS // width)], order[max(1, BATCH_TOKENS // width) :]
            ids = np.full((len(batch), width), self.settings["pad_id"], np.int64)
            mask, types = np.zeros_like(ids), np.zeros_like(ids)
            for at, row in enumerate(batch):
                ids[at, : len(rows[row])] = rows[row]
                mask[at, : len(rows[row])] = 1
                types[at, self.second(rows[row]) : len(rows[row])] = 1
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
            logits = self.session.run(["logits"], {name: given[name] for name in self.inputs})[0]
            yield from zip(batch, logits, strict=True)


class Words:
    """TF-IDF of words and n-grams, and a weight for each: no network at all."""

    def __init__(self, folder: Path, settings: dict[str, Any], part: Callable[[str], Any]) -> None:
        self.settings = settings
        self.ngrams = part("ngrams")
        self.cleaning = part("cleaning") if settings["cleaning"] else None
        listed = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        self.vocabulary = {key: column for column, key in enumerate(listed)}
        with np.load(folder / "weights.npz", allow_pickle=False) as tensors:
            self.idf, self.weights, self.intercept = (
                tensors[name] for name in ("idf", "weights", "intercept")
            )

    def logits(self, texts: Sequence[str]) -> Logits:
        """Logits (N, C)."""
        return np.stack([self.of_one(text) for text in texts]) if texts else np.zeros((0, 1), np.float32)

    def of_one(self, text: str) -> Logits:
        if self.cleaning:
            text = self.cleaning.clean_text(text, self.settings["cleaning"])
        times: dict[int, int] = {}
        for key in self.ngrams.keys(text, self.settings["longest_ngram"], self.settings["word_rule"]):
            if key in self.vocabulary:
                times[self.vocabulary[key]] = times.get(self.vocabulary[key], 0) + 1
        columns = np.fromiter(times, np.int64, len(times))
        values = (1 + np.log(np.fromiter(times.values(), np.float64, len(times)))) * self.idf[columns]
        length = np.linalg.norm(values) or 1.0
        found: Logits = (self.weights[:, columns] @ (values / length) + self.intercept).astype(np.float32)
        return found


class TaggedWords:
    """What stands in and around each word, and a weight for each tag: no network at all."""

    def __init__(self, folder: Path, settings: dict[str, Any], part: Callable[[str], Any]) -> None:
        self.settings = settings
        self.features = part("word_features")
        self.cleaning = part("cleaning") if settings["cleaning"] else None
        listed = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        self.vocabulary = {key: row for row, key in enumerate(listed)}
        with np.load(folder / "weights.npz", allow_pickle=False) as tensors:
            self.weights, self.intercept = tensors["weights"], tensors["intercept"]

    def word_logits(self, text: str, words: Spans) -> Logits:
        """Logits (W, C) of the words of one text; a word that cleaning takes away is outside."""
        cleaned, places = text, range(len(text) + 1)
        if self.cleaning:
            found = self.cleaning.clean(text, self.settings["cleaning"])
            cleaned, places = found.text, found.positions
        read = self.features.read_words(cleaned, places, words)
        logits = np.zeros((len(read), self.settings["outputs"]), np.float32)
        for at, word in enumerate(read):
            logits[at] = self.of_one(read, at) if word else [1.0] + [0.0] * (self.settings["outputs"] - 1)
        return logits

    def of_one(self, words: Sequence[str], at: int) -> Logits:
        readings = self.features.readings(words, at, self.settings["longest_ngram"])
        keys = [key for reading in readings for key in reading.keys if key in self.vocabulary]
        found: Logits = self.weights[[self.vocabulary[key] for key in keys]].sum(0) + self.intercept
        return found


class Sum:
    """Several networks, each in a folder of its own; their logits are added."""

    def __init__(self, folder: Path, settings: dict[str, Any], part: Callable[[str], Any]) -> None:
        self.encoders = [
            Encoder(folder / name, read_settings(folder / name), part) for name in settings["parts"]
        ]

    def logits(self, texts: Sequence[str]) -> Logits:
        """Logits (N, C)."""
        found: Logits = np.sum([encoder.logits(texts) for encoder in self.encoders], axis=0, dtype=np.float32)
        return found

    def word_logits(self, text: str, words: Spans) -> Logits:
        """Logits (W, C) of the words of one text; a word that one of the networks does not read is outside."""
        read = [encoder.words_read(text, words) for encoder in self.encoders]
        total: Logits = np.sum([logits for logits, _ in read], axis=0, dtype=np.float32)
        return outside_where(total, np.any([unread for _, unread in read], axis=0))


class Model:
    """What the folder holds: ``columns`` of an answer, and ``answers`` to texts."""

    def __init__(self, folder: Path, part: Callable[[str], Any] = import_module) -> None:
        self.settings = read_settings(folder)
        self.task: str = self.settings["task"]
        self.labels: list[str] = self.settings["labels"]
        kinds: dict[str, type[Encoder | Words | TaggedWords | Sum]] = {
            "encoder": Encoder,
            "words": Words,
            "tagged-words": TaggedWords,
            "sum": Sum,
        }
        self.scorer = kinds[self.settings["kind"]](folder, self.settings, part)
        self.pairs = part("pairs")
        self.words = part("words") if self.task == "tagging" else None
        self.entities = part("entities") if self.task == "tagging" else None

    def joined(self, text: str, second: str = "") -> str:
        """A pair of texts as it is read; the first alone where there is no second."""
        found: str = self.pairs.joined(text, second)
        return found

    @property
    def columns(self) -> tuple[str, ...]:
        if self.task == "score":
            return ("score",)
        return ("entities" if self.task == "tagging" else "label", "probability", "margin")

    def answers(self, texts: Sequence[str]) -> list[list[str]]:
        """The cells of each text's answer."""
        if self.task == "tagging":
            return [self.tagged(text) for text in texts]
        found = self.probabilities(texts)
        if self.task == "score":
            return [[f"{row[0]:.6g}"] for row in found]
        return [self.one(row) if self.task == "single" else self.several(row) for row in found]

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(N, C); of a score the score itself, (N, 1)."""
        assert not isinstance(self.scorer, TaggedWords)
        logits = self.scorer.logits(texts)
        if self.task == "score":
            return logits.astype(np.float64)
        if self.task == "multi":
            several: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -700, 700)))
            return several
        return softmax(logits)

    def one(self, row: NDArray[np.float64]) -> list[str]:
        """The likeliest label, its probability, and how far the second lies below it."""
        order = np.sort(row)
        second = order[-2] if len(order) > 1 else 0.0
        return [self.labels[int(row.argmax())], f"{order[-1]:.6f}", f"{order[-1] - second:.6f}"]

    def several(self, row: NDArray[np.float64]) -> list[str]:
        """The labels above their thresholds, how sure the weakest decision is, and its distance."""
        limits = np.asarray(self.settings["thresholds"] or [0.5] * len(self.labels))
        held = row >= limits
        sure, distance = np.where(held, row, 1 - row).min(), np.abs(row - limits).min()
        labels = sorted(label for label, yes in zip(self.labels, held, strict=True) if yes)
        return ["|".join(labels) or NO_LABEL, f"{sure:.6f}", f"{distance:.6f}"]

    def word_logits(self, text: str) -> Logits:
        """Logits (W, C) of the words of a text."""
        assert isinstance(self.scorer, Encoder | Sum | TaggedWords)
        assert self.words is not None
        return self.scorer.word_logits(text, self.words.words_of(text))

    def tagged(self, text: str) -> list[str]:
        """The entities as JSON ``[[start, end, type], ...]``, in characters, and how sure the least sure word is."""
        assert self.words is not None
        assert self.entities is not None
        tags = ["O", *(f"{mark}-{label}" for label in self.labels for mark in "BI")]
        logits = self.word_logits(text)
        called = [tags[int(row.argmax())] for row in logits]
        found, _ = self.entities.tags_to_entities(self.words.words_of(text), called)
        spans = sorted([each.start, each.end, each.label] for each in found)
        shown = json.dumps(spans, ensure_ascii=False, separators=(",", ":"))
        order = np.sort(softmax(logits), axis=1) if len(logits) else np.ones((1, 1))
        margins = order[:, -1] - order[:, -2] if len(logits) else np.ones(1)
        return [shown, f"{order[:, -1].min():.6f}", f"{margins.min():.6f}"]


def read_settings(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    return found


def softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    """Probabilities (N, C)."""
    exact = logits.astype(np.float64)
    powers = np.exp(exact - exact.max(axis=1, keepdims=True))
    found: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return found


def outside_where(logits: Logits, unread: NDArray[np.bool_]) -> Logits:
    """Logits (W, C), changed in place: words that were not read are outside."""
    logits[unread] = 0.0
    logits[unread, 0] = 1.0
    return logits


def first_tokens(offsets: Spans, words: Spans) -> Iterator[tuple[int, int]]:
    """(token, word) where a token is the first of a word; both lists are in the order of the text."""
    word, taken = 0, -1
    for token, (start, end) in enumerate(offsets):
        if end <= start:
            continue
        while word < len(words) and words[word][1] <= start:
            word += 1
        # a token may begin with white space, so its end decides where its start lies before the word
        if word < len(words) and end > words[word][0] and word != taken:
            yield token, word
            taken = word


def valid(text: str) -> str:
    """Half of a surrogate pair is no text for a tokenizer."""
    return text.encode("utf-8", "replace").decode()


def disarmed(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: a quote is put before =, +, -, @ unless it is a number."""
    if not cell.startswith(FORMULA):
        return cell
    try:
        float(cell)
    except ValueError:
        return "'" + cell
    return cell


def score_file(
    model: Model, source: Path, out: Path, columns: Sequence[str], encoding: str, delimiter: str
) -> int:
    """Write ``out`` in one piece or not at all, and give the number of rows."""
    partial = out.with_name(out.name + ".part")
    try:
        rows = score_rows(model, source, partial, columns, encoding, delimiter)
        os.replace(partial, out)
    finally:
        partial.unlink(missing_ok=True)
    return rows


def score_rows(
    model: Model, source: Path, out: Path, columns: Sequence[str], encoding: str, delimiter: str
) -> int:
    """``columns``: of the texts, and of the second ones where they come in pairs. A row that cannot be read gets no
    answer."""
    csv.field_size_limit(10_000_000)
    rows = 0
    # bytes that are not in the encoding go through unchanged, and their row gets no answer
    with (
        source.open(encoding=encoding, errors="surrogateescape", newline="") as read,
        out.open("w", encoding="utf-8", errors="surrogateescape", newline="") as written,
    ):
        reader = csv.reader(read, delimiter=delimiter)
        writer = csv.writer(written, lineterminator="\n")
        head = next(reader, [])
        for column in columns:
            if column not in head:
                raise ValueError(f"there is no column {column!r}; the columns are: {', '.join(head)}")
        places = [head.index(column) for column in columns]
        names = [name if name not in head else f"predicted_{name}" for name in model.columns]
        writer.writerow([disarmed(cell) for cell in [*head, *names]])
        filled = (row for row in reader if row)
        while block := list(islice(filled, BLOCK_ROWS)):
            for cells, answer in answered(model, block, places, len(head), delimiter):
                writer.writerow([disarmed(cell) for cell in [*cells, *answer]])
            rows += len(block)
            if sys.stderr.isatty():
                print(f"\r{rows} rows", end="", file=sys.stderr, flush=True)
        written.flush()
        os.fsync(written.fileno())
    return rows


def answered(
    model: Model, block: list[list[str]], places: list[int], width: int, delimiter: str
) -> Iterator[tuple[list[str], list[str]]]:
    """(cells, answer) of each row of a block."""
    rows = [fitted(row, places[0], width, delimiter) for row in block]
    full = [i for i, (cells, whole) in enumerate(rows) if whole and cells[places[0]].strip()]
    texts = [model.joined(*(rows[i][0][place] for place in places)) for i in full]
    found = dict(zip(full, model.answers(texts), strict=True))
    for i, (cells, _) in enumerate(rows):
        yield cells, found.get(i, [""] * len(model.columns))


def fitted(row: list[str], place: int, width: int, delimiter: str) -> tuple[list[str], bool]:
    """A row in the table's width, and whether it can be read; if not, all of it goes into the text's column."""
    fits = len(row) == width or (len(row) > width and not any(cell.strip() for cell in row[width:]))
    if fits and not any("\0" in cell or any("\ud800" <= c <= "\udfff" for c in cell) for cell in row):
        return row[:width], True
    return [delimiter.join(row) if i == place else "" for i in range(width)], False


def self_check(model: Model, folder: Path) -> float:
    """The largest difference from the answers that selfcheck.json expects; raises ValueError where one is wrong."""
    expected = json.loads((folder / "selfcheck.json").read_text(encoding="utf-8"))
    largest = 0.0
    for each in expected:
        if model.task == "tagging":
            found = model.word_logits(each["text"])
        else:
            found = model.probabilities([each["text"]])[0].astype(np.float32)
        wanted = np.asarray(each["expected"], np.float32).reshape(found.shape)
        scale = max(1.0, float(np.abs(wanted).max(initial=0.0)))
        largest = max(largest, float(np.abs(found - wanted).max(initial=0.0)) / scale)
    if not largest < TOLERANCE:
        raise ValueError(
            f"the answers differ by {largest:.2g}: this folder does not score as the original did"
        )
    return largest


def main() -> int:
    parser = argparse.ArgumentParser(description="Score the texts of a CSV file.")
    parser.add_argument("input", nargs="?", type=Path, help="CSV with a header")
    parser.add_argument("output", nargs="?", type=Path, help="CSV to write")
    parser.add_argument("--column", default="text", help="the column that holds the texts (default: text)")
    parser.add_argument("--second", help="the column that holds the second texts, where they come in pairs")
    parser.add_argument("--encoding", default="utf-8-sig", help="of the input (default: UTF-8)")
    parser.add_argument("--delimiter", help="default: a tab for .tsv files, else a comma")
    parser.add_argument("--self-check", action="store_true", help="compare with the expected answers")
    given = parser.parse_args()
    folder = Path(__file__).resolve().parent
    try:
        if given.self_check:
            print(f"ok: largest difference {self_check(Model(folder), folder):.2g}")
            return 0
        if given.input is None or given.output is None:
            parser.error("give an input and an output file, or --self-check")
        if given.input.resolve() == given.output.resolve():
            raise ValueError("the output would overwrite the input")
        delimiter = given.delimiter or ("\t" if given.input.suffix.lower() == ".tsv" else ",")
        columns = [given.column, *([given.second] if given.second else [])]
        rows = score_file(Model(folder), given.input, given.output, columns, given.encoding, delimiter)
    except ImportError as error:
        print(f"{error}; run: pip install -r requirements.txt", file=sys.stderr)
        return 2
    except (OSError, ValueError, LookupError, TypeError, csv.Error) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{rows} rows: {given.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
