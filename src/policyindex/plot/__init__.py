"""Charts of scores, ranks and their changes.

Each function draws on one matplotlib ``Axes`` and returns it, or on one ``Figure`` if it needs
several. Without one it makes its own, which notebooks and ``pyplot.show`` display. The numbers are
those of the function of the same name in :mod:`policyindex`.

**Words and colours.** All charts take these options:

title, subtitle : str
    They replace the default ones, which name the index and its main finding; ``""`` leaves one
    out. A later ``ax.set_title`` replaces the title too, and stands above the subtitle.
note : str
    Stands in the footnote, after the notes of the chart and before the source.
highlight : str or iterable of str
    Countries, by name or code: bold, in colour and labelled wherever the chart shows countries.
palette : mapping of str to str, or sequence of str
    The colour of each country, by name or code, or of each dimension; countries that a chart does
    not show change nothing, so that one palette serves many charts. Or colours in the order of
    the lines.

**Style.** Colours, the size of type and the size of new figures are those of matplotlib's
``rcParams``, if a style sheet changes them. A colour that could not be read on its ground is
replaced by its nearest legible twin. No setting is changed.

**Size.** Your own Axes should be 4.5 by 3.5 inches or larger, on a figure with
``layout="constrained"``, which separates titles and footnotes from the neighbours. A list that
does not fit its Axes keeps its first rows and says so; a chart of several Axes that does not fit
its figure is refused, with the size that it needs. The Axes of such a chart have names:
``{ax.get_label(): ax for ax in chart.axes}``.

**Scales.** The scale of scores is that of the codebook, by their name, or the one that ``scale=``
states. Other values have no scale and no direction: their axis shows the values seen, and no chart
calls one of them worst or best.

**Years.** An axis of years begins and ends with years that are not thin: a thin year has fewer
scores than a quarter of the fullest year of its source. The footnote names the years left out.
Years that you name are drawn. A vertical line marks the year in which another source begins (see
:func:`policyindex.splice`).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._saving import save
    from .gains import movers
    from .lines import trend
    from .matrices import heatmap, transitions
    from .means import decompose, event_study, yearly_means
    from .multiples import small_multiples
    from .positions import latent_improved, latent_ranks, latent_scores
    from .profiles import profile
    from .ranked import standings
    from .tiles import world

__all__ = [
    "decompose",
    "event_study",
    "heatmap",
    "latent_improved",
    "latent_ranks",
    "latent_scores",
    "movers",
    "profile",
    "save",
    "small_multiples",
    "standings",
    "transitions",
    "trend",
    "world",
    "yearly_means",
]

_MODULES = {
    "_saving": "save",
    "gains": "movers",
    "lines": "trend",
    "matrices": "heatmap transitions",
    "means": "decompose event_study yearly_means",
    "multiples": "small_multiples",
    "positions": "latent_improved latent_ranks latent_scores",
    "profiles": "profile",
    "ranked": "standings",
    "tiles": "world",
}

_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Load the module of a chart, and matplotlib with it, on first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    answer = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = answer
    return answer


def __dir__() -> list[str]:
    return list(__all__)
