"""How long to fuzz: a bounded run by default; with THERMODYNAMO_FUZZ_EXAMPLES=20000 a long one of new inputs."""

import os

from hypothesis import HealthCheck, settings

_LONG = os.environ.get("THERMODYNAMO_FUZZ_EXAMPLES")
EXAMPLES = int(_LONG or "120")


def bounded(factor: int = 1) -> settings:
    """Settings for one test: `factor` times the usual number of examples."""
    return settings(
        max_examples=EXAMPLES * factor,
        deadline=None,
        derandomize=_LONG is None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
    )
