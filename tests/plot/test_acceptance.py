"""Every chart can be read: measured on the picture, whatever the code that draws it.

Boxes of texts, their size and their contrast, and what sets two lines apart are taken from the
rendered figure, at three sizes and in four styles. A few of the pictures are measured each time,
all of them under the mark ``slow``.
"""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any, cast

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.patheffects import Stroke, withStroke
from matplotlib.text import Text

import policyindex as pi
from policyindex import plot

INDEX = "3P Anti-trafficking Policy Index"

EIGHT = ["DEU", "FRA", "ITA", "ESP", "NLD", "BEL", "AUT", "SWE"]

LAWS = pd.Series({"DEU": 2005, "NGA": 2003, "ITA": 2003, "NOR": 2004, "POL": 2006}, name="law")


def latest(panel: pd.DataFrame) -> int:
    """Return the last year with many scores."""
    counts = panel["overall"].groupby(level="year").count()
    return int(counts.index[counts > 100].max())


FITS: dict[int, tuple[pd.DataFrame, pi.latent.Fit]] = {}
"""Fits by the identity of their panel, which is kept so that no other has it."""


def fitted(panel: pd.DataFrame) -> pi.latent.Fit:
    """Return the dynamic model of a panel, fitted once."""
    if id(panel) not in FITS:
        FITS[id(panel)] = panel, pi.latent.fit(panel, model="dynamic")
    return FITS[id(panel)][1]


CHARTS: dict[str, Callable[..., Any]] = {
    "trend": lambda p, **to: plot.trend(p, ["NGA", "KOR", "ITA"], **to),
    "trend, mean": lambda p, **to: plot.trend(p, ["NGA"], mean="all", band="se", **to),
    "trend, eight": lambda p, **to: plot.trend(p, EIGHT, **to),
    "trend, events": lambda p, **to: plot.trend(
        p, ["ITA", "NGA", "JPN"], events={"ITA": 2003, "NGA": 2004}, **to
    ),
    "small_multiples": lambda p, **to: plot.small_multiples(p, [*EIGHT, "NGA"], **to),
    "profile": lambda p, **to: plot.profile(p, "NGA", **to),
    "heatmap": plot.heatmap,
    "movers": lambda p, **to: plot.movers(p, latest(p) - 1, latest(p), **to),
    "movers, long": lambda p, **to: plot.movers(p, 2000, latest(p), **to),
    "standings": lambda p, **to: plot.standings(p, latest(p), **to),
    "standings, error": lambda p, **to: plot.standings(p, latest(p), error=0.9, **to),
    "yearly_means": plot.yearly_means,
    "decompose": plot.decompose,
    "event_study": lambda p, **to: plot.event_study(p, LAWS, **to),
    "transitions": plot.transitions,
    "world": lambda p, **to: plot.world(p, latest(p), **to),
    "latent_scores": lambda p, **to: plot.latent_scores(fitted(p), [*EIGHT, "NGA"], **to),
    "latent_scores, one": lambda p, **to: plot.latent_scores(fitted(p), "NGA", **to),
    "latent_scores, two": lambda p, **to: plot.latent_scores(fitted(p), ["SEN", "ECU"], **to),
    "latent_ranks": lambda p, **to: plot.latent_ranks(fitted(p), latest(p), **to),
    "latent_improved": lambda p, **to: plot.latent_improved(fitted(p), 2000, latest(p), **to),
    "latent_improved, region": lambda p, **to: plot.latent_improved(
        fitted(p), 2000, latest(p), region="Africa", highlight="Nigeria", **to
    ),
}

STYLES = ("default", "dark_background", "ggplot", "grayscale")

SIZES = ((4.5, 3.5), (6.0, 4.0), None)

ON_FIGURES = ("small_multiples", "profile", "latent_scores")

OF_COUNTRIES = (
    "trend",
    "trend, eight",
    "small_multiples",
    "heatmap",
    "standings",
    "world",
    "latent_scores",
    "latent_ranks",
    "latent_improved",
)


def kind_of(name: str) -> str:
    return name.partition(",")[0]


@cache
def data(which: str) -> pd.DataFrame:
    """Return the scores of the demonstration, or the published ones."""
    if which == "demo":
        return pi.score(pi.datasets.load_demo())
    import os

    folder = os.environ.get("POLICYINDEX_REAL_DATA")
    if not folder:
        pytest.skip("POLICYINDEX_REAL_DATA does not name the folder of the published file")
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", UserWarning
        )  # Haiti 2009: tests/reading/test_files.py tests the warning
        return pi.read_scores(f"{folder}/published_3p_2000_2013.dta")


def place(name: str, size: tuple[float, float] | None) -> dict[str, Any]:
    """Return the Axes or the Figure of a size, as an option of a chart."""
    if size is None:
        return {}
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=size, layout="constrained")
    return {"figure": figure} if kind_of(name) in ON_FIGURES else {"ax": figure.subplots()}


def drawn(name: str, which: str, size: Any, style: str) -> Picture | None:
    """Draw a chart, or return None where it refuses the size and names the one it needs."""
    import matplotlib.pyplot as plt

    with plt.style.context(style), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            chart = CHARTS[name](data(which), **place(name, size))
        except ValueError as error:
            if size is not None and re.search(r"needs a figure of at least \d", str(error)):
                return None
            raise
        return Picture(chart)


class Picture:
    """A chart as it is rendered: its pixels with and without text, and each text with its box."""

    def __init__(self, chart: Any) -> None:
        self.chart = chart
        self.figure: Figure = chart.figure.figure
        self.canvas = cast(Any, FigureCanvasAgg(self.figure))
        self.texts = self._texts()
        renderer = self.canvas.get_renderer()
        self.boxes = [Text.get_window_extent(text, renderer) for text in self.texts]

    def _texts(self) -> list[Text]:
        """Return the texts that are drawn, except the mark of synthetic data."""
        found: list[Text] = []
        draw = Text.draw

        def recording(text: Text, *arguments: Any) -> None:
            if text.get_visible() and text.get_text().strip() and text.get_text() != "SYNTHETIC":
                found.append(text)
            draw(text, *arguments)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Text, "draw", recording)
            self.canvas.draw()
        return list({id(text): text for text in found}.values())

    @property
    def words(self) -> str:
        return " ".join(" ".join(text.get_text() for text in self.texts).split())

    def head(self) -> str:
        """Return the title and the subtitle: the two texts at the top of the picture."""
        tops = [round(box.y1) for box in self.boxes]
        order = sorted(range(len(tops)), key=lambda place: -tops[place])
        return " ".join(" ".join(self.texts[place].get_text() for place in order[:2]).split())

    def overlaps(self, tolerance: float = 1.0) -> list[tuple[str, str]]:
        """Return the pairs of texts of which one covers the other by some pixels."""
        pairs = itertools.combinations(range(len(self.boxes)), 2)
        return [
            (self.texts[a].get_text(), self.texts[b].get_text())
            for a, b in pairs
            if self.boxes[a].padded(-tolerance).overlaps(self.boxes[b].padded(-tolerance))
        ]

    def cut(self, tolerance: float = 1.0) -> list[str]:
        """Return the texts that leave the page."""
        page = self.figure.bbox
        return [
            text.get_text()
            for text, box in zip(self.texts, self.boxes, strict=True)
            if box.x0 < page.x0 - tolerance
            or box.y0 < page.y0 - tolerance
            or box.x1 > page.x1 + tolerance
            or box.y1 > page.y1 + tolerance
        ]

    def small(self, width: float = 600, least: float = 9) -> list[tuple[str, float]]:
        """Return the texts that are smaller, in pixels, where the figure has a width in pixels."""
        pixels = width / (72 * self.figure.get_size_inches()[0])
        sizes = [(text.get_text(), round(text.get_fontsize() * pixels, 2)) for text in self.texts]
        return [(words, size) for words, size in sizes if size < least - 0.01]

    def faint(self, least: float = 4.5) -> list[tuple[str, float]]:
        """Return the texts whose colour is too near to the pixels under them."""
        hidden = [text for text in self.figure.findobj(Text) if text.get_visible()]
        for text in hidden:
            text.set_visible(False)
        # The layout stays: only pixels are drawn.
        engine = self.figure.get_layout_engine()
        self.figure.set_layout_engine("none")
        self.canvas.draw()
        pixels = np.asarray(self.canvas.buffer_rgba())[..., :3] / 255.0
        self.figure.set_layout_engine(engine)
        for text in hidden:
            text.set_visible(True)
        height = pixels.shape[0]
        weak = []
        for text, box in zip(self.texts, self.boxes, strict=True):
            rows = slice(max(int(height - box.y1), 0), max(int(height - box.y0), 1))
            under = pixels[rows, max(int(box.x0), 0) : max(int(box.x1), 1)].reshape(-1, 3)
            if not len(under):
                continue
            background = self._most_common(under)
            halo = self._halo(text)
            contrast = contrast_of(self._ink(text, background), halo or background)
            if contrast < least - 0.005:
                weak.append((text.get_text(), round(contrast, 2)))
        return weak

    @staticmethod
    def _most_common(under: np.ndarray) -> tuple[float, ...]:
        levels, counts = np.unique(np.round(under * 63).astype(int), axis=0, return_counts=True)
        chosen = np.round(under * 63).astype(int) == levels[counts.argmax()]
        return tuple(under[chosen.all(1)].mean(0))

    @staticmethod
    def _halo(text: Text) -> tuple[float, ...] | None:
        for effect in text.get_path_effects():
            if isinstance(effect, Stroke | withStroke):
                return to_rgb(effect._gc.get("foreground", "white"))
        patch = text.get_bbox_patch()
        if patch is not None and patch.get_facecolor()[3] > 0.9:
            return to_rgb(patch.get_facecolor())
        return None

    @staticmethod
    def _ink(text: Text, background: tuple[float, ...]) -> tuple[float, ...]:
        *ink, alpha = to_rgba(text.get_color())
        alpha *= 1 if text.get_alpha() is None else text.get_alpha()
        return tuple(alpha * a + (1 - alpha) * b for a, b in zip(ink, background, strict=True))

    def hues(self) -> set[tuple[float, ...]]:
        """Return the colours of all edges."""
        return {tuple(patch.get_edgecolor()) for patch in self.figure.findobj(Patch)}

    def alike(self) -> list[tuple[str, str]]:
        """Return the pairs of labelled lines of one Axes that nothing but a hue sets apart."""
        pairs = []
        for ax in self.figure.findobj(Axes):
            lines = [
                line
                for line in ax.lines
                if line.get_visible()
                and len(line.get_xdata()) > 2
                and line.get_linewidth() >= 1.2
                and line.get_linestyle() != "None"
            ]
            for one, other in itertools.combinations(lines, 2):
                if to_rgb(one.get_color()) == to_rgb(other.get_color()):
                    continue  # one series in parts, or lines in grey
                if one.get_linestyle() != other.get_linestyle() or dashes(one) != dashes(other):
                    continue
                if str(one.get_marker()) != str(other.get_marker()):
                    continue
                apart = abs(lightness(one.get_color()) - lightness(other.get_color()))
                if apart < 15:
                    pairs.append((str(one.get_label()), str(other.get_label())))
        return pairs


def dashes(line: Any) -> Any:
    return line._unscaled_dash_pattern


def luminance(colour: Any) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in to_rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_of(one: Any, other: Any) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lightness(colour: Any) -> float:
    y = luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27


def check(picture: Picture | None, size: Any) -> None:
    """Check what is true of every chart: see the rules 4 to 8 of the charts."""
    if picture is None:
        return
    faults: dict[str, Any] = {
        "overlap": picture.overlaps(),
        "cut": picture.cut(),
        "contrast": picture.faint(),
        "alike": picture.alike(),
    }
    if size is None:
        faults["small"] = picture.small()
    assert {name: each[:6] for name, each in faults.items() if each} == {}


QUICK = (
    "trend",
    "movers",
    "decompose",
    "event_study",
    "transitions",
    "yearly_means",
    "latent_scores, two",
)


def light(*names: str) -> list[Any]:
    """Return the names as parameters, those of charts with hundreds of texts marked slow."""
    return [
        pytest.param(name, marks=() if name in QUICK else pytest.mark.slow, id=name)
        for name in names
    ]


ROTATED = [(name, STYLES[k % 4], SIZES[k % 3]) for k, name in enumerate(QUICK)]


@pytest.mark.parametrize(("name", "style", "size"), ROTATED)
def test_a_chart_can_be_read(name: str, style: str, size: Any) -> None:
    check(drawn(name, "demo", size, style), size)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("which", ["demo", "published"])
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_can_be_read_at_every_size_in_every_style(
    name: str, which: str, style: str, size: Any
) -> None:
    check(drawn(name, which, size, style), size)


def test_the_measures_see_faults() -> None:
    figure = Figure((6, 4), dpi=100)
    ax = figure.subplots()
    ax.text(0.5, 0.5, "one", color="#cccccc", fontsize=4)
    ax.text(0.5, 0.5, "two")
    ax.text(0.99, 0.7, "a long text that leaves the page", transform=ax.transAxes)
    ax.plot([0, 1, 2], [0, 1, 2], color="#0072b2", lw=2)
    ax.plot([0, 1, 2], [2, 1, 0], color="#d55e00", lw=2)
    picture = Picture(ax)
    assert picture.overlaps() == [("one", "two")]
    assert picture.cut() == ["a long text that leaves the page"]
    assert [words for words, _ in picture.faint()] == ["one"]
    assert [words for words, _ in picture.small()] == ["one"]
    assert len(picture.alike()) == 1
    assert contrast_of("black", "white") == pytest.approx(21)
    assert lightness("#777777") == pytest.approx(50.0, abs=0.2)


NAMES = [name for name in CHARTS if "," not in name]

FINDING = re.compile(
    r"\b(rose|fell|ranks?|gain\w*|lost|los\w+|lead\w*|has|have|stay\w*|scor\w+|change\w*|mov\w+|held|less|more|"
    r"are|is|was|were|shares?|highest|lowest)\b"
)
"""Words of which a sentence with a finding has one."""


def settings() -> dict[str, Any]:
    """Return the settings of matplotlib; the first figure sets the backend."""
    return {name: value for name, value in mpl.rcParams.items() if name != "backend"}


@pytest.mark.slow
@pytest.mark.parametrize("name", light(*NAMES))
def test_the_head_names_the_index_and_its_finding_and_settings_stay(name: str) -> None:
    before = settings()
    picture = Picture(CHARTS[name](data("demo")))
    assert settings() == before
    head = picture.head()
    assert INDEX in head
    rest = head.replace(INDEX, "")
    assert re.search(r"\d", re.sub(r"\b(19|20)\d\d\b", "", rest)), head
    assert FINDING.search(rest), head


def check_own_title(name: str, loc: Any) -> None:
    words = "Words of the user that are long enough to be in the way"
    chart = CHARTS[name](data("demo"))
    if kind_of(name) in ON_FIGURES:
        chart.suptitle(words)
    else:
        chart.set_title(words, loc=loc)
    picture = Picture(chart)
    assert picture.overlaps() == []
    assert words in picture.words


@pytest.mark.parametrize(("name", "loc"), [("trend", "center"), ("decompose", "right")])
def test_a_title_of_the_user_covers_nothing(name: str, loc: str) -> None:
    check_own_title(name, loc)


@pytest.mark.slow
@pytest.mark.parametrize("loc", ["left", "center", "right"])
@pytest.mark.parametrize("name", NAMES)
def test_a_title_of_the_user_covers_nothing_of_any_chart(name: str, loc: str) -> None:
    check_own_title(name, loc)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_words_of_the_user_are_drawn(name: str) -> None:
    words = {"title": "My title", "subtitle": "My subtitle", "note": "My own note"}
    picture = Picture(CHARTS[name](data("demo"), **words))
    assert all(each in picture.words for each in words.values())
    assert INDEX not in picture.head()
    assert picture.overlaps() == []
    assert picture.cut() == []


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_COUNTRIES)
def test_a_highlighted_country_is_bold_in_colour_and_named(name: str) -> None:
    def chart(**to: Any) -> Any:
        if name == "trend":
            return plot.trend(data("demo"), ["KOR", "NGA", "ITA"], **to)
        if name == "trend, eight":
            return plot.trend(data("demo"), [*EIGHT[:7], "NGA"], **to)
        return CHARTS[name](data("demo"), **to)

    plain, stressed = Picture(chart()), Picture(chart(highlight="Nigeria"))

    def bold(picture: Picture) -> list[Text]:
        return [
            text
            for text in picture.texts
            if re.search(r"\bNigeria\b|\bNGA\b", text.get_text())
            and len(text.get_text()) < 40
            and str(text.get_fontweight()) in ("bold", "700")
        ]

    colours = {to_rgb(text.get_color()) for text in bold(stressed)}
    others = {to_rgb(text.get_color()) for text in bold(plain)}
    if name == "world":  # a square with an edge of its own colour
        assert stressed.hues() - plain.hues()
    else:
        assert bold(stressed)
        assert colours - others or len(bold(stressed)) > len(bold(plain))


@pytest.mark.parametrize(
    "name",
    light(
        "trend",
        "small_multiples",
        "profile",
        "heatmap",
        "yearly_means",
        "decompose",
        "latent_scores",
    ),
)
def test_a_thin_year_is_on_no_axis_and_in_the_note(name: str) -> None:
    panel = data("demo")
    thin = panel.xs(2009, level="year", drop_level=False).loc[["TLS"]].rename({2009: 2010}, level=1)
    both = pd.concat([panel, thin]).sort_index()
    both.attrs = dict(panel.attrs)
    picture = Picture(CHARTS[name](both))
    for ax in picture.figure.findobj(Axes):
        low, high = ax.get_xlim()
        if 1990 < low < 2010:  # an axis of years
            assert high < 2010
    texts = [text.get_text() for text in picture.texts]
    assert not any(re.fullmatch(r"2010(\n.*)?", text, re.DOTALL) for text in texts)
    assert "2010" in picture.words


def test_a_part_of_the_world_says_of_how_many() -> None:
    panel = data("demo")
    africa = panel[pi.countries.region(panel.index.get_level_values(0)).to_numpy() == "Africa"]
    n = int(africa["overall"].xs(2009, level="year").count())
    for chart in (plot.standings(africa, 2009), plot.world(africa, 2009)):
        assert re.search(rf"\b{n}\b", Picture(chart).words)


@pytest.mark.slow
def test_scores_without_a_scale_have_no_direction() -> None:
    total = data("demo")["overall"].add(5).rename("total")
    charts = (plot.trend(total, ["NGA", "KOR"]), plot.world(total, 2009), plot.heatmap(total))
    for chart in charts:
        words = Picture(chart).words
        assert not re.search(r"\bworst\b|\bbest\b", words)
        assert re.search(r"lowest seen,? \d", words, re.IGNORECASE), words


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted({kind_of(name) for name in CHARTS}))
def test_a_notebook_shows_one_picture(kind: str) -> None:
    nbformat: Any = pytest.importorskip("nbformat")
    nbclient: Any = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    calls = {
        "trend": "trend(s, ['Nigeria'])",
        "small_multiples": "small_multiples(s, ['Nigeria', 'Italy'])",
        "profile": "profile(s, 'Nigeria')",
        "heatmap": "heatmap(s)",
        "movers": "movers(s, 2008, 2009)",
        "standings": "standings(s, 2009)",
        "yearly_means": "yearly_means(s)",
        "decompose": "decompose(s)",
        "event_study": "event_study(s, s.reset_index().groupby('country')['year'].min() + 4)",
        "transitions": "transitions(s)",
        "world": "world(s, 2009)",
        "latent_scores": "latent_scores(pi.latent.fit(s), ['Nigeria', 'Italy'])",
        "latent_ranks": "latent_ranks(pi.latent.fit(s), 2009)",
        "latent_improved": "latent_improved(pi.latent.fit(s), 2000, 2009)",
    }
    lines = [
        "%matplotlib inline",
        "import policyindex as pi",
        "s = pi.score(pi.datasets.load_demo())",
        f"pi.plot.{calls[kind]}",
    ]
    code = "\n".join(lines)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(book, timeout=120, kernel_name="python3").execute()
    outputs = book.cells[0].outputs
    assert sum("image/png" in each.get("data", {}) for each in outputs) == 1
