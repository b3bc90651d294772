import { randomBytes } from 'node:crypto';
import {
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TerraformCommand } from '../TerraformCommand';
import { parseProcessFile, ProcessIdentity } from './processIdentity';

const RUNS_FOLDER = '.terraform-runs';

/** The record stays readable for a newer version of this package, so the command is trusted as written. */
const recordSchema = z.object({
  command: z.custom<TerraformCommand>(
    value =>
      z.object({ kind: z.string() }).loose().safeParse(value).success,
  ),
  binary: z.string(),
  createdAt: z.iso.datetime().transform(text => new Date(text)),
});

/** What is known before the process exists. Never holds environment values. */
export type RunRecord = z.infer<typeof recordSchema>;

/** How far `abort` went. */
export type AbortStage = 'SIGINT' | 'SIGKILL';

async function optionally<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** The files of one run: `<workDir>/.terraform-runs/<id>/`. All facts about a run live here, none in memory. */
export class RunDirectory {
  readonly stdoutPath: string;
  readonly stderrPath: string;

  private constructor(readonly id: string, readonly path: string) {
    this.stdoutPath = join(path, 'stdout');
    this.stderrPath = join(path, 'stderr');
  }

  /** Takes the next number; undefined when someone else took it at the same moment. */
  static async create(workDir: string): Promise<RunDirectory | undefined> {
    const runs = join(workDir, RUNS_FOLDER);
    await mkdir(runs, { recursive: true, mode: 0o700 });
    const last = (await RunDirectory.ids(workDir)).pop() ?? '0';
    const id = String(Number(last) + 1).padStart(4, '0');
    try {
      await mkdir(join(runs, id), { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
        return undefined;
      }
      throw error;
    }
    return new RunDirectory(id, join(runs, id));
  }

  /** The latest run that got as far as a record. */
  static async latest(
    workDir: string,
  ): Promise<{ directory: RunDirectory; record: RunRecord } | undefined> {
    for (const id of (await RunDirectory.ids(workDir)).reverse()) {
      const directory = new RunDirectory(id, join(workDir, RUNS_FOLDER, id));
      const record = await directory.readRecord();
      if (record) {
        return { directory, record };
      }
    }
    return undefined;
  }

  private static async ids(workDir: string): Promise<string[]> {
    const names = (await optionally(readdir(join(workDir, RUNS_FOLDER)))) ?? [];
    return names
      .filter(name => /^\d{4,}$/.test(name))
      .sort((a, b) => Number(a) - Number(b));
  }

  async writeRecord(record: RunRecord): Promise<void> {
    await this.writeAtomically('record.json', JSON.stringify(record, null, 2));
  }

  private async readRecord(): Promise<RunRecord | undefined> {
    const text = await optionally(readFile(join(this.path, 'record.json')));
    return text && recordSchema.parse(JSON.parse(text.toString()));
  }

  /** Written by the wrapper; undefined while it has not started. */
  async readProcess(): Promise<ProcessIdentity | undefined> {
    const text = await optionally(readFile(join(this.path, 'process'), 'utf8'));
    return text === undefined ? undefined : parseProcessFile(text);
  }

  /** Written by the wrapper after the end. */
  async readExit(): Promise<{ code: number; at: Date } | undefined> {
    const file = join(this.path, 'exit');
    const text = await optionally(readFile(file, 'utf8'));
    return text === undefined
      ? undefined
      : { code: Number(text.trim()), at: (await stat(file)).mtime };
  }

  /** Declares a run that has not begun dead; false when its wrapper was faster. */
  async claim(): Promise<boolean> {
    try {
      await mkdir(join(this.path, 'claim'));
      await writeFile(join(this.path, 'given-up'), '', { mode: 0o600 });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
        return false;
      }
      throw error;
    }
  }

  async isGivenUp(): Promise<boolean> {
    return (await optionally(stat(join(this.path, 'given-up')))) !== undefined;
  }

  async markAborted(stage: AbortStage): Promise<void> {
    await this.writeAtomically('aborted', stage);
  }

  async readAborted(): Promise<AbortStage | undefined> {
    const text = await optionally(readFile(join(this.path, 'aborted'), 'utf8'));
    return text === 'SIGINT' || text === 'SIGKILL' ? text : undefined;
  }

  /** The last time that the run said anything. */
  async lastOutputAt(): Promise<Date | undefined> {
    const stats = await Promise.all(
      [this.stdoutPath, this.stderrPath].map(path => optionally(stat(path))),
    );
    const times = stats.flatMap(entry => (entry ? [entry.mtimeMs] : []));
    return times.length ? new Date(Math.max(...times)) : undefined;
  }

  async emptyOutput(): Promise<void> {
    await optionally(truncate(this.stdoutPath));
    await optionally(truncate(this.stderrPath));
  }

  private async writeAtomically(name: string, text: string): Promise<void> {
    const temporary = join(
      this.path,
      `${name}.${randomBytes(4).toString('hex')}`,
    );
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, join(this.path, name));
  }
}
