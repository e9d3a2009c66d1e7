"""Kernels: arrays in, arrays out. NumPy and SciPy only; no labels, no pandas."""
