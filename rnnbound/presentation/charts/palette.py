"""Colours that colour-blind readers tell apart, on white and on black; dashes for no colour."""

from __future__ import annotations

from typing import Final, NamedTuple


class Look(NamedTuple):
    """How a series looks: colours on light and dark ground, dash in points, and marker."""

    light: str
    dark: str
    dash: tuple[float, ...]
    marker: str


#: After Okabe and Ito, darkened (lightened) until lines have a contrast of 3 to the ground.
LOOKS: Final = (
    Look("#0072b2", "#5ab4e6", (), "o"),
    Look("#c8500a", "#f58b4c", (6, 2), "s"),
    Look("#00795c", "#3ecf9f", (6, 2, 1.2, 2), "^"),
    Look("#a0418c", "#e08ccb", (3, 1.5), "D"),
    Look("#7d6300", "#d9b93a", (9, 2, 3, 2), "v"),
    Look("#3a3a3b", "#d8d8d9", (1.5, 1.5, 4, 1.5), "P"),
    Look("#2b83b5", "#9ad1f5", (12, 3), "X"),
)
#: A series that is no guarantee, whatever its colour.
DOTS: Final = (1.0, 1.6)
#: Rules, one after the other.
RULES: Final = ((4.0, 2.5), (1.2, 1.2), (7.0, 2.0, 1.2, 2.0))

INK: Final = ("#1b1b1c", "#e8e8ea")
SOFT: Final = ("#5e5e60", "#a9a9ad")
GRID: Final = ("#dcdcde", "#3d3d41")
PAPER: Final = ("#fefefe", "#17171a")

#: Every colour of a picture by its name in a style sheet: on light ground, on dark ground.
NAMED: Final = {
    **{f"look{index}": (look.light, look.dark) for index, look in enumerate(LOOKS)},
    "ink": INK,
    "soft": SOFT,
    "grid": GRID,
    "paper": PAPER,
}


def look(index: int) -> Look:
    """The look of that index; after the last, colours come again with other dashes and markers."""
    again, place = divmod(index, len(LOOKS))
    other = LOOKS[(place + again) % len(LOOKS)]
    return LOOKS[place]._replace(dash=other.dash, marker=other.marker)
