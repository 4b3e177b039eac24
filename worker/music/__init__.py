"""Notes as the platform knows them: pieces, scores, MIDI files, sound and pictures. No model library is used here."""
