"""The Lexplain engine: transfers language models and explains them, without any user interface."""

__version__ = "0.1.0"
