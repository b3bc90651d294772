// A suite that packages of drivers run, not a test file of its own.
/* eslint-disable jest/no-export */
import {
  PipelineDocument,
  targetCapabilitiesSchema,
} from '@mlpipe/plugin-ml-pipelines-common';
import { synthesizeStack } from '../constructs/synthesizeStack';
import type {
  LogOptions,
  PipelineStackRequest,
  TargetDriver,
  TargetRef,
  WorkloadSecrets,
} from '../target';

/** What {@link runTargetContract} tests. @public */
export interface TargetContractSubject<Config> {
  driver: TargetDriver<Config>;
  /** A target that is up, its configuration as an admin would write it. */
  target: { name: string; config: unknown };
  /** A valid document that the target can run; nothing of it is deployed yet. */
  document: PipelineDocument;
  /** Releases what the test made. */
  dispose?(): Promise<void>;
}

/** Text that Terraform would evaluate if it were not made a literal. */
const TEMPLATE = '${path.module} %{ if true }';
const SECRET = 'contract-secret-value';

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
        const text = JSON.stringify(
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
        expect(text).not.toMatch(/(?<!\$)\$\{path\.module/);
        expect(text).not.toMatch(/(?<!%)%\{ if true/);
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
  });
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
