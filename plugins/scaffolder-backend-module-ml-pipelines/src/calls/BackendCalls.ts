import type {
  AuthService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import { ResponseError } from '@backstage/errors';
import type { CallOptions } from '@mlpipe/plugin-ml-pipelines-common';
import { explainError, isUnauthenticated } from './explainError';

/** The part of an action's context that says on whose behalf it runs. */
export interface Initiator {
  getInitiatorCredentials(): Promise<BackstageCredentials>;
}

/** Calls of the ML pipelines backend with a fresh token each. */
export class BackendCalls {
  readonly #auth: AuthService;
  readonly #initiator: Initiator;
  #signedOut = false;

  constructor(auth: AuthService, initiator: Initiator) {
    this.#auth = auth;
    this.#initiator = initiator;
  }

  /**
   * On behalf of the user who started the task. What is thrown is meant for
   * that user.
   *
   * @param doing - What is done, to follow "to".
   */
  async asUser<T>(
    doing: string,
    call: (options: CallOptions) => Promise<T>,
  ): Promise<T> {
    try {
      return await call(await this.#userToken());
    } catch (error) {
      throw explainError(error, doing);
    }
  }

  /** Like {@link BackendCalls.asUser}; undefined where there is nothing of that name. */
  async findAsUser<T>(
    doing: string,
    call: (options: CallOptions) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await call(await this.#userToken());
    } catch (error) {
      if (ResponseError.is(error) && error.statusCode === 404) {
        return undefined;
      }
      throw explainError(error, doing);
    }
  }

  /**
   * For following something that the user was already allowed to start.
   *
   * A deployment may outlast the user's sign-in. It was authorised when it was
   * created, so that the scaffolder then follows it with its own identity.
   * Errors come through as they are, for the caller to judge.
   */
  async asFollower<T>(call: (options: CallOptions) => Promise<T>): Promise<T> {
    if (!this.#signedOut) {
      try {
        return await call(await this.#userToken());
      } catch (error) {
        if (!isUnauthenticated(error)) {
          throw error;
        }
        this.#signedOut = true;
      }
    }
    return call(
      await this.#auth.getPluginRequestToken({
        onBehalfOf: await this.#auth.getOwnServiceCredentials(),
        targetPluginId: 'ml-pipelines',
      }),
    );
  }

  async #userToken(): Promise<{ token: string }> {
    return this.#auth.getPluginRequestToken({
      onBehalfOf: await this.#initiator.getInitiatorCredentials(),
      targetPluginId: 'ml-pipelines',
    });
  }
}
