import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import { createBuiltinCatalogue } from '../nodes/builtin';
import { canonicalJson } from '../spec/canonicalJson';
import type { AlertRule, PipelineDocument } from '../spec/PipelineDocument';
import { changeParams, changeSentence, englishChanges } from './changeSentence';
import { ChangeCode, CHANGE_ORDER, CHANGE_TEXTS } from './changeTexts';
import { completeDocument } from './completeDocument';
import { diffEdges, diffNodes, positionsDiffer } from './diffNodes';
import { BareChange, change } from './bareChange';
import type { ChangeValue, DocumentChange } from './DocumentChange';
import { isSame } from './isSame';
import { matchNodes } from './matchNodes';

/**
 * In what two documents differ, in words, the most important first. Parameters
 * that are left out count as their defaults. Empty exactly when the documents
 * say the same and draw it the same.
 *
 * @param catalogue - Gives titles, units and defaults. Default: the built-in node types.
 * @public
 */
export function diffDocuments(
  before: PipelineDocument,
  after: PipelineDocument,
  catalogue: NodeCatalogue = createBuiltinCatalogue(),
): DocumentChange[] {
  const old = completeDocument(before, catalogue);
  const now = completeDocument(after, catalogue);
  const nodes = matchNodes(old.spec.nodes, now.spec.nodes);
  const changes: BareChange[] = [
    ...diffFields(
      'document',
      { apiVersion: old.apiVersion, kind: old.kind },
      { apiVersion: now.apiVersion, kind: now.kind },
      [],
    ),
    ...diffFields('metadata', old.metadata, now.metadata, ['metadata']),
    ...diffFields('spec', restOf(old.spec), restOf(now.spec), ['spec']),
    ...diffNodes(nodes),
    ...diffEdges(old.spec.edges, now.spec.edges, nodes),
    ...diffFields('compute', flat(old.spec.compute), flat(now.spec.compute), [
      'spec',
      'compute',
    ]),
    ...diffFields(
      'autoscaling',
      old.spec.compute.autoscaling ?? {},
      now.spec.compute.autoscaling ?? {},
      ['spec', 'compute', 'autoscaling'],
    ),
    ...diffEnvironment(old, now),
    ...diffSecrets(old, now),
    ...diffAlerts(old.spec.alerts, now.spec.alerts),
    ...diffFields('objectives', old.spec.objectives, now.spec.objectives, [
      'spec',
      'objectives',
    ]),
    ...diffSchedule(old, now),
  ];
  if (changes.length === 0 && canonicalJson(old) !== canonicalJson(now)) {
    changes.push(change('document.order', ['spec']));
  }
  if (positionsDiffer(nodes)) {
    changes.push(change('document.positions', ['spec', 'nodes']));
  }
  const english = englishChanges(catalogue);
  return changes
    .map(bare => ({
      ...bare,
      params: changeParams(bare, english),
      sentence: changeSentence(bare, english),
    }))
    .sort(
      (a, b) => CHANGE_ORDER.indexOf(a.code) - CHANGE_ORDER.indexOf(b.code),
    );
}

/** Fields of the spec that have no comparison of their own: the target, and what is added to the schema later. */
function restOf(spec: PipelineDocument['spec']): object {
  const {
    nodes,
    edges,
    compute,
    environment,
    secrets,
    alerts,
    objectives,
    schedule,
    ...rest
  } = spec;
  return rest;
}

/** GPUs as one value in words; one worker where no number is given. */
function flat({
  gpu,
  autoscaling,
  ...compute
}: PipelineDocument['spec']['compute']) {
  return {
    ...compute,
    workers: compute.workers ?? 1,
    gpu: gpu && (gpu.type ? `${gpu.count} × ${gpu.type}` : gpu.count),
  };
}

/** Compares two objects field by field; a field without a sentence of its own is named by its path. */
function diffFields(
  section: string,
  before: object,
  after: object,
  path: BareChange['path'],
  rest: Partial<BareChange> = {},
): BareChange[] {
  const old = before as Record<string, unknown>;
  const now = after as Record<string, unknown>;
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return keys.flatMap(key => {
    if (isSame(old[key], now[key])) {
      return [];
    }
    const code = `${section}.${key}`;
    const where = [...path, key];
    const known = Object.hasOwn(CHANGE_TEXTS, code);
    return [
      change(known ? (code as ChangeCode) : 'document.field', where, {
        before: old[key],
        after: now[key],
        value: valueOf(code),
        ...rest,
        names: { ...rest.names, ...(known ? {} : { field: where.join('.') }) },
      }),
    ];
  });
}

function valueOf(code: string): ChangeValue {
  if (code === 'alert.metric') {
    return { kind: 'metric' };
  }
  return code === 'alert.operator' || code === 'compute.gpu'
    ? { kind: 'name' }
    : { kind: 'value' };
}

/** Pairs the entries of two lists by a key. */
function pair<T>(before: T[], after: T[], keyOf: (entry: T) => string) {
  const old = new Map(
    before.map((entry, index) => [keyOf(entry), { entry, index }]),
  );
  const now = new Map(
    after.map((entry, index) => [keyOf(entry), { entry, index }]),
  );
  const keys = [...new Set([...old.keys(), ...now.keys()])];
  return keys.map(key => ({ key, old: old.get(key), now: now.get(key) }));
}

function diffEnvironment(
  old: PipelineDocument,
  now: PipelineDocument,
): BareChange[] {
  return pair(
    old.spec.environment,
    now.spec.environment,
    entry => entry.name,
  ).flatMap(({ key, old: was, now: is }) => {
    const path = ['spec', 'environment', (is ?? was)?.index ?? 0];
    const values = {
      before: was?.entry.value,
      after: is?.entry.value,
      names: { name: key },
    };
    if (!was || !is) {
      return [
        change(is ? 'environment.added' : 'environment.removed', path, values),
      ];
    }
    return was.entry.value === is.entry.value
      ? []
      : [change('environment.changed', path, values)];
  });
}

function diffSecrets(
  old: PipelineDocument,
  now: PipelineDocument,
): BareChange[] {
  return pair(old.spec.secrets, now.spec.secrets, entry => entry.env).flatMap(
    ({ key, old: was, now: is }) => {
      const path = ['spec', 'secrets', (is ?? was)?.index ?? 0];
      const before = was?.entry.name;
      const after = is?.entry.name;
      const rest = {
        before,
        after,
        value: { kind: 'name' } as const,
        names: { env: key, secret: after ?? before ?? '' },
      };
      if (!was || !is) {
        return [change(is ? 'secret.added' : 'secret.removed', path, rest)];
      }
      return before === after ? [] : [change('secret.changed', path, rest)];
    },
  );
}

function diffAlerts(old: AlertRule[], now: AlertRule[]): BareChange[] {
  return pair(old, now, rule => rule.name).flatMap(
    ({ key, old: was, now: is }) => {
      const path = ['spec', 'alerts', (is ?? was)?.index ?? 0];
      if (was && is) {
        return diffFields('alert', was.entry, is.entry, path, {
          names: { alert: key },
        });
      }
      const { metric, operator, threshold } = (is ?? was)?.entry as AlertRule;
      return [
        change(is ? 'alert.added' : 'alert.removed', path, {
          before: was?.entry.name,
          after: is?.entry.name,
          value: { kind: 'name' },
          names: { alert: key, metric, operator, threshold },
        }),
      ];
    },
  );
}

function diffSchedule(
  old: PipelineDocument,
  now: PipelineDocument,
): BareChange[] {
  const before = old.spec.schedule;
  const after = now.spec.schedule;
  const path = ['spec', 'schedule'];
  if (before && after) {
    return diffFields('schedule', before, after, path);
  }
  const text = (schedule: typeof before) =>
    schedule && `${schedule.cron} (${schedule.timezone})`;
  return before || after
    ? [
        change(after ? 'schedule.added' : 'schedule.removed', path, {
          before: text(before),
          after: text(after),
        }),
      ]
    : [];
}
