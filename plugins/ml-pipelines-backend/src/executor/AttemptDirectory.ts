import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Names the attempt to the state backend; it is the user of its token. */
export function attemptId(deployment: string, attempt: number): string {
  return `${deployment}.${attempt}`;
}

/** Reverse of {@link attemptId}; undefined for anything else. */
export function parseAttemptId(
  text: string,
): { deployment: string; attempt: number } | undefined {
  const match = /^([0-9a-f-]{36})\.(\d+)$/.exec(text);
  return match
    ? { deployment: match[1], attempt: Number(match[2]) }
    : undefined;
}

/** Working directories below `<dataDir>/deployments/<id>/<attempt>`; private, as plans hold secrets. */
export class AttemptDirectories {
  private readonly root: string;

  constructor(dataDir: string) {
    this.root = join(dataDir, 'deployments');
  }

  path(deployment: string, attempt: number): string {
    return join(this.root, deployment, String(attempt));
  }

  async create(deployment: string, attempt: number): Promise<string> {
    const path = this.path(deployment, attempt);
    await mkdir(path, { recursive: true, mode: 0o700 });
    return path;
  }

  async exists(deployment: string, attempt: number): Promise<boolean> {
    return stat(this.path(deployment, attempt)).then(
      found => found.isDirectory(),
      () => false,
    );
  }

  /** Attempts of a deployment that have a directory here, oldest first. */
  async attempts(deployment: string): Promise<number[]> {
    const names = await readdir(join(this.root, deployment)).catch(() => []);
    return names
      .map(Number)
      .filter(Number.isInteger)
      .sort((a, b) => a - b);
  }

  async removeAttempt(deployment: string, attempt: number): Promise<void> {
    await rm(this.path(deployment, attempt), { recursive: true, force: true });
  }

  /** Removes everything of a deployment. */
  async remove(deployment: string): Promise<void> {
    await rm(join(this.root, deployment), { recursive: true, force: true });
  }

  /** Deployments that have left something here. */
  async deployments(): Promise<string[]> {
    return readdir(this.root).catch(() => []);
  }
}
