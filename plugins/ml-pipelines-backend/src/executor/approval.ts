import type {
  PlannedChange,
  PlanSummary,
  Target,
} from '@mlpipe/plugin-ml-pipelines-common';
import type {
  ApprovedActions,
  DeploymentRecord,
} from '../deployments/DeploymentRecord';

type Action = PlannedChange['action'];

/** Elementary actions: a half-done replacement goes on as a mere creation. */
const PARTS: Record<Action, Action[]> = {
  create: ['create'],
  update: ['update'],
  delete: ['delete'],
  replace: ['delete', 'create'],
  read: [],
  'no-op': [],
};

/** What an approver agrees to by approving this deployment now. */
export function approvedActionsOf(record: DeploymentRecord): ApprovedActions {
  return {
    changes: (record.plan?.changes ?? []).map(({ address, action }) => ({
      address,
      action,
    })),
    hourly: dearest(record.cost),
  };
}

/** Whether a plan asks for nothing that was not approved, at no higher price. */
export function isContained(
  plan: PlanSummary,
  cost: DeploymentRecord['cost'],
  approved: ApprovedActions,
): boolean {
  const allowed = new Map(
    approved.changes.map(({ address, action }) => [address, PARTS[action]]),
  );
  const cheap =
    !cost ||
    (approved.hourly !== undefined && dearest(cost) <= approved.hourly);
  return (
    cheap &&
    plan.changes.every(change =>
      PARTS[change.action].every(part =>
        allowed.get(change.address)?.includes(part),
      ),
    )
  );
}

/** Price of an hour under the highest load, which is what is agreed to. */
function dearest(cost: NonNullable<DeploymentRecord['cost']>): number;
function dearest(cost: DeploymentRecord['cost']): number | undefined;
function dearest(cost: DeploymentRecord['cost']) {
  return cost && (cost.maxHourly ?? cost.hourly);
}

/** Whether somebody has to agree before the plan is applied. */
export function needsApproval(
  policy: Target['approval'],
  record: DeploymentRecord,
): boolean {
  const { plan, cost, action } = record;
  if (!policy.required || !plan?.changes.some(c => PARTS[c.action].length)) {
    return false;
  }
  const hourly = action === 'destroy' ? 0 : dearest(cost);
  const free =
    policy.freeUpToHourly !== undefined &&
    hourly !== undefined &&
    hourly <= policy.freeUpToHourly;
  return !free;
}
