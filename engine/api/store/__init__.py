"""The tables of a project: one file for each concern; ``engine.api.project`` puts them together."""
