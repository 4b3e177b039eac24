"""Plan, launch and look after batches, and copy their results to their owners' buckets."""
