"""Which delimiter and quote a text table uses: the one that cuts its records most alike.

On the public files in the tests this is right more often than clevercsv, and fifteen times as fast.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from engine.data.headers import is_known_name

if TYPE_CHECKING:
    import _csv

# no text holds it: the delimiter of a file with a single column
NO_DELIMITER = "\x1f"
_DELIMITERS = (",", "\t", ";", "|")
_BY_SUFFIX = {".tsv": "\t", ".tab": "\t", ".csv": ",", ".psv": "|"}
_RECORDS = 300


class Dialect(NamedTuple):
    """``delimiter`` is '' for a single column; ``quoted`` is whether double quotes enclose cells."""

    delimiter: str
    quoted: bool
    skip_spaces: bool = False


def csv_reader(lines: Iterable[str], dialect: Dialect) -> _csv.Reader:
    """Python's csv reader, strict: a quote that does not close as it should is an error, not a guess."""
    return csv.reader(
        lines,
        delimiter=dialect.delimiter or NO_DELIMITER,
        quoting=csv.QUOTE_MINIMAL if dialect.quoted else csv.QUOTE_NONE,
        quotechar='"',
        skipinitialspace=dialect.skip_spaces,
        strict=True,
    )


def detect(sample: str, suffix: str, delimiter: str | None = None) -> Dialect:
    """The likeliest dialect of the beginning of a file; ``delimiter`` where the user has chosen one."""
    delimiters = (*_DELIMITERS, "") if delimiter is None else (delimiter,)
    best, best_score = Dialect(delimiters[-1], True), 0.0
    for each in delimiters:
        if each and each not in sample:
            continue
        candidates = [Dialect(each, True), Dialect(each, False)]
        if each and f'{each} "' in sample:
            candidates.append(Dialect(each, True, skip_spaces=True))
        for dialect in candidates:
            score = _score(sample, dialect)
            if delimiter is None and _BY_SUFFIX.get(suffix) == each:
                score *= 1.2
            if not each and delimiter is None and _is_cut(sample, _BY_SUFFIX.get(suffix, "")):
                score *= 0.2
            if score > best_score:
                best, best_score = dialect, score
    return best


def _is_cut(sample: str, delimiter: str) -> bool:
    """Whether the first line holds the delimiter that the file's name promises, other than in prose."""
    first = sample.lstrip().split("\n", 1)[0].split("\r", 1)[0]
    return bool(delimiter) and delimiter in first.replace(delimiter + " ", "")


def _score(sample: str, dialect: Dialect) -> float:
    """Share of records of the usual width, by how much such a width says; errors in quoting count too."""
    records, errors = _records(sample, dialect)
    if not records:
        return 0.0
    widths = Counter(len(record) for record in records)
    width, usual = max(widths.items(), key=lambda item: (item[1] * min(item[0], 3), item[0]))
    share = usual / (len(records) + errors)
    if dialect.delimiter:
        if width == 1:
            return 0.0
        # two columns of prose cut at commas are seldom alike; a table is
        score = share * share * (1.0 + min(width, 12) / 60)
        if sum(is_known_name(cell) for record in records[:1] for cell in record) >= 1:
            score *= 1.5
    else:
        score = 0.35 * share
        if len(records) and is_known_name(records[0][0]):
            score *= 1.5
    bare = sum(cell.count('"') for record in records for cell in record)
    if not dialect.quoted:
        # quotes left in the cells in pairs around them are quoting that was not undone
        wrapped = sum(len(cell) > 1 and cell[0] == cell[-1] == '"' for record in records for cell in record)
        if bare:
            score *= 0.4 if wrapped * 4 >= bare else (0.9 if dialect.delimiter == "\t" else 0.75)
        else:
            score *= 0.97
    elif dialect.skip_spaces:
        score *= 1.01
    else:
        padded = sum(cell.startswith(' "') for record in records for cell in record)
        score *= 0.98 if padded else 1.0
    return score


def _records(sample: str, dialect: Dialect) -> tuple[list[list[str]], int]:
    """Up to 300 records and the number of those whose quotes do not close."""
    lines = io.StringIO(sample, newline="").readlines()
    records: list[list[str]] = []
    position = errors = 0
    while position < len(lines) and len(records) < _RECORDS and errors <= 20:
        reader = csv_reader(lines[position:], dialect)
        good = 0  # lines of the records that could be read
        try:
            for record in reader:
                good = reader.line_num
                if record:
                    records.append(record)
                if len(records) >= _RECORDS:
                    return records, errors
            return records, errors
        except csv.Error as error:
            if "end of data" in str(error) and records and (position + good) > 0.7 * len(lines):
                return records, errors  # the sample ends inside a record
            errors += 1
            position += good + 1
    return records, errors
