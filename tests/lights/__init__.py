"""The lights of a year: what every target's status is on every day, and why it changes."""
