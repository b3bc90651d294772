import { z } from 'zod';
import {
  bootstrapServersSchema,
  environmentNameSchema,
  kafkaNameSchema,
} from '../../../spec/names';
import { defineNodeType } from '../../NodeType';
import { parameterFinding } from '../../parameterFinding';

/** Reads all partitions of a Kafka topic, from offsets that the pipeline keeps itself. */
export const kafka = defineNodeType({
  id: 'kafka',
  category: 'source',
  title: 'Kafka topic',
  description:
    'Reads all partitions of a Kafka topic. The pipeline keeps the offsets together with its counters, so that each message counts once, also after a crash.',
  inputs: [],
  outputs: [
    { name: 'events', type: 'log-events', description: 'One event a message' },
  ],
  parameters: z.strictObject({
    bootstrapServers: bootstrapServersSchema.meta({
      title: 'Bootstrap servers',
      description:
        'One or more brokers as host:port, separated by commas, such as kafka-1:9092,kafka-2:9092.',
    }),
    topic: kafkaNameSchema.meta({
      title: 'Topic',
      description: 'The topic to read; it is never written to.',
    }),
    startAt: z.enum(['beginning', 'end']).default('beginning').meta({
      title: 'Start at',
      description:
        'Where to start the first time: at the beginning learns from what the topic still holds.',
    }),
    group: kafkaNameSchema.default('mlpipe').meta({
      title: 'Consumer group',
      description:
        'Name that brokers see and rules of access can use; offsets are not kept there.',
      advanced: true,
    }),
    security: z
      .enum(['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'])
      .default('PLAINTEXT')
      .meta({
        title: 'Security',
        description: 'Whether the connection is encrypted, and needs a login.',
      }),
    mechanism: z
      .enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])
      .default('SCRAM-SHA-512')
      .meta({
        title: 'Login mechanism',
        description: 'How the login is proved; only used with SASL.',
        advanced: true,
      }),
    username: z.string().min(1).max(255).nullable().default(null).meta({
      title: 'User name',
      description: 'Only used with SASL.',
      advanced: true,
    }),
    passwordVariable: environmentNameSchema.nullable().default(null).meta({
      title: 'Variable of the password',
      description:
        'Name of the environment variable that a secret of the pipeline fills; never the password itself.',
      advanced: true,
    }),
    caVariable: environmentNameSchema.nullable().default(null).meta({
      title: 'Variable of the certificate authority',
      description:
        'Name of the environment variable that holds the certificate authority as PEM; empty: those that the machine trusts.',
      advanced: true,
    }),
  }),
  check: ({ security, username, passwordVariable }) =>
    security.startsWith('SASL')
      ? Object.entries({ username, passwordVariable })
          .filter(([, value]) => value === null)
          .map(([parameter]) =>
            parameterFinding('parameters.neededForSasl', parameter, {
              security,
            }),
          )
      : [],
});
