"""Training of what medlit ships: pairs from labelled sets and from the literature, and the fits."""
