"""How to use an export: the part of its README that depends on the format and the kind of model."""

from __future__ import annotations

from engine.export.hugging_face import is_sentence_encoder
from engine.export.runner import packages
from engine.export.settings import PARTS, SETTINGS
from engine.models.linear_model import LinearModel
from engine.models.linear_tagging_model import LinearTaggingModel
from engine.models.modules import FeatureModule, TagFeatureModule
from engine.models.run_model import AnyTaggingModel, FusedModel, RunModel, parts_of
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel

_HF = """```python
import torch
from transformers import {family}, AutoTokenizer

folder = "."  # this folder
tokenizer = AutoTokenizer.from_pretrained(folder)
model = {family}.from_pretrained(folder)
inputs = tokenizer("a text", truncation=True, return_tensors="pt")
with torch.inference_mode():
    logits = model(**inputs).logits  # {shape}
{answer}
```"""

_FEATURES = """The encoder is an ordinary one; `head.safetensors` is a linear layer (`weight`, `bias`) on its
states: the mean over the tokens of the hidden states {layers}, one after the other.

```python
import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

folder = "."  # this folder
tokenizer = AutoTokenizer.from_pretrained(folder)
encoder = AutoModel.from_pretrained(folder)
head = load_file(f"{{folder}}/head.safetensors")
inputs = tokenizer("a text", truncation=True, return_tensors="pt")
with torch.inference_mode():
    states = encoder(**inputs, output_hidden_states=True).hidden_states
    mask = inputs["attention_mask"].unsqueeze(-1)
    pooled = torch.cat([(states[i] * mask).sum(1) / mask.sum(1) for i in {layers}], dim=-1)
    logits = pooled @ head["weight"].T + head["bias"]  # {shape}
{answer}
```"""

_TAG_FEATURES = """The encoder is an ordinary one; `head.safetensors` is a linear layer (`weight`, `bias`) on the
hidden states {layers} of each token, one after the other.

```python
import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

folder = "."  # this folder
tokenizer = AutoTokenizer.from_pretrained(folder)
encoder = AutoModel.from_pretrained(folder)
head = load_file(f"{{folder}}/head.safetensors")
inputs = tokenizer("a text", truncation=True, return_tensors="pt")
with torch.inference_mode():
    states = encoder(**inputs, output_hidden_states=True).hidden_states
    read = torch.cat([states[i] for i in {layers}], dim=-1)
    logits = read @ head["weight"].T + head["bias"]  # {shape}
{answer}
```

The logits are of O, then of B and I of each of the labels that `model.json` names, in their order."""

_SENTENCE = """

The folder is also one of sentence-transformers: `SentenceTransformer(folder).encode(texts)` gives what the head
reads."""

_WORDS_FOLDER = """`vocabulary.json` lists the words and n-grams in the order of the columns;
`linear.safetensors` holds `idf` (V,), `weights` (C, V) and `intercept` (C,).

`ngrams.keys(text, {longest}, {rule})` of `ngrams.py` gives the words and n-grams of a text. With c the count of one
of them:

    x = (1 + ln c) * idf            where it is in the vocabulary and occurs, else 0
    x = x / |x|                     unit length (Euclid)
    logits = weights @ x + intercept

{answer}"""

_TAGGED_WORDS_FOLDER = """`vocabulary.json` lists the features of words in the order of the rows;
`linear.safetensors` holds `weights` (V, C) and `intercept` (C,). A word's logits are the sum of the rows of its
features and the intercept.

```python
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from word_features import readings
from words import words_of

rows = {{key: row for row, key in enumerate(json.loads(Path("vocabulary.json").read_text(encoding="utf-8")))}}
tensors = load_file("linear.safetensors")
text = "a text"
words = [text[start:end] for start, end in words_of(text)]
logits = np.zeros((len(words), len(tensors["intercept"])))  # (words, tags)
for at in range(len(words)):
    keys = [key for reading in readings(words, at, {longest}) for key in reading.keys]
    logits[at] = tensors["intercept"] + tensors["weights"][[rows[key] for key in keys if key in rows]].sum(0)
```

The logits are of O, then of B and I of each of the labels that `model.json` names, in their order. A word's tag is its
largest logit; B begins an entity, I goes on with it.{cleaned}"""

_ONNX = """`model.onnx` takes `input_ids`, `attention_mask`{types} (int64, batch x tokens) and gives `logits`.
`tokenizer.json` is for the tokenizers library, `model.json` names the labels in the order of the logits{thresholds}.

```python
import json
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

settings = json.loads(Path("model.json").read_text(encoding="utf-8"))
tokenizer = Tokenizer.from_file("tokenizer.json")
tokenizer.enable_truncation(settings["max_tokens"])
tokenizer.enable_padding(pad_id=settings["pad_id"])
session = onnxruntime.InferenceSession("model.onnx")
encoded = tokenizer.encode_batch(["a text", "another one"])
given = {{
    "input_ids": np.array([e.ids for e in encoded]),
    "attention_mask": np.array([e.attention_mask for e in encoded]),
    "token_type_ids": np.array([e.type_ids for e in encoded]),
}}
names = [each.name for each in session.get_inputs()]
logits = session.run(["logits"], {{name: given[name] for name in names}})[0]  # {shape}
```"""

_ONNX_WORDS = """`model.onnx` takes `words`: strings (batch x words), the words of each text in their order,
lower-case, short rows filled up with empty strings. Counting the n-grams is part of the graph. It gives `logits`;
`model.json` names the labels in their order{thresholds}. `ngrams.py` cuts a text into words.

```python
import numpy as np
import onnxruntime
from ngrams import keys

session = onnxruntime.InferenceSession("model.onnx")
words = np.array([keys("a text", 1, {rule})], dtype=object)
logits = session.run(["logits"], {{"words": words}})[0]  # {shape}
```

{answer}"""

_PROGRAM = """`model.pt2` is a `torch.export` program (the successor of TorchScript): it needs torch, and neither
transformers nor Lexplain. `tokenizer.json` is for the tokenizers library, `model.json` names the labels in the order of
the logits{thresholds}.

```python
import json
from pathlib import Path

import torch
from tokenizers import Tokenizer

settings = json.loads(Path("model.json").read_text(encoding="utf-8"))
tokenizer = Tokenizer.from_file("tokenizer.json")
tokenizer.enable_truncation(settings["max_tokens"])
model = torch.export.load("model.pt2").module()
encoded = tokenizer.encode("a text")
ids = torch.tensor([encoded.ids])
logits = model(ids, torch.ones_like(ids){zeros})  # {shape}
```"""

_FUSION = f"""Two encoders, in `{PARTS[0]}` and `{PARTS[1]}`, each with its part of one linear layer: the logits of a
{{what}} are the sum of what both give, each computed in its folder as follows. `{SETTINGS}` here names the labels."""

_RUNNER = """```
pip install -r requirements.txt
python score.py --self-check
python score.py in.csv out.csv --column text
```

The output has the input's columns and rows, and after them {columns}. Where texts come in pairs, `--second` names the
column of the second ones. Files of any length are read in blocks. A row that cannot be read or has no text keeps its
place, without an answer. `python score.py --help` lists the rest; from
Python, `score.Model(folder).answers(texts)` answers directly."""


def how_to_load(model: RunModel, format: str) -> str:
    """Markdown."""
    if format == "runner":
        first = "`entities` (JSON: start, end, type; in characters)" if model.task == "tagging" else "`label`"
        columns = "`score`" if model.task == "score" else f"{first}, `probability` and `margin`"
        return _RUNNER.format(columns=columns) + f"\n\nIt needs {', '.join(packages(model))}, nothing else."
    if isinstance(model, LinearModel):
        text = _WORDS_FOLDER if format == "huggingface" else _ONNX_WORDS
        cleaned = (
            ""
            if not model.cleaning
            else (f" Texts are cleaned first: `clean_text(text, {list(model.cleaning)})` of `cleaning.py`.")
        )
        return text.format(
            longest=model.longest_ngram,
            rule=model.word_rule,
            thresholds=_thresholds(model),
            shape=_shape(model),
            answer=f"`{SETTINGS}` names the labels in the order of the logits. {_answer(model)}{cleaned}",
        )
    if isinstance(model, LinearTaggingModel):
        return _TAGGED_WORDS_FOLDER.format(longest=model.longest_ngram, cleaned=_beyond_words(model))
    if isinstance(model, FusedModel):
        return "\n\n".join(
            [
                _FUSION.format(what="word" if isinstance(model, AnyTaggingModel) else "text"),
                *(
                    f"### `{name}`\n\n{how_to_load(part, format)}"
                    for name, part in zip(PARTS, parts_of(model), strict=True)
                ),
            ]
        )
    if format == "huggingface":
        return _network_folder(model) + _beyond(model)
    text = _PROGRAM if format == "torchscript" else _ONNX
    types = model.tokenizer.takes_type_ids
    return (
        text.format(
            types=" and `token_type_ids`" if types else "",
            zeros=", torch.zeros_like(ids)" if types else "",
            thresholds=_thresholds(model),
            shape=_shape(model),
        )
        + f"\n\n{_answer(model)}"
        + _beyond(model)
    )


def _network_folder(model: TorchModel | TaggingModel) -> str:
    answer = f"# {_answer(model)}"
    if isinstance(model.module, FeatureModule):
        text = _FEATURES.format(layers=list(model.module.layers), shape=_shape(model), answer=answer)
        return text + (_SENTENCE if is_sentence_encoder(model) else "")
    if isinstance(model, TaggingModel) and isinstance(model.module, TagFeatureModule):
        return _TAG_FEATURES.format(layers=list(model.module.layers), shape=_shape(model), answer=answer)
    part = "Token" if isinstance(model, TaggingModel) else "Sequence"
    family = f"AutoModelFor{part}Classification"
    return _HF.format(family=family, shape=_shape(model), answer=answer)


def _shape(model: RunModel) -> str:
    if isinstance(model, AnyTaggingModel):
        return "(texts, tokens, tags)"
    return "(texts, 1)" if model.task == "score" else "(texts, labels)"


def _thresholds(model: RunModel) -> str:
    return " and their thresholds" if model.task == "multi" else ""


def _answer(model: RunModel) -> str:
    if model.task == "multi":
        return "A label holds where the sigmoid of its logit reaches its threshold (in the table below)."
    if model.task == "score":
        return "The logit is the score."
    if model.task == "tagging":
        return "A word's tag is the largest logit at its first token; B begins an entity, I goes on with it."
    return "The softmax of the logits is the labels' probabilities; the largest logit is the answer."


def _beyond_words(model: LinearTaggingModel) -> str:
    if not model.cleaning:
        return ""
    steps = ", ".join(model.cleaning)
    return f" Texts were cleaned first ({steps}); the lines above do not. The format `runner` does."


def _beyond(model: TorchModel | TaggingModel) -> str:
    """What the snippets leave out."""
    said = []
    tokenizer = model.tokenizer
    if tokenizer.overlap is not None:
        pooled = "" if isinstance(model, TaggingModel) else f", and their logits pooled ({model.pooling})"
        said.append(
            f"Longer texts than {tokenizer.max_tokens} tokens were read in windows that overlap by"
            f" {tokenizer.overlap:.0%}{pooled}; the lines above cut them instead."
        )
    if tokenizer.cleaning:
        said.append(f"Texts were cleaned first ({', '.join(tokenizer.cleaning)}); the lines above do not.")
    if said:
        said.append("The format `runner` does both as Lexplain does.")
    return "\n\n" + " ".join(said) if said else ""
