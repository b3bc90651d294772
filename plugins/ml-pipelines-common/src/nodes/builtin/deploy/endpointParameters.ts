import { z } from 'zod';

/** What every deployment node with an HTTP endpoint asks. */
export const endpointParameters = {
  authentication: z.enum(['api-key', 'none']).default('api-key').meta({
    title: 'Access',
    description: 'Whether callers need the API key of the pipeline.',
  }),
  rateLimitPerMinute: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(6000)
    .meta({
      title: 'Rate limit',
      description: 'Requests per minute; more are answered with 429.',
      unit: '/min',
      advanced: true,
    }),
  port: z.number().int().min(1024).max(65_535).nullable().default(null).meta({
    title: 'Port',
    description: 'Empty: the target chooses a free one.',
    advanced: true,
  }),
};
