import type { LoggerService } from '@backstage/backend-plugin-api';
import type { DeploymentLogLine } from '@mlpipe/plugin-ml-pipelines-common';
import { Redact, redactor } from '@mlpipe/terraform-runner';
import type {
  DeploymentLogStore,
  NewLogLine,
} from '../deployments/DeploymentLogStore';

type Step = DeploymentLogLine['step'];
type Level = DeploymentLogLine['level'];

const FLUSH_MS = 200;

/** Options of {@link LogWriter}. */
export interface LogWriterOptions {
  store: DeploymentLogStore;
  deployment: string;
  logger: LoggerService;
  /** Called after lines were stored. */
  onWritten(): void;
}

/** Collects lines for a moment, since Terraform says many at once, and writes them in order. */
export class LogWriter {
  private pending: NewLogLine[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private readonly secrets = new Set<string>();
  private redact: Redact = text => text;

  constructor(private readonly options: LogWriterOptions) {}

  /** Values that no later line may show. */
  hide(secrets: Iterable<string>): void {
    for (const secret of secrets) {
      this.secrets.add(secret);
    }
    this.redact = redactor([...this.secrets]);
  }

  info(step: Step, message: string): void {
    this.write('info', step, message);
  }

  warning(step: Step, message: string): void {
    this.write('warning', step, message);
  }

  error(step: Step, message: string): void {
    this.write('error', step, message);
  }

  write(
    level: Level,
    step: Step,
    message: string,
    time: string = new Date().toISOString(),
  ): void {
    this.pending.push({ time, level, step, message: this.mask(message) });
    this.timer ??= setTimeout(() => void this.flush(), FLUSH_MS);
  }

  /** Replaces hidden values. */
  mask(text: string): string {
    return this.redact(text);
  }

  /** Writes what is pending. A log that cannot be written never stops a deployment. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const lines = this.pending;
    this.pending = [];
    if (lines.length > 0) {
      this.writing = this.writing.then(() => this.store(lines));
    }
    await this.writing;
  }

  private async store(lines: NewLogLine[]): Promise<void> {
    const { store, deployment, logger, onWritten } = this.options;
    try {
      await store.append(deployment, lines);
      onWritten();
    } catch (error) {
      logger.error(
        `Could not store ${lines.length} log lines of deployment ${deployment}`,
        error as Error,
      );
    }
  }
}
