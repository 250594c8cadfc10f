"""How good a run is: figures, their intervals, calibration, comparison. NumPy alone, no torch."""
