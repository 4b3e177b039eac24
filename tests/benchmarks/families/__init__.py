"""What the families cost: loading, generating alone and in batches, being followed step by step."""
