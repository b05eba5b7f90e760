import importlib.util
import os
import shutil

import matplotlib as mpl
import pytest
from hypothesis import HealthCheck, settings

mpl.use("Agg")

# By default a random test draws few ledgers, and what is slow is left out; CI asks for all of it.
# The ledgers are the same ones each time.
ALL, PROFILE = "many", os.environ.get("HYPOTHESIS_PROFILE", "few")
settings.register_profile(
    ALL, max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
settings.register_profile("few", settings.get_profile(ALL), max_examples=3)
settings.load_profile(PROFILE)


def pytest_collection_modifyitems(items):
    """Leave out what is slow, and examples without what they need (an extra, or git)."""
    slow = pytest.mark.skip(reason=f"slow: run with HYPOTHESIS_PROFILE={ALL}")
    here = {
        "parquet": importlib.util.find_spec("pyarrow"),
        "excel": importlib.util.find_spec("openpyxl"),
        "from_git": shutil.which("git"),
    }
    for item in items:
        if PROFILE != ALL and item.get_closest_marker("slow"):
            item.add_marker(slow)
        for name, found in here.items():
            if isinstance(item, pytest.DoctestItem) and name in item.name and not found:
                item.add_marker(pytest.mark.skip(reason=f"nothing to run {name} with here"))
