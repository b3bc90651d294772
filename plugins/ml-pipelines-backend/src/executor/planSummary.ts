import type {
  PlannedChange,
  PlanSummary,
} from '@mlpipe/plugin-ml-pipelines-common';
import type {
  PlanResourceChange,
  PlanValue,
  TerraformPlan,
} from '@mlpipe/terraform-runner';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

/** Longer values say nothing to a reader and would fill the database. */
const MAX_VALUE = 2_000;

function shorten(value: PlanValue | undefined): PlanValue {
  if (value === undefined) {
    return null;
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)} …` : value;
}

function actionOf(change: PlanResourceChange): PlannedChange['action'] {
  const has = (action: string) => change.actions.some(a => a === action);
  if (has('create') && has('delete')) {
    return 'replace';
  }
  for (const action of ['create', 'update', 'delete', 'read'] as const) {
    if (has(action)) {
      return action;
    }
  }
  return has('forget') ? 'delete' : 'no-op';
}

function attributes(value: PlanValue): { [name: string]: PlanValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? value
    : {};
}

/** Objects of Kubernetes say what they are better than their address does. */
function describe(
  value: Record<string, PlanValue>,
): Pick<PlannedChange, 'description'> {
  const { kind, name } = value;
  return typeof kind === 'string' && typeof name === 'string'
    ? { description: `${kind} ${name}` }
    : {};
}

function toPlannedChange(change: PlanResourceChange): PlannedChange {
  const before = attributes(change.before);
  const after = attributes(change.after);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return {
    address: change.address,
    ...describe({ ...before, ...after }),
    action: actionOf(change),
    changes: names
      // What was not there and is null is no change to a reader.
      .filter(
        name => !isDeepStrictEqual(before[name] ?? null, after[name] ?? null),
      )
      .map(name => ({
        attribute: name,
        before: shorten(before[name]),
        after: shorten(after[name]),
      })),
  };
}

/** What of a plan is stored with the deployment and shown. Its values are masked already. */
export function toPlanSummary(
  plan: TerraformPlan,
  stateSerial: number,
): PlanSummary {
  return {
    id: randomUUID(),
    add: plan.summary.add,
    change: plan.summary.change,
    remove: plan.summary.destroy,
    changes: plan.resourceChanges
      .map(toPlannedChange)
      .filter(change => change.action !== 'no-op'),
    drift: plan.resourceDrift
      .map(toPlannedChange)
      .filter(change => change.action !== 'no-op'),
    terraformVersion: plan.terraformVersion,
    stateSerial,
  };
}
