import os
import sys
from pathlib import Path

import matplotlib as mpl
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))
mpl.use("Agg")

settings.register_profile("all", deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile("few", settings.get_profile("all"), max_examples=10)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "all"))
