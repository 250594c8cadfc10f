"""The model hub: what is found, what is fetched, and every way in which a hub or the way to it can fail."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import socket
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.api.errors import ErrorKind, ErrorReport, KnownError
from engine.api.messages_transfer import DownloadSource, RemoveSource
from engine.api.run_lock import RunLock
from engine.api.wording import error_words
from engine.models import hub_connection
from engine.models.hub import search
from engine.models.hub_download import download
from engine.models.installed import list_sources, remove_source
from engine.models.places import download_folder, downloaded
from engine.models.source import find
from engine.progress import Progressed, finish
from tests.engine.small_hub import LARGE, SmallHub, small_hub
from tests.engine.tiny import bert_folder

ID = "someone/tiny"


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bert_folder(tmp_path_factory.mktemp("hub") / "tiny")


@pytest.fixture
def model(tmp_path: Path, made_once: Path) -> Path:
    folder = Path(shutil.copytree(made_once, tmp_path / "tiny"))
    (folder / "README.md").write_text("---\nlicense: mit\nlanguage:\n- en\n- de\n---\nA tiny model.\n")
    (folder / "pytorch_model.bin").write_bytes(b"never to be fetched")
    (folder / "modeling.py").write_text("raise SystemExit('never to be fetched')")
    return folder


@pytest.fixture
def hub(model: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHub]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with small_hub(model) as made:
        monkeypatch.setenv("LEXPLAIN_HUB", made.address)
        yield made


def fetch() -> list[Progressed]:
    """Download the model; the progress that was told."""
    steps = []
    work = download(DownloadSource(ID))
    try:
        while True:
            step = next(work)
            assert isinstance(step, Progressed)
            steps.append(step)
    except StopIteration:
        return steps


def refused() -> KnownError:
    with pytest.raises(KnownError) as caught:
        fetch()
    for language in ("en", "zh_CN"):
        what, todo = error_words(ErrorReport(caught.value.kind, caught.value.values), language)
        assert todo
        assert "{" not in what + todo
    return caught.value


# --- searching ---------------------------------------------------------------------------------------------


def test_a_search_says_what_there_is_to_know(hub: SmallHub) -> None:
    (found,) = finish(search(" tiny ")).models
    assert (found.id, found.downloads, found.licence, found.languages) == (ID, 42, "apache-2.0", "en, de")
    assert (found.family, found.size_bytes, found.problem) == ("bert", 4000, "")
    ((path, headers),) = hub.seen
    assert "search=tiny" in path
    assert "expand=siblings" in path
    assert "Authorization" not in headers
    assert "Cookie" not in headers


PROBLEMS: list[tuple[Any, ErrorKind]] = [
    (lambda raw: raw["config"].update(auto_map={"AutoModel": "x.Y"}), ErrorKind.MODEL_REMOTE_CODE),
    (lambda raw: raw["tags"].append("custom_code"), ErrorKind.MODEL_REMOTE_CODE),
    (lambda raw: raw["config"].update(model_type="llama"), ErrorKind.MODEL_FAMILY),
    (lambda raw: raw.update(config=None), ErrorKind.MODEL_FAMILY),
    (lambda raw: drop(raw, "config.json"), ErrorKind.MODEL_NO_CONFIG),
    (lambda raw: drop(raw, LARGE), ErrorKind.MODEL_PICKLED),
    (lambda raw: drop(raw, LARGE, "pytorch_model.bin"), ErrorKind.MODEL_NO_WEIGHTS),
    (lambda raw: drop(raw, "tokenizer.json"), ErrorKind.MODEL_NO_TOKENIZER),
    (lambda raw: raw.update(gated="manual"), ErrorKind.HUB_REFUSED),
]


def drop(raw: dict[str, Any], *names: str) -> None:
    raw["siblings"] = [each for each in raw["siblings"] if each["rfilename"] not in names]


@pytest.mark.parametrize(("change", "kind"), PROBLEMS)
def test_what_cannot_be_used_is_listed_with_its_reason_and_not_fetched(
    hub: SmallHub, change: Any, kind: ErrorKind
) -> None:
    hub.change = change
    (found,) = finish(search("tiny")).models
    assert found.problem == kind
    assert refused().kind is kind
    assert not [path for path, _ in hub.seen if "resolve" in path]
    assert not download_folder(ID).exists()


def test_a_whole_id_is_found_though_the_listing_leaves_it_out(hub: SmallHub) -> None:
    hub.listed = []
    hub.change = lambda raw: drop(raw, LARGE)
    (found,) = finish(search(ID)).models
    assert found.problem == ErrorKind.MODEL_PICKLED
    assert finish(search("no/such")).models == ()


def test_those_that_can_be_used_come_first(hub: SmallHub) -> None:
    bad, good = hub.entry(), hub.entry()
    bad["gated"], good["id"] = True, "other/tiny"
    hub.listed = [bad, good, {"id": "../../tiny"}, {"id": "tiny/"}]
    assert [model.id for model in finish(search("tiny")).models] == ["other/tiny", ID]


# --- fetching ----------------------------------------------------------------------------------------------


def test_a_downloaded_model_is_installed_and_can_be_removed(hub: SmallHub, model: Path) -> None:
    steps = fetch()
    folder = download_folder(ID)
    names = {file.name for file in folder.iterdir()}
    assert names == {
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        LARGE,
        "README.md",
        "source.json",
    }
    assert (folder / LARGE).read_bytes() == (model / LARGE).read_bytes()
    assert json.loads((folder / "source.json").read_text())["revision"] == hub.revision
    done = [step.done for step in steps if step.stage == "download"]
    assert done == sorted(done)
    assert (
        done[-1] == steps[-2].total == sum((folder / name).stat().st_size for name in names - {"source.json"})
    )
    assert find(ID).hash == find(str(model)).hash
    assert find(ID).folder == folder
    (info,) = [each for each in finish(list_sources()).sources if each.id == ID]
    assert (info.licence, info.languages, info.removable, info.problem) == ("mit", "en, de", True, "")
    after = finish(remove_source(RemoveSource(ID))).sources
    assert ID not in [each.id for each in after]
    assert not folder.exists()


def test_the_switches_of_other_libraries_do_not_matter(
    hub: SmallHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("HF_TOKEN", "a-secret")
    fetch()
    assert ID in downloaded()
    assert not any("a-secret" in str(headers) for _, headers in hub.seen)


def test_a_connection_that_breaks_off_is_taken_up_again(hub: SmallHub, model: Path) -> None:
    hub.break_off = [1000, 0, 5000]
    fetch()
    assert hub.ranges_asked()[::2] == ["", "bytes=1000-", "bytes=1000-", "bytes=6000-"]
    assert (download_folder(ID) / LARGE).read_bytes() == (model / LARGE).read_bytes()


def test_a_server_without_ranges_begins_again(hub: SmallHub, model: Path) -> None:
    hub.ranges, hub.break_off = False, [1000]
    steps = fetch()
    assert (download_folder(ID) / LARGE).read_bytes() == (model / LARGE).read_bytes()
    assert max(step.done for step in steps if step.stage == "download") == steps[-2].total


@pytest.mark.parametrize("ranges", [True, False])
def test_half_a_file_again_and_again_is_told_and_kept(hub: SmallHub, ranges: bool) -> None:
    hub.ranges = ranges
    hub.break_off = [1000, *([0] * 3 if ranges else [1000] * 3)]
    error = refused()
    assert error.kind is ErrorKind.HUB_BROKEN_OFF
    assert error.values["file"] == LARGE
    assert ID not in downloaded()
    hub.ranges = True
    hub.seen.clear()
    fetch()
    assert hub.ranges_asked()[0] == "bytes=1000-"


@pytest.mark.parametrize("name", [LARGE, "tokenizer.json"])
def test_a_wrong_checksum_deletes_the_file(hub: SmallHub, model: Path, name: str) -> None:
    hub.content[name] = bytes(len((model / name).read_bytes()))
    assert refused().kind is ErrorKind.HUB_CHECKSUM
    part = download_folder(ID).with_name("someone--tiny.part")
    assert not [file for file in part.iterdir() if file.name.startswith(name)]
    hub.content.clear()
    fetch()
    assert find(ID).layers == 2


def test_more_than_was_promised_is_not_taken(hub: SmallHub, model: Path) -> None:
    hub.content["tokenizer.json"] = bytes(8_000_000)
    assert refused().kind is ErrorKind.HUB_CHECKSUM


def test_code_that_only_the_config_itself_names_is_refused_before_the_weights_come(
    hub: SmallHub, model: Path
) -> None:
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps({**config, "auto_map": {"AutoModel": "modeling.Model"}}))
    assert refused().kind is ErrorKind.MODEL_REMOTE_CODE
    assert not hub.ranges_asked()


def test_another_revision_begins_anew(hub: SmallHub, model: Path) -> None:
    hub.break_off = [1000, 0, 0, 0]
    refused()
    changed = bytearray((model / LARGE).read_bytes())
    changed[-1] ^= 1
    (model / LARGE).write_bytes(changed)
    hub.revision = "f" * 40
    hub.seen.clear()
    fetch()
    assert hub.ranges_asked()[0] == ""
    assert (download_folder(ID) / LARGE).read_bytes() == changed


REFUSALS: list[tuple[int, dict[str, str], ErrorKind]] = [
    (401, {}, ErrorKind.HUB_REFUSED),
    (401, {"X-Error-Code": "RepoNotFound"}, ErrorKind.HUB_UNKNOWN),
    (403, {"X-Error-Code": "GatedRepo"}, ErrorKind.HUB_REFUSED),
    (404, {}, ErrorKind.HUB_UNKNOWN),
    (429, {"Retry-After": "17"}, ErrorKind.HUB_BUSY),
    (429, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, ErrorKind.HUB_BUSY),
    (429, {}, ErrorKind.HUB_BUSY),
    (500, {}, ErrorKind.HUB_ANSWER),
    (302, {"Location": "ftp://127.0.0.1/x"}, ErrorKind.HUB_UNREACHABLE),
    (302, {"Location": "file:///etc/passwd"}, ErrorKind.HUB_ANSWER),
]


@pytest.mark.parametrize(("status", "headers", "kind"), REFUSALS)
@pytest.mark.parametrize("where", ["/api/", f"/files/{LARGE}"])
def test_refusals_have_words(
    hub: SmallHub, where: str, status: int, headers: dict[str, str], kind: ErrorKind
) -> None:
    hub.refusals[where] = (status, headers)
    error = refused()
    assert error.kind is kind
    if status == 429:
        assert error.values["seconds"] == {"17": 17, "": 60}.get(headers.get("Retry-After", ""), 1)
    assert ID not in downloaded()


@pytest.mark.parametrize("body", [b"<html>Please sign in</html>", b"[]", b"{}", b'{"sha": 3}'])
def test_an_answer_that_is_none_is_told(hub: SmallHub, body: bytes) -> None:
    hub.api_body = body
    assert refused().kind is ErrorKind.HUB_ANSWER


def test_a_search_needs_a_list(hub: SmallHub) -> None:
    hub.api_body = b"{}"
    with pytest.raises(KnownError) as caught:
        finish(search("tiny"))
    assert caught.value.kind is ErrorKind.HUB_ANSWER


def test_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers here
        monkeypatch.setenv("LEXPLAIN_HUB", f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert refused().kind is ErrorKind.HUB_UNREACHABLE


def test_an_address_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEXPLAIN_HUB", "ftp://somewhere")
    assert refused().kind is ErrorKind.HUB_UNREACHABLE


def test_a_server_that_falls_silent(hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_connection, "TIMEOUT_SECONDS", 0.4)
    hub.hold, hub.hold_after = threading.Event(), 500
    assert refused().kind is ErrorKind.HUB_BROKEN_OFF
    assert hub.ranges_asked()[-1] != ""


def test_the_proxy_of_the_environment_is_asked(hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", hub.address)
    monkeypatch.setenv("no_proxy", "")
    monkeypatch.setenv("LEXPLAIN_HUB", "http://a-hub.invalid")
    hub.id = "elsewhere/other"
    assert refused().kind is ErrorKind.HUB_UNKNOWN
    assert hub.seen[0][0].startswith("http://a-hub.invalid/api/models/")
    assert urllib.request.getproxies()["http"] == hub.address


@pytest.mark.parametrize("id", ["../x", "a/b/c", "", "a//b", "..", "a--b/c", "a/..", "c:\\x"])
def test_an_id_is_never_a_path(hub: SmallHub, id: str) -> None:
    with pytest.raises(KnownError) as caught:
        finish(download(DownloadSource(id)))
    assert caught.value.kind is ErrorKind.HUB_UNKNOWN
    assert not hub.seen


def test_a_full_disk_is_told_before_anything_comes(hub: SmallHub, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(".")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    assert refused().kind is ErrorKind.DISK_FULL
    assert not hub.ranges_asked("config.json")


def test_two_downloads_of_the_same_model(hub: SmallHub) -> None:
    with RunLock(download_folder(ID).with_name("someone--tiny.part")) as lock:
        assert lock.acquire()
        assert refused().kind is ErrorKind.DOWNLOAD_UNDER_WAY


def test_a_cancelled_wait_ends_at_once_and_goes_on_later(hub: SmallHub, model: Path) -> None:
    hub.hold, hub.hold_after = threading.Event(), 5000
    work = download(DownloadSource(ID))
    incomplete = download_folder(ID).with_name("someone--tiny.part") / f"{LARGE}.incomplete"
    for step in work:
        assert isinstance(step, Progressed)
        if step.stage == "download" and incomplete.is_file() and step.total - step.done <= 140_000 - 5000:
            break
    before = threading.active_count()
    work.close()
    assert threading.active_count() <= before + 1  # what still waits is left behind
    came = incomplete.stat().st_size
    assert came == 5000
    hub.hold.set()
    hub.seen.clear()
    fetch()
    assert hub.ranges_asked()[0] == "bytes=5000-"


def _download_in_a_child(address: str, models: str) -> None:
    os.environ.update(LEXPLAIN_HUB=address, LEXPLAIN_MODELS=models)
    finish(download(DownloadSource(ID)))


def test_a_killed_download_goes_on_where_it_stopped(hub: SmallHub, model: Path) -> None:
    hub.hold, hub.hold_after = threading.Event(), 5000
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=_download_in_a_child, args=(hub.address, str(download_folder(ID).parent)))
    child.start()
    incomplete = download_folder(ID).with_name("someone--tiny.part") / f"{LARGE}.incomplete"
    while child.is_alive() and not (incomplete.is_file() and hub.ranges_asked()):
        child.join(0.02)
    assert child.is_alive(), "it ended before it could be killed"
    child.kill()
    child.join()
    assert ID not in downloaded()
    hub.hold.set()
    came = incomplete.stat().st_size
    hub.seen.clear()
    fetch()
    assert hub.ranges_asked()[0] == (f"bytes={came}-" if came else "")
    assert not hub.ranges_asked("tokenizer.json"), "what had come was fetched again"
    assert find(ID).hash == find(str(model)).hash
