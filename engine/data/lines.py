"""A text file as lines, decoded block by block: bounded memory, every kind of line end, nothing replaced."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from pathlib import Path

from engine.data.encodings import MARK, MARK_ERRORS

BLOCK_BYTES = 1 << 18
MAX_CHARACTERS = 10_000_000


class TextLines:
    """Iterates over lines with their ends (LF, CRLF or CR).

    ``suspect`` is true while a line may hold ``MARK`` or NUL; it lets readers skip the check on clean blocks.
    A line of more than ``MAX_CHARACTERS`` is cut there, one character too long, and its rest is passed over.
    """

    def __init__(self, path: Path, encoding: str, *, only_lf: bool = False) -> None:
        self.suspect = False
        self.total = path.stat().st_size
        self.done = 0
        self._path = path
        self._encoding = encoding
        self._ends = "\n" if only_lf else ""

    def __iter__(self) -> Iterator[str]:
        carry: list[str] = []
        held = 0  # characters of an unfinished line
        for text in self._blocks():
            cut = self._last_end(text)
            if cut == 0:
                held += len(text)
                if held <= MAX_CHARACTERS + BLOCK_BYTES:
                    carry.append(text)
                continue
            whole = "".join((*carry, text[:cut]))
            carry, held = [text[cut:]], len(text) - cut
            for line in io.StringIO(whole, newline=self._ends):
                yield line if len(line) <= MAX_CHARACTERS else line[: MAX_CHARACTERS + 1] + "\n"
        for line in io.StringIO("".join(carry), newline=self._ends):
            yield line[: MAX_CHARACTERS + 1]

    def pieces(self) -> Iterator[str]:
        """Lines, cut where a block ends: for formats in which a whole file may be one line."""
        for text in self._blocks():
            yield from io.StringIO(text, newline=self._ends)

    def _last_end(self, text: str) -> int:
        """Where the last line end that is surely complete ends; 0 where there is none."""
        if self._ends:
            return text.rfind("\n") + 1
        # a CR at the very end may be half of a CRLF: it waits for the next block
        return max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1)) + 1

    def _blocks(self) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder(self._encoding)(MARK_ERRORS)
        dirty_before = False
        with self._path.open("rb") as file:
            while True:
                block = file.read(BLOCK_BYTES)
                self.done += len(block)
                text = decoder.decode(block, not block)
                dirty = MARK in text or "\0" in text
                # the carried end of the block before is part of this one's lines
                self.suspect, dirty_before = dirty or dirty_before, dirty
                if text:
                    yield text
                if not block:
                    return
