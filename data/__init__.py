"""Data files shipped with policyindex; the origin of each is in ``README.md`` beside them."""
