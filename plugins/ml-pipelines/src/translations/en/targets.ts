/** Page of one target. */
export const targets = {
  'targets.intro':
    'Pipelines run on these targets. Clusters are registered with a form.',
  'targets.register': 'Register a cluster',
  'target.back': 'All targets',
  'target.loadError': 'The target could not be loaded',
  'target.since': 'since {{time}}',
  'target.checked': 'looked at {{time}}',
  'target.dead':
    'What is known without it stays usable here; it is tried again all the time.',
  'target.readOnly':
    'This target comes from the configuration of the portal (mlPipelines.targets), and is changed there.',
  'target.facts': 'What it is',
  'target.fact.address': 'API server',
  'target.fact.version': 'Version',
  'target.fact.capacity': 'Capacity',
  'target.fact.capacity.value': '{{nodes}} nodes, {{cpu}} CPU, {{memory}}',
  'target.fact.gpus': 'GPUs',
  'target.fact.storage': 'Storage classes',
  'target.fact.storage.default': '{{name}} (default)',
  'target.fact.namespace': 'Namespace',
  'target.fact.exposure': 'Endpoints reached by',
  'target.fact.concurrency': 'Deployments at the same time',
  'target.fact.catalog': 'In the catalog',
  'target.checks': 'Checks',
  'target.checks.again': 'Check again',
  'target.checks.when': 'Looked at {{time}}',
  'target.checks.error': 'The target could not be checked',
  'target.pipelines': 'Pipelines on it',
  'target.pipelines.none': 'No pipeline is on this target',
  'target.credentials': 'Credentials',
  'target.credentials.none': 'None are stored.',
  'target.credentials.version': 'Version',
  'target.credentials.by': 'Stored by',
  'target.credentials.when': 'Stored',
  'target.credentials.until': 'Valid until',
  'target.credentials.ends':
    'The credentials end {{time}}. Rotate them before.',
  'target.credentials.ended': 'The credentials ended {{time}}. Rotate them.',
  'target.credentials.text':
    'They are encrypted and can be replaced, never read.',
  'target.credentials.rotate': 'Rotate credentials',
  'target.credentials.rotate.title': 'Rotate the credentials of {{name}}',
  'target.credentials.rotate.text':
    'The new ones are checked first. When they work, they take the place of the old ones; what runs goes on.',
  'target.credentials.rotate.confirm': 'Check and store',
  'target.credentials.kind': 'What you have',
  'target.credentials.single': 'Token or certificate',
  'target.credentials.stored':
    'The credentials are stored (version {{version}})',
  'target.edit': 'Edit',
  'target.edit.title': 'Edit {{name}}',
  'target.edit.name': 'Title',
  'target.edit.description': 'Description',
  'target.edit.owner.hint': 'Entity reference, such as group:default/platform.',
  'target.edit.approval': 'Deployments wait for approval',
  'target.edit.free': 'No approval up to this cost per hour',
  'target.edit.config': 'Configuration',
  'target.edit.config.hint':
    'As YAML. What must not change while pipelines are on the target is refused with the reason.',
  'target.edit.config.invalid': 'This is no YAML object.',
  'target.remove': 'Remove',
  'target.remove.title': 'Remove {{name}}?',
  'target.remove.hits_one':
    '{{count}} pipeline is deployed on it. Remove or move it first:',
  'target.remove.hits_other':
    '{{count}} pipelines are deployed on it. Remove or move them first:',
  'target.remove.free': 'No pipeline is deployed on it.',
  'target.remove.namespace':
    'The namespace {{namespace}} is deleted too if the portal made it, with everything in it.',
  'target.remove.rest':
    'Its stored credentials are deleted, and it leaves the catalog. The cluster itself stays.',
  'target.remove.done': 'The target {{name}} is removed',
  'target.forget': 'Forget',
  'target.forget.choice':
    'The place is gone for good: forget the target without touching it',
  'target.forget.title': 'The portal deletes nothing there',
  'target.forget.namespace':
    'If the cluster still exists, the namespace {{namespace}} stays with everything in it: pods that may go on running and costing, volumes, secrets. The portal no longer knows of them; only an administrator of the cluster can delete them, and end what the portal signed in with.',
  'target.forget.rest':
    'If it still exists, everything that the portal made there stays: what may go on running and costing, data, secrets. The portal no longer knows of it; only an administrator there can delete it, and end what the portal signed in with.',
  'target.forget.done':
    'The target {{name}} is forgotten; what was there was left alone',
};
