"""Runs another library's explainer over texts, in an environment of its own; asked by ``bench_explainers``.

    python explain.py PEER MODEL_FOLDER TEXTS.json OUT.json

``TEXTS.json`` is a list of [text, index of the class]. The answer is a list of
{"ms": milliseconds, "pieces": [[start, end, score], ...]} with places in code points. Each library is used as its
own tutorial or README does, with its defaults.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

torch.set_num_threads(2)
Pieces = list[tuple[int, int, float]]


class Peer:
    """A model with its tokenizer; ``explain`` gives scored pieces of a text for a class."""

    def __init__(self, folder: str) -> None:
        self.model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)

    def explain(self, text: str, target: int) -> Pieces:
        raise NotImplementedError

    def probabilities(self, texts: Any) -> Any:
        """(N, C) of texts, 64 at a time."""
        found = []
        texts = list(texts)
        for start in range(0, len(texts), 64):
            batch = self.tokenizer(
                texts[start : start + 64], return_tensors="pt", padding=True, truncation=True
            )
            with torch.no_grad():
                found.append(torch.softmax(self.model(**batch).logits, -1))
        return torch.cat(found).numpy()

    def placed(self, text: str, scores: Any) -> Pieces:
        """Scores of tokens, markers included, on the text."""
        offsets = self.tokenizer(text, return_offsets_mapping=True, truncation=True)["offset_mapping"]
        return [
            (start, end, float(score))
            for (start, end), score in zip(offsets, scores, strict=False)
            if end > start
        ]


class Captum(Peer):
    """LayerIntegratedGradients as in Captum's BERT tutorial: 50 steps, padding as the baseline, the L2-normed sum."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        from captum.attr import LayerIntegratedGradients

        def forward(ids: Any, mask: Any) -> Any:
            return self.model(input_ids=ids, attention_mask=mask).logits

        self._method = LayerIntegratedGradients(forward, self.model.get_input_embeddings())

    def explain(self, text: str, target: int) -> Pieces:
        batch = self.tokenizer(text, return_tensors="pt", truncation=True)
        ids, mask = batch["input_ids"], batch["attention_mask"]
        blank = torch.full_like(ids, self.tokenizer.pad_token_id)
        blank[0, 0], blank[0, -1] = ids[0, 0], ids[0, -1]
        found = self._method.attribute(
            inputs=ids, baselines=blank, additional_forward_args=(mask,), target=target, n_steps=50
        )
        scores = found.sum(dim=-1).squeeze(0)
        return self.placed(text, scores / torch.norm(scores))


class TransformersInterpret(Peer):
    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        from transformers_interpret import SequenceClassificationExplainer

        self._explainer = SequenceClassificationExplainer(self.model, self.tokenizer)

    def explain(self, text: str, target: int) -> Pieces:
        found = self._explainer(text, index=target)
        return self.placed(text, [score for _, score in found])


class Shap(Peer):
    """The partition explainer that ``shap.Explainer`` chooses for a tokenizer."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        import shap

        self._explainer = shap.Explainer(self.probabilities, shap.maskers.Text(self.tokenizer), silent=True)

    def explain(self, text: str, target: int) -> Pieces:
        found = self._explainer([text])
        pieces: Pieces = []
        at = 0
        for piece, score in zip(found.data[0], found.values[0][:, target]):  # noqa: B905
            start = text.find(piece.strip(), at) if piece.strip() else -1
            if start >= 0:
                at = start + len(piece.strip())
                pieces.append((start, at, float(score)))
        return pieces


class Lime(Peer):
    """LimeTextExplainer with 5,000 samples, all words asked for."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        from lime.lime_text import LimeTextExplainer

        self._explainer = LimeTextExplainer(random_state=0)

    def explain(self, text: str, target: int) -> Pieces:
        found = self._explainer.explain_instance(
            text, self.probabilities, labels=(target,), num_features=max(10, len(text.split()))
        )
        string = found.domain_mapper.indexed_string
        pieces: Pieces = []
        for word, score in found.as_map()[target]:
            length = len(string.word(word))
            pieces += [(int(at), int(at) + length, float(score)) for at in string.string_position(word)]
        return pieces


class Ferret(Peer):
    """One of ferret's explainers, of those that its benchmark runs side by side, as it makes them."""

    def __init__(self, folder: str, explainer: str, **options: bool) -> None:
        super().__init__(folder)
        import ferret

        self._explainer = getattr(ferret, explainer)(self.model, self.tokenizer, **options)

    def explain(self, text: str, target: int) -> Pieces:
        return self.placed(text, self._explainer(text, target=target).scores)


PEERS: dict[str, Callable[[str], Peer]] = {
    "captum": Captum,
    "transformers-interpret": TransformersInterpret,
    "shap": Shap,
    "lime": Lime,
    "ferret-shap": partial(Ferret, explainer="SHAPExplainer"),
    "ferret-ig": partial(Ferret, explainer="IntegratedGradientExplainer", multiply_by_inputs=True),
}


def main() -> None:
    name, folder, texts, out = sys.argv[1:]
    peer = PEERS[name](folder)
    answers = []
    given = json.loads(Path(texts).read_text("utf-8"))
    peer.explain(*given[0])  # what is loaded once is not counted
    for text, target in given:
        started = time.perf_counter()
        pieces = peer.explain(text, target)
        answers.append({"ms": 1000 * (time.perf_counter() - started), "pieces": pieces})
    Path(out).write_text(json.dumps(answers), encoding="utf-8")


if __name__ == "__main__":
    main()
