"""Running a graph: runner, learning, stream, batches."""
