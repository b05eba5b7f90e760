"""Random ledgers of every kind, for property tests."""

import random

import random_ledgers
from hypothesis import settings
from hypothesis import strategies as st
from random_ledgers import PRESETS, ZONES

import casualties as cas


def many(examples):
    """Settings for a property test: so many examples, or the profile's few."""
    return settings(max_examples=min(examples, settings.default.max_examples))


DAYS = [f"2024-03-{day:02d}" for day in range(1, 13)]
INSTANTS = [f"2024-03-{day:02d} {hour:02d}:00" for day in range(1, 17) for hour in (7, 18)]
seeds = st.integers(0, 10**9)
zones = st.sampled_from(ZONES)
presets = st.sampled_from(sorted(PRESETS))


@st.composite
def tables(draw, preset=None, **shape):
    """A list of rows of one of the presets of `random_ledgers`, or of the one named."""
    preset = draw(presets) if preset is None else preset
    return random_ledgers.table(random.Random(draw(seeds)), preset, **shape)


@st.composite
def ledgers(draw, preset=None, **shape):
    """A random ledger with no limit to its clock, of a table as :func:`tables` gives it."""
    return cas.Ledger(draw(tables(preset, **shape)), tz=draw(zones))


clocks = st.sampled_from([*INSTANTS, "2024-02-01", "2025-01-01"])
