import {
  mockCredentials,
  mockServices,
  TestDatabases,
} from '@backstage/backend-test-utils';
import express from 'express';
import request from 'supertest';
import { createTestDeployments } from '../__testUtils__/createTestDeployments';
import { openTestDatabase } from '../__testUtils__/openTestDatabase';
import { attemptId } from '../executor/AttemptDirectory';
import { createTerraformLockRouter } from './terraformLockRouter';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

it('shows who holds the lock, and breaks it', async () => {
  const knex = await openTestDatabase(databases, 'SQLITE_3');
  const test = createTestDeployments({ knex });
  await test.savePipeline('ssh');
  const { id: deployment } = await test.deploy('ssh');
  await test.state.lock({
    stackId: await test.stacks.idOf('ssh', 'here'),
    attemptId: attemptId(deployment, 0),
    info: {
      ID: 'lock-1',
      Operation: 'OperationTypeApply',
      Info: '',
      Who: 'me@here',
      Version: '1.11.4',
      Created: '',
      Path: '',
    },
  });
  const auditor = mockServices.auditor.mock({
    createEvent: jest.fn(async () => ({
      success: async () => {},
      fail: async () => {},
    })),
  });
  const app = express().use(
    createTerraformLockRouter({
      state: test.state,
      stacks: test.stacks,
      auditor,
      authorize: async () => mockCredentials.user(),
    }),
  );

  const { body } = await request(app)
    .get('/pipelines/ssh/terraform-lock')
    .expect(200);
  expect(body).toEqual({
    lock: {
      stackId: 'pipeline--ssh.here',
      id: 'lock-1',
      operation: 'OperationTypeApply',
      who: 'me@here',
      created: expect.any(String),
      deployment,
    },
  });
  await request(app).delete('/pipelines/ssh/terraform-lock').expect(204);
  await request(app).get('/pipelines/ssh/terraform-lock').expect(200, {});
  expect(auditor.createEvent).toHaveBeenCalledWith(
    expect.objectContaining({
      eventId: 'terraform-force-unlock',
      severityLevel: 'high',
    }),
  );
});
