"""A handful of real jobs through the public HTTP API, and what came of them as files one can look at."""
