"""Speaking a text: its sentences, its noise."""
