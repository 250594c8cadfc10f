"""Fine-tuning on all labelled texts of the public sets, through the product, beside the published lines.

    python -m tests.benchmarks.bench_all_data [--set trec6 sms_spam] [--seeds 1] [--first-seed 13] [--projects DIR]
        [--split test] [--option epochs=4] [--method features]

Each set is imported with its own splits and task; the best weights are those of validation. ``RECIPES`` are the options
that differ from the catalog's defaults; they were chosen on the dev files (``--split validation`` shows those
figures; ``--option`` tries others); another method than fine-tuning starts from its own defaults. Appends one JSON line
a run to ``--out``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from engine.api.errors import OptionValue
from tests.benchmarks.bench_accuracy import spread
from tests.benchmarks.runs_cache import FIRST_SEED, trained

# set -> figure, what is to be reached, the published line, options
RECIPES: dict[str, tuple[str, float, str, dict[str, OptionValue]]] = {
    "sst2": ("accuracy", 0.895, "plain recipe 88.6", {}),
    "emotion": ("accuracy", 0.925, "DistilBERT 93.1", {}),
    "ag_news": ("accuracy", 0.905, "plain recipe 90.3", {}),
    "trec6": ("accuracy", 0.970, "DistilBERT 97.0", {"epochs": 6.0}),
    "tweeteval_emotion": ("macro_f1", 0.770, "RoBERTa-base 76.1", {}),
    "sms_spam": ("accuracy", 0.992, "DistilBERT 99.35", {}),
    "banking77": ("accuracy", 0.925, "", {"epochs": 8.0, "learning_rate": 1e-4}),
    "goemotions": ("macro_f1", 0.44, "BERT-base 46", {}),
    "wnut17": ("entity_f1", 0.38, "", {"epochs": 6.0, "learning_rate": 1e-4}),
    "snips": ("entity_f1", 0.93, "", {"epochs": 5.0, "learning_rate": 1e-4}),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", nargs="+", default=list(RECIPES), help="data sets")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--projects", type=Path, help="keep projects and runs here and use them again")
    parser.add_argument("--split", choices=("validation", "test"), default="test")
    parser.add_argument("--method", default="fine-tune", help="the transfer method")
    parser.add_argument("--option", nargs="+", default=[], help="key=value, over the recipe")
    parser.add_argument("--out", type=Path, help="append a JSON line a run")
    given = parser.parse_args()
    tried = dict(pair.split("=", 1) for pair in given.option)
    with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
        for name in given.set:
            figure, least, line, recipe = RECIPES[name]
            if given.method != "fine-tune":
                recipe = {}
            values = []
            for seed in range(given.first_seed, given.first_seed + given.seeds):
                options = {**recipe, **tried}
                folder = given.projects or Path(scratch)
                found = measure(name, given.method, figure, seed, folder, options, given.split)
                values.append(found["value"])
                print(json.dumps(found), file=sys.stderr, flush=True)
                if given.out:
                    with given.out.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(found) + "\n")
            mean = spread(values)
            print(
                f"| {name} | {figure} | {mean['mean']:.4f} ± {mean['sd']:.4f} ({len(values)}) | {least} | {line} |",
                flush=True,
            )


def measure(
    name: str,
    method: str,
    figure: str,
    seed: int,
    folder: Path,
    options: dict[str, OptionValue],
    split: str,
) -> dict[str, object]:
    """One run's figure on a split, with its interval."""
    project, id = trained(name, method, seed, folder, options)
    with project:
        run = project.runs.get(id)
    judged = run.test if split == "test" else run.validation
    assert judged is not None
    found = judged.figures[figure]
    return {
        "set": name,
        "method": method,
        "split": split,
        "figure": figure,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "seed": seed,
        "seconds": run.seconds,
        "options": options,
        "run": id,
    }


if __name__ == "__main__":
    main()
