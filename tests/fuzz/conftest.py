"""How long to fuzz: a bounded run by default, THERMODYNAMO_FUZZ_EXAMPLES=20000 for a long one."""

import os

import pytest
from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("THERMODYNAMO_FUZZ_EXAMPLES", "120"))

settings.register_profile(
    "fuzz",
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="THERMODYNAMO_FUZZ_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


@pytest.fixture(autouse=True)
def fuzz_profile() -> None:
    settings.load_profile("fuzz")
