"""Parameters whose text the library reads, rather than Typer."""

from __future__ import annotations

from typing import Any

import typer


class _AsGiven:
    """Passes a value on as it is."""

    def coerce(self, value: Any, param: Any = None, ctx: Any = None) -> Any:
        return value


class TextParameters:
    """A command or group whose parameters are text and flags.

    Typer's own conversion would import Pydantic, which takes 75 ms.
    """

    def get_params(self, ctx: typer.Context) -> list[Any]:
        """The parameters, the help option among them."""
        parameters: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for parameter in parameters:
            vars(parameter)["get_runtime_param"] = _AsGiven
        return parameters
