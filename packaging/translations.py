"""Keep the window's translations: collect the texts, fill in what is given, compile.

    python packaging/translations.py [FILE.json ...]   collect, merge {context: {source: text}}, compile
    python packaging/translations.py --check           fail where a text is missing or unfinished

The .ts files are the translations' home; Qt's tools (pyside6-lupdate, pyside6-lrelease) read and write them.
English needs a file too: only it knows that ``%n jobs`` is ``1 job``.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "i18n"
LANGUAGES = ("zh_CN", "en")
Table = dict[str, dict[str, str | list[str]]]


def sources() -> list[Path]:
    """Files that may hold texts of the window."""
    return sorted(path for path in (ROOT / "gui").rglob("*.py"))


def tool(name: str) -> str:
    """A tool of Qt, from the same environment as this Python."""
    return str(Path(sys.executable).with_name(f"pyside6-{name}"))


def collect(ts: Path) -> None:
    """Bring a .ts file up to date with the sources; texts that are gone are dropped."""
    names = [path.relative_to(ROOT).as_posix() for path in sources()]
    subprocess.run(
        [tool("lupdate"), *names, "-no-obsolete", "-locations", "none", "-ts", str(ts)],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def merge(ts: Path, table: Table, language: str) -> None:
    """Fill in translations; English keeps nothing but its plurals."""
    tree = ET.parse(ts)
    for context in tree.getroot().findall("context"):
        name = context.findtext("name", "")
        for message in context.findall("message"):
            plural = message.get("numerus") == "yes"
            if language == "en" and not plural:
                context.remove(message)
                continue
            source = message.findtext("source", "")
            given = table.get(name, {}).get(source)
            if given is None and language == "en":
                given = english_plural(source)
            if given is not None:
                fill(message, [given] if isinstance(given, str) else given)
        if not context.findall("message"):
            tree.getroot().remove(context)
    ET.indent(tree, "    ")
    text = ET.tostring(tree.getroot(), encoding="unicode")
    ts.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{text}\n', encoding="utf-8")


def fill(message: ET.Element, forms: list[str]) -> None:
    """Put a translation (or its plural forms) into a message, finished."""
    translation = message.find("translation")
    if translation is None:
        translation = ET.SubElement(message, "translation")
    translation.attrib.clear()
    translation.clear()
    if message.get("numerus") == "yes":
        for form in forms:
            ET.SubElement(translation, "numerusform").text = form
    else:
        translation.text = forms[0]


def english_plural(source: str) -> list[str]:
    """[one, many]: ``%n run(s)`` or ``%n jobs were`` say both."""
    if "(s)" in source:
        return [source.replace("(s)", ""), source.replace("(s)", "s")]
    one = re.sub(r"(%n \w+?)s\b", r"\1", source, count=1)
    return [one.replace(" were ", " was ").replace(" are ", " is "), source]


def unfinished(ts: Path) -> list[str]:
    """``context: source`` of every text without a finished translation."""
    missing = []
    for context in ET.parse(ts).getroot().findall("context"):
        for message in context.findall("message"):
            translation = message.find("translation")
            forms = [] if translation is None else [translation, *translation.findall("numerusform")]
            done = translation is not None and translation.get("type") is None
            if not done or not any((form.text or "").strip() for form in forms):
                missing.append(f"{context.findtext('name')}: {message.findtext('source')}")
    return missing


def texts(ts: Path) -> set[tuple[str, str]]:
    """(context, source) of all messages."""
    return {
        (context.findtext("name", ""), message.findtext("source", ""))
        for context in ET.parse(ts).getroot().findall("context")
        for message in context.findall("message")
    }


def check() -> int:
    """Compare the Chinese file with the sources and look for unfinished texts."""
    kept = FOLDER / "lexplain_zh_CN.ts"
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / kept.name
        fresh.write_bytes(kept.read_bytes())
        collect(fresh)
        wanted = texts(fresh)
    problems = [f"not collected: {context}: {source}" for context, source in sorted(wanted - texts(kept))]
    problems += [f"no longer used: {context}: {source}" for context, source in sorted(texts(kept) - wanted)]
    for language in LANGUAGES:
        problems += [
            f"{language} unfinished: {each}" for each in unfinished(FOLDER / f"lexplain_{language}.ts")
        ]
    print("\n".join(problems) or "translations are complete")
    return 1 if problems else 0


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        return check()
    table: Table = {}
    for name in arguments:
        for context, entries in json.loads(Path(name).read_text(encoding="utf-8")).items():
            table.setdefault(context, {}).update(entries)
    for language in LANGUAGES:
        ts = FOLDER / f"lexplain_{language}.ts"
        if not ts.exists():
            ts.write_text(
                '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
                f'<TS version="2.1" language="{language}" sourcelanguage="en"></TS>\n',
                encoding="utf-8",
            )
        collect(ts)
        merge(ts, table if language != "en" else {}, language)
        qm = FOLDER / f"lexplain_{language}.qm"
        subprocess.run([tool("lrelease"), str(ts), "-qm", str(qm)], check=True, stdout=subprocess.DEVNULL)
    for each in unfinished(FOLDER / "lexplain_zh_CN.ts"):
        print(f"unfinished: {each}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
