"""What the runtime keeps on disk."""
