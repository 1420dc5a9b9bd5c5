"""What texts claim, by words alone: content, numbers, negation, direction, doubt. No model."""
