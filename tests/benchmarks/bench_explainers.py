"""All our explainers and other libraries' on the same texts and model: milliseconds a text, and the erasure test.

    python -m tests.benchmarks.bench_explainers [--set sst2 ag_news tweeteval_emotion] [--texts 100]
        [--methods lrp occlusion ...] [--peers captum shap lime transformers-interpret ferret-shap ferret-ig]
        [--peer-texts 40] [--dear-texts 40]
        [--peers-python PATH] [--projects DIR] [--out FILE.jsonl]

With ``--projects`` the peers' answers and times are kept beside the projects and read from there the next time.

A MiniLM is fine-tuned through the product with its family's own head (``head=native``), which every library can
load; its model folder is handed to ``peers/explain.py``, run by the Python of an environment that holds captum,
shap, lime, transformers-interpret and ferret (``--peers-python``; a peer that is not installed is left out and
named). Each peer is used as its own tutorial or README does. Scores of a peer's pieces are added up over our words by
the share of characters that they share, since the erasure test erases words.

Everybody explains the predicted class. Comprehensiveness (higher is better) and sufficiency (lower is better) are
ERASER's, beside random orders on the same texts; differences to the best peer are paired over the texts, with a
bootstrap interval. Times are of one text after the other on two threads; a ratio is of times of the same run.
``settled`` is the method that has the highest comprehensiveness on 40 validation texts, ``first_paint`` the best
instant one there: so the product chooses them. Methods that take seconds a text explain ``--dear-texts`` alone.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.api.catalog import explainer_of, method
from engine.api.errors import KnownError
from engine.explain.contrast import Contrast, contrast_for
from engine.explain.drops import drops_by, order_of
from engine.explain.erasing import read_words
from engine.explain.explaining import compute
from engine.explain.faithfulness import RANDOM_ORDERS, mean_interval
from engine.models.store import load_run
from engine.models.text_model import TorchModel
from engine.progress import finish
from tests.benchmarks.runs_cache import FIRST_SEED, trained
from tests.shared_data import rows

SETS = ("sst2", "ag_news", "tweeteval_emotion")
PEERS = ("captum", "transformers-interpret", "shap", "lime", "ferret-shap", "ferret-ig")
SEED = 13
_SCRIPT = Path(__file__).parent / "peers" / "explain.py"
Scores = list[NDArray[np.float64]]
Drops = NDArray[np.float64]
Question = tuple[str, Contrast]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ours = [id for id in method("fine-tune").explainers if not explainer_of(id).view]
    parser.add_argument("--set", nargs="+", default=list(SETS))
    parser.add_argument("--texts", type=int, default=100)
    parser.add_argument("--methods", nargs="+", default=ours, choices=ours)
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=PEERS)
    parser.add_argument("--peer-texts", type=int, default=40, help="how many of the texts the peers explain")
    parser.add_argument("--dear-texts", type=int, default=40, help="how many our slow methods explain")
    parser.add_argument("--peers-python", type=Path, help="the Python of the peers' environment")
    parser.add_argument("--projects", type=Path, help="keep projects and runs here and use them again")
    parser.add_argument("--out", type=Path, help="append a JSON line a set")
    given = parser.parse_args()
    torch.set_num_threads(2)
    with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
        for name in given.set:
            line = measure(name, given, given.projects or Path(scratch), Path(scratch))
            print(table(line), flush=True)
            if given.out:
                with given.out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")


def measure(name: str, given: argparse.Namespace, folder: Path, scratch: Path) -> dict[str, Any]:
    """Figures of every method and peer on one set."""
    project, run = trained(name, "fine-tune", FIRST_SEED, folder, {"head": "native"})
    with project:
        model = load_run(project, run)
        assert isinstance(model, TorchModel)
        model_folder = project.run_folder(run) / "model"
        asked = questions(model, [text for text in rows(name, "test")[0] if text.strip()], given.texts)
        validation = questions(model, [text for text in rows(name, "dev")[0] if text.strip()], 40)
        random = random_drops(model, asked)
        found: dict[str, dict[str, Any]] = {}
        chosen: dict[str, float] = {}
        for id in given.methods:
            some = asked[: given.dear_texts] if explainer_of(id).cost == 3 else asked
            try:
                scores, ms = own(model, id, some)
                ranked, _ = own(model, id, validation)
            except KnownError as error:
                found[id] = {"problem": str(error.kind)}
                continue
            found[id] = figures(model, some, scores, ms, random)
            if explainer_of(id).signed:
                chosen[id] = float(drops_of(model, validation, ranked)[:, 0].mean())
        for peer in given.peers:
            kept = folder / f"{name}-{peer}-{given.peer_texts}.json"  # dear, and the same every time
            answers = of_peer(
                peer, given.peers_python, model_folder, asked[: given.peer_texts], scratch, kept
            )
            if isinstance(answers, str):
                found[f"{peer} (peer)"] = {"problem": answers}
                continue
            scores = [on_words(model, q[0], each["pieces"]) for q, each in zip(asked, answers, strict=False)]
            ms = [each["ms"] for each in answers]
            found[f"{peer} (peer)"] = figures(model, asked[: given.peer_texts], scores, ms, random)
    settled = max(chosen, key=lambda id: chosen[id], default="")
    instant = [id for id in chosen if explainer_of(id).instant]
    first = max(instant, key=lambda id: chosen[id], default="")
    line = {"set": name, "texts": len(asked), "first_paint": first, "settled": settled, "found": found}
    return line | versus(found, first, settled)


def questions(model: TorchModel, texts: Sequence[str], count: int) -> list[Question]:
    """The first texts of at least two words, with what is asked of them."""
    some = [text for text in texts[: 2 * count] if len(read_words(model, text)) > 1][:count]
    logits = model.logits(some)
    return [(text, contrast_for(model, row, None, None)) for text, row in zip(some, logits, strict=True)]


def own(model: TorchModel, id: str, asked: Sequence[Question]) -> tuple[Scores, list[float]]:
    """Word scores by one of our methods, and the milliseconds of each text."""
    compute(model, id, *asked[0])  # what is loaded once is not counted
    scores, ms = [], []
    for text, contrast in asked:
        started = time.perf_counter()
        found = compute(model, id, text, contrast)
        ms.append(1000 * (time.perf_counter() - started))
        scores.append(np.array([word.score for word in found.words]))
    return scores, ms


def of_peer(
    peer: str, python: Path | None, model_folder: Path, asked: Sequence[Question], scratch: Path, out: Path
) -> list[dict[str, Any]] | str:
    """The peer's answers, or why there are none; those in the file ``out`` where it is there."""
    if out.is_file():
        known: list[dict[str, Any]] = json.loads(out.read_text("utf-8"))
        return known
    if python is None:
        return "no environment given"
    texts = scratch / "texts.json"
    texts.write_text(json.dumps([[text, contrast.target] for text, contrast in asked]), encoding="utf-8")
    done = subprocess.run(
        [str(python), str(_SCRIPT), peer, str(model_folder), str(texts), str(out)],
        capture_output=True,
        text=True,
        check=False,
        cwd=scratch,
    )
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["failed"])[-1]
    answers: list[dict[str, Any]] = json.loads(out.read_text("utf-8"))
    return answers


def on_words(model: TorchModel, text: str, pieces: Sequence[tuple[int, int, float]]) -> NDArray[np.float64]:
    """Scores of our words: a piece gives each word the share of its characters that they have in common."""
    words = read_words(model, text)
    found = np.zeros(len(words))
    for start, end, score in pieces:
        for i, (first, last) in enumerate(words):
            shared = min(end, last) - max(start, first)
            if shared > 0:
                found[i] += score * shared / (end - start)
    return found


def drops_of(model: TorchModel, asked: Sequence[Question], scores: Scores) -> Drops:
    """(N, 2): what is lost when the words that score highest go, and when only they stay."""
    orders = [[order_of(values)] for values in scores]
    return finish(drops_by(model, [text for text, _ in asked], orders, [each for _, each in asked]))[:, 0]


def random_drops(model: TorchModel, asked: Sequence[Question]) -> Drops:
    """(N, 2): the same for random orders, their mean."""
    random = np.random.default_rng(SEED)
    orders = [
        [random.permutation(len(read_words(model, text))) for _ in range(RANDOM_ORDERS)] for text, _ in asked
    ]
    found = finish(drops_by(model, [text for text, _ in asked], orders, [each for _, each in asked]))
    return found.mean(1)  # type: ignore[no-any-return]


def figures(
    model: TorchModel, asked: Sequence[Question], scores: Scores, ms: Sequence[float], random: Drops
) -> dict[str, Any]:
    drops, by_chance = drops_of(model, asked, scores), random[: len(asked)]
    comprehensiveness, sufficiency = (mean_interval(drops[:, side], SEED) for side in range(2))
    return {
        "texts": len(asked),
        "comprehensiveness": [comprehensiveness.value, comprehensiveness.low, comprehensiveness.high],
        "sufficiency": [sufficiency.value, sufficiency.low, sufficiency.high],
        "random": by_chance.mean(0).tolist(),
        "ms": float(np.mean(ms)),
        "each": drops[:, 0].tolist(),
    }


def versus(found: dict[str, dict[str, Any]], first: str, settled: str) -> dict[str, Any]:
    """The first paint and the settled method beside the best peer, on the texts that both explained."""
    peers = {id: it for id, it in found.items() if id.endswith("(peer)") and "each" in it}
    if not peers or not first:
        return {}
    best = max(peers, key=lambda peer: float(np.mean(peers[peer]["each"])))
    theirs = np.array(peers[best]["each"])
    shown: dict[str, Any] = {"best_peer": best}
    for title, id in (("first_painted", first), ("settled_method", settled)):
        both = min(len(theirs), len(found[id]["each"]))
        ours, their = np.array(found[id]["each"])[:both], theirs[:both]
        gap = mean_interval(ours - their, SEED)
        shown[title] = {
            "method": id,
            "share_of_best_peer": float(ours.mean() / their.mean()),
            "difference": [gap.value, gap.low, gap.high],
            "times_as_fast": {peer: peers[peer]["ms"] / found[id]["ms"] for peer in peers},
        }
    return shown


def table(line: dict[str, Any]) -> str:
    """A Markdown table of one set."""
    out = [
        f"\n{line['set']}: {line['texts']} texts, first paint {line['first_paint']}, settled {line['settled']}\n",
        "| method | texts | comprehensiveness (random) | sufficiency (random) | ms a text |",
        "| --- | --- | --- | --- | --- |",
    ]
    for id, it in line["found"].items():
        if "problem" in it:
            out.append(f"| {id} | | {it['problem']} | | |")
            continue
        value, low, high = it["comprehensiveness"]
        out.append(
            f"| {id} | {it['texts']} | {value:.3f} [{low:.3f}, {high:.3f}] ({it['random'][0]:.3f}) |"
            f" {it['sufficiency'][0]:.3f} ({it['random'][1]:.3f}) | {it['ms']:.0f} |"
        )
    for title in ("first_painted", "settled_method"):
        if title in line:
            it = line[title]
            fast = ", ".join(f"{peer} {times:.0f}" for peer, times in it["times_as_fast"].items())
            value, low, high = it["difference"]
            out.append(
                f"\n{title} ({it['method']}): {100 * it['share_of_best_peer']:.0f} % of {line['best_peer']},"
                f" difference {value:+.3f} [{low:+.3f}, {high:+.3f}]; times as fast as {fast}"
            )
    return "\n".join(out)


if __name__ == "__main__":
    main()
