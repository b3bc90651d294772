import type {
  PlanResourceChange,
  TerraformPlan,
} from '@mlpipe/terraform-runner';
import { toPlanSummary } from './planSummary';

const planned = (change: Partial<PlanResourceChange>) =>
  toPlanSummary(
    {
      summary: { add: 0, change: 1, destroy: 0 },
      resourceChanges: [
        {
          address: 'a.b',
          actions: ['update'],
          before: {},
          after: {},
          ...change,
        },
      ],
      resourceDrift: [],
      terraformVersion: '1.11.4',
    } as unknown as TerraformPlan,
    7,
  ).changes[0];

it('says what an object of Kubernetes is, also of one that goes', () => {
  const object = { kind: 'Deployment', name: 'ssh' };
  expect(planned({ after: object }).description).toBe('Deployment ssh');
  expect(
    planned({ actions: ['delete'], before: object, after: null }).description,
  ).toBe('Deployment ssh');
  expect(planned({ after: { name: 'ssh' } })).not.toHaveProperty('description');
});
