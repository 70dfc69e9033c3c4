"""Draw figures as a picture for the chat (统计图), with a Chinese font of the machine."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = (  # where the usual packages put a font that has Chinese; the number is the face inside a collection
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/System/Library/Fonts/PingFang.ttc", 0),
    ("C:/Windows/Fonts/msyh.ttc", 0),
)
WIDTH, MARGIN, NAMES = 1080, 48, 190
BAR, GAP, HEAD, FOOT = 26, 22, 190, 90
COLORS = ("#9db8d9", "#2f6fb5", "#d2572d")
INK, FAINT, PAPER = "#1d2733", "#66727f", "#ffffff"


class NoChineseFont(Exception):
    """The machine has no font that could write the labels; Debian's package is fonts-noto-cjk."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars side by side: `rows` are the labels with one figure for each of the `series`."""

    title: str
    subtitle: str
    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


@cache
def has_font() -> bool:
    """Whether a chart can be drawn here."""
    return _font_file() is not None


def draw(chart: Chart) -> bytes:
    """Return the chart as a PNG, 1080 px wide; raises NoChineseFont."""
    group = len(chart.series) * BAR + GAP
    image = Image.new("RGB", (WIDTH, HEAD + group * len(chart.rows) + FOOT), PAPER)
    pen = ImageDraw.Draw(image)
    pen.text((MARGIN, 40), chart.title, INK, _font(40))
    pen.text((MARGIN, 98), chart.subtitle, FAINT, _font(24))
    _draw_legend(pen, chart)
    longest = max((figure for _, figures in chart.rows for figure in figures), default=0) or 1
    for place, (label, figures) in enumerate(chart.rows):
        top = HEAD + place * group
        pen.text((MARGIN + NAMES - 20, top + len(figures) * BAR / 2), label, INK, _font(26), anchor="rm")
        for step, figure in enumerate(figures):
            _draw_bar(pen, top + step * BAR, figure / longest, COLORS[step % len(COLORS)], str(figure))
    octets = BytesIO()
    image.save(octets, "PNG", optimize=True)
    return octets.getvalue()


def _draw_legend(pen: ImageDraw.ImageDraw, chart: Chart) -> None:
    """Say what each colour means."""
    at = float(MARGIN)
    for step, name in enumerate(chart.series):
        pen.rectangle((at, 144, at + 24, 168), COLORS[step % len(COLORS)])
        pen.text((at + 34, 156), name, INK, _font(24), anchor="lm")
        at += 34 + pen.textlength(name, _font(24)) + 40


def _draw_bar(pen: ImageDraw.ImageDraw, top: float, share: float, color: str, figure: str) -> None:
    """Draw one bar with its figure behind it."""
    left, room = MARGIN + NAMES, WIDTH - 2 * MARGIN - NAMES - 90
    right = left + max(2.0, share * room)
    pen.rectangle((left, top + 2, right, top + BAR - 3), color)
    pen.text((right + 10, top + BAR / 2), figure, INK, _font(22), anchor="lm")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """Return the font at a size in pixels."""
    found = _font_file()
    if found is None:
        raise NoChineseFont(NoChineseFont.__doc__)
    return ImageFont.truetype(found[0], size, index=found[1])


@cache
def _font_file() -> tuple[str, int] | None:
    """Return the first font that is there, and its face."""
    return next(((place, face) for place, face in FONTS if Path(place).exists()), None)
