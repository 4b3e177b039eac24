"""What a video pipeline says of itself, and what it shows while it draws."""
