"""Fuzzing of readers, workbooks of coders, codebooks and command lines; see docs/hostile.md."""
