"""Explanations of many documents at once: words of each label, rules, shortcuts, a map, two runs."""
