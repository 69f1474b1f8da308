"""The formats of results: a module each, see :mod:`rnnbound.presentation.output_formats`."""
