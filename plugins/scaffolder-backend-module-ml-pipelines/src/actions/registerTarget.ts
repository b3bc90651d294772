import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  saveTargetRequestSchema,
  targetNameSchema,
  targetPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { z as zod } from 'zod';
import type { ActionDependencies } from '../ActionDependencies';
import { BackendCalls } from '../calls/BackendCalls';
import { withoutStack } from '../calls/explainError';
import { reportInspection } from '../targets/reportInspection';
import { examples } from './registerTarget.examples';

/**
 * `mlops:target:register`: looks at a target, and registers it when it can be
 * used. Credentials are no input: they are written to the portal before, under
 * the name of the target.
 *
 * @public
 */
export function createRegisterTargetAction(dependencies: ActionDependencies) {
  const { client, auth } = dependencies;
  return createTemplateAction({
    id: 'mlops:target:register',
    description:
      'Registers a target for ML pipelines, such as a Kubernetes cluster, after looking at it. Its credentials must have been written to the portal before; they are never part of a task.',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: z => z.string().min(1).describe('Name of the target.'),
        kind: z =>
          z
            .string()
            .optional()
            .describe('Kind of the target; "kubernetes" when absent.'),
        title: z => z.string().optional().describe('What people see in lists.'),
        description: z =>
          z.string().optional().describe('What it is, and whom it is for.'),
        owner: z =>
          z
            .string()
            .optional()
            .describe('Catalog entity that it belongs to, such as a group.'),
        connection: z =>
          z
            .record(z.any())
            .optional()
            .describe(
              'How it is reached: a part of the configuration that wins over the same in "config".',
            ),
        config: z =>
          z
            .record(z.any())
            .optional()
            .describe('Its configuration, as the kind of target defines it.'),
        approval: z =>
          z
            .record(z.any())
            .optional()
            .describe(
              'Who may deploy to it without asking, and up to which cost.',
            ),
        rateCard: z =>
          z
            .record(z.any())
            .optional()
            .describe('What its CPU, memory and GPU cost per hour.'),
        concurrency: z =>
          z
            .number()
            .optional()
            .describe('Most deployments that run on it at the same time.'),
        evenIfUnusable: z =>
          z
            .boolean()
            .optional()
            .describe(
              'Register it although a check has failed, to be corrected later.',
            ),
      },
      output: {
        name: z => z.string().describe('Name of the target.'),
        usable: z => z.boolean().describe('Whether all checks have passed.'),
        entityRef: z =>
          z.string().describe('Catalog entity that stands for the target.'),
        pageUrl: z =>
          z.string().describe('Path of the page of the target in the portal.'),
      },
    },
    async handler(ctx) {
      const {
        name: given,
        connection,
        config,
        evenIfUnusable,
        ...rest
      } = ctx.input;
      const name = parse(targetNameSchema, given, 'name of the target');
      const { kind = 'kubernetes', ...settings } = rest;
      const target = parse(
        saveTargetRequestSchema,
        withoutAbsent({
          ...settings,
          kind,
          config: withoutAbsent({ ...config, ...connection }),
        }),
        'description of the target',
      );
      const calls = new BackendCalls(auth, ctx);
      const inspection = await calls.asUser(
        `look at the target "${name}"`,
        call => client.probeTarget({ name, kind, config: target.config }, call),
      );
      reportInspection(ctx.logger, inspection);
      if (!inspection.usable && !evenIfUnusable) {
        const failed = inspection.checks.filter(
          ({ status }) => status === 'failed',
        );
        throw withoutStack(
          new InputError(
            `The target "${name}" cannot be used yet, and was not registered. ${failed
              .map(({ message, hint }) =>
                hint ? `${message} ${hint}` : message,
              )
              .join(' ')}`,
          ),
        );
      }
      ctx.output('name', name);
      ctx.output('usable', inspection.usable);
      ctx.output('entityRef', `resource:default/${name}`);
      ctx.output('pageUrl', targetPagePath(name));
      if (ctx.isDryRun) {
        ctx.logger.info(`Dry run: would register the target "${name}".`);
        return;
      }
      // Saving the same again changes nothing, so that a repeated task may.
      await calls.asUser(`register the target "${name}"`, call =>
        client.saveTarget(name, target, call),
      );
      ctx.logger.info(`The target "${name}" is registered.`);
    },
  });
}

/** @throws InputError that names every wrong field */
function parse<S extends zod.ZodType>(
  schema: S,
  input: unknown,
  what: string,
): zod.output<S> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) {
    throw withoutStack(
      new InputError(
        `The ${what} is not valid:\n${zod.prettifyError(parsed.error)}`,
      ),
    );
  }
  return parsed.data;
}

/** Fields of a form that nobody filled in arrive empty. */
function withoutAbsent(
  values: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([, value]) => value !== undefined && value !== null && value !== '',
    ),
  );
}
