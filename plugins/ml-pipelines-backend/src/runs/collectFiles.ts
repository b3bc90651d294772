import type { RunFile, RunRef } from '@mlpipe/plugin-ml-pipelines-node';
import type { RunDriver } from './RunDriver';
import type { RunWork } from './RunWork';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;
const MOST_FILES = 50;
const ATTEMPTS = 3;

/** Takes the files that a run left into the artefact store. */
export async function collectFiles(
  work: RunWork,
  driver: RunDriver,
  ref: RunRef<unknown>,
): Promise<void> {
  const files = (await driver.collect(ref)).filter(({ name }) =>
    NAME.test(name),
  );
  if (files.length > MOST_FILES) {
    await work.log(
      'warning',
      `The run left ${files.length} files; ${MOST_FILES} of them are kept.`,
    );
  }
  for (const file of files.slice(0, MOST_FILES)) {
    await take(work, file);
  }
}

async function take(work: RunWork, file: RunFile): Promise<void> {
  const { artifacts, store } = work.options;
  for (let attempt = 1; ; attempt += 1) {
    const info = await artifacts.put(await file.open());
    await store.addArtifact(work.claim, {
      name: file.name,
      contentType: file.contentType,
      ...info,
    });
    // A clean-up that saw no run with this content may have removed it just before.
    if (await artifacts.stat(info.digest)) {
      return;
    }
    if (attempt === ATTEMPTS) {
      throw new Error(`The file "${file.name}" could not be stored.`);
    }
  }
}
