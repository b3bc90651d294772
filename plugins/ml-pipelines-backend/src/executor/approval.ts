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
    hourly: record.cost?.hourly,
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
    cost === undefined ||
    (approved.hourly !== undefined && cost.hourly <= approved.hourly);
  return (
    cheap &&
    plan.changes.every(change =>
      PARTS[change.action].every(part =>
        allowed.get(change.address)?.includes(part),
      ),
    )
  );
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
  const hourly = action === 'destroy' ? 0 : cost?.hourly;
  const free =
    policy.freeUpToHourly !== undefined &&
    hourly !== undefined &&
    hourly <= policy.freeUpToHourly;
  return !free;
}
