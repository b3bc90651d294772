export interface Config {
  mlPipelines?: {
    /** Where the backend keeps its working files; the local target uses the folder `local` in it. */
    dataDir?: string;
    /** Pipelines that run as supervised processes on the portal's own machine. */
    local?: {
      /** Whether targets of kind `local` are offered. Default true. */
      enabled?: boolean;
      /**
       * Folder of the pipelines: logs, models, offsets, secrets. At most 82 bytes long, as Unix
       * sockets lie below it. Default: `local` in `mlPipelines.dataDir`.
       */
      dataDir?: string;
      /**
       * Python interpreter that has the package `pipeline-runtime` installed. Default: the one of
       * `packages/pipeline-runtime/.venv` of this repository, else that of `mlpipe` on the PATH.
       */
      pythonPath?: string;
      /** Address that pipelines listen on. Default 127.0.0.1, which only this machine reaches. */
      host?: string;
      /** Ports for pipelines that do not ask for one. Default `18000-18999`. */
      portRange?: string;
      /** Unix user that pipelines run as; the portal must run as root for it. Default: the portal's. */
      runAsUser?: string;
    };
  };
}
