"""The name mark: a clock whose one missing hour is a seed that someone gives. In a square of side 1."""

from __future__ import annotations

CENTRE = 0.5
RADIUS = 0.40  # of the middle of the ring
STROKE = 0.10
GAP_START, GAP_END = 12.0, 68.0  # degrees, anticlockwise from three o'clock
SEED = (0.5 + 0.40 * 0.766, 0.5 - 0.40 * 0.643, 0.095)  # centre and radius, at 40 degrees
HANDS = ((0.5, 0.29), (0.5, 0.5), (0.64, 0.60))  # one bent line
