import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { Entity, getEntitySourceLocation } from '@backstage/catalog-model';
import { InputError, NotModifiedError } from '@backstage/errors';
import {
  getMkdocsYml,
  PreparerBase,
  PreparerOptions,
  PreparerResponse,
  parseReferenceAnnotation,
} from '@backstage/plugin-techdocs-node';
import { parse } from 'yaml';

/**
 * Prepares documentation of entities whose `catalog-info.yaml` is a local file.
 *
 * The stock preparer hands over the directory itself: TechDocs then rewrites
 * its `mkdocs.yml` and refuses links in it that lead elsewhere, which a
 * checkout with installed dependencies is full of. This one copies
 * `mkdocs.yml` and the pages, and builds only when they changed.
 */
export class WorkingTreePreparer implements PreparerBase {
  readonly #remote: PreparerBase;

  /** @param remote - Prepares entities that were registered by a URL. */
  constructor(remote: PreparerBase) {
    this.#remote = remote;
  }

  shouldCleanPreparedDirectory(): boolean {
    return true;
  }

  async prepare(
    entity: Entity,
    options?: PreparerOptions,
  ): Promise<PreparerResponse> {
    const location = getEntitySourceLocation(entity);
    if (location.type !== 'file') {
      return this.#remote.prepare(entity, options);
    }
    const { target } = parseReferenceAnnotation(
      'backstage.io/techdocs-ref',
      entity,
    );
    const { mkdocsYml, pages, name } = await this.#sources(
      resolveSafeChildPath(dirname(location.target), target),
    );
    const etag = await fingerprint([mkdocsYml, pages]);
    if (options?.etag === etag) {
      throw new NotModifiedError();
    }
    const preparedDir = await mkdtemp(join(tmpdir(), 'techdocs-'));
    try {
      await cp(mkdocsYml, join(preparedDir, 'mkdocs.yml'));
      await cp(pages, join(preparedDir, name), { recursive: true });
    } catch (error) {
      await rm(preparedDir, { recursive: true, force: true });
      throw error;
    }
    return { preparedDir, etag };
  }

  /** The configuration and the folder of pages that it names. */
  async #sources(folder: string) {
    const { path, content, configIsTemporary } = await getMkdocsYml(folder);
    if (configIsTemporary) {
      await rm(path, { force: true });
      throw new InputError(
        'There is no mkdocs.yml beside the catalog-info.yaml; add one that names the pages.',
      );
    }
    const { docs_dir: name = 'docs' } = parse(content) ?? {};
    return {
      mkdocsYml: path,
      name: String(name),
      pages: resolveSafeChildPath(folder, String(name)),
    };
  }
}

/** Changes with the content of any file below these paths. */
async function fingerprint(paths: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    const isFolder = (await stat(path)).isDirectory();
    const below = isFolder ? await readdir(path, { recursive: true }) : [''];
    for (const name of below.sort()) {
      const file = join(path, name);
      if ((await stat(file)).isFile()) {
        hash.update(`${name}\0`).update(await readFile(file));
      }
    }
  }
  return hash.digest('hex');
}
