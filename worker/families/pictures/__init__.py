"""What drawing needs beside the pipeline: tasks, sizes, sources, schedulers, adapters."""
