"""Guards of the translations: literals alone, every text in Chinese, the compiled files up to date."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from gui.i18n import FOLDER

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "translations.py"


def _bad_calls(source: str) -> list[int]:
    """Lines where ``tr`` or ``translate`` is given something else than literals."""
    bad = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        wanted = {"tr": 1, "translate": 2}.get(node.func.attr, 0)
        owner = ast.unparse(node.func.value)
        if not wanted or (node.func.attr == "translate" and owner != "QCoreApplication"):
            continue
        given = node.args[:wanted]
        if len(given) < wanted or not all(
            isinstance(a, ast.Constant) and isinstance(a.value, str) for a in given
        ):
            bad.append(node.lineno)
    return bad


def test_the_guard_sees_what_lupdate_cannot_read() -> None:
    assert _bad_calls('self.tr("fine")\nself.tr(f"a {b}")\nself.tr(name)\nself.tr("a" + b)') == [2, 3, 4]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "gui").rglob("*.py")), ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_only_literals_are_translated(path: Path) -> None:
    assert _bad_calls(path.read_text(encoding="utf-8")) == []


def test_every_text_is_translated_and_none_is_left_over() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stdout


def test_places_are_the_same_in_both_languages() -> None:
    import re
    import xml.etree.ElementTree as ET

    place = re.compile(r"\{[^}]*\}|%n")
    for message in ET.parse(FOLDER / "lexplain_zh_CN.ts").getroot().iter("message"):
        source = message.findtext("source", "")
        translation = message.find("translation")
        assert translation is not None
        forms = [f.text or "" for f in translation.findall("numerusform")] or [translation.text or ""]
        for form in forms:
            assert sorted(place.findall(form)) == sorted(place.findall(source)), source


def test_english_plurals() -> None:
    spec = importlib.util.spec_from_file_location("translations", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.english_plural("%n run(s) trained") == ["%n run trained", "%n runs trained"]
    assert module.english_plural("%n jobs were waiting") == ["%n job was waiting", "%n jobs were waiting"]
    assert module.english_plural("%n waiting") == ["%n waiting", "%n waiting"]


def test_the_compiled_files_are_up_to_date(tmp_path: Path) -> None:
    for language in ("zh_CN", "en"):
        fresh = tmp_path / f"{language}.qm"
        tool = Path(sys.executable).with_name("pyside6-lrelease")
        subprocess.run([str(tool), str(FOLDER / f"lexplain_{language}.ts"), "-qm", str(fresh)], check=True)
        assert fresh.read_bytes() == (FOLDER / f"lexplain_{language}.qm").read_bytes(), language


def test_help_is_there_in_both_languages() -> None:
    from engine.api.catalog import METHODS
    from gui.shell.page_factories import FACTORIES
    from gui.widgets.help_text import FOLDER as HELP

    there = {language: {path.stem for path in (HELP / language).glob("*.md")} for language in ("en", "zh_CN")}
    assert there["en"] == there["zh_CN"]
    assert there["en"] >= {
        "welcome",
        "compare",
        "export",
        *FACTORIES,
        *(f"method-{each.id}" for each in METHODS),
    }


def test_the_links_of_the_help_lead_to_topics_and_every_topic_is_reached() -> None:
    import re

    from gui.shell.page_factories import FACTORIES
    from gui.widgets.help_text import FOLDER as HELP

    for language in ("en", "zh_CN"):
        pages = {path.stem: path.read_text(encoding="utf-8") for path in (HELP / language).glob("*.md")}
        links = {topic: set(re.findall(r"\]\(([^)]*)\)", text)) for topic, text in pages.items()}
        for topic, found in links.items():
            assert found <= set(pages), topic
        reached = {"welcome", *FACTORIES}
        while more := set().union(*(links[topic] for topic in reached)) - reached:
            reached |= more
        assert reached == set(pages)


def test_the_help_says_rightly_which_methods_learn_which_task() -> None:
    from engine.api.catalog import METHODS, methods_for

    every = {method.id for method in METHODS if method.offered}
    assert {method.id for method in methods_for("single")} == every
    assert {method.id for method in methods_for("multi")} == every
    assert {method.id for method in methods_for("tagging")} == every
    assert {method.id for method in methods_for("score")} == every
