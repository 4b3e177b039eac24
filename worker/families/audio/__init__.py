"""The models that make sound of a prompt."""
