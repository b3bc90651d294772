import { redactor, Redact } from './redact';

const ALLOWED = new Set([
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'LC_ALL',
  'TZ',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'all_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'TF_CLI_CONFIG_FILE',
  'TF_PLUGIN_CACHE_DIR',
]);

const FIXED = {
  CHECKPOINT_DISABLE: '1',
  TF_IN_AUTOMATION: '1',
  TF_INPUT: '0',
};

const SOUNDS_SECRET =
  /TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL|CLIENT_KEY/i;

/**
 * The environment of the process: the allow-listed part of the parent's, what was asked for,
 * and the settings that keep Terraform from asking questions or calling home.
 */
export function terraformEnvironment(
  parent: NodeJS.ProcessEnv,
  requested: Record<string, string> = {},
): Record<string, string> {
  const inherited = Object.entries(parent).filter(
    (entry): entry is [string, string] =>
      ALLOWED.has(entry[0]) && entry[1] !== undefined,
  );
  return { ...Object.fromEntries(inherited), ...requested, ...FIXED };
}

/** Masks the values of secret-sounding or named entries. */
export function environmentRedactor(
  env: Record<string, string> = {},
  sensitiveNames: readonly string[] = [],
): Redact {
  return redactor(
    Object.entries(env)
      .filter(
        ([name]) => SOUNDS_SECRET.test(name) || sensitiveNames.includes(name),
      )
      .map(([, value]) => value),
  );
}
