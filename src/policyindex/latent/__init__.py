"""Latent scores: the scores as measurements of a position that nobody observes."""

from .comparison import improved, leads, ranks
from .draws import Pooled, combine, plausible_values
from .models import Fit, fit
from .prediction import held_out, predict
from .shifts import Drift, drift

__all__ = [
    "Drift",
    "Fit",
    "Pooled",
    "combine",
    "drift",
    "fit",
    "held_out",
    "improved",
    "leads",
    "plausible_values",
    "predict",
    "ranks",
]
