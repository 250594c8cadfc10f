"""Every format, line end and quote: rows imported + rows listed = records in the file."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages import ReadOptions
from engine.data.inspecting import inspect
from engine.data.rows import Row, Unreadable, open_rows


def write(folder: Path, data: bytes | str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def read(path: Path, **options: object) -> tuple[list[tuple[int, tuple[str, ...]]], list[tuple[int, str]]]:
    entries = list(open_rows(path, ReadOptions(**options)))  # type: ignore[arg-type]
    rows = [(entry.line, entry.cells) for entry in entries if isinstance(entry, Row)]
    return rows, [(entry.line, entry.reason) for entry in entries if isinstance(entry, Unreadable)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_line_numbers(tmp_path: Path, end: str) -> None:
    path = write(tmp_path, end.join(["text,label", '"two', 'lines",a', "", "one,b", ""]))
    rows, bad = read(path)
    assert rows == [(2, (f"two{end}lines", "a")), (5, ("one", "b"))]
    assert bad == []


def test_mixed_line_ends(tmp_path: Path) -> None:
    rows, bad = read(write(tmp_path, "text,label\rone,a\r\ntwo,b\nthree,c"))
    assert [line for line, _ in rows] == [2, 3, 4]
    assert bad == []


def test_crlf_on_the_edge_of_a_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.lines.BLOCK_BYTES", 7)
    text = "text,label\r\n" + "".join(f'"naïve {i}\r\nx",é\r\n' for i in range(50))
    rows, bad = read(write(tmp_path, text))
    assert rows == [(2 + 2 * i, (f"naïve {i}\r\nx", "é")) for i in range(50)]
    assert bad == []


def test_an_open_quote_swallows_nothing(tmp_path: Path) -> None:
    good = "".join(f'"text, {i}",label\n' for i in range(10))
    rows, bad = read(write(tmp_path, f'text,label\n{good}"never closed,label\nlast one,label\n{good}'))
    assert bad == [(12, "quote")]
    assert len(rows) == 21
    assert rows[10] == (13, ("last one", "label"))


def test_an_open_quote_at_the_end(tmp_path: Path) -> None:
    good = "".join(f'"text, {i}",label\n' for i in range(10))
    rows, bad = read(write(tmp_path, f'text,label\n{good}"open,label\nlast one,label\n'))
    assert bad == [(12, "quote")]
    assert rows[-1] == (13, ("last one", "label"))


def test_many_open_quotes(tmp_path: Path) -> None:
    good = "".join(f'"text, {i}",label\n' for i in range(1000))
    rows, bad = read(write(tmp_path, "text,label\n" + good + '"open,label\n"text, x",label\n' * 20_000))
    assert len(bad) == 20_000
    assert len(rows) == 21_000


def test_tab_separated_texts_may_hold_bare_quotes(tmp_path: Path) -> None:
    body = "".join(f'"quoted start {i}\ta\nplain {i}\tb\n' for i in range(10))
    rows, bad = read(write(tmp_path, f"text\tlabel\n{body}", "file.tsv"))
    assert bad == []
    assert rows[0] == (2, ('"quoted start 0', "a"))


def test_ragged_rows_are_listed(tmp_path: Path) -> None:
    good = "good,a\n" * 5
    rows, bad = read(write(tmp_path, f"text,label\n{good}short\nlong,a,b\nempty tail,a,,\n"))
    assert bad == [(7, "columns"), (8, "columns")]
    assert rows[-1] == (9, ("empty tail", "a"))


def test_nul_and_broken_bytes_cost_their_own_rows(tmp_path: Path) -> None:
    lines = [f"caf\u00e9 {i},a".encode() for i in range(20)]
    lines[3] = b"n\0l,a"
    lines[5] = b"caf\xe9,a"
    rows, bad = read(write(tmp_path, b"text,label\n" + b"\n".join(lines) + b"\n"))
    assert bad == [(5, "nul"), (7, "encoding")]
    assert len(rows) == 18


def test_broken_bytes_in_gb18030_take_no_line_end(tmp_path: Path) -> None:
    body = "".join(f"这家的菜很好吃，我们都喜欢{i},好\n" for i in range(50)).encode("gb18030")
    rows, bad = read(write(tmp_path, b"text,label\n" + body + b"\x81\n" + body))
    assert bad == [(52, "encoding")]
    assert len(rows) == 100


def test_titles_above_the_header_are_listed(tmp_path: Path) -> None:
    rows, bad = read(write(tmp_path, "My report\n\nid,text,label\n1,one,a\n2,two,b\n3,three,a\n"))
    assert bad == [(1, "columns")]
    assert [line for line, _ in rows] == [4, 5, 6]


@pytest.mark.parametrize(
    ("text", "has_header"),
    [
        ("text,label\ngood,1\nbad,0\n", True),
        ("I like this a lot,1\nNot my thing at all,0\nWhy would one buy it,0\n", False),
        ("评论,情感\n很好吃,好\n太慢了,坏\n", True),
    ],
)
def test_header(tmp_path: Path, text: str, has_header: bool) -> None:
    assert open_rows(write(tmp_path, text)).has_header is has_header


def test_columns_have_different_names(tmp_path: Path) -> None:
    assert open_rows(write(tmp_path, "text,text,,label\na,b,c,d\n")).columns == (
        "text",
        "text (2)",
        "#3",
        "label",
    )


def test_long_texts(tmp_path: Path) -> None:
    long, too_long = "x" * 200_000, "y" * 10_000_100
    rows, bad = read(write(tmp_path, f"text,label\n{long},a\n{too_long},a\nlast,a\n"))
    assert [(line, len(cells[0])) for line, cells in rows] == [(2, 200_000), (4, 4)]
    assert bad == [(3, "too-long")]


def test_jsonl(tmp_path: Path) -> None:
    lines = ['{"text": "a\\nb", "label": 1}', "{broken", "[1]", '{"text": "\\u0000"}', '{"label": true}']
    rows, bad = read(write(tmp_path, "\n".join(lines), "file.jsonl"))
    assert rows == [(1, ("a\nb", "1")), (5, ("", "true"))]
    assert bad == [(2, "json"), (3, "object"), (4, "nul")]


def test_json_list_with_a_damaged_element(tmp_path: Path) -> None:
    text = '[\n  {"text": "one",\n   "label": "a"},\n  {"text": "two" "label"},\n  {"text": "three"}\n]\n'
    rows, bad = read(write(tmp_path, text, "file.json"))
    assert rows == [(2, ("one", "a")), (5, ("three", ""))]
    assert bad == [(4, "json")]


def test_json_list_on_one_line(tmp_path: Path) -> None:
    rows, bad = read(write(tmp_path, '[{"text": "one"}, {"text": "two"}, 3]', "file.json"))
    assert [cells for _, cells in rows] == [("one",), ("two",)]
    assert bad == [(1, "object")]


def test_xlsx(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "first"
    for row in (["text", "label"], ["多么好", 1], [None, None], ["x", 2.5]):
        book.active.append(row)
    book.create_sheet("other").append(["text", "other"])
    path = tmp_path / "file.xlsx"
    book.save(path)
    rows, bad = read(path)
    assert rows == [(2, ("多么好", "1")), (4, ("x", "2.5"))]
    assert bad == []
    assert open_rows(path).sheets == ("first", "other")
    assert open_rows(path, ReadOptions(sheet="other")).columns == ("text", "other")
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(KnownError) as damaged:
        open_rows(path)
    assert damaged.value.kind is ErrorKind.FILE_DAMAGED


def test_folder(tmp_path: Path) -> None:
    for name in ("train/good/1.txt", "train/bad/2.txt", "dev/good/3.txt", "plain.txt"):
        (tmp_path / "texts" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "texts" / name).write_text(f"text of {name}")
    rows, bad = read(tmp_path / "texts")
    assert [cells[1:3] for _, cells in rows] == [
        ("good", "validation"),
        ("", ""),
        ("bad", "train"),
        ("good", "train"),
    ]
    assert bad == []


def test_one_column(tmp_path: Path) -> None:
    reader = open_rows(write(tmp_path, "text\nI like it, much\nNo, not at all, never\nFine\n"))
    assert reader.columns == ("text",)
    assert len(list(reader)) == 3


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("file.csv", b"", ErrorKind.FILE_EMPTY),
        ("file.pdf", b"%PDF-1.7 ...", ErrorKind.FILE_FORMAT_UNKNOWN),
        ("file.xlsx", b"no zip", ErrorKind.FILE_DAMAGED),
        ("file.json", b'{"a": {\n"b": 1}}', ErrorKind.FILE_FORMAT_UNKNOWN),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, data: bytes, kind: ErrorKind) -> None:
    with pytest.raises(KnownError) as refused:
        open_rows(write(tmp_path, data, name))
    assert refused.value.kind is kind


def test_missing_file_and_wrong_choices(tmp_path: Path) -> None:
    path = write(tmp_path, "text,label\na,b\n")
    for options, kind in (
        (ReadOptions(encoding="klingon"), ErrorKind.ENCODING_WRONG),
        (ReadOptions(encoding="base64"), ErrorKind.ENCODING_WRONG),
        (ReadOptions(delimiter=",,"), ErrorKind.OPTION_VALUE),
    ):
        with pytest.raises(KnownError) as refused:
            open_rows(path, options)
        assert refused.value.kind is kind
    with pytest.raises(KnownError) as missing:
        open_rows(tmp_path / "none.csv")
    assert missing.value.kind is ErrorKind.FILE_MISSING


def test_preview_guesses_columns(tmp_path: Path) -> None:
    body = "".join(
        f"{i},This is the review number {i},{'pos' if i % 3 else 'neg'},{'train' if i % 2 else 'DEV'}\n"
        for i in range(200)
    )
    preview = inspect(write(tmp_path, f"nr,words,mood,part\n{body}"))
    assert (preview.text_column, preview.label_column, preview.split_column) == (1, 2, 3)
    assert len(preview.rows) == 50
    assert preview.row_lines[0] == 2
    assert 180 <= preview.estimated_rows <= 220
    chinese = inspect(write(tmp_path, "编号,内容,标签\n1,很好,好\n"))
    assert (chinese.text_column, chinese.label_column, chinese.split_column) == (1, 2, None)


def test_reading_again_gives_the_same(tmp_path: Path) -> None:
    reader = open_rows(write(tmp_path, 'text,label\na,b\n"open,x\nc,d\nshort\n'))
    assert list(reader) == list(reader)
    done, total = reader.progress()
    assert done == total


@pytest.mark.parametrize("name", ["f.csv", "f.tsv", "f.jsonl", "f.json", "f.txt", "f.xlsx"])
def test_random_bytes_never_raise_anything_else(tmp_path: Path, name: str) -> None:
    chance = random.Random(7)
    alphabets = [
        bytes(range(256)),
        b'",\n\r\t;|ab \x00\xff',
        b'{}[]":,\\u0012 \n"text"\xe4\xbd',
        b"\xff\xfea\x00,\x00\n\x00\xd8",
        '退款很，。\n,"'.encode("gb18030"),
    ]
    for _ in range(120):
        data = bytes(chance.choices(chance.choice(alphabets), k=chance.randrange(1, 600)))
        if chance.random() < 0.3:
            data = (
                chance.choice(
                    [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"[", b'{"text":"a"}\n', b"PK\x03\x04"]
                )
                + data
            )
        path = write(tmp_path, data, name)
        try:
            inspect(path)
            for entry in open_rows(path):
                (entry.raw if isinstance(entry, Unreadable) else "".join(entry.cells)).encode()
        except KnownError:
            pass


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_json_list_with_objects_inside_objects(tmp_path: Path, indent: int | None) -> None:
    objects = [{"text": f'été {i} {{["]}}', "more": [{"a": 1}, {"b": [1, {"c": 2}]}]} for i in range(3_000)]
    rows, bad = read(write(tmp_path, json.dumps(objects, indent=indent, ensure_ascii=False), "file.json"))
    assert [cells[0] for _, cells in rows] == [entry["text"] for entry in objects]
    assert bad == []
