# Sourced by every script: puts the tools of this checkout first on PATH.
MLP_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export MLP_ROOT
MLP_NODE_HOME="$MLP_ROOT/.tools/node_modules/node"
if [ -x "$MLP_NODE_HOME/bin/node" ]; then
  PATH="$MLP_NODE_HOME/bin:$PATH"
  # Native modules must find the headers of this very Node, not of another one.
  for headers in "$MLP_NODE_HOME"/node_modules/node-*; do
    if [ -d "$headers/include/node" ]; then
      export npm_config_nodedir="$headers"
    fi
  done
fi
PATH="$MLP_ROOT/.tools/bin:$MLP_ROOT/packages/pipeline-runtime/.venv/bin:$PATH"
export PATH
