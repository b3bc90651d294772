"""The agent of the local target (`mlpipe host`)."""
