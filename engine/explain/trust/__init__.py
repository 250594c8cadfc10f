"""Whether an explanation can be trusted: its seal, second opinions, the most faithful method, the scramble check."""
