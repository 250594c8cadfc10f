"""Texts as evidence: the training texts behind a decision, and labels that may be wrong."""
