"""The project's own networks, and their latent spaces."""
