import { randomBytes } from 'node:crypto';
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
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
    value => z.object({ kind: z.string() }).loose().safeParse(value).success,
  ),
  binary: z.string(),
  createdAt: z.iso.datetime().transform(text => new Date(text)),
});

/** What is known before the process exists. Never holds environment values. */
export type RunRecord = z.infer<typeof recordSchema>;

/** How far `abort` went. */
export type AbortStage = 'SIGINT' | 'SIGKILL';

function hasCode(error: unknown, ...codes: string[]): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    codes.includes(String(error.code))
  );
}

async function optionally<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
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

  /**
   * Takes the number after `previousId`; undefined when someone else has it already. The directory appears
   * together with its record, by rename, so that whoever sees it can wait for the run or give it up.
   */
  static async create(
    workDir: string,
    previousId: string | undefined,
    record: RunRecord,
  ): Promise<RunDirectory | undefined> {
    const runs = join(workDir, RUNS_FOLDER);
    await mkdir(runs, { recursive: true, mode: 0o700 });
    const id = String(Number(previousId ?? 0) + 1).padStart(4, '0');
    const path = join(runs, id);
    // Made by mkdtemp with mode 0700.
    const temporary = await mkdtemp(join(runs, 'new-'));
    await writeFile(
      join(temporary, 'record.json'),
      JSON.stringify(record, null, 2),
      { mode: 0o600 },
    );
    try {
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) {
        return undefined;
      }
      throw error;
    }
    return new RunDirectory(id, path);
  }

  /** The latest run of a working directory. */
  static async latest(
    workDir: string,
  ): Promise<{ directory: RunDirectory; record: RunRecord } | undefined> {
    const runs = join(workDir, RUNS_FOLDER);
    const ids = ((await optionally(readdir(runs))) ?? [])
      .filter(name => /^\d{4,}$/.test(name))
      .sort((a, b) => Number(a) - Number(b));
    const id = ids.pop();
    if (!id) {
      return undefined;
    }
    const directory = new RunDirectory(id, join(runs, id));
    return { directory, record: await directory.readRecord() };
  }

  private async readRecord(): Promise<RunRecord> {
    const text = await readFile(join(this.path, 'record.json'), 'utf8');
    return recordSchema.parse(JSON.parse(text));
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
      if (hasCode(error, 'EEXIST')) {
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
