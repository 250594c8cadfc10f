"""Packs as pictures: every word on its tint, what they come from below it, and several where one is too tall."""

from __future__ import annotations

import io
import re
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import numpy as np
import pytest
from PIL import Image

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.pack import Pack, PackWritten
from engine.api.explaining.trust import Seal
from engine.api.wording_explaining import seal_words
from engine.cli import run as cli
from engine.pack import pictures
from engine.pack.faces import face_of
from engine.pack.layout import ROOM, WIDTH, Mark, set_text
from engine.pack.pictures import drawings, parts_of
from engine.pack.png import png_of
from engine.pack.reading import read_pack
from engine.pack.svg import svg_of
from engine.pack.verifying import is_whole
from engine.pack.words import pack_words
from engine.pack.writing import _write_pictures
from engine.progress import finish
from tests.engine.test_pack_pages import ARABIC, HEBREW, LONG, pack_of

SVG = "{http://www.w3.org/2000/svg}"
ODD = "good </metadata> &amp; \ufffe\uffff \ud800 我们 😀 e\u0301 tab\there"


def words_of(pack: Pack, language: str = "en") -> list[str]:
    """What stands in each picture, without its spaces: a line's end is none."""
    parts = finish(parts_of(pack, language, "svg"))
    return [
        "".join(run.text for line in drawing.lines for run in line.runs)
        for drawing in drawings(pack, parts, language)
    ]


def squeezed(text: str) -> str:
    return text.replace(" ", "")


def one_drawing(pack: Pack, kind: str) -> bytes:
    (drawing,) = drawings(pack, finish(parts_of(pack, "en", kind)), "en")
    return png_of(drawing) if kind == "png" else svg_of(drawing).encode()


def test_a_picture_says_all_that_is_needed_to_compute_it_again() -> None:
    pack = pack_of("good film", "我们 爱 film")
    seal = Seal(
        explanation=1,
        reasons=("methods-agree",),
        removal=None,
        relative_delta=None,
        agreement=0.8,
        disputed=(),
        methods=(),
        special_share=0.0,
        unread_share=0.0,
        seconds=0.1,
    )
    one = msgspec.structs.replace(pack.items[0], seal=seal)
    explained = msgspec.structs.replace(pack.items[1].explanation, relative_delta=0.013, read_to=4)
    other = msgspec.structs.replace(pack.items[1], explanation=explained)
    (found,) = words_of(msgspec.structs.replace(pack, items=(one, other)))
    (part,) = finish(parts_of(msgspec.structs.replace(pack, items=(one, other)), "en", "svg"))
    for told in (
        "goodfilm", "我们爱film", pack.model_hash, "Integratedgradients", "up–down", "Baseline:mask", "Seed:4321",
        "Steps", "Relativedelta:1.3%", "Margin:+1.10", part.items[0].text_hash[:16], part.digest, "notread",
        squeezed(seal_words(seal, "en")),
    ):  # fmt: skip
        assert told in found, told


def test_each_word_stands_on_its_tint() -> None:
    text = "plain 好 wide " * 12
    at = [found.start() for found in re.finditer("好", text)]
    lines = set_text(text, 15, "#000000", marks=[Mark(start, start + 1, "#FDB863", "note") for start in at])
    assert len(lines) > 1
    tinted = 0
    for line in lines:
        chinese = [run for run in line.runs if run.text == "好"]
        assert [tint.left for tint in line.tints] == [run.left for run in chinese]
        wide = face_of("好", bold=False)
        assert [tint.right - tint.left for tint in line.tints] == pytest.approx(
            [wide.width("好") * 15 / wide.em] * len(chinese)
        )
        tinted += len(chinese)
        for run in line.runs:
            assert run.left + sum(map(run.face.width, run.text)) * 15 / run.face.em <= ROOM + 1e-6
    assert tinted == len(at)


@pytest.mark.parametrize("text", ["x" * 1000, "我们很喜欢这部电影。" * 60, "a b  c\n\nd " * 50, "", "\n"])
def test_lines_lose_no_letter(text: str) -> None:
    lines = set_text(text, 15, "#000000")
    shown = "".join(run.text for line in lines for run in line.runs)
    assert shown == text.replace(" ", "").replace("\n", "")
    assert not [line for line in lines if line.runs and line.runs[0].text.startswith(("。", " "))]


def test_an_svg_is_well_formed_whatever_the_text_and_names_each_word() -> None:
    pack = pack_of(ODD, HEBREW)
    root = ElementTree.fromstring(one_drawing(pack, "svg"))
    assert root.get("viewBox", "").split()[2] == str(WIDTH)
    names = {each.get("id") for each in root.iter(f"{SVG}path")}
    used = {each.get("{http://www.w3.org/1999/xlink}href", "#")[1:] for each in root.iter(f"{SVG}use")}
    assert used
    assert used == names
    titles = [each.text or "" for each in root.iter(f"{SVG}title")]
    assert [title for title in titles if title.startswith("good ")] == ["good −1.00"]
    assert not list(root.iter(f"{SVG}script"))


def test_a_png_has_the_tints_and_the_letters() -> None:
    with Image.open(io.BytesIO(one_drawing(pack_of("good film"), "png"))) as image:
        assert image.width == 2 * WIDTH
        pixels = np.asarray(image).reshape(-1, 3)
    against, letters = (146, 197, 222), (27, 27, 25)
    assert (pixels == against).all(1).sum() > 500
    assert (pixels == letters).all(1).sum() > 500


@pytest.mark.parametrize("kind", ["png", "svg"])
@pytest.mark.parametrize("text", [ODD, ARABIC, LONG[:3000], 'x"lexplain-pack:AAAA"'])
def test_a_picture_holds_its_pack(tmp_path: Path, kind: str, text: str) -> None:
    pack = pack_of(text)
    out = tmp_path / "a"
    out.write_bytes(one_drawing(pack, kind))
    found = read_pack(out)
    assert found.digest == pack.digest
    assert found.items[0].explanation.words == pack.items[0].explanation.words


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_picture_without_a_pack_is_named(tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"a.{kind}"
    data = one_drawing(pack_of("good"), kind)
    out.write_bytes(data.replace(b"lexplain-pack", b"another-thing"))
    with pytest.raises(KnownError) as caught:
        read_pack(out)
    assert caught.value.kind is ErrorKind.PACK_DAMAGED
    assert cli(["verify", str(out)]) == 2


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_many_explanations_become_numbered_pictures_each_of_them_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    monkeypatch.setattr(pictures, "_TALL", 700)
    texts = [f"good film number{n}" for n in range(8)]
    pack = pack_of(*texts)
    written = finish(_write_pictures(kind, tmp_path / f"e.{kind}", pack, "zh_CN", 2))
    assert isinstance(written, PackWritten)
    assert written.files > 1
    names = [f"e-{number}.{kind}" for number in range(1, written.files + 1)]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    assert (written.out, written.skipped) == (str(tmp_path / names[0]), 2)
    parts = [read_pack(tmp_path / name) for name in names]
    assert all(map(is_whole, parts))
    assert parts[0].digest == written.digest
    assert [item.explanation.text for part in parts for item in part.items] == texts
    assert len({part.digest for part in parts}) == written.files


def test_numbered_pictures_say_which_they_are_and_share_one_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_TALL", 700)
    pack = pack_of(*["good film"] * 8)
    strong = msgspec.structs.replace(pack.items[0].explanation.words[0], score=8.0)
    explained = msgspec.structs.replace(pack.items[0].explanation, words=(strong,))
    first = msgspec.structs.replace(pack.items[0], explanation=explained)
    found = words_of(msgspec.structs.replace(pack, items=(first, *pack.items[1:])))
    assert len(found) > 1
    for number, told in enumerate(found, 1):
        assert f"Picture{number}of{len(found)}" in told
        assert "fullcolour=8.00" in told


def test_a_text_that_no_png_can_hold_is_refused_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pictures, "_TALL", 700)
    monkeypatch.setattr(pictures, "TALLEST", 1400)
    long = LONG[:8000]
    pack = pack_of("good film", long)
    with pytest.raises(KnownError) as caught:
        finish(_write_pictures("png", tmp_path / "a.png", pack, "en", 0))
    assert caught.value.kind is ErrorKind.PICTURE_TOO_TALL
    assert caught.value.values == {"characters": len(long)}
    assert not list(tmp_path.iterdir())
    assert finish(_write_pictures("svg", tmp_path / "a.svg", pack, "en", 0)).files == 2


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_picture_says_where_to_read_what_it_cannot_set(language: str) -> None:
    (found,) = words_of(pack_of(HEBREW), language)
    assert squeezed(pack_words(language)("not_drawn")) in found
    assert "הסרט" not in found
