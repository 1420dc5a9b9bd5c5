"""medlit inside other frameworks. Each module imports its framework itself."""
