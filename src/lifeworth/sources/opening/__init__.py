"""Ways into files: each leaves a relation of raw cells with line numbers."""
