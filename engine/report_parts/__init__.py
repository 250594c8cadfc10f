"""The parts of a run's report: what is gathered, how it is worded, how each section is drawn."""
