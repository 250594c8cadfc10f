"""Handing a trained run over."""
