"""The window of Lexplain. It never loads torch and knows the engine only through ``engine.api``."""

VERSION = "0.1.0"
