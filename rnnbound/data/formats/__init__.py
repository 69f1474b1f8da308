"""The formats of data files: a module each, see :mod:`rnnbound.data.data_formats`."""
