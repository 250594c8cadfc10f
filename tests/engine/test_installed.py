"""The list of installed source models, the folders that are remembered, speeds, and the commands of the shell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine import cli
from engine.api.catalog import METHODS
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages_transfer import AddSource, RemoveSource
from engine.api.results_transfer import SourceInfo
from engine.models import speed
from engine.models.installed import add_source, card_facts, list_sources, measure_source, remove_source
from engine.models.places import DownloadRecord, downloaded, models_folder, remembered
from engine.models.source import find
from engine.progress import Progressed, finish
from tests.engine.family_models import family_folder
from tests.engine.small_hub import small_hub
from tests.engine.tiny import bert_folder


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "_SECONDS", 0.01)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bert_folder(tmp_path / "mine")


def listed() -> dict[str, SourceInfo]:
    return {each.id: each for each in finish(list_sources()).sources}


def test_the_bundled_model_is_described_from_its_files() -> None:
    found = listed()["minilm"]
    assert (found.family, found.layers, found.width, found.max_tokens) == ("bert", 6, 384, 512)
    assert found.parameters == 22_713_728
    assert (found.languages, found.licence, found.problem) == ("en", "apache-2.0", "")
    assert not found.removable


def test_a_folder_that_was_used_stays_on_the_list_until_it_is_taken_off(folder: Path) -> None:
    source = find(str(folder))
    found = listed()[str(folder)]
    assert (found.name, found.layers, found.max_tokens, found.removable) == ("mine", 2, 64, True)
    assert found.parameters == sum(p.size for p in _tensors(folder))
    assert find(str(folder)).id == source.id
    assert remembered() == (str(folder),), "once, however often it is used"
    finish(remove_source(RemoveSource(str(folder))))
    assert str(folder) not in listed()
    assert (folder / "model.safetensors").is_file(), "the folder itself stays"


def _tensors(folder: Path) -> list[Any]:
    from safetensors.numpy import load_file

    return list(load_file(folder / "model.safetensors").values())


def test_a_relative_path_and_a_whole_one_are_the_same_model(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    assert find("mine").id == find(f"{folder}/").id == str(folder)
    assert remembered() == (str(folder),)


def test_faulty_folders_stay_on_the_list_with_what_is_wrong(folder: Path) -> None:
    finish(add_source(AddSource(str(folder))))
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:300])
    assert listed()[str(folder)].problem == ErrorKind.MODEL_DAMAGED
    weights.rename(folder / "pytorch_model.bin")
    assert listed()[str(folder)].problem == ErrorKind.MODEL_PICKLED
    (folder / "config.json").unlink()
    found = listed()[str(folder)]
    assert (found.problem, found.family, found.parameters) == (ErrorKind.MODEL_NO_CONFIG, "", 0)


def test_a_folder_that_is_none_is_not_taken(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        finish(add_source(AddSource(str(tmp_path))))
    assert caught.value.kind is ErrorKind.MODEL_NO_CONFIG
    assert remembered() == ()


@pytest.mark.parametrize("id", ["minilm", "no/such", "/no/such"])
def test_only_what_was_added_can_be_removed(id: str) -> None:
    with pytest.raises(KnownError) as caught:
        finish(remove_source(RemoveSource(id)))
    assert caught.value.kind is ErrorKind.SOURCE_UNKNOWN
    assert "minilm" in listed()


def test_damaged_lists_are_empty_lists(folder: Path) -> None:
    find(str(folder))
    (models_folder() / "folders.json").write_text("{")
    assert remembered() == ()
    find(str(folder))
    assert remembered() == (str(folder),)
    (models_folder() / "speeds.json").write_text("[]")
    assert listed()[str(folder)].texts_per_second == 0.0


@pytest.mark.parametrize("content", ["{", '{"id": "../../x", "hub": "h", "revision": "r"}'])
def test_a_download_without_a_sound_record_is_none(folder: Path, content: str) -> None:
    place = models_folder() / "someone--tiny"
    place.parent.mkdir(parents=True)
    folder.rename(place)
    (place / "source.json").write_text(content)
    assert downloaded() == {}
    record = {"id": "someone/tiny", "hub": "h", "revision": "r"}
    (place / "source.json").write_text(json.dumps(record))
    assert downloaded() == {"someone/tiny": place}
    assert DownloadRecord(**record).files == {}  # type: ignore[arg-type]


def test_a_speed_is_measured_on_real_texts_and_remembered(folder: Path) -> None:
    work = measure_source(str(folder))
    steps = []
    while True:
        try:
            steps.append(next(work))
        except StopIteration as stop:
            found = stop.value.source
            break
    timed = [step for step in steps if isinstance(step, Progressed) and step.stage == "time"]
    assert timed[-1].done == timed[-1].total == 64
    assert found.texts_per_second > 0
    assert listed()[str(folder)].texts_per_second == found.texts_per_second
    # other weights in the same place have a speed of their own
    (folder / "model.safetensors").touch()
    assert listed()[str(folder)].texts_per_second == 0.0


@pytest.mark.parametrize("family", ["roberta", "deberta-v2"])
def test_every_kind_of_tokenizer_fills_the_measured_texts(tmp_path: Path, family: str) -> None:
    found = finish(measure_source(str(family_folder(tmp_path / family, family))))
    assert found.source.texts_per_second > 0


def test_weights_of_another_model_are_told(tmp_path: Path, folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "hidden_size": 64}))
    with pytest.raises(KnownError) as caught:
        finish(measure_source(str(folder)))
    assert caught.value.kind is ErrorKind.MODEL_DAMAGED


CARDS = [
    ("---\nlicense: mit\nlanguage: en\n---\n", ("en", "mit")),
    ("---\nlanguage:\n- en\n- \"de\"\ntags:\n- x\nlicense: 'cc-by-4.0'\n---\n", ("en, de", "cc-by-4.0")),
    ("---\nlanguage: [en, zh]\n---\ntext", ("en, zh", "")),
    (
        "---\nlanguage:\n  - a\n  - b\n  - c\n  - d\n  - e\n  - f\n  - g\n  - h\n---",
        ("a, b, c, d, e, f +2", ""),
    ),
    ("license: mit", ("", "")),
    ("---\ntags:\n- license\nmodel-license: no\n---\n", ("", "")),
    ("", ("", "")),
]


@pytest.mark.parametrize(("text", "facts"), CARDS)
def test_languages_and_licence_come_from_the_card(tmp_path: Path, text: str, facts: tuple[str, str]) -> None:
    (tmp_path / "README.md").write_text(text)
    assert card_facts(tmp_path) == facts


# --- the shell -----------------------------------------------------------------------------------------------


def shell(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    """(exit code, object of the last line or None, standard error)"""
    code = cli.run([*arguments, "--json"])
    out, error = capsys.readouterr()
    return code, json.loads(out.splitlines()[-1]) if out else None, error


def test_the_shell_lists_measures_searches_and_downloads(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_hub(folder) as hub:
        monkeypatch.setenv("LEXPLAIN_HUB", hub.address)
        code, found, _ = shell(capsys, "sources", "--search", "tiny")
        assert code == 0
        assert found["models"][0]["id"] == "someone/tiny"
        code, found, error = shell(capsys, "sources", "--download", "someone/tiny")
        assert (code, found["source"]["id"], found["source"]["problem"]) == (0, "someone/tiny", "")
        assert "Downloading" in error
        hub.refusals["/api/"] = (429, {"Retry-After": "7"})
        code, found, error = shell(capsys, "sources", "--download", "someone/tiny")
        assert (code, found) == (2, None)
        assert "7 seconds" in error
    code, found, _ = shell(capsys, "sources", "--measure", "someone/tiny")
    assert found["source"]["texts_per_second"] > 0
    code, found, _ = shell(capsys, "sources")
    assert "someone/tiny" in [each["id"] for each in found["sources"]]


def test_the_shell_adds_folders_and_takes_them_off(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    code, found, _ = shell(capsys, "sources", "--add", "mine")
    assert code == 0
    added = {each["id"]: each for each in found["sources"]}[str(folder)]
    assert (added["layers"], added["problem"], added["removable"]) == (2, "", True)
    code, found, error = shell(capsys, "sources", "--add", "nowhere")
    assert (code, found) == (2, None)
    assert "nowhere" in error
    code, found, _ = shell(capsys, "sources", "--remove", "mine")
    assert code == 0
    assert str(folder) not in [each["id"] for each in found["sources"]]
    assert (folder / "model.safetensors").is_file()
    code, found, error = shell(capsys, "sources", "--remove", "minilm")
    assert (code, found) == (2, None)
    assert "minilm" in error


@pytest.mark.parametrize("other", ["--download", "--measure", "--add", "--remove"])
def test_the_shell_takes_one_wish_at_a_time(other: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["sources", "--search", "a", other, "b"]) == 2
    assert "one of" in capsys.readouterr().err


def test_the_shell_lists_for_people_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    find(str(folder))
    (folder / "config.json").write_text("{")
    assert cli.run(["sources"]) == 0
    out = capsys.readouterr().out
    assert "22.7 M parameters" in out
    assert "damaged" in out


def test_methods_are_listed_with_their_options(capsys: pytest.CaptureFixture[str]) -> None:
    code, found, _ = shell(capsys, "methods")
    assert code == 0
    assert [each["id"] for each in found["methods"]] == [method.id for method in METHODS]
    for each in found["methods"]:
        assert each["name"]
        assert each["what"]
        assert each["when"]
        assert {"id", "name", "what", "kind", "default"} <= each["options"][0].keys()
    code, found, _ = shell(capsys, "methods", "--task", "tagging")
    assert all("tagging" in each["tasks"] for each in found["methods"])
    code, _, error = shell(capsys, "methods", "--task", "other")
    assert code == 2
    assert "tagging" in error
