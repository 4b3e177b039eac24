"""Listening with Whisper: windows, attempts, segments, words."""
