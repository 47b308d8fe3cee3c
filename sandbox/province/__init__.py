"""The synthetic province: pure, vectorised and deterministic by seed and date; knows nothing of HTTP or formats."""
