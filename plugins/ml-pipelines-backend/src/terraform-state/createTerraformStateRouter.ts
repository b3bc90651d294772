import type {
  AuditorService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import {
  AuthenticationError,
  ConflictError,
  InputError,
  NotAllowedError,
  toError,
} from '@backstage/errors';
import { Request, Response, Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { parseBasicAuth } from './parseBasicAuth';
import { StaleAttemptError, StateLockedError } from './errors';
import {
  lockIdOf,
  loggedStackIdOf,
  md5Of,
  parseLockInfo,
  readBody,
  stackIdOf,
} from './stateRequest';
import { TerraformStateStore } from './TerraformStateStore';

/*
 * Terraform's `http` backend, server side. Source of the client:
 * hashicorp/terraform internal/backend/remote-state/http/client.go.
 *
 * Who calls: Terraform processes of attempts, never people and never other plugins. So Backstage's own
 * credentials do not apply; the plugin registers the path as `unauthenticated` and this router demands
 * Basic auth, with the attempt as user and a token for exactly one stack and one attempt as password.
 *
 * What the client understands, and what follows for the answers:
 * - GET: 200 with the document, 204 when there is none. It checks `Content-MD5` when it is sent.
 * - POST `?ID=<lock>`: 200. It ignores the body of a refusal and prints the status alone, therefore the
 *   reason goes to the log and the audit.
 * - LOCK: 200, or 423 with the JSON of the *holder*; anything unreadable becomes "failed to unmarshal".
 *   Of the holder it prints the ID alone, which is why a replaced attempt is told so in a made-up ID.
 * - UNLOCK: 200. `terraform force-unlock` sends an empty body and so cannot say which lock it means: it is
 *   refused here. Breaking a lock takes a permission and leaves an audit record, elsewhere.
 * - It repeats requests after connection errors and 5xx answers. Every method is therefore safe to repeat,
 *   and everything that will not get better by repeating is answered with 4xx.
 *
 * Bodies are read here as they are, because their MD5 is checked, and only from callers that showed their
 * token: mount this router before any body parser.
 */

/** To be registered with `httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' })`. */
export const TERRAFORM_STATE_PATH = '/terraform/state';

const STATE_LIMIT = '64mb';
const LOCK_LIMIT = '64kb';
const STACK_PATH = `${TERRAFORM_STATE_PATH}/:stackId`;

/** Options of {@link createTerraformStateRouter}. */
export interface TerraformStateRouterOptions {
  store: TerraformStateStore;
  logger: LoggerService;
  auditor: AuditorService;
}

interface Caller {
  stackId: string;
  attemptId: string;
}

type Handler = (req: Request, res: Response, caller: Caller) => Promise<void>;

/** Serves `GET`, `POST`, `DELETE`, `LOCK` and `UNLOCK` of `/terraform/state/:stackId`. */
export function createTerraformStateRouter(
  options: TerraformStateRouterOptions,
): Router {
  const { store, logger, auditor } = options;
  const router = PromiseRouter();

  async function authenticate(req: Request): Promise<Caller> {
    const stackId = stackIdOf(req);
    const login = parseBasicAuth(req.headers.authorization);
    if (!login) {
      throw new AuthenticationError(
        'Give the attempt as user and its token as password.',
      );
    }
    const caller = { stackId, attemptId: login.user };
    const check = await store.checkToken({ ...caller, token: login.password });
    if (check === 'unknown') {
      throw new AuthenticationError(
        'The token is unknown, has expired or was revoked.',
      );
    }
    if (check === 'other-stack') {
      throw new NotAllowedError('The token is for another stack.');
    }
    return caller;
  }

  function handle(actionType: string, handler: Handler) {
    return async (req: Request, res: Response) => {
      res.set('Cache-Control', 'no-store');
      const event = await auditor.createEvent({
        eventId: 'terraform-state',
        severityLevel: actionType === 'delete' ? 'medium' : 'low',
        meta: { actionType, stackId: loggedStackIdOf(req) },
      });
      let meta = {};
      try {
        const caller = await authenticate(req);
        meta = { attemptId: caller.attemptId };
        await handler(req, res, caller);
        await event.success({ meta });
      } catch (error) {
        await event.fail({ error: toError(error), meta });
        refuse(actionType, req, res, error);
      }
    };
  }

  function refuse(
    actionType: string,
    req: Request,
    res: Response,
    error: unknown,
  ): void {
    const { message } = toError(error);
    if (error instanceof StateLockedError) {
      res.status(423).json(error.lock.info);
    } else if (error instanceof StaleAttemptError && actionType === 'lock') {
      res.status(423).json(error.toLockInfo());
    } else if (error instanceof AuthenticationError) {
      res.set('WWW-Authenticate', 'Basic realm="terraform-state"');
      res.status(401).json({ error: message });
    } else if (error instanceof NotAllowedError) {
      res.status(403).json({ error: message });
    } else if (error instanceof ConflictError) {
      res.status(409).json({ error: message });
    } else if (error instanceof InputError) {
      res.status(400).json({ error: message });
    } else {
      throw error;
    }
    logger.warn(
      `Refused Terraform state ${actionType} of stack "${loggedStackIdOf(
        req,
      )}" with ${res.statusCode}: ${message}`,
    );
  }

  router.get(
    STACK_PATH,
    handle('read', async (_req, res, { stackId }) => {
      const state = await store.read(stackId);
      if (!state) {
        res.status(204).end();
        return;
      }
      res
        .type('application/json')
        .set(
          'Content-MD5',
          Buffer.from(state.version.md5, 'hex').toString('base64'),
        )
        .send(state.content);
    }),
  );

  router.post(
    STACK_PATH,
    handle('write', async (req, res, caller) => {
      await store.write({
        ...caller,
        lockId: lockIdOf(req),
        content: await readBody(req, res, STATE_LIMIT),
        md5: md5Of(req),
      });
      res.status(200).end();
    }),
  );

  router.delete(
    STACK_PATH,
    handle('delete', async (req, res, caller) => {
      await store.delete({ ...caller, lockId: lockIdOf(req) });
      res.status(200).end();
    }),
  );

  router.lock(
    STACK_PATH,
    handle('lock', async (req, res, caller) => {
      const info = parseLockInfo(await readBody(req, res, LOCK_LIMIT));
      const lock = await store.lock({ ...caller, info });
      res.status(200).json(lock.info);
    }),
  );

  router.unlock(
    STACK_PATH,
    handle('unlock', async (req, res, caller) => {
      const body = await readBody(req, res, LOCK_LIMIT);
      if (body.length === 0) {
        throw new NotAllowedError(
          'Forced unlocking is not possible this way: release the lock in the portal, which needs a permission and is audited.',
        );
      }
      await store.unlock({ ...caller, lockId: parseLockInfo(body).ID });
      res.status(200).end();
    }),
  );

  return router;
}
