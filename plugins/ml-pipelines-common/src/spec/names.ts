import { z } from 'zod';
import { FORMATS } from './formats';

const text = (format: keyof typeof FORMATS) =>
  z.string().regex(FORMATS[format].pattern, FORMATS[format].message);

/**
 * Name of a pipeline: a DNS label of at most 40 characters, so that names
 * derived from it (Kubernetes objects, releases) still fit into 63.
 *
 * @public
 */
export const pipelineNameSchema = text('name').max(40, 'At most 40 characters');

/** Id of a node, unique within its pipeline. @public */
export const nodeIdSchema = text('name').max(40, 'At most 40 characters');

/** Name of a target or a secret. @public */
export const resourceNameSchema = text('resourceName').max(
  63,
  'At most 63 characters',
);

/** POSIX name of an environment variable (IEEE Std 1003.1, section 8.1). @public */
export const environmentNameSchema = text('environmentName').max(
  128,
  'At most 128 characters',
);

/** Full reference of a catalog entity, e.g. `group:default/security`. @public */
export const entityRefSchema = text('entityRef').max(
  300,
  'At most 300 characters',
);

/** Tag, by the rules of the catalog. @public */
export const tagSchema = text('tag').max(63, 'At most 63 characters');

/** `node.port` of an output or an input. @public */
export const portRefSchema = text('portRef').max(100, 'At most 100 characters');

/** Absolute path of a file on the machine that runs the pipeline. @public */
export const absoluteFileSchema = text('absoluteFile').max(
  4096,
  'At most 4096 characters',
);

/** IPv4 or IPv6 address. @public */
export const ipAddressSchema = text('ipAddress').max(
  45,
  'At most 45 characters',
);

/** Address, or network in the notation of RFC 4632. @public */
export const cidrSchema = text('cidr').max(49, 'At most 49 characters');

/** Brokers of Kafka to begin with, as `host:port,host:port`. @public */
export const bootstrapServersSchema = text('bootstrapServers').max(
  2000,
  'At most 2000 characters',
);

/** Name of a topic or a consumer group of Kafka. @public */
export const kafkaNameSchema = text('kafkaName').max(
  249,
  'At most 249 characters',
);
