"""The levels behind the coded ones: their prior, and their probabilities given the codings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._kernels import hidden_chain
from .._options import one_of
from .._wording import listed, quoted
from ..codebooks.model import Codebook, Dimension
from ..panel.dimensions import refuse_other_sums
from ..typing import CodingError, Prior
from .matrices import levels_of, matrices

Float64 = NDArray[np.float64]

Ints = NDArray[np.int64]

PRIORS = ("fitted", "coded")


class Truth(NamedTuple):
    """One dimension: how it is coded, and what that says of its true levels."""

    lowest: int
    error: Float64
    """Probability of each coded level (columns) given the true one (rows)."""
    prior: Float64
    codes: Ints
    """Countries by calendar years, from 0; -1 is missing."""
    fitted: hidden_chain.Chain | None
    """The chain fitted to the panel, if its prior is the one above."""

    @property
    def posterior(self) -> Float64:
        """The probability of each true level (columns) given the coded one (rows)."""
        joint = self.prior * self.error.T
        sums = joint.sum(1, keepdims=True)
        return np.divide(joint, sums, out=np.tile(self.prior, (len(sums), 1)), where=sums > 0)

    def chain(self) -> hidden_chain.Chain:
        """Return the chain of true levels; a prior that is not fitted is held."""
        return self.fitted or hidden_chain.fit(self.codes, self.error, self.prior)


def truths(
    dims: pd.DataFrame, *, error: CodingError, prior: Prior, codebook: Codebook
) -> list[Truth]:
    """Return the truth of each dimension of checked scores, or refuse the error or the prior."""
    refuse_other_sums(codebook, "scores and ranks under coding error")
    errors, priors = matrices(error, codebook), _priors(prior, codebook)
    answer = []
    for dimension in codebook.dimensions:
        column = dims[dimension.name]
        matrix = errors[dimension.name].to_numpy()
        codes, wanted = _codes(column, dimension.scores.start), priors[dimension.name]
        _refuse_impossible(column, matrix.sum(0) > 0, dimension, "error")
        fitted = None
        if not isinstance(wanted, str):
            shares = wanted
            _refuse_impossible(column, shares @ matrix > 0, dimension, "error and prior")
        elif wanted == "coded":
            shares = _coded_shares(codes, len(matrix))
            _refuse_impossible(column, shares @ matrix > 0, dimension, "error and prior")
        else:
            fitted = hidden_chain.fit(codes, matrix)
            shares = fitted.prior
        answer.append(Truth(dimension.scores.start, matrix, shares, codes, fitted))
    return answer


def assumption(error: CodingError, prior: Prior) -> str:
    """Return what probabilities under coding error assume, as a label of the answer."""
    if isinstance(error, int | float):
        how = f"each level is coded correctly with probability {error:g}, else one level off"
    else:
        how = "each level is coded as the matrices of error state"
    source = {"fitted": "fitted to the panel", "coded": "the coded shares"}
    shares = source[prior] if isinstance(prior, str) else "as passed"
    return (
        f"{how}; errors are independent between dimensions, countries and years; the shares of "
        f"the true levels are {shares}"
    )


def _codes(column: pd.Series, lowest: int) -> Ints:
    """Return the codes of a dimension, countries by calendar years."""
    units, _ = pd.factorize(column.index.get_level_values("country"))
    years = column.index.get_level_values("year").to_numpy()
    values = column.to_numpy()
    coded = ~np.isnan(values)
    if not coded.any():
        return np.full((0, 0), -1)
    first, last = years[coded].min(), years[coded].max()
    table = np.full((units.max() + 1, last - first + 1), -1)
    table[units[coded], years[coded] - first] = values[coded].astype(np.int64) - lowest
    return table


def _coded_shares(codes: Ints, levels: int) -> Float64:
    counts = np.bincount(codes[codes >= 0], minlength=levels)
    return counts / counts.sum() if counts.any() else np.full(levels, 1 / levels)


def _refuse_impossible(
    column: pd.Series, possible: NDArray[np.bool_], dimension: Dimension, rule: str
) -> None:
    """Refuse levels that are coded although error and prior rule them out."""
    values = column.dropna()
    wrong = ~possible[(values.to_numpy() - dimension.scores.start).astype(np.intp)]
    if wrong.any():
        country, year = values.index[int(wrong.argmax())]
        level = values.iloc[int(wrong.argmax())]
        raise ValueError(
            f"{rule} must allow every level that is coded; {wrong.sum()} codings of "
            f"{dimension.name} have probability 0, the first level {level:g} at {country} {year}; "
            f"check that rows of error are true levels and columns coded ones"
        )


def _priors(prior: Prior, codebook: Codebook) -> dict[str, str | Float64]:
    """Return the prior of each dimension, a name or probabilities, or refuse it."""
    names = [each.name for each in codebook.dimensions]
    if isinstance(prior, str):
        return dict.fromkeys(names, one_of("prior", prior, PRIORS))
    if not isinstance(prior, Mapping):
        return {each.name: _shares(prior, "prior", each) for each in codebook.dimensions}
    if set(prior) != set(names):
        raise ValueError(
            f"prior must have the shares of the levels for each dimension ({listed(names)}), or "
            f"be one for all; it has {listed(prior) or 'none'}"
        )
    return {
        each.name: _shares(prior[each.name], f"prior of {each.name}", each)
        for each in codebook.dimensions
    }


def _shares(prior: Any, label: str, dimension: Dimension) -> Float64:
    """Return the shares of the true levels of one dimension, or refuse them."""
    levels = levels_of(dimension)
    try:
        is_real = not np.iscomplexobj(np.asarray(prior))
        shares = np.array(prior, dtype=np.float64) if is_real else np.empty(0)
    except (TypeError, ValueError, ArithmeticError):
        shares = np.empty(0)
    if shares.shape != levels.shape or (
        isinstance(prior, pd.Series) and list(prior.index) != levels.tolist()
    ):
        raise ValueError(
            f"{label} must be {listed(PRIORS)}, or a share for each level of {dimension.name}, "
            f"{levels[0]} to {levels[-1]}, in order; got {quoted(prior)}"
        )
    if not (shares >= 0).all() or not abs(shares.sum() - 1) < 1e-9:
        raise ValueError(f"{label} must hold probabilities that sum to 1; got {shares.tolist()}")
    return shares
