"""Malformed files, and what becomes of each: see docs/hostile.md."""
