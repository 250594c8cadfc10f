"""Evidence packs: written, read again, computed again; what was changed is found."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.explaining.pack import Pack, PackVerified, PackWritten, VerifyPack, WritePack
from engine.api.messages import Explain, Explained, Train
from engine.api.project import Project
from engine.cli import run as cli
from engine.dispatch import work_for
from engine.models.loaded import Models
from engine.pack import pictures
from engine.pack.content import decoded, digest_of, encoded
from engine.pack.reading import read_pack
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine.tiny import bert_folder
from tests.engine.tiny import project as tiny_project
from tests.engine.tiny_tasks import tagging_project

HOSTILE = '</script><script>alert(1)</script> good & "bad" \u2028 film 我们 爱 😂 \ud800 =1+1'
ENTITIES = ("good AT&amp;T", "&lt;b&gt; film", "He said &quot;no&quot;", "AT&T &copy 2004 &#60; &amp;amp;")
QUICK: dict[str, OptionValue] = {"epochs": 2, "precision": "fp32", "learning_rate": 1e-3}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, str, str]]:
    """A project with a bag of words and a fine-tuned run."""
    folder = tmp_path_factory.mktemp("pack")
    source = str(bert_folder(folder / "m"))
    with tiny_project(folder / "p") as opened:
        bag = finish(train(opened, Train(method="bag-of-words"), Control())).run
        tuned = finish(train(opened, Train(method="fine-tune", source=source, options=QUICK), Control())).run
        yield opened, bag, tuned


def write(opened: Project, request: WritePack) -> PackWritten:
    found = finish(work_for(opened, request, Control(), Models()))
    assert isinstance(found, PackWritten)
    return found


def verified(opened: Project, path: Path) -> PackVerified:
    found = finish(work_for(opened, VerifyPack(str(path)), Control(), Models()))
    assert isinstance(found, PackVerified)
    return found


@pytest.mark.parametrize("ending", ["html", "json", "pdf", "png", "svg"])
@pytest.mark.parametrize("which", [0, 1])
def test_what_was_written_is_read_and_computed_again(
    made: tuple[Project, str, str], tmp_path: Path, ending: str, which: int
) -> None:
    opened, *runs = made
    run = str(runs[which])
    documents = tuple(id for id, _, _ in list(opened.documents.labelled("test"))[:2])
    out = tmp_path / f"evidence.{ending}"
    written = write(opened, WritePack(run=run, out=str(out), documents=documents, texts=(HOSTILE,)))
    assert written.explanations == 3
    pack = read_pack(out)
    assert pack.digest == written.digest == digest_of(pack)
    assert [item.explanation.document for item in pack.items] == [*documents, None]
    assert all(item.seal is not None for item in pack.items)
    assert {item.truth for item in pack.items[:2]} <= {"up", "down"}
    found = verified(opened, out)
    assert found.model_same
    assert found.data_same
    assert found.same == 3
    assert found.whole


def test_a_pack_without_broken_text_is_whole(made: tuple[Project, str, str], tmp_path: Path) -> None:
    opened, _, run = made
    out = tmp_path / "evidence.json"
    write(opened, WritePack(run=run, out=str(out), texts=("good film", "我们 爱 film"), seals=False))
    assert verified(opened, out).whole
    data = json.loads(out.read_text("utf-8"))
    assert data["items"][0]["seal"] is None
    assert str(opened.path) not in out.read_text("utf-8")


@pytest.mark.parametrize("ending", ["html", "json", "pdf", "png", "svg"])
def test_texts_with_entities_are_read_as_they_were_written(
    made: tuple[Project, str, str], tmp_path: Path, ending: str
) -> None:
    opened, bag, _ = made
    out = tmp_path / f"evidence.{ending}"
    write(opened, WritePack(run=bag, out=str(out), texts=ENTITIES, seals=False))
    assert tuple(item.explanation.text for item in read_pack(out).items) == ENTITIES
    found = verified(opened, out)
    assert found.whole
    assert found.same == len(ENTITIES)


def test_a_table_keeps_texts_with_entities(made: tuple[Project, str, str], tmp_path: Path) -> None:
    opened, bag, _ = made
    out = tmp_path / "evidence.csv"
    write(opened, WritePack(run=bag, out=str(out), texts=ENTITIES, seals=False))
    rows = csv.DictReader(io.StringIO(out.read_text("utf-8-sig")))
    assert tuple(row["text"] for row in rows if row["text"]) == ENTITIES


def test_a_changed_pack_and_another_model_are_found(made: tuple[Project, str, str], tmp_path: Path) -> None:
    opened, bag, tuned = made
    out = tmp_path / "evidence.json"
    write(opened, WritePack(run=tuned, out=str(out), texts=("good bad film",)))
    data = json.loads(out.read_text("utf-8"))
    data["items"][0]["explanation"]["words"][0]["score"] += 0.5
    out.write_text(json.dumps(data), encoding="utf-8")
    found = verified(opened, out)
    assert not found.whole
    assert found.same == 0
    assert found.largest_difference == pytest.approx(0.5, abs=1e-3)
    data["run"] = bag
    out.write_text(json.dumps(data), encoding="utf-8")
    other = verified(opened, out)
    assert not other.model_same
    assert other.checks[0].problem == ErrorKind.EXPLAINER_UNKNOWN


def forged(out: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the first item of a pack, and write the digest of what it is then."""
    data = json.loads(out.read_text("utf-8"))
    change(data["items"][0])
    pack = msgspec.convert(data, Pack)
    out.write_bytes(encoded(msgspec.structs.replace(pack, digest=digest_of(pack))))


def other_label(item: dict[str, Any]) -> None:
    one = item["explanation"]
    one["label"] = next(label for label in one["labels"] if label != one["label"])


def other_probabilities(item: dict[str, Any]) -> None:
    item["explanation"]["probabilities"] = [0.0, 1.0]


def other_share(item: dict[str, Any]) -> None:
    item["explanation"]["special_share"] += 0.1


def other_verdict(item: dict[str, Any]) -> None:
    item["seal"]["reasons"] = ["removal-turns"]


def other_drop(item: dict[str, Any]) -> None:
    item["seal"]["removal"]["drop"] += 0.1


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(
    ("change", "differs"),
    [
        (other_label, ["label"]),
        (other_probabilities, ["probabilities"]),
        (other_share, ["computation", "seal"]),
        (other_verdict, ["seal"]),
        (other_drop, ["seal"]),
    ],
)
def test_a_forged_decision_or_seal_is_found_whatever_the_digest(
    made: tuple[Project, str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    which: int,
    change: Callable[[dict[str, Any]], None],
    differs: list[str],
) -> None:
    opened, *runs = made
    out = tmp_path / "evidence.json"
    texts = ("good bad film was very fine", "the day")
    write(opened, WritePack(run=str(runs[which]), out=str(out), texts=texts))
    assert verified(opened, out).same == 2
    forged(out, change)
    found = verified(opened, out)
    assert found.whole
    assert found.same == 1
    assert found.checks[0].differs == tuple(differs)
    assert cli(["verify", str(out), "--project", str(opened.path)]) == 2
    assert f"1: not the same: {', '.join(differs)}" in capsys.readouterr().out


def test_the_page_runs_nothing_loads_nothing_and_keeps_texts_text(
    made: tuple[Project, str, str], tmp_path: Path
) -> None:
    opened, bag, _ = made
    out = tmp_path / "evidence.html"
    write(opened, WritePack(run=bag, out=str(out), texts=(HOSTILE, "good film"), language="zh_CN"))
    page = out.read_text("utf-8")

    class Reader(HTMLParser):
        tags: list[tuple[str, dict[str, str | None]]] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.tags.append((tag, dict(attrs)))

    reader = Reader()
    reader.feed(page)
    scripts = [attributes for tag, attributes in reader.tags if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "lexplain-pack"}]
    assert not [tag for tag, _ in reader.tags if tag in ("img", "link", "iframe", "object")]
    assert not [
        a for _, attributes in reader.tags for a in attributes if a in ("src", "href") or a.startswith("on")
    ]
    assert "判断依据" in page


def test_the_table_disarms_formulas_and_holds_every_word(
    made: tuple[Project, str, str], tmp_path: Path
) -> None:
    opened, bag, _ = made
    out = tmp_path / "evidence.csv"
    write(opened, WritePack(run=bag, out=str(out), texts=("=SUM(A1) good", "bad film")))
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    assert rows[0]["text"] == "'=SUM(A1) good"
    assert {row["item"] for row in rows} == {"1", "2"}
    assert {"good", "bad", "film"} <= {row["word"] for row in rows}
    with pytest.raises(KnownError) as caught:
        read_pack(out)
    assert caught.value.kind is ErrorKind.PACK_DAMAGED


def test_stored_explanations_go_in_as_they_are(made: tuple[Project, str, str], tmp_path: Path) -> None:
    opened, _, run = made
    request = Explain(run=run, text="good bad film", method="occlusion")
    done = finish(work_for(opened, request, Control(), Models()))
    assert isinstance(done, Explained)
    out = tmp_path / "one.json"
    write(opened, WritePack(run=run, out=str(out), explanations=(done.explanation,)))
    (item,) = read_pack(out).items
    assert item.explanation == opened.runs.explanation(done.explanation)
    assert verified(opened, out).same == 1


def test_everything_is_every_document(made: tuple[Project, str, str], tmp_path: Path) -> None:
    opened, bag, _ = made
    out = tmp_path / "all.json"
    written = write(opened, WritePack(run=bag, out=str(out), everything=True, seals=False))
    assert written.explanations == opened.documents.count()


def test_entities_are_computed_again(tmp_path: Path) -> None:
    source = str(bert_folder(tmp_path / "m"))
    with tagging_project(tmp_path / "p", count=60) as opened:
        run = finish(train(opened, Train(method="fine-tune", source=source, options=QUICK), Control())).run
        id = next(id for id, _, _, _ in opened.documents.tagged("test"))
        out = tmp_path / "p.lexplain" / "exports" / "tags.pdf"
        write(opened, WritePack(run=run, out=str(out), documents=(id,), seals=False))
        assert verified(opened, out).same == 1


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (WritePack(run="bag-of-words-1", out="x.doc", texts=("a",)), ErrorKind.PACK_FORMAT),
        (WritePack(run="bag-of-words-1", out="x.html"), ErrorKind.PACK_EMPTY),
    ],
)
def test_what_cannot_be_written(made: tuple[Project, str, str], request_: WritePack, kind: ErrorKind) -> None:
    with pytest.raises(KnownError) as caught:
        write(made[0], request_)
    assert caught.value.kind is kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"%PDF-1.4 nothing",
        b"%PDF lexplain-pack:AAAA ",
        b"[1, 2]",
        b'{"format": "lexplain-pack"}',
        b"\xff\xfe",
    ],
)
def test_damaged_packs_are_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "pack.bin"
    path.write_bytes(data)
    with pytest.raises(KnownError) as caught:
        read_pack(path)
    assert caught.value.kind is ErrorKind.PACK_DAMAGED


def test_a_newer_pack_is_named(made: tuple[Project, str, str], tmp_path: Path) -> None:
    opened, bag, _ = made
    out = tmp_path / "evidence.json"
    write(opened, WritePack(run=bag, out=str(out), texts=("good",), seals=False))
    newer = msgspec.structs.replace(msgspec.json.decode(out.read_bytes(), type=Pack), version=99)
    with pytest.raises(KnownError) as caught:
        decoded(msgspec.json.encode(newer), "x")
    assert caught.value.kind is ErrorKind.PACK_NEWER


def test_the_shell_writes_and_verifies(
    made: tuple[Project, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened, bag, _ = made
    out = opened.exports / "evidence.html"
    words = ["pack", str(opened.path), bag, "--text", "good film", "--out", str(out), "--json"]
    assert cli(words) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["explanations"] == 1
    assert cli(["verify", str(out), "--json"]) == 0  # it lies in its project
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["same"] == 1
    away = tmp_path / "evidence.html"
    away.write_bytes(out.read_bytes().replace(b'"score":', b'"score" :', 1))
    assert cli(["verify", str(away), "--json"]) == 0  # other white space is not another pack
    away.write_bytes(out.read_bytes().replace(b'"target":"', b'"target":"x'))
    found = cli(["verify", str(away), "--json"])
    changed = away.read_bytes() != out.read_bytes()
    assert changed
    assert found == 2
    assert cli(["pack", str(opened.path), bag, "--out", str(tmp_path / "x.doc")]) == 2


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_shell_writes_pictures_that_verify_one_by_one(
    made: tuple[Project, str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    opened, bag, _ = made
    monkeypatch.setattr(pictures, "_TALL", 600)
    texts = [word for text in ("good film", "我们 爱 film", "the day") for word in ("--text", text)]
    out = tmp_path / f"evidence.{kind}"
    assert cli(["pack", str(opened.path), bag, *texts, "--no-seals", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    files = sorted(tmp_path.iterdir())
    assert f"the first of {len(files)} pictures" in said
    assert str(files[0]) in said
    assert len(files) > 1
    for file in files:
        assert cli(["verify", str(file), "--project", str(opened.path), "--json"]) == 0
        found = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert found["same"] == len(found["checks"]) > 0


def test_a_document_without_a_word_is_left_out(tmp_path: Path) -> None:
    with tiny_project(tmp_path / "p") as opened:
        run = finish(train(opened, Train(method="bag-of-words"), Control())).run
        with opened.transaction():
            source = opened.documents.sources()[0].id
            opened.documents.add_rows(source, [(900, "  ", "up", "test"), (901, "good", "up", "test")])
        empty, good = (id for id, text, _ in opened.documents.labelled("test") if text in ("  ", "good"))
        out = tmp_path / "pack.json"
        found = write(opened, WritePack(run=run, out=str(out), documents=(empty, good), seals=False))
        assert (found.explanations, found.skipped) == (1, 1)
        assert [item.explanation.document for item in read_pack(out).items] == [good]
        with pytest.raises(KnownError) as error:
            write(opened, WritePack(run=run, out=str(out), documents=(empty,), seals=False))
        assert error.value.kind is ErrorKind.PACK_EMPTY
