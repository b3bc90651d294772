import { z } from 'zod';

/** What a stack has to know of the cluster; part of the plan, so that apply agrees with it. */
export const kubernetesFactsSchema = z.object({
  /** As `v1.36.3`. */
  version: z.string(),
  /** The volume that a stream has already, which cannot change. */
  volume: z
    .object({ className: z.string().optional(), size: z.string() })
    .optional(),
  monitoring: z.object({
    serviceMonitor: z.boolean(),
    prometheusRule: z.boolean(),
  }),
  /** Ports that nodes gave to the Service, by the name of the port. */
  nodePorts: z.record(z.string(), z.number()).default({}),
  /** The image that the revision ran with, when it is gone back to. */
  image: z.string().optional(),
  /** The release that runs the revision already; it is not brought up again. */
  release: z.string().optional(),
  /** What a load balancer or a node is reached by. */
  address: z.string().optional(),
});
/** @see kubernetesFactsSchema */
export type KubernetesFacts = z.output<typeof kubernetesFactsSchema>;
