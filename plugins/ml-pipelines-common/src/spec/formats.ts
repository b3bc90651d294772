/**
 * Forms of names that schemas check, each with a code under `schema.format.`
 * in `problemTexts.ts`. The messages are what other users of the zod schemas
 * see; {@link formatOf} recognises a form by its pattern.
 */
export const FORMATS = {
  name: {
    pattern: /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
    message:
      'Use lower-case letters, digits and dashes; start with a letter, end with a letter or digit',
  },
  resourceName: {
    pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    message:
      'Use lower-case letters, digits and dashes; start and end with a letter or digit',
  },
  environmentName: {
    pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
    message: 'Use letters, digits and underscores; do not start with a digit',
  },
  entityRef: {
    pattern: /^[A-Za-z]+:[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+$/,
    message: 'Use a full entity reference such as group:default/security',
  },
  portRef: {
    pattern: /^[a-z][a-z0-9-]*\.[a-z][A-Za-z0-9]*$/,
    message: 'Write node.port',
  },
  tag: {
    pattern: /^[a-z0-9:+#]+(-[a-z0-9:+#]+)*$/,
    message:
      'Use lower-case letters, digits, ":", "+" and "#", with single dashes between them',
  },
  absoluteFile: {
    // eslint-disable-next-line no-control-regex -- they are what must not be there
    pattern: /^\/(?:[^\x00-\x1f\x7f]*[^\x00-\x1f\x7f/])$/,
    message: 'Use an absolute path of a file, such as /var/log/auth.log',
  },
  ipAddress: {
    pattern:
      /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$/,
    message: 'Use an IP address, such as 127.0.0.1 or ::1',
  },
  cidr: {
    pattern:
      /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?:\/(?:3[0-2]|[12]?\d))?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:\/(?:12[0-8]|1[01]\d|\d?\d))?)$/,
    message: 'Use an address or a network, such as 10.0.0.0/8 or 192.0.2.7',
  },
  bootstrapServers: {
    pattern:
      /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}(?:,(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5})*$/,
    message:
      'Use host:port, several of them separated by commas without spaces',
  },
  kafkaName: {
    pattern: /^[A-Za-z0-9._-]+$/,
    message: 'Use letters, digits, dots, underscores and dashes',
  },
} as const;

/** Name of a form, by the pattern that an issue of zod carries. */
export function formatOf(
  pattern: string | undefined,
): keyof typeof FORMATS | undefined {
  return (Object.keys(FORMATS) as Array<keyof typeof FORMATS>).find(
    name => String(FORMATS[name].pattern) === pattern,
  );
}
