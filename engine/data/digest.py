"""A fingerprint of what a training reads: labelled texts with their labels and splits, and unlabelled texts."""

from __future__ import annotations

import hashlib

import msgspec

from engine.api.catalog import SPLITS
from engine.api.project import Project


def data_digest(project: Project) -> str:
    """sha256 over the project's texts, labels, tags and splits, in the order in which a training reads them."""
    hashed = hashlib.sha256()
    encoder = msgspec.json.Encoder()
    tagged = project.task == "tagging"
    for split in SPLITS:
        hashed.update(b"\n" + split.encode())
        for row in project.documents.tagged(split) if tagged else project.documents.labelled(split):
            hashed.update(encoder.encode(_valid(row)))
    hashed.update(b"\nunlabelled")
    for document, text in project.documents.unlabelled():
        hashed.update(encoder.encode(_valid((document, text))))
    return hashed.hexdigest()


def refusals_digest(project: Project) -> str:
    """sha256 over the labels that the user has taken back from trainings: a self-training does not give them again."""
    refused = sorted(project.runs.rejected_pseudo_labels())
    return hashlib.sha256(msgspec.json.encode(refused)).hexdigest()


def _valid(row: tuple[object, ...]) -> tuple[object, ...]:
    """Half of a broken surrogate pair is no text for an encoder."""
    return tuple(cell.encode("utf-8", "surrogatepass") if isinstance(cell, str) else cell for cell in row)
