/**
 * English sentence of every change between two documents, by code, the most
 * important first.
 *
 * `{{name}}` stands for a value of the change's `params`, as in Backstage's
 * translations; a translation has the same keys and the same placeholders.
 *
 * @public
 */
export const CHANGE_TEXTS = {
  'spec.target': 'It runs on target {{after}} instead of {{before}}.',

  'node.removed': 'The node “{{node}}” ({{type}}) is removed.',
  'node.added': 'The node “{{node}}” ({{type}}) is added.',
  'node.retyped': 'The node “{{node}}” is {{after}} instead of {{before}}.',
  'edge.removed': '“{{from}}” no longer feeds “{{to}}”.',
  'edge.added': '“{{from}}” now feeds “{{to}}”.',
  'node.renamed': 'The node “{{before}}” is called “{{after}}” now.',
  'parameter.changed':
    'The parameter “{{parameter}}” of “{{node}}” changes from {{before}} to {{after}}.',

  'schedule.added': 'Runs start by the schedule {{after}}.',
  'schedule.removed':
    'Runs no longer start by themselves; the schedule was {{before}}.',
  'schedule.cron': 'The schedule changes from {{before}} to {{after}}.',
  'schedule.timezone':
    'The time zone of the schedule changes from {{before}} to {{after}}.',

  'compute.replicas':
    'The number of replicas changes from {{before}} to {{after}}.',
  'autoscaling.maxReplicas':
    'The highest number of replicas under load changes from {{before}} to {{after}}.',
  'autoscaling.targetCpuPercent':
    'The use of CPU above which replicas are added changes from {{before}} to {{after}} (%).',
  'compute.workers':
    'The number of workers of a run changes from {{before}} to {{after}}.',
  'compute.cpu':
    'The CPU cores of one replica change from {{before}} to {{after}}.',
  'compute.memoryMiB':
    'The memory of one replica changes from {{before}} MiB to {{after}} MiB.',
  'compute.gpu': 'The GPUs of one replica change from {{before}} to {{after}}.',

  'secret.removed':
    'The secret “{{secret}}” is no longer handed over as {{env}}.',
  'secret.added': 'The secret “{{secret}}” is handed over as {{env}}.',
  'secret.changed':
    '{{env}} holds the secret “{{after}}” instead of “{{before}}”.',
  'environment.removed':
    'The environment variable {{name}}, which was {{before}}, is removed.',
  'environment.added': 'The environment variable {{name}} is set to {{after}}.',
  'environment.changed':
    'The environment variable {{name}} changes from {{before}} to {{after}}.',

  'alert.removed': 'The alert “{{alert}}” on {{metric}} is removed.',
  'alert.added':
    'The alert “{{alert}}” is added: {{metric}} {{operator}} {{threshold}}.',
  'alert.metric':
    'The alert “{{alert}}” watches {{after}} instead of {{before}}.',
  'alert.threshold':
    'The threshold of the alert “{{alert}}” changes from {{before}} to {{after}}.',
  'alert.operator':
    'The alert “{{alert}}” fires on {{after}} instead of {{before}} its threshold.',
  'alert.forSeconds':
    'The alert “{{alert}}” fires after {{after}} s instead of {{before}} s.',
  'alert.severity':
    'The severity of the alert “{{alert}}” changes from {{before}} to {{after}}.',
  'alert.noData':
    'Without data, the alert “{{alert}}” is {{after}} instead of {{before}}.',
  'alert.summary':
    'The text of the alert “{{alert}}” changes from {{before}} to {{after}}.',
  'objectives.latencyP95Ms':
    'The objective for the latency changes from {{before}} to {{after}} (95th percentile, ms).',
  'objectives.errorRatePercent':
    'The objective for the error rate changes from {{before}} to {{after}} (%).',
  'objectives.availabilityPercent':
    'The objective for the availability changes from {{before}} to {{after}} (%).',

  'metadata.name': 'The name changes from {{before}} to {{after}}.',
  'metadata.lifecycle': 'The lifecycle changes from {{before}} to {{after}}.',
  'metadata.owner': 'The owner changes from {{before}} to {{after}}.',
  'metadata.system': 'The system changes from {{before}} to {{after}}.',
  'metadata.title': 'The title changes from {{before}} to {{after}}.',
  'metadata.description':
    'The description changes from {{before}} to {{after}}.',
  'metadata.tags': 'The tags change from {{before}} to {{after}}.',
  'node.title': 'The title of “{{node}}” changes from {{before}} to {{after}}.',

  'document.field': '{{field}} changes from {{before}} to {{after}}.',
  'document.order':
    'Entries of the document are in another order; what runs is the same.',
  'document.positions': 'Nodes are at other places in the drawing.',
} as const satisfies Record<string, string>;

/** Identifies a kind of change. @public */
export type ChangeCode = keyof typeof CHANGE_TEXTS;

/** Codes, the most important first. */
export const CHANGE_ORDER = Object.keys(CHANGE_TEXTS) as ChangeCode[];
