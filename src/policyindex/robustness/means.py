"""Means of scores when every coded level may be wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..codebooks.model import Codebook
from ..codebooks.three_p import THREE_P
from ..panel.dimensions import dimensions
from ..panel.labels import carry
from ..typing import CodingError, Prior
from .errors import _possible, _scores
from .truth import assumption, truths


def error_means(
    panel: pd.DataFrame,
    *,
    error: CodingError,
    prior: Prior = "fitted",
    codebook: Codebook = THREE_P,
) -> pd.DataFrame:
    """Compute each year's mean of the true overall scores, and its error of coding.

    A country with a missing dimension is not part of its year. Higher is better.

    Parameters
    ----------
    panel : DataFrame, index (country, year)
        A column per dimension.
    error : float, DataFrame, matrix, or mapping of str to these
        As for :func:`policyindex.error_ranks`.
    prior : {"fitted", "coded"}, array, or mapping of str to array
        As for :func:`policyindex.error_ranks`.
    codebook : Codebook
        The dimensions and their scales.

    Returns
    -------
    DataFrame, index year
        ``mean`` of the coded scores; ``true_mean``, the expected mean of the true scores;
        ``se``, the standard deviation of the latter, in points; and ``n``. Missing except ``n``
        without a score. ``attrs["se"]`` says of what ``se`` is an error.

    Raises
    ------
    PanelError, ValueError
        As for :func:`policyindex.error_ranks`.

    See Also
    --------
    policyindex.yearly_means : The error of sampling countries, which is another one.

    Notes
    -----
    *Assumption.* As for :func:`policyindex.error_ranks`: coders err independently between
    countries, so ``se = sqrt(sum of variances) / n``. It does not fall with the square root of
    the years: an error that all coders share is not part of it.

    Examples
    --------
    >>> from policyindex import datasets, score
    >>> error_means(score(datasets.load_demo()), error=0.9).round(3).head(2)
           mean  true_mean     se   n
    year
    2000  7.716      7.766  0.067  67
    2001  8.000      8.044  0.063  76
    """
    dims = dimensions(panel, codebook)
    parts = truths(dims, error=error, prior=prior, codebook=codebook)
    values = dims.to_numpy()
    rows = ~np.isnan(values).any(axis=1)
    columns = np.full((len(dims), 3), np.nan)
    if rows.any():
        probabilities, scores = _scores(values[rows], parts), _possible(parts)
        expected = probabilities @ scores
        columns[rows, 0] = values[rows].sum(axis=1)
        columns[rows, 1] = expected
        columns[rows, 2] = (probabilities * (scores - expected[:, None]) ** 2).sum(axis=1)
    table = pd.DataFrame(columns, index=dims.index, columns=["coded", "true", "variance"])
    by_year = table.groupby(level="year")
    n = by_year["coded"].count()
    means = by_year[["coded", "true"]].mean()
    answer = pd.DataFrame(
        {
            "mean": means["coded"],
            "true_mean": means["true"],
            "se": np.sqrt(by_year["variance"].sum(min_count=1)) / n.clip(lower=1),
            "n": n,
        }
    )
    return carry(answer, dims, se="coding", assumption=assumption(error, prior))
