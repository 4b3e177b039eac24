"""What the job engine costs, as ratios taken within one run: ``python -m tests.benchmarks.engine``."""
