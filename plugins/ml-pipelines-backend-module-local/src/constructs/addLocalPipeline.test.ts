import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeStack } from '@mlpipe/plugin-ml-pipelines-node';
import fc from 'fast-check';
import { TerraformFolder } from '../testing/terraform';
import { addLocalPipeline, LocalRelease } from './addLocalPipeline';

const release: LocalRelease = {
  release: 'r1',
  revision: 1,
  digest: 'd1',
  mode: 'stream',
  spec: { metadata: { name: 'p' } },
  host: '127.0.0.1',
  port: 18000,
  memoryMiB: 1024,
  secretsVersion: 'v1',
  readyTimeoutSeconds: 120,
  user: null,
  command: null,
};

function stack(options: {
  release?: Partial<LocalRelease>;
  pythonPath?: string;
  root?: string;
}) {
  return synthesizeStack({
    name: 'p',
    build: scope => {
      addLocalPipeline(scope, {
        pipeline: 'p',
        pythonPath: options.pythonPath ?? '/opt/python',
        root: options.root ?? '/data/local',
        endpoint: 'http://127.0.0.1:18000',
        release: { ...release, ...options.release },
      });
    },
  });
}

it('has a release that is replaced and a pipeline that is only removed', () => {
  expect(stack({})).toMatchInlineSnapshot(`
    {
      "output": {
        "endpoint": {
          "description": "Where the pipeline answers",
          "value": "http://127.0.0.1:18000",
        },
      },
      "resource": {
        "terraform_data": {
          "pipeline": {
            "//": {
              "metadata": {
                "path": "p/pipeline",
                "uniqueId": "pipeline",
              },
            },
            "provisioner": [
              {
                "local-exec": {
                  "command": "remove",
                  "environment": {
                    "MLPIPE_PIPELINE": "p",
                    "MLPIPE_ROOT": "/data/local",
                  },
                  "interpreter": [
                    "/opt/python",
                    "-P",
                    "-m",
                    "pipeline_runtime.host",
                  ],
                  "when": "destroy",
                },
              },
            ],
          },
          "release": {
            "//": {
              "metadata": {
                "path": "p/release",
                "uniqueId": "release",
              },
            },
            "depends_on": [
              "terraform_data.pipeline",
            ],
            "provisioner": [
              {
                "local-exec": {
                  "command": "release",
                  "environment": {
                    "MLPIPE_PIPELINE": "p",
                    "MLPIPE_RELEASE": "{"release":"r1","revision":1,"digest":"d1","mode":"stream","spec":{"metadata":{"name":"p"}},"host":"127.0.0.1","port":18000,"memoryMiB":1024,"secretsVersion":"v1","readyTimeoutSeconds":120,"user":null,"command":null}",
                    "MLPIPE_ROOT": "/data/local",
                  },
                  "interpreter": [
                    "/opt/python",
                    "-P",
                    "-m",
                    "pipeline_runtime.host",
                  ],
                  "when": "create",
                },
              },
            ],
            "triggers_replace": {
              "digest": "d1",
              "release": "r1",
            },
          },
        },
      },
      "terraform": {
        "backend": {
          "http": {},
        },
      },
    }
  `);
});

it('says when a spec is too large for the environment of a process', () => {
  const spec = { text: 'x'.repeat(2_000_000) };
  expect(() => stack({ release: { spec } })).toThrow(
    /takes 2001 kB, and the local target takes 1500 kB at most/,
  );
});

describe('with a real Terraform', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-stack-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('hands any text over unchanged, and no shell sees it', async () => {
    // Stands in for the interpreter and keeps what the agent would get.
    const python = join(folder, 'python');
    const seen = join(folder, 'seen.json');
    await writeFile(
      python,
      `#!${process.execPath}
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('MLPIPE_')));
require('fs').writeFileSync(${JSON.stringify(
        seen,
      )}, JSON.stringify({ args: process.argv.slice(2), env }));
`,
      { mode: 0o755 },
    );
    const terraform = new TerraformFolder(folder);
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom(
          ...['${', '%{', '$', '%', '{', '}', '"', "'", '\\', '`', '\n', '~'],
          ...['\0', 'e\u0301', '\u212b', '\ud800', '\u{1f600}', '$(id)', ';'],
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(text, text, { maxKeys: 12 }),
        async texts => {
          await terraform.write(
            stack({
              pythonPath: python,
              root: '/data/${path.module}/%{ if true }',
              release: { spec: texts, release: `r${Math.random()}` },
            }),
          );
          const { code, output } = await terraform.apply();
          expect([code, code === 0 ? '' : output]).toEqual([0, '']);
          const { args, env } = JSON.parse(await readFile(seen, 'utf8'));
          expect(args).toEqual([
            '-P',
            '-m',
            'pipeline_runtime.host',
            'release',
          ]);
          expect(env.MLPIPE_ROOT).toBe('/data/${path.module}/%{ if true }');
          expect(env.MLPIPE_PIPELINE).toBe('p');
          expect(JSON.parse(env.MLPIPE_RELEASE).spec).toEqual(texts);
        },
      ),
      { numRuns: 20 },
    );

    const large = { text: '${é}'.repeat(60_000) };
    await terraform.write(
      stack({ pythonPath: python, release: { spec: large, release: 'large' } }),
    );
    await terraform.apply();
    const { env } = JSON.parse(await readFile(seen, 'utf8'));
    const parts = Object.keys(env).filter(x => x.startsWith('MLPIPE_RELEASE'));
    expect(parts.length).toBeGreaterThan(3);
    const whole = parts.map((_, i) =>
      i === 0 ? env.MLPIPE_RELEASE : env[`MLPIPE_RELEASE_${i}`],
    );
    expect(JSON.parse(whole.join('')).spec).toEqual(large);
  }, 120_000);
});
