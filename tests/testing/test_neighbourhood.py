"""The laws of means of peers and of Moran's I: what they state."""

from __future__ import annotations

from policyindex.testing import Law, moran_laws, peer_laws


def statement(laws: tuple[Law, ...], name: str) -> str:
    return next(law.statement for law in laws if law.name == name)


def test_the_laws_of_the_form_name_every_column() -> None:
    assert statement(peer_laws, "form") == "Every row has mean, n, peers, low and high."
    assert statement(moran_laws, "form") == "Every year has i, expected, pvalue and n."
