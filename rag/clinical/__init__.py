"""A patient's record and symptoms: findings, possible diseases, each from the literature."""
