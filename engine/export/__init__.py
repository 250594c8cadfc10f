"""Handing a trained run over: its model in other programs' formats, checked against the original."""
