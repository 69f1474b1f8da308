"""Deterministic Hypothesis, and the reference values."""

from __future__ import annotations

import json
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

REFERENCE = Path(__file__).parent / "reference" / "values.json"


@pytest.fixture(scope="session")
def reference() -> list[dict[str, Any]]:
    """The entries of ``reference/values.json``: 10 cases, evaluated in mpmath."""
    return json.loads(REFERENCE.read_text(encoding="utf-8"))
