import { CheckContext, CheckResult } from '../Check';
import { missingRules } from '../permissions/missingRules';
import { resourceName, rulesFor } from '../permissions/neededRules';
import { rbacManifest } from '../permissions/rbacManifest';

/** Which rights the credentials lack, by verb and resource, and the file that gives them. */
export async function checkPermissions({
  connection,
  config,
}: CheckContext): Promise<CheckResult> {
  const { name: namespace, create } = config.namespace;
  const missing = await missingRules(connection, namespace, rulesFor(config));
  const needed = missing.filter(({ rule }) => !rule.optional);
  const details = [
    ...needed,
    ...missing.filter(({ rule }) => rule.optional),
  ].map(
    ({ rule, verb }) =>
      `${verb} ${resourceName(rule)} ${
        rule.scope === 'cluster' ? 'in the cluster' : `in "${namespace}"`
      }${rule.optional ? ' (optional)' : ''}: for ${rule.why}`,
  );
  const file = create ? 'cluster.yaml' : 'namespaced.yaml';
  const title = 'Permissions';
  const id = 'permissions';
  const found =
    missing.length > 0
      ? {
          manifest: {
            name: file,
            content: rbacManifest({ namespace, create }),
          },
        }
      : {};
  if (needed.length > 0) {
    return {
      check: {
        id,
        title,
        status: 'failed',
        message: `The portal lacks ${count(needed.length)} on the cluster.`,
        hint: `Let an administrator of the cluster apply ${file} and give the portal the token of its service account.`,
        details,
      },
      found,
    };
  }
  return {
    check: {
      id,
      title,
      status: 'ok',
      message:
        missing.length > 0
          ? `The portal may do all that pipelines need; ${count(
              missing.length,
            )} to look at more is not given.`
          : 'The portal may do all that pipelines need.',
      ...(details.length > 0 && { details }),
    },
    found,
  };
}

function count(missing: number): string {
  return missing === 1 ? '1 right' : `${missing} rights`;
}
