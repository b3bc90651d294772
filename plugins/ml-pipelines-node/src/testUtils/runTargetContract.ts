// A suite that packages of drivers run, not a test file of its own.
/* eslint-disable jest/no-export, jest/no-standalone-expect */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import {
  LogLine,
  PipelineDocument,
  targetCapabilitiesSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { JsonObject } from '@backstage/types';
import { synthesizeStack } from '../constructs/synthesizeStack';
import type {
  LogOptions,
  PipelineStackRequest,
  StandaloneNotes,
  RunObservation,
  StartRunRequest,
  TargetDriver,
  TargetRef,
  WorkloadSecrets,
} from '../target';

/** What {@link runTargetContract} tests. @public */
export interface TargetContractSubject<Config> {
  driver: TargetDriver<Config>;
  /** A target that is up, its configuration as an admin would write it. */
  target: { name: string; config: unknown; credentials?: JsonObject };
  /** A valid document that the target can run; nothing of it is deployed yet. */
  document: PipelineDocument;
  /** Releases what the test made. */
  dispose?(): Promise<void>;
}

/** What of the contract is tested. @public */
export interface TargetContractOptions {
  /** False where the machines that would execute runs are not there. Default true. */
  runs?: boolean;
}

/** Text that Terraform would evaluate if it were not made a literal. */
const TEMPLATE = '${path.module} %{ if true }';
const SECRET = 'contract-secret-value';
const POLL_MS = 100;
/** Enough lines to learn from. */
const SAMPLE = Array.from(
  { length: 120 },
  (_, index) =>
    `Nov 24 10:00:${String(index % 60).padStart(
      2,
      '0',
    )} bastion sshd[${index}]: Accepted publickey for alice from 192.0.2.${
      index % 9
    } port ${40_000 + index} ssh2\n`,
).join('');

/**
 * The behaviour that every driver owes to the backend, as a Jest suite: call
 * it at the top level of a test file.
 *
 * @param create - makes a driver with a target of its own for each test
 * @public
 */
export function runTargetContract<Config>(
  name: string,
  create: () => Promise<TargetContractSubject<Config>>,
  { runs = true }: TargetContractOptions = {},
): void {
  describe(`contract of the target driver ${name}`, () => {
    const withSubject =
      (
        test: (
          subject: TargetContractSubject<Config> &
            ReturnType<typeof prepare<Config>>,
        ) => Promise<void>,
      ) =>
      async () => {
        const subject = await create();
        try {
          await test({ ...subject, ...prepare(subject) });
        } finally {
          await subject.dispose?.();
        }
      };

    it(
      'checks its configuration, its condition and its limits',
      withSubject(async ({ driver, target, ref }) => {
        expect(
          driver.configSchema.safeParse({
            ...(target.config as object),
            'no such field': true,
          }).success,
        ).toBe(false);
        expect(await driver.check(ref)).toMatchObject({ ready: true });
        const capabilities = await driver.capabilities(ref);
        expect(targetCapabilitiesSchema.parse(capabilities)).toEqual(
          capabilities,
        );
      }),
    );

    it(
      'builds the same stack from the same request, with an endpoint',
      withSubject(async ({ request, stackOf }) => {
        const first = await request();
        expect(JSON.parse(JSON.stringify(first.facts))).toEqual(first.facts);
        expect(stackOf(first)).toEqual(stackOf(structuredClone(first)));
        expect(stackOf(first)).toHaveProperty('output.endpoint.value');
        // A second attempt finds what the first one reserved.
        expect(stackOf(await request())).toEqual(stackOf(first));
        const forced = await request({ force: true, release: 'second' });
        expect(stackOf(forced)).not.toEqual(stackOf(first));
      }),
    );

    it(
      'lets no text of the document become an expression of Terraform',
      withSubject(async ({ request, stackOf, document }) => {
        const stackText = JSON.stringify(
          stackOf(
            await request({
              document: {
                ...document,
                metadata: { ...document.metadata, description: TEMPLATE },
                spec: {
                  ...document.spec,
                  environment: [{ name: 'TEMPLATE', value: TEMPLATE }],
                },
              },
            }),
          ),
        );
        expect(stackText).not.toMatch(/(?<!\$)\$\{path\.module/);
        expect(stackText).not.toMatch(/(?<!%)%\{ if true/);
      }),
    );

    it(
      'exports a stack that needs no portal, where it exports one of its own',
      withSubject(async ({ driver, document, ref }) => {
        let notes: StandaloneNotes | undefined;
        const build = () =>
          synthesizeStack({
            name: 'contract',
            backend: 'none',
            build: scope => {
              notes = driver.buildStandaloneStack?.(scope, {
                pipeline: document.metadata.name,
                target: ref,
                revision: 1,
                document,
                release: 'r1',
              });
            },
          });
        expect(build()).toEqual(build());
        expect(build()).not.toHaveProperty('terraform.backend');
        expect([notes?.requirements, notes?.secrets]).not.toContain('');
      }),
    );

    it(
      'takes secrets beside Terraform, again and again, and gives them up',
      withSubject(async ({ driver, request, stackOf, workload }) => {
        const secrets: WorkloadSecrets = {
          environment: { TOKEN: SECRET },
          apiKeysSha256: ['0'.repeat(64)],
        };
        const handOver = { ...workload, version: 'v1', secrets };
        await driver.handOverSecrets(handOver);
        await driver.handOverSecrets(handOver);
        const asked = await request({ secretsVersion: 'v1' });
        expect(JSON.stringify([asked, stackOf(asked)])).not.toContain(SECRET);
        await driver.takeBackSecrets(workload);
        await driver.takeBackSecrets(workload);
      }),
    );

    it(
      'says of what was never deployed that it is absent',
      withSubject(async ({ driver, workload }) => {
        expect(await driver.observe(workload)).toMatchObject({
          phase: 'absent',
          replicas: { ready: 0 },
          observedAt: expect.any(String),
        });
        const lines = [];
        const options: LogOptions = { tail: 10 };
        for await (const line of driver.logs(workload, options)) {
          lines.push(line);
        }
        expect(lines).toEqual([]);
        const answer = await driver
          .fetch(workload, '/v2/health/ready')
          .catch((error: unknown) => error);
        expect(answer instanceof Response && answer.ok).toBe(false);
      }),
    );

    (runs ? it : it.skip)(
      'starts a run once, shows it to its end, gives up its files and forgets it',
      withSubject(async ({ driver, ref, workload, document }) => {
        const { batch } = await driver.capabilities(ref);
        const methods = runMethodsOf(driver);
        expect(methods !== undefined).toBe(batch);
        if (!methods) {
          return;
        }
        const run = { ...workload, run: 'contract-run' };
        expect(await methods.observe(run)).toMatchObject({ state: 'absent' });
        await methods.cancel(run);
        await methods.remove(run);
        expect(await methods.collect(run)).toEqual([]);

        const folder = await mkdtemp(join(tmpdir(), 'run-contract-'));
        const path = join(folder, 'sample.txt');
        await writeFile(path, SAMPLE);
        const request: StartRunRequest<Config> = {
          ...run,
          kind: 'test',
          revision: 1,
          document,
          secrets: { environment: { TOKEN: SECRET }, apiKeysSha256: [] },
          input: { path, name: 'sample.txt' },
        };
        try {
          await methods.start(request);
          await methods.start(request);
          const ended = await endOf(() => methods.observe(run));
          expect(ended).toMatchObject({
            state: 'succeeded',
            startedAt: expect.any(String),
            finishedAt: expect.any(String),
            metrics: { events: expect.any(Number) },
          });
          const lines: LogLine[] = [];
          for await (const line of methods.logs(run, {})) {
            lines.push(line);
          }
          for (const line of lines) {
            expect(line.message).not.toContain(SECRET);
          }
          const files = await methods.collect(run);
          const report = files.find(file => file.name === 'report.json');
          expect(report?.contentType).toBe('application/json');
          const content = report && (await text(await report.open()));
          expect(JSON.parse(content ?? '')).toEqual(expect.any(Object));
          await methods.start(request);
          expect(await methods.observe(run)).toEqual(ended);
        } finally {
          await methods.remove(run);
          await methods.remove(run);
          await rm(folder, { recursive: true });
        }
        expect(await methods.observe(run)).toMatchObject({ state: 'absent' });
      }),
    );
  });
}

/** All methods on runs, bound, or none: a driver has all of them or none. */
function runMethodsOf<Config>(driver: TargetDriver<Config>) {
  const { startRun, observeRun, runLogs, cancelRun, collectRun, removeRun } =
    driver;
  const methods = [
    startRun,
    observeRun,
    runLogs,
    cancelRun,
    collectRun,
    removeRun,
  ];
  const present = methods.filter(method => method !== undefined).length;
  expect([0, methods.length]).toContain(present);
  return startRun &&
    observeRun &&
    runLogs &&
    cancelRun &&
    collectRun &&
    removeRun
    ? {
        start: startRun.bind(driver),
        observe: observeRun.bind(driver),
        logs: runLogs.bind(driver),
        cancel: cancelRun.bind(driver),
        collect: collectRun.bind(driver),
        remove: removeRun.bind(driver),
      }
    : undefined;
}

/** Waits for the end of a run, at most as long as the test may take. */
async function endOf(
  observe: () => Promise<RunObservation>,
): Promise<RunObservation> {
  for (;;) {
    const observation = await observe();
    if (observation.state !== 'running') {
      return observation;
    }
    await new Promise(done => setTimeout(done, POLL_MS));
  }
}

/** What most tests need of a subject. */
function prepare<Config>({
  driver,
  target,
  document,
}: TargetContractSubject<Config>) {
  const ref: TargetRef<Config> = {
    name: target.name,
    config: driver.configSchema.parse(target.config),
    ...(target.credentials && { credentials: target.credentials }),
  };
  const workload = { pipeline: document.metadata.name, target: ref };
  return {
    ref,
    workload,
    /** A request with the facts that the driver finds for it. */
    request: async (
      overrides: Partial<PipelineStackRequest<Config>> = {},
    ): Promise<PipelineStackRequest<Config>> => {
      const asked = {
        ...workload,
        document,
        revision: 1,
        release: 'first',
        force: false,
        ...overrides,
      };
      return { ...asked, facts: await driver.gatherFacts(asked) };
    },
    stackOf: (asked: PipelineStackRequest<Config>) =>
      synthesizeStack({
        name: 'contract',
        build: stack => driver.buildPipelineStack(stack, asked),
      }),
  };
}
