import type { LogLine } from '@mlpipe/plugin-ml-pipelines-common';
import type {
  LogOptions,
  RunFile,
  RunObservation,
  RunRef,
  StartRunRequest,
  TargetDriver,
} from '@mlpipe/plugin-ml-pipelines-node';

/** The methods on runs of a driver that has them. */
export interface RunDriver {
  start(request: StartRunRequest<unknown>): Promise<void>;
  observe(run: RunRef<unknown>): Promise<RunObservation>;
  logs(run: RunRef<unknown>, options: LogOptions): AsyncIterable<LogLine>;
  cancel(run: RunRef<unknown>): Promise<void>;
  collect(run: RunRef<unknown>): Promise<RunFile[]>;
  remove(run: RunRef<unknown>): Promise<void>;
}

/** Undefined for a driver that executes no runs. */
export function runDriverOf(driver: TargetDriver): RunDriver | undefined {
  const { startRun, observeRun, runLogs, cancelRun, collectRun, removeRun } =
    driver;
  if (
    !startRun ||
    !observeRun ||
    !runLogs ||
    !cancelRun ||
    !collectRun ||
    !removeRun
  ) {
    return undefined;
  }
  return {
    start: startRun.bind(driver),
    observe: observeRun.bind(driver),
    logs: runLogs.bind(driver),
    cancel: cancelRun.bind(driver),
    collect: collectRun.bind(driver),
    remove: removeRun.bind(driver),
  };
}
