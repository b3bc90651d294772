/** What is looked at on a target, whoever asks. */
export const inspection = {
  'inspection.checks': 'What was checked',
  'inspection.status.ok': 'fine',
  'inspection.status.warning': 'works, with limits',
  'inspection.status.failed': 'has to be mended',
  'inspection.status.skipped': 'not checked',
  'inspection.details': 'Single findings',
  'inspection.manifest': 'Rights that the portal needs',
  'inspection.manifest.text':
    'Apply {{name}} with kubectl as an administrator of the cluster, then check again.',
  'inspection.manifest.download': 'Download',
  'inspection.usable': 'The target can be used.',
  'inspection.unusable': 'The target cannot be used yet.',
};

/** Titles of checks, by their identifiers; those of other modules have their own. */
export const checkTitles: Record<string, string> = {
  [checkKey('reachable')]: 'Reachable',
  [checkKey('version')]: 'Version',
  [checkKey('credentials')]: 'Credentials',
  [checkKey('permissions')]: 'Permissions',
  [checkKey('namespace')]: 'Namespace',
  [checkKey('storage')]: 'Storage',
  [checkKey('capacity')]: 'Nodes',
  [checkKey('gpu')]: 'GPUs',
  [checkKey('monitoring')]: 'Monitoring',
  [checkKey('metrics')]: 'Metrics of pods',
  [checkKey('portal')]: 'Way back to the portal',
};

/** Key of the title of a check. */
export function checkKey(id: string): string {
  return `inspection.check.${id}`;
}
