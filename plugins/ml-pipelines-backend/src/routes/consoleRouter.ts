import type { AuditorService } from '@backstage/backend-plugin-api';
import {
  invokeRequestSchema,
  pipelineInvokePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { toError } from '@backstage/errors';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { PipelineConsole } from '../console/PipelineConsole';
import { parseInput } from '../http/parseInput';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';

/** Options of {@link createConsoleRouter}. */
export interface ConsoleRouterOptions {
  authorize: AuthorizeFn;
  auditor: AuditorService;
  console: PipelineConsole;
}

/** The test console: sends a sample through the pipeline and shows the answer. */
export function createConsoleRouter(options: ConsoleRouterOptions): Router {
  const router = PromiseRouter();

  router.post('/pipelines/:name/invoke', async (req, res) => {
    const { name } = req.params;
    await options.authorize(req, pipelineInvokePermission, name);
    const { lines } = parseInput(invokeRequestSchema, req.body);
    const event = await options.auditor.createEvent({
      eventId: 'pipeline-invoke',
      severityLevel: 'low',
      request: req,
      meta: { pipeline: name, lines: lines.length },
    });
    try {
      const answer = await options.console.invoke(name, lines);
      await event.success({ meta: { status: answer.status } });
      res.json(answer);
    } catch (error) {
      await event.fail({ error: toError(error) });
      throw error;
    }
  });

  return router;
}
