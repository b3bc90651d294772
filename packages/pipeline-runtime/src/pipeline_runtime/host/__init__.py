"""`mlpipe host`: the agent that runs releases of pipelines on this machine under supervisord.

Every command is idempotent and may be killed at any point: what is on disk says which release is
active, and the next call converges towards it.
"""
