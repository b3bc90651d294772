import { CustomErrorBase } from '@backstage/errors';

/** The agent of the local target refused or failed, with what to do about it. */
export class HostAgentError extends CustomErrorBase {
  override name = 'HostAgentError' as const;
  /** Stable identifier, such as `port-taken`. */
  readonly code: string;
  /** What to do about it. */
  readonly hint?: string;
  /** The node of the pipeline that caused it. */
  readonly node?: string;

  constructor(options: {
    code: string;
    message: string;
    hint?: string | null;
    node?: string | null;
    cause?: unknown;
  }) {
    super(
      options.hint ? `${options.message} ${options.hint}` : options.message,
      options.cause,
    );
    this.code = options.code;
    this.hint = options.hint ?? undefined;
    this.node = options.node ?? undefined;
  }
}
