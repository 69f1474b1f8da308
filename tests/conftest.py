"""Deterministic Hypothesis, and the reference values."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "rnnbound",
    derandomize=True,
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("rnnbound")

REFERENCE = Path(__file__).parents[2] / "shared" / "reference" / "values.json"


@pytest.fixture(scope="session")
def reference() -> list[dict[str, Any]]:
    """The entries of ``../shared/reference/values.json``; without it CI fails, others skip."""
    if not REFERENCE.exists():
        message = f"{REFERENCE} is missing"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return json.loads(REFERENCE.read_text())
