"""The subcommands of `mlpipe`."""
