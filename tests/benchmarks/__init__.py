"""Speed and quality, measured against the peers in the same run; README.md has the figures and their commands."""

from engine.offline import keep_libraries_quiet

keep_libraries_quiet()  # as every process of the product does, before torch is imported
