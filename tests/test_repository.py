"""What the repository promises about itself: pinned packages, borders, short files, a README that is true."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine.api.catalog import METHODS, REPORT_SECTIONS
from engine.report import _SECTIONS

ROOT = Path(__file__).resolve().parents[1]
CODE = ("engine", "gui", "tests", "packaging")
_WRITTEN = {".py", ".md", ".toml", ".css", ".txt", ".qss", ".ts", ".svg", ".json", ".desktop", ".spec"}
_MOST_LINES = 500
_LIGHT = {"engine", "msgspec"}  # beside the standard library, all that engine.api may import


def _sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@cache
def _pins() -> dict[str, str]:
    lines = (ROOT / "packaging" / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    for line in pins:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line), f"not name==version: {line}"
    return {_normal(name): version for name, version in (line.split("==") for line in pins)}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_pinned_and_nothing_is_pinned_to_an_address() -> None:
    project = _project()["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {_normal(re.split(r"[<>=!~;\[ ]", each, maxsplit=1)[0]) for each in needed}
    assert names - _pins().keys() == set()


def test_pinned_versions_that_are_known_to_matter() -> None:
    assert _pins()["torch"] == "2.13.0"
    assert _pins()["pyside6-essentials"] == _pins()["shiboken6"]
    assert _pins()["pyside6-essentials"].startswith("6.11."), "6.12 aborts on Python 3.11"


def test_no_file_is_longer_than_500_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _sources(*CODE)
        if (lines := len(path.read_text("utf-8").splitlines())) > _MOST_LINES
    }
    assert long == {}


def _imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", _sources("engine/api"), ids=lambda path: path.name)
def test_engine_api_imports_the_standard_library_and_msgspec_alone(path: Path) -> None:
    heavy = {
        name
        for name in _imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names | _LIGHT
        or (name.startswith("engine.") and not name.startswith("engine.api"))
    }
    assert heavy == set()


def test_the_window_is_forbidden_every_part_of_the_engine_but_its_api() -> None:
    """The list in pyproject.toml cannot say "all but": a new module must not slip past it."""
    parts = {
        f"engine.{path.stem}" for path in (ROOT / "engine").iterdir() if not path.stem.startswith((".", "__"))
    }
    parts = (parts | {"engine.__main__"}) - {"engine.api"}
    contracts = {each["name"]: each for each in _project()["tool"]["importlinter"]["contracts"]}
    forbidden = set(contracts["the window knows the engine only through engine.api"]["forbidden_modules"])
    assert parts - forbidden == set()


def test_the_report_has_the_sections_that_can_be_chosen() -> None:
    assert tuple(_SECTIONS) == REPORT_SECTIONS


def test_nothing_pickled_is_ever_read() -> None:
    for path in _sources("engine", "gui"):
        source = path.read_text("utf-8")
        assert not _imported(path) & {"pickle", "dill", "joblib", "cloudpickle"}, path
        assert "torch.load(" not in source, path
        assert "trust_remote_code=True" not in source, path


def test_no_path_of_a_machine_is_written_down() -> None:
    folders = [ROOT / each for each in (*CODE, "resources", ".ci")]
    files = [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in _WRITTEN or path.name == "run"
    ]
    files += [ROOT / name for name in ("README.md", "Makefile", "pyproject.toml", ".gitignore")]
    # spelled so that this file does not find itself
    machine = re.compile(r"(?<![\w.])/(?:work|root|home)/[a-z]|C:\\\\Users\\\\[a-z]|Users/[a-z]+/")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
        for path in files
        if path.is_file() and path != Path(__file__).resolve()
        for line in path.read_text("utf-8", "replace").splitlines()
        if machine.search(line)
    ]
    assert found == []


def test_the_readme_names_what_there_is() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"\bmake ([a-z]+)\b", readme)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"
    for link in re.findall(r"\]\(([^)#]+)\)", readme):
        assert (ROOT / link).exists(), link
    for command in ("lexplain", "lexplain-cli"):
        assert command in _project()["project"]["scripts"]
    for method in METHODS:
        assert f"`{method.id}`" in readme


def test_the_readme_uses_commands_and_options_that_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    files = [*(ROOT / "engine").glob("cli*.py"), *(ROOT / "engine" / "commands").glob("*.py")]
    shell = "".join(path.read_text("utf-8") for path in files)
    lines = [line for line in readme.splitlines() if re.match(r"lexplain-cli +[a-z]", line)]
    assert len(lines) >= 9
    for line in lines:
        command = line.split()[1]
        assert re.search(rf"def {command}_?\b|[\"']{command}[\"']", shell), line
        for option in re.findall(r"--[a-z-]+", line):
            assert option in shell or f"{option[2:].replace('-', '_')}:" in shell, line
    known = {option.id for method in METHODS for option in method.options}
    assert set(re.findall(r"--option ([a-z_]+)=", readme)) <= known


def test_third_party_page_names_the_tested_versions() -> None:
    page = (ROOT / "packaging" / "THIRD_PARTY.md").read_text("utf-8")
    rows = re.findall(r"^\| ([\w.-]+) \| ([\w.]+) \| ([^|]+) \|", page, re.MULTILINE)
    versions = {_normal(name): version for name, version, _ in rows if version[0].isdigit()}
    pins = _pins()
    assert {
        name: version for name, version in versions.items() if name in pins and pins[name] != version
    } == {}
    needed = _project()["project"]["dependencies"]
    names = {_normal(re.split(r"[<>=!~;\[ ]", each, maxsplit=1)[0]) for each in needed}
    assert names - versions.keys() == set()


def test_the_licence_is_apache() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
