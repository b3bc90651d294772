import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { z } from 'zod';

// The default of the backend, seen from the folder of its package.
const DEFAULT_DATA_DIR = '../../var/ml-pipelines';

const portRangeSchema = z
  .string()
  .regex(/^\d{1,5}-\d{1,5}$/, 'Write first-last, such as 18000-18999')
  .refine(text => {
    const [first, last] = text.split('-').map(Number);
    return first >= 1 && first <= last && last <= 65_535;
  }, 'Must lie within 1 and 65535, the lower port first');

const localConfigSchema = z.object({
  enabled: z.boolean().default(true),
  dataDir: z.string().min(1),
  pythonPath: z.string().min(1),
  host: z.string().min(1).default('127.0.0.1'),
  portRange: portRangeSchema.default('18000-18999'),
  runAsUser: z.string().min(1).optional(),
});

/** `mlPipelines.local`, checked, with defaults and absolute paths. */
export type LocalConfig = z.output<typeof localConfigSchema>;

/** Reads `mlPipelines.local`; names the wrong key in its error. */
export function readLocalConfig(config: Config): LocalConfig {
  const section = config.getOptionalConfig('mlPipelines.local');
  const dataDir =
    section?.getOptionalString('dataDir') ??
    join(
      config.getOptionalString('mlPipelines.dataDir') ?? DEFAULT_DATA_DIR,
      'local',
    );
  const parsed = localConfigSchema.safeParse({
    enabled: section?.getOptionalBoolean('enabled'),
    dataDir: resolve(dataDir),
    pythonPath:
      section?.getOptionalString('pythonPath') ?? findPython(process.cwd()),
    host: section?.getOptionalString('host'),
    portRange: section?.getOptionalString('portRange'),
    runAsUser: section?.getOptionalString('runAsUser'),
  });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(
      `Wrong configuration at mlPipelines.local.${issue.path.join('.')}: ${
        issue.message
      }`,
    );
  }
  return parsed.data;
}

/** The interpreter of the runtime: of this repository, else of `mlpipe` on the PATH, else `python3`. */
export function findPython(
  from: string,
  path = process.env.PATH ?? '',
): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const python = join(folder, 'packages/pipeline-runtime/.venv/bin/python');
    if (existsSync(python)) {
      return python;
    }
    if (dirname(folder) === folder) {
      break;
    }
  }
  const mlpipe = path
    .split(delimiter)
    .map(folder => join(folder, 'mlpipe'))
    .find(candidate => existsSync(candidate));
  const beside = mlpipe && join(dirname(realpathSync(mlpipe)), 'python');
  return beside && existsSync(beside) ? beside : 'python3';
}
