import { NotFoundError, toError } from '@backstage/errors';
import {
  LogLine,
  pipelineReadPermission,
  RuntimeLog,
  runtimeLogQuerySchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { LogOptions } from '@mlpipe/plugin-ml-pipelines-node';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { EventStream, resumePosition } from '../http/EventStream';
import { parseInput } from '../http/parseInput';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { TargetRegistry } from '../targets/TargetRegistry';

const LEVELS: Array<LogLine['level']> = ['debug', 'info', 'warning', 'error'];

/** Options of {@link createLogsRouter}. */
export interface LogsRouterOptions {
  authorize: AuthorizeFn;
  pipelines: Pick<PipelineStore, 'get'>;
  targets: Pick<TargetRegistry, 'get'>;
  /** Ends streams, so that the portal need not wait for its readers. */
  shutdown: AbortSignal;
}

/**
 * Logs of the runtime: paged, and followed live as server-sent events that
 * resume where the reader was (the cursor of a line is its event id).
 */
export function createLogsRouter(options: LogsRouterOptions): Router {
  const router = PromiseRouter();

  const open = async (name: string, logOptions: LogOptions) => {
    const pipeline = await options.pipelines.get(name);
    if (!pipeline) {
      throw new NotFoundError(`There is no pipeline "${name}"`);
    }
    const { driver, ref } = await options.targets.get(
      pipeline.deployedTarget ?? pipeline.target,
    );
    return driver.logs({ pipeline: name, target: ref }, logOptions);
  };
  const atLeast = (level: LogLine['level'] | undefined) => (line: LogLine) =>
    LEVELS.indexOf(line.level) >= LEVELS.indexOf(level ?? 'debug');

  router.get('/pipelines/:name/logs', async (req, res) => {
    const { name } = req.params;
    await options.authorize(req, pipelineReadPermission, name);
    const { after, limit, level, replica, previous } = parseInput(
      runtimeLogQuerySchema,
      req.query,
    );
    const wanted = atLeast(level);
    const items: LogLine[] = [];
    let next = after;
    const asked = { after, tail: limit, replica, previous };
    for await (const line of await open(name, asked)) {
      next = line.cursor;
      if (wanted(line) && items.push(line) >= limit) {
        break;
      }
    }
    const answer: RuntimeLog = { items, next };
    res.json(answer);
  });

  router.get('/pipelines/:name/logs/stream', async (req, res) => {
    const { name } = req.params;
    await options.authorize(req, pipelineReadPermission, name);
    const { level, replica } = parseInput(runtimeLogQuerySchema, req.query);
    const wanted = atLeast(level);
    // The reader may go, or the portal end, while the target is still asked.
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, options.shutdown]);
    const lines = await open(name, {
      after: resumePosition(req),
      replica,
      follow: true,
      signal,
    });
    const stream = new EventStream(res);
    try {
      for await (const line of lines) {
        if (wanted(line)) {
          stream.send('log', line, line.cursor);
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        stream.send('problem', { message: toError(error).message });
      }
    }
    stream.end();
  });

  return router;
}
