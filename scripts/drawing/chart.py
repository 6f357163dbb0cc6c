"""Lines and dots on two axes, labelled where they end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np

INK, FAINT, PAPER = "#24292f", "#d8dee4", "#ffffff"
#: Told apart also by those who see red and green alike (Okabe, Ito).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#6e6e6e")
WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 64, 560, 44, 326
_APART = 16


@dataclass
class Chart:
    """A picture in the making.

    Attributes
    ----------
    title, across, up : str
        What it shows, and what its axes measure.
    x, y : (low, high)
        Ends of the axes.
    x_ticks, y_ticks : numbers
    """

    title: str
    across: str
    up: str
    x: tuple[float, float]
    y: tuple[float, float]
    x_ticks: Sequence[float]
    y_ticks: Sequence[float]
    _marks: list[str] = field(default_factory=list)
    _labels: list[tuple[float, str, str]] = field(default_factory=list)

    def line(self, x: Sequence[float], y: Sequence[float], label: str, colour: str, dashed: bool = False) -> None:
        """Draw a line and say at its end what it is."""
        points = " ".join(f"{self._across(a):.1f},{self._up(b):.1f}" for a, b in zip(x, y, strict=True))
        style = ' stroke-dasharray="6 4"' if dashed else ""
        self._marks.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{style}/>')
        self._labels.append((self._up(y[-1]), label, colour))

    def dots(self, x: Sequence[float], y: Sequence[float], label: str, colour: str, hollow: bool = False) -> None:
        """Draw dots; the label stands beside the last."""
        fill = PAPER if hollow else colour
        self._marks += [
            f'<circle cx="{self._across(a):.1f}" cy="{self._up(b):.1f}" r="4" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>'
            for a, b in zip(x, y, strict=True)
        ]
        if label:
            self._labels.append((self._up(y[-1]), label, colour))

    def marks(self, x: Sequence[float], label: str) -> None:
        """Draw short strokes on the horizontal axis, such as purchases."""
        places = [self._across(each) for each in x]
        self._marks += [f'<path d="M{a:.1f} {BOTTOM}v-12" stroke="{INK}" stroke-width="2"/>' for a in places]
        self._marks.append(_text(places[0] - 2, BOTTOM - 16, label, size=12))

    def svg(self) -> str:
        """The picture as text."""
        return picture(self.title, [*self._axes(), *self._marks, *self._legend()])

    def _axes(self) -> list[str]:
        parts = []
        for tick in self.y_ticks:
            height = self._up(tick)
            parts.append(f'<path d="M{LEFT} {height:.1f}H{RIGHT}" stroke="{FAINT}"/>')
            parts.append(_text(LEFT - 8, height + 4, f"{tick:g}", "end", size=12))
        parts.append(f'<path d="M{LEFT} {BOTTOM}H{RIGHT}" stroke="{INK}"/>')
        parts += [_text(self._across(tick), BOTTOM + 18, f"{tick:g}", "middle", size=12) for tick in self.x_ticks]
        parts.append(_text((LEFT + RIGHT) / 2, BOTTOM + 40, self.across, "middle"))
        middle = (TOP + BOTTOM) / 2
        turned = f'<g transform="rotate(-90 18 {middle:.0f})">{_text(18, middle, self.up, "middle")}</g>'
        return [*parts, turned]

    def _legend(self) -> list[str]:
        """Labels at the right, moved apart where they would touch."""
        labels = sorted(self._labels)
        heights = [height + 4 for height, _, _ in labels]
        for place in range(1, len(heights)):
            heights[place] = max(heights[place], heights[place - 1] + _APART)
        lowest = BOTTOM
        for place in reversed(range(len(heights))):
            heights[place] = min(heights[place], lowest)
            lowest = heights[place] - _APART
        named = zip(labels, heights, strict=True)
        return [_text(RIGHT + 10, height, label, colour=colour) for (_, label, colour), height in named]

    def _across(self, value: float) -> float:
        return LEFT + (value - self.x[0]) / (self.x[1] - self.x[0]) * (RIGHT - LEFT)

    def _up(self, value: float) -> float:
        return BOTTOM - (value - self.y[0]) / (self.y[1] - self.y[0]) * (BOTTOM - TOP)


def field_of(title: str, across: str, up: str, values: np.ndarray, origin: tuple[int, int]) -> str:
    """A field of numbers, darker where they are larger; rows upwards, empty where there is no number."""
    rows, columns = values.shape
    wide, high = (RIGHT + 120 - LEFT) / columns, (BOTTOM - TOP) / rows
    parts, most = [], float(np.nanmax(values))
    for (row, column), value in np.ndenumerate(values):
        x, y = LEFT + column * wide, BOTTOM - (row + 1) * high
        if np.isfinite(value):
            share = value / most
            ink = PAPER if share > 0.55 else INK
            parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide - 2:.1f}" height="{high - 2:.1f}" fill="#0072b2" fill-opacity="{0.06 + 0.94 * share:.2f}"/>')  # fmt: skip
            parts.append(_text(x + wide / 2 - 1, y + high / 2 + 4, f"{value:.2f}", "middle", colour=ink))
    for column in range(columns):
        parts.append(_text(LEFT + (column + 0.5) * wide, BOTTOM + 18, str(origin[0] + column), "middle", size=12))
    parts += [_text(LEFT - 8, BOTTOM - (row + 0.5) * high + 4, str(origin[1] + row), "end", size=12) for row in range(rows)]  # fmt: skip
    middle = (TOP + BOTTOM) / 2
    parts.append(_text((LEFT + RIGHT + 120) / 2, BOTTOM + 40, across, "middle"))
    parts.append(f'<g transform="rotate(-90 18 {middle:.0f})">{_text(18, middle, up, "middle")}</g>')
    return picture(title, parts)


def picture(title: str, parts: list[str]) -> str:
    """Parts on paper, under a title."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" font-family="DejaVu Sans, Helvetica, Arial, sans-serif"><title>{escape(title)}</title>'
    )
    paper = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>'
    return "\n".join([head, paper, _text(LEFT, 24, title, size=15), *parts, "</svg>\n"])


def _text(x: float, y: float, words: str, anchor: str = "start", colour: str = INK, size: int = 13) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}">{escape(words)}</text>'
