import importlib.util
import os

import matplotlib as mpl
import pytest
from hypothesis import HealthCheck, settings

mpl.use("Agg")

# A random test draws few ledgers by default; CI asks for many. The same ones each time.
settings.register_profile(
    "many", deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
settings.register_profile("few", settings.get_profile("many"), max_examples=10)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "few"))


def pytest_collection_modifyitems(items):
    """Without pyarrow (the extra `parquet`), its examples are skipped."""
    if importlib.util.find_spec("pyarrow") is None:
        for item in items:
            if isinstance(item, pytest.DoctestItem) and "parquet" in item.name:
                item.add_marker(pytest.mark.skip(reason="no pyarrow here"))
