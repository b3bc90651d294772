import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DetachedTerraformRunner } from '../DetachedTerraformRunner';

const created: string[] = [];

/** A private directory with one `main.tf`. */
export async function workDirWith(configuration: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'terraform-runner-'));
  created.push(directory);
  await writeFile(join(directory, 'main.tf'), configuration);
  return directory;
}

/** Ends and removes what the tests of a file made, also when one failed halfway. */
export async function removeWorkDirs(): Promise<void> {
  await Promise.all(
    created.splice(0).map(async directory => {
      const run = await new DetachedTerraformRunner().adopt(directory);
      await run?.abort({ graceMs: 0 });
      await rm(directory, { recursive: true, force: true });
    }),
  );
}

/** Repeats until the condition holds; fails after the deadline. */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T | undefined | false>,
  timeoutMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await attempt();
    if (value) {
      return value;
    }
    if (Date.now() > deadline) {
      throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
    }
    await new Promise(resolve => {
      setTimeout(resolve, 20);
    });
  }
}

/** Content of all files below a directory, to look for what must not be there. */
export async function allText(directory: string): Promise<string> {
  const entries = await readdir(directory, {
    recursive: true,
    withFileTypes: true,
  });
  const texts = await Promise.all(
    entries
      .filter(entry => entry.isFile())
      .map(entry => readFile(join(entry.parentPath, entry.name), 'latin1')),
  );
  return texts.join('\n');
}
