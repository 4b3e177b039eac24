"""The sample campaign: planned, launched, made, and asked for once more."""
