"""Reading log lines: headers, times, templates."""
