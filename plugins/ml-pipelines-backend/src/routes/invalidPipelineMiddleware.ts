import {
  InvalidPipelineBody,
  InvalidPipelineError,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { ErrorRequestHandler } from 'express';

/** Answers an invalid document with all its problems; the framework's own handler knows only the message. */
export function invalidPipelineMiddleware(): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (!(error instanceof InvalidPipelineError) || response.headersSent) {
      next(error);
      return;
    }
    const body: InvalidPipelineBody & Record<string, unknown> = {
      error: {
        name: 'InputError',
        message: error.message,
        problems: error.problems,
      },
      request: { method: request.method, url: request.url },
      response: { statusCode: 400 },
    };
    response.status(400).json(body);
  };
}
