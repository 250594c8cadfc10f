"""The baseline of integrated gradients, from the shell to a pack that is computed again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from engine.api.catalog import BASELINES, EXPLAINERS, chosen_baseline
from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.explaining.pack import PackVerified, VerifyPack, WritePack
from engine.api.explaining.trust import SealExplanation
from engine.api.messages import Explain, Explained, Train
from engine.api.project import Project
from engine.cli import run as cli
from engine.dispatch import work_for
from engine.explain.trust.opinions import opinion_name
from engine.models.loaded import Models
from engine.pack.content import digest_of, encoded
from engine.pack.reading import read_pack
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.engine.tiny import bert_folder
from tests.engine.tiny import project as tiny_project

QUICK: dict[str, OptionValue] = {"epochs": 2, "precision": "fp32", "learning_rate": 1e-3}
METHOD, TEXT = "integrated-gradients", "good bad film was very fine"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, str]]:
    folder = tmp_path_factory.mktemp("baselines")
    source = str(bert_folder(folder / "m"))
    with tiny_project(folder / "p") as opened:
        yield (
            opened,
            finish(train(opened, Train(method="fine-tune", source=source, options=QUICK), Control())).run,
        )


@pytest.mark.parametrize("baseline", BASELINES)
def test_a_pack_is_computed_again_from_its_own_baseline(
    made: tuple[Project, str], tmp_path: Path, baseline: str
) -> None:
    opened, run = made
    out = tmp_path / "evidence.json"
    request = WritePack(run=run, out=str(out), texts=(TEXT,), method=METHOD, baseline=baseline)
    finish(work_for(opened, request, Control(), Models()))
    (item,) = read_pack(out).items
    assert item.explanation.baseline == baseline
    assert item.seal is not None
    assert opinion_name(METHOD, baseline) not in item.seal.methods, "no second opinion is one's own"
    found = finish(work_for(opened, VerifyPack(str(out)), Control(), Models()))
    assert isinstance(found, PackVerified)
    assert (found.whole, found.same) == (True, 1)


def test_a_pack_that_names_another_baseline_is_found_out(made: tuple[Project, str], tmp_path: Path) -> None:
    opened, run = made
    out = tmp_path / "evidence.json"
    request = WritePack(run=run, out=str(out), texts=(TEXT,), method=METHOD, baseline="mean", seals=False)
    finish(work_for(opened, request, Control(), Models()))
    pack = read_pack(out)
    for baseline, differs, problem in (
        ("mask", True, ""),
        ("moon", False, ErrorKind.BASELINE_UNKNOWN),
    ):
        other = msgspec.structs.replace(pack.items[0].explanation, baseline=baseline)
        item = msgspec.structs.replace(pack.items[0], explanation=other)
        forged = msgspec.structs.replace(pack, items=(item,))
        out.write_bytes(encoded(msgspec.structs.replace(forged, digest=digest_of(forged))))
        found = finish(work_for(opened, VerifyPack(str(out)), Control(), Models()))
        assert isinstance(found, PackVerified)
        assert (found.same, "scores" in found.checks[0].differs) == (0, differs)
        assert found.checks[0].problem == problem


def test_seals_of_other_baselines_are_kept_apart(made: tuple[Project, str]) -> None:
    opened, run = made
    models = Models()
    done = finish(work_for(opened, Explain(run=run, text=TEXT, method=METHOD), Control(), models))
    assert isinstance(done, Explained)
    finish(work_for(opened, SealExplanation(done.explanation), Control(), models))
    one = opened.runs.explanation(done.explanation)
    assert opened.explaining.seal_of_same(one) is not None
    assert opened.explaining.seal_of_same(msgspec.structs.replace(one, baseline="pad")) is None


def test_the_shell_takes_a_baseline(
    made: tuple[Project, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened, run = made
    words = ["explain", str(opened.path), run, "--text", TEXT, "--method", METHOD]
    scores = []
    for baseline in BASELINES:
        assert cli([*words, "--baseline", baseline, "--json"]) == 0
        found = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert found["baseline"] == baseline
        assert found["relative_delta"] < 0.02
        scores.append(json.dumps(found["words"]))
    assert len(set(scores)) == len(BASELINES)
    out = tmp_path / "evidence.csv"
    given = ["--text", TEXT, "--method", METHOD, "--baseline", "pad", "--out", str(out)]
    assert cli(["pack", str(opened.path), run, *given]) == 0
    assert ",pad," in out.read_text("utf-8-sig")


@pytest.mark.parametrize(("method", "baseline"), [("lrp", "mask"), (METHOD, "moon"), ("", "pad")])
def test_a_baseline_that_a_method_does_not_have_is_refused(
    made: tuple[Project, str], capsys: pytest.CaptureFixture[str], method: str, baseline: str
) -> None:
    opened, run = made
    request = Explain(run=run, text=TEXT, method=method, baseline=baseline)
    with pytest.raises(KnownError) as caught:
        finish(work_for(opened, request, Control(), Models()))
    assert caught.value.kind is ErrorKind.BASELINE_UNKNOWN
    words = ["explain", str(opened.path), run, "--text", TEXT, "--method", method, "--baseline", baseline]
    assert cli(words) == 2
    assert "mask, pad, mean" in capsys.readouterr().err


@pytest.mark.parametrize("method", [each.id for each in EXPLAINERS])
def test_only_a_method_with_a_choice_was_asked_for_a_baseline(method: str) -> None:
    assert chosen_baseline(method, "mask") == ("mask" if method == METHOD else "")
