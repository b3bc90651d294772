import { z } from 'zod';
import { cidrSchema, ipAddressSchema } from '../../../spec/names';
import { defineNodeType } from '../../NodeType';

/**
 * Receives syslog messages over UDP and TCP.
 *
 * Source: RFC 3164 and RFC 5424 (messages), RFC 5426 (UDP), RFC 6587 (TCP).
 */
export const syslog = defineNodeType({
  id: 'syslog',
  category: 'source',
  title: 'Syslog',
  description:
    'Receives messages that devices and daemons send by syslog, over UDP or TCP. They count as received once they are safely on disk; syslog has no acknowledgement, so what is lost on the way is counted as far as it can be known.',
  inputs: [],
  outputs: [
    { name: 'events', type: 'log-events', description: 'One event a message' },
  ],
  parameters: z.strictObject({
    protocol: z.enum(['udp', 'tcp', 'both']).default('both').meta({
      title: 'Protocol',
      description:
        'TCP loses less than UDP; both listen on the same port number.',
    }),
    port: z.number().int().min(1).max(65_535).default(5514).meta({
      title: 'Port',
      description:
        'Where to listen; ports below 1024 need rights that a pipeline rarely has.',
    }),
    host: ipAddressSchema.default('127.0.0.1').meta({
      title: 'Address',
      description:
        'Address of this machine to listen on; 0.0.0.0 means all of them, 127.0.0.1 only programs on this machine.',
    }),
    allowedSources: z
      .array(cidrSchema)
      .min(1)
      .max(100)
      .default(['127.0.0.0/8', '::1/128'])
      .meta({
        title: 'Allowed senders',
        description:
          'Networks whose messages are accepted, as 10.0.0.0/8; messages of others are refused and counted.',
      }),
    framing: z
      .enum(['auto', 'newline', 'octet-counting'])
      .default('auto')
      .meta({
        title: 'Framing over TCP',
        description:
          'How messages of a connection are told apart (RFC 6587); automatic looks at how each of them begins.',
        advanced: true,
      }),
    maxMessageKiB: z.number().int().min(1).max(1024).default(64).meta({
      title: 'Message size',
      description: 'Longer messages are cut, and shown as samples.',
      unit: 'KiB',
      advanced: true,
    }),
  }),
});
