"""Cleaning: what each step takes away, and that every character knows where it stood."""

from __future__ import annotations

import time

import pytest

from engine.api.catalog_methods import CLEANINGS
from engine.data.cleaning import clean, clean_text


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        ("html", "a<br/>b &amp; c&nbsp;d &#39;e&#39;", "a b & c\u00a0d 'e'"),
        ("html", "<script type='x'>var a = 1;</script>Hello <!-- no -->you", " Hello  you"),
        ("html", "1 < 2 and 3 > 2, I <3 you & &unknown;", "1 < 2 and 3 > 2, I <3 you & &unknown;"),
        ("html", "&lt;b&gt;", "<b>"),
        ("links", "see https://a.b/c?d=1, or (www.x.org).", "see http, or (http)."),
        ("links", "看http://a.cn/b这里", "看http这里"),
        ("mentions", "@ann_b: mail me@x.org, not @@ or @", "@user: mail me@x.org, not @@ or @"),
        ("emoji", "good😀day 👩‍👩‍👧 ❤️! 👍🏽1️⃣", "good day  ! "),
        ("emoji", "price 10 # * ©", "price 10 # * ©"),
        ("spaces", "  a \t\n b\u00a0\u200bc  ", "a b c"),
        ("lowercase", "ÀB İ", "àb i̇"),
        ("accents", "Crème brûlée, naïve, e\u0301té, ά", "Creme brulee, naive, ete, α"),
        ("accents", "が 한국 Йод й ø", "が 한국 Йод й ø"),
    ],
)
def test_each_step(step: str, before: str, after: str) -> None:
    assert clean_text(before, [step]) == after
    assert clean(before, [step]).text == after


def test_every_character_knows_its_place() -> None:
    text = "<p>Café İs   GOOD &amp; 👍 @you https://x.y/z end</p>"
    cleaned = clean(text, CLEANINGS)
    assert (
        cleaned.text
        == clean_text(text, CLEANINGS)
        == "cafe i\u0307s good & @user http end".replace("\u0307", "")
    )
    assert len(cleaned.positions) == len(cleaned.text) + 1
    assert cleaned.positions[-1] == len(text)
    assert list(cleaned.positions) == sorted(cleaned.positions)
    for word, original in (
        ("cafe", "C"),
        ("good", "G"),
        ("&", "&"),
        ("@user", "@"),
        ("http", "h"),
        ("end", "e"),
    ):
        assert text[cleaned.positions[cleaned.text.index(word)]] == original


def test_no_steps_change_nothing() -> None:
    text = "  <b>As it is</b>  "
    assert clean_text(text, ()) is text
    found = clean(text, ())
    assert found.text is text
    assert list(found.positions) == list(range(len(text) + 1))


def test_a_text_is_never_cleaned_away() -> None:
    for text in ("😀😀", "<br>", "   ", ""):
        assert clean_text(text, CLEANINGS) == text
        assert clean(text, CLEANINGS).text == text
        assert len(clean(text, CLEANINGS).positions) == len(text) + 1


def test_the_order_of_the_steps_is_the_catalogs() -> None:
    text = "A&nbsp;&nbsp;B"
    assert clean_text(text, ["spaces", "html"]) == "A B"


def test_an_unknown_step_is_refused() -> None:
    with pytest.raises(ValueError, match="sparkle"):
        clean_text("a", ["sparkle"])


@pytest.mark.parametrize(
    "hostile", ["<" * 200_000, "<!--" * 50_000, "<script>" * 25_000, "&" * 200_000, "<a " * 60_000]
)
def test_hostile_texts_take_no_long_time(hostile: str) -> None:
    began = time.perf_counter()
    clean(hostile, CLEANINGS)
    assert time.perf_counter() - began < 3.0
