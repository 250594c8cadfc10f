"""From a text chosen to its highlight on the screen; and whether a key is ever lost while the picture settles.

    python -m tests.benchmarks.bench_first_paint [--texts 30] [--keys 400] [--epochs 0.2]

The real window on the real engines, off the screen, with a MiniLM that is fine-tuned for a few steps. *First paint*:
so many texts of 32 tokens and of 256 (test sentences of SST-2 put together, counted by the model's own tokenizer) are
asked for as a click on a text in a list asks; milliseconds until the words' colours have been painted. Each text is
new, so that nothing is read from the store. *Settled*: it is asked for when the one before it has its seal, as a
reader does; *at once*: as soon as that one is painted, so that what settles it has to make room.

*Keys*: a text is typed with 70 ms between the keys while the texts before it are still settling (seal, integrated
gradients, other methods), with rests so long that explanations come in between; told are the keys that were typed
and how many characters of them stand in the text at the end.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from tokenizers import Tokenizer

from gui.app import make_application
from gui.pages.explain.sealer import Sealer
from gui.pages.explain.what_if import WhatIf
from tests.benchmarks.driven_window import DrivenWindow, key_of, press, reading_view, until
from tests.shared_data import rows

_LENGTHS = (32, 256)
_KEY_MS, _BURST, _REST_MS = 70, 20, 700
_MARKERS = 2


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=30, help="of each length")
    parser.add_argument("--keys", type=int, default=400)
    parser.add_argument("--epochs", type=float, default=0.2, help="of the run that explains")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
        folder = Path(scratch)
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA"):
            os.environ[name] = str(folder / "settings")  # never the user's own
        app = make_application(sys.argv[:1])
        window = DrivenWindow(app, folder, 2000, given.epochs)
        run = window.open()
        window.product.session.select_run(run)
        project = window.product.session.project
        assert project is not None
        tokenizer = Tokenizer.from_file(str(project.run_folder(run) / "model" / "tokenizer.json"))
        watch = Watch(window)
        found: dict[str, object] = {}
        watch.first_paint("a film")  # the model is loaded once
        for length in _LENGTHS:
            texts = texts_of(tokenizer, length, 2 * given.texts)
            taken = [watch.first_paint(text, settled=True) for text in texts[: given.texts]]
            found[f"{length}_tokens_settled_ms"] = figures(taken)
            taken = [watch.first_paint(text) for text in texts[given.texts :]]
            found[f"{length}_tokens_at_once_ms"] = figures(taken)
        found["keys"] = watch.typed(given.keys)
        window.close()
    print(json.dumps(found))


def texts_of(tokenizer: Tokenizer, length: int, count: int) -> list[str]:
    """Texts of ``length`` tokens, markers included, or as few less as whole words allow."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    sentences = rows("sst2", "test")[0]
    random.Random(length).shuffle(sentences)
    words = itertools.cycle(word for sentence in sentences for word in sentence.split())
    found = []
    for _ in range(count):
        text = ""
        while True:
            longer = f"{text} {next(words)}".strip()
            if len(tokenizer.encode(longer).ids) > length:
                break
            text = longer
        found.append(text)
    return found


class Watch(QObject):
    """Asks on the Explain page and sees when its text is painted."""

    def __init__(self, window: DrivenWindow) -> None:
        super().__init__(window.product)
        self._product = window.product
        self._product.window.action("page-explain").trigger()
        page = self._product.window.pages["explain"]
        what_if = page.findChild(WhatIf)
        assert isinstance(what_if, WhatIf)
        sealer = page.findChild(Sealer)
        assert isinstance(sealer, Sealer)
        self._sealer = sealer
        self._view = view = reading_view(page)
        self._explained = False
        self._painted = 0.0
        self._explanations = 0
        what_if.explained.connect(self._came)
        view.viewport().installEventFilter(self)

    @Slot()
    def _came(self) -> None:
        self._explained = True
        self._explanations += 1

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._explained and not self._painted:
            # the filter comes before the painting itself, which the next turn of the loop has behind it
            QTimer.singleShot(0, self, self._mark)
        return super().eventFilter(watched, event)

    @Slot()
    def _mark(self) -> None:
        self._painted = self._painted or time.perf_counter()

    def first_paint(self, text: str, *, settled: bool = False) -> float:
        """Milliseconds from the click to the painted highlight; ``settled``: the text before has its seal."""
        if settled:
            until(lambda: not self._sealer.checking)
        self._explained, self._painted = False, 0.0
        began = time.perf_counter()
        self._product.session.explain_requested.emit(text)
        until(lambda: self._painted > 0)
        return 1000 * (self._painted - began)

    def typed(self, keys: int) -> dict[str, int]:
        """Type into the text; what was typed, what stands there."""
        wanted = "".join(itertools.islice(_characters(), keys))
        view = self._view
        self._product.session.explain_requested.emit("a film that is")
        until(lambda: self._explained)
        press(view, Qt.Key.Key_A, "", Qt.KeyboardModifier.ControlModifier)
        before = self._explanations
        for number, character in enumerate(wanted):
            press(view, key_of(character), character)
            wait = _REST_MS if number % _BURST == _BURST - 1 else _KEY_MS
            end = time.perf_counter() + wait / 1000
            until(lambda end=end: time.perf_counter() >= end)  # type: ignore[misc]
        until(lambda: view.toPlainText() == wanted or time.perf_counter() > end + 5)
        stands = view.toPlainText()
        same = sum(a == b for a, b in zip(stands, wanted, strict=False))
        return {"typed": keys, "stand": same, "explanations_meanwhile": self._explanations - before}


def _characters() -> itertools.chain[str]:
    return itertools.chain.from_iterable(f"{text} " for text in itertools.cycle(rows("sst2", "test", 200)[0]))


def figures(milliseconds: list[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    return {
        "median": round(statistics.median(ordered), 1),
        "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1),
        "most": round(ordered[-1], 1),
    }


if __name__ == "__main__":
    main()
