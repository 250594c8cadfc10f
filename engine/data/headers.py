"""Which record is the header, and what its columns mean: by name in several languages, then by content."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.data.split_words import split_of

Records = Sequence[Sequence[str]]


def _names(*lines: str) -> list[str]:
    """Words of lines, the likeliest first."""
    return " ".join(lines).split()


_TEXT = _names(
    "text texts sentence message review comment content body tweet description utterance query",
    "question document doc post abstract title headline note feedback sms input 文本 内容 正文",
    "评论 句子 评价 文字 消息 留言 问题 标题 本文 テキスト 文 텍스트 문장 내용 texte texto testo",
    "tekst text_a phrase commentaire comentario nachricht satz kommentar mensaje mensagem frase",
    "avis текст сообщение отзыв комментарий",
)
_LABEL = _names(
    "label labels class category target sentiment topic intent emotion tag y rating polarity",
    "stars gold 标签 类别 分类 情感 类型 主题 意图 ラベル カテゴリ 分類 라벨 레이블 etiqueta",
    "etiquette étiquette classe clase categoria categoría catégorie kategorie klasse etichetta",
    "метка класс категория label_text label_name entities spans ner ner_tags annotations score",
)
_SPLIT = _names(
    "split set partition fold subset dataset_split 划分 数据集 集合 拆分 분할 teilmenge",
    "partición выборка",
)
_NUMBER = re.compile(r"[-+]?[\d.,\s%€$£:/-]+")


def words(name: str) -> str:
    return re.sub(r"[\s_\-./]+", "_", name.strip().strip("\"'").casefold())


def is_known_name(cell: str) -> bool:
    name = words(cell)
    return (
        name in _TEXT
        or name in _LABEL
        or name in _SPLIT
        or name in ("id", "index", "date", "user", "author", "lang")
    )


def header_position(records: Records) -> int:
    """Index of the record under which the table begins: titles above it are narrower or nearly empty."""
    filled = [sum(bool(cell.strip()) for cell in record) for record in records]
    if len(records) < 3:
        return 0
    widths = [len(record) for record in records[:200]]
    width = max(set(widths), key=widths.count)
    usual = sorted(filled[:200])[len(filled[:200]) // 2]
    for index in range(min(len(records) - 1, 20)):
        full = len(records[index]) >= min(width, 2) and filled[index] * 2 > usual
        single = usual > 1 and filled[index] < 2
        if full and not single and (len(records[index]) == width or (index == 0 and filled[index] >= usual)):
            return index
    return 0


def looks_like_header(records: Records) -> bool:
    """Whether the first record names the columns of those under it."""
    head, body = records[0], records[1:200]
    if any(is_known_name(cell) for cell in head):
        return True
    if not body:
        # a single record: names are short words, data are sentences or numbers
        return len(head) > 1 and all(cell.strip() and _is_word(cell) for cell in head)
    if len({cell.strip() for cell in head}) < len(head) and all(cell.strip() for cell in head):
        return False
    votes = 0
    for column, cell in enumerate(head):
        values = [
            record[column].strip() for record in body if column < len(record) and record[column].strip()
        ]
        cell = cell.strip()
        if not values or not cell:
            continue
        numeric = sum(bool(_NUMBER.fullmatch(value)) for value in values) > 0.8 * len(values)
        if numeric:
            votes += -2 if _NUMBER.fullmatch(cell) else 2
        elif len(values) > 3:
            if cell in values:
                votes -= 2
            elif len(set(values)) < 0.5 * len(values):
                votes += 1  # a value of a repeating column that never repeats is its name
            mean = sum(map(len, values)) / len(values)
            if _is_word(cell) and mean > 2.5 * len(cell) and mean > 15:
                votes += 1
    if votes == 0:
        return all(_is_word(cell) for cell in head) and len(head) > 1
    return votes > 0


def _is_word(cell: str) -> bool:
    return len(cell) <= 40 and len(cell.split()) <= 4 and not _NUMBER.fullmatch(cell.strip() or "0")


def guess_columns(names: Sequence[str], rows: Records) -> tuple[int | None, int | None, int | None]:
    """(text, label, split) column positions; None where nothing fits."""
    split = _by_name(names, _SPLIT, ())
    if split is not None and not _holds_splits(rows, split):
        split = None
    if split is None:
        split = next((c for c in range(len(names)) if _holds_splits(rows, c)), None)
    used = (split,)
    label = _by_name(names, _LABEL, used)
    text = _by_name(names, _TEXT, (*used, label))
    if text is None:
        text = _longest(len(names), rows, (*used, label))
    if label is None:
        label = _repeating(len(names), rows, (*used, text))
    return text, label, split


def _by_name(names: Sequence[str], known: Sequence[str], used: Sequence[int | None]) -> int | None:
    plain = [words(name) for name in names]
    found = [
        (known.index(name), column)
        for column, name in enumerate(plain)
        if name in known and column not in used
    ]
    if found:
        return min(found)[1]
    parts = [
        column
        for column, name in enumerate(plain)
        if column not in used and any(part in known and len(part) > 1 for part in name.split("_"))
    ]
    return parts[0] if parts else None


def _values(rows: Records, column: int) -> list[str]:
    return [row[column].strip() for row in rows if column < len(row) and row[column].strip()]


def _holds_splits(rows: Records, column: int) -> bool:
    values = _values(rows, column)
    return bool(values) and all(split_of(value) for value in values)


def _longest(width: int, rows: Records, used: Sequence[int | None]) -> int | None:
    lengths = {
        column: sum(map(len, values)) / len(values)
        for column in range(width)
        if column not in used
        and (values := _values(rows, column))
        and not all(_NUMBER.fullmatch(value) for value in values)
    }
    return max(lengths, key=lambda column: lengths[column]) if lengths else None


def _repeating(width: int, rows: Records, used: Sequence[int | None]) -> int | None:
    """The column with the fewest different short values, each seen more than once."""
    found = []
    for column in range(width):
        values = _values(rows, column)
        different = len(set(values))
        repeating = len(values) >= 4 and 2 <= different <= len(values) // 2
        if column not in used and repeating and max(map(len, values)) <= 60:
            found.append((different, column))
    return min(found)[1] if found else None
