"""Data files shipped with policyindex, with the origin of each in ``README.md``."""
