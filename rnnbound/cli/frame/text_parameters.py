"""Parameters whose text the library reads, rather than Typer; and help that is seen to arrive."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import typer

from rnnbound.cli.frame.streams import say


def about(function: Callable[..., Any]) -> str:
    """The docstring of a function, which ``python -OO`` leaves in its source alone."""
    found = inspect.getdoc(function)
    if found is None:
        import ast
        from textwrap import dedent

        (definition,) = ast.parse(dedent(inspect.getsource(function))).body
        assert isinstance(definition, ast.FunctionDef)
        found = ast.get_docstring(definition)
    return found or ""


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

    def get_help_option(self, ctx: typer.Context) -> Any:
        """The help option; Typer's own drops what it cannot print."""
        option: Any = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.callback = _show_help
        return option


def _show_help(ctx: typer.Context, parameter: Any, asked: bool) -> None:
    del parameter
    if asked and not ctx.resilient_parsing:
        say(ctx.get_help())
        raise typer.Exit
