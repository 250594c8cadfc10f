"""What adversarial training gains where texts are changed, and what it costs: beside plain fine-tuning, over seeds.

    python -m tests.benchmarks.bench_adversarial [--set sst2] [--seeds 3] [--first-seed 13] [--split test]
        [--train-texts N] [--variants plain adversarial fgm augment pgd virtual] [--option epsilon=0.5 ...]
        [--amount typos=0.3 ...] [--out FILE.jsonl]

Every run is trained through the product with the catalog's defaults but for the variant's options, its weights
chosen on the set's dev file, and its robustness measured as the product does: on the same texts clean, with typos,
in another case, with words swapped and deleted. ``--split dev`` judges on the dev file, for choosing options: the
test texts are then not even imported. ``--amount`` changes another share of the words than the product does
(typos 15 %, swaps 20 %, deletion 15 %). A line of JSON a run goes to ``--out`` at once, so that a stopped benchmark
goes on; the last line printed holds means, standard deviations and the gains over ``plain``, seed by seed.

variants: plain (fine-tune), adversarial (the method with its defaults: FGM and changed texts), fgm, pgd, virtual
(without changed texts), augment (changed texts without a perturbation).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch

from engine.api.errors import OptionValue
from engine.api.messages import ColumnMapping, ImportFile, Train
from engine.api.messages_transfer import MeasureRobustness
from engine.api.project import Project
from engine.data.importing import import_file
from engine.models.store import load_run
from engine.progress import Control, finish
from engine.transfer.robustness import AMOUNTS, measure
from engine.transfer.training import train
from tests.benchmarks.runs_cache import FIRST_SEED, drawn
from tests.shared_data import shared

Options = dict[str, OptionValue]

_CHANGED: Options = {"augment": "swap,typos", "augment_share": 0.6}
VARIANTS: dict[str, tuple[str, Options]] = {
    "plain": ("fine-tune", {}),
    "adversarial": ("adversarial", {}),
    "augment": ("fine-tune", _CHANGED),
    "fgm": ("adversarial", {"augment": "", "attack": "fgm"}),
    "pgd": ("adversarial", {"augment": "", "attack": "pgd"}),
    "virtual": ("adversarial", {"augment": "", "attack": "virtual"}),
}
# what was asked for of "adversarial", in points: the mean gain under typos and under swaps, the clean loss
_LEAST_GAIN, _MOST_LOSS = 2.0, 0.5


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", default="sst2")
    parser.add_argument("--variants", nargs="+", default=["plain", "adversarial"], choices=list(VARIANTS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--split", default="test", choices=("dev", "test"))
    parser.add_argument("--train-texts", type=int, help="train on so many texts, for a quick look")
    parser.add_argument(
        "--option", nargs="*", default=[], metavar="NAME=VALUE", help="of adversarial variants"
    )
    parser.add_argument("--every-option", nargs="*", default=[], metavar="NAME=VALUE", help="of all variants")
    parser.add_argument("--amount", nargs="*", default=[], metavar="KIND=SHARE", help="of words changed")
    parser.add_argument("--out", type=Path, help="a JSON line a run; runs that it holds are not done again")
    given = parser.parse_args()
    known = [json.loads(line) for line in given.out.read_text().splitlines()] if _is_file(given.out) else []
    AMOUNTS.update({kind: float(str(share)) for kind, share in _options(given.amount).items()})
    found = []
    with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
        project = _imported(given.set, Path(scratch), given.split, given.train_texts)
        for seed in range(given.first_seed, given.first_seed + given.seeds):
            for variant in given.variants:
                method, options = VARIANTS[variant]
                options = options | _options(given.every_option) | {"seed": seed}
                if variant != "plain":
                    options |= _options(given.option)
                key = {"set": given.set, "split": given.split, "train_texts": given.train_texts}
                key |= {"variant": variant, "options": options, "amounts": dict(AMOUNTS)}
                line = next((each for each in known if key.items() <= each.items()), None)
                if line is None:
                    line = key | _run(project, method, options)
                    _write(line, given.out)
                found.append(line)
        project.close()
    print(json.dumps({"threads": torch.get_num_threads(), **_summary(found)}))


def _run(project: Project, method: str, options: Options) -> dict[str, Any]:
    trained = finish(train(project, Train(method=method, options=options), Control()))
    model = load_run(project, trained.run)
    request = MeasureRobustness(run=trained.run, texts=100_000)
    measured = finish(measure(project, request, model)).robustness
    figures = {line.kind: 100 * line.figure.value for line in measured.lines}
    return {"figure": measured.figure, "judged": measured.split, "seconds": trained.seconds, **figures}


def _summary(lines: list[dict[str, Any]]) -> dict[str, Any]:
    kinds = [kind for kind in lines[0] if isinstance(lines[0][kind], float)]
    of = {variant: [line for line in lines if line["variant"] == variant] for variant in VARIANTS}
    of = {variant: own for variant, own in of.items() if own}
    means = {
        variant: {kind: _spread([line[kind] for line in own]) for kind in kinds}
        for variant, own in of.items()
    }
    gains = {
        variant: {
            kind: _spread([a[kind] - b[kind] for a, b in zip(own, of["plain"], strict=True)])
            for kind in kinds
        }
        for variant, own in of.items()
        if variant != "plain" and "plain" in of
    }
    summary: dict[str, Any] = {"means": means, "gains": gains}
    if "adversarial" in gains:
        gain = gains["adversarial"]
        summary["bounds"] = {
            "typos": gain["typos"][0] >= _LEAST_GAIN,
            "swaps": gain["swaps"][0] >= _LEAST_GAIN,
            "clean": gain["clean"][0] > -_MOST_LOSS,
        }
    return summary


def _spread(values: list[float]) -> tuple[float, float]:
    """(mean, standard deviation)."""
    return statistics.mean(values), statistics.stdev(values) if len(values) > 1 else 0.0


def _imported(name: str, folder: Path, split: str, train_texts: int | None) -> Project:
    train_file = shared(name) / "train.csv"
    if train_texts is not None:
        train_file = drawn(name, train_texts, folder / "train.csv")
    files = [(train_file, "train"), (shared(name) / "dev.csv", "validation")]
    if split == "test":
        files.append((shared(name) / "test.csv", "test"))
    project = Project.create(folder / name)
    mapping = ColumnMapping(text="text", label="label")
    for file, part in files:
        finish(import_file(project, ImportFile(path=str(file), mapping=mapping, as_split=part)))
    return project


def _options(words: list[str]) -> Options:
    found: Options = {}
    for word in words:
        name, _, value = word.partition("=")
        found[name] = value
    return found


def _is_file(path: Path | None) -> bool:
    return path is not None and path.is_file()


def _write(line: dict[str, Any], out: Path | None) -> None:
    print(json.dumps(line), file=sys.stderr, flush=True)
    if out is not None:
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
