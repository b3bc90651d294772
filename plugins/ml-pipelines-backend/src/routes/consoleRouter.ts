import type { AuditorService } from '@backstage/backend-plugin-api';
import {
  invokeRequestSchema,
  pipelineInvokePermission,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { PipelineConsole } from '../console/PipelineConsole';
import { parseInput } from '../http/parseInput';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import { audited } from './audited';

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
    const answer = await audited(
      options.auditor,
      {
        eventId: 'pipeline-invoke',
        severityLevel: 'low',
        request: req,
        meta: { pipeline: name, lines: lines.length },
      },
      async () => {
        const result = await options.console.invoke(name, lines);
        return { result, meta: { status: result.status } };
      },
    );
    res.json(answer);
  });

  return router;
}
