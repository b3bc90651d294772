import { InputError } from '@backstage/errors';
import {
  hasErrors,
  pipelineCreatePermission,
  validateRequestSchema,
  ValidateResponse,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Router } from 'express';
import PromiseRouter from 'express-promise-router';
import type { AuthorizeFn } from '../permissions/AuthorizeFn';
import type { PipelineValidator } from '../pipelines/PipelineValidator';
import { parseInput } from '../http/parseInput';

/** `POST /validate`: all problems of a document or of YAML text at once; stores nothing. */
export function createValidateRouter(options: {
  validator: PipelineValidator;
  authorize: AuthorizeFn;
}): Router {
  const { validator, authorize } = options;
  const router = PromiseRouter();

  router.post('/validate', async (req, res) => {
    await authorize(req, pipelineCreatePermission);
    const { document, yaml } = parseInput(validateRequestSchema, req.body);
    if ((document === undefined) === (yaml === undefined)) {
      throw new InputError('Send either "document" or "yaml".');
    }
    const { problems } =
      yaml === undefined
        ? await validator.validate(document)
        : await validator.validateYaml(yaml);
    const answer: ValidateResponse = { valid: !hasErrors(problems), problems };
    res.json(answer);
  });

  return router;
}
