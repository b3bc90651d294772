import { ResponseError } from '@backstage/errors';
import type { Problem } from '../spec/problem';
import { InvalidPipelineError } from './InvalidPipelineError';
import { MlPipelinesClient } from './MlPipelinesClient';

const BASE = 'http://backend/api/ml-pipelines';

/** A client whose backend gives one answer, and the request that it got. */
function clientThatGets(answer: Response) {
  const requests: Request[] = [];
  const client = new MlPipelinesClient({
    discoveryApi: { getBaseUrl: async id => `http://backend/api/${id}` },
    fetchApi: {
      fetch: async (input, init) => {
        requests.push(new Request(input, init));
        return answer;
      },
    },
  });
  return { client, requests };
}

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json' },
  });

type Call = (client: MlPipelinesClient) => Promise<unknown>;

/** Every method: `METHOD path`, and the body that it sends. */
const calls: Record<string, [call: Call, request: string, body?: unknown]> = {
  listPipelines: [
    c =>
      c.listPipelines({
        search: 'a&b',
        status: ['running', 'failed'],
        owner: [],
        limit: 5,
      }),
    'GET /pipelines?search=a%26b&status=running%2Cfailed&limit=5',
  ],
  getPipeline: [c => c.getPipeline('a/../b'), 'GET /pipelines/a%2F..%2Fb'],
  savePipeline: [
    c => c.savePipeline('p', { x: 1 }, 'why'),
    'PUT /pipelines/p',
    { document: { x: 1 }, comment: 'why' },
  ],
  deletePipeline: [c => c.deletePipeline('p'), 'DELETE /pipelines/p'],
  listRevisions: [c => c.listRevisions('p'), 'GET /pipelines/p/revisions'],
  getRevision: [c => c.getRevision('p', 3), 'GET /pipelines/p/revisions/3'],
  validate: [c => c.validate({ yaml: 'a' }), 'POST /validate', { yaml: 'a' }],
  listNodeTypes: [c => c.listNodeTypes(), 'GET /node-types'],
  listDrafts: [c => c.listDrafts(), 'GET /drafts'],
  getDraft: [c => c.getDraft('d'), 'GET /drafts/d'],
  createDraft: [
    c => c.createDraft({ title: 't' }),
    'POST /drafts',
    { title: 't' },
  ],
  updateDraft: [c => c.updateDraft('d', {}), 'PUT /drafts/d', {}],
  deleteDraft: [c => c.deleteDraft('d'), 'DELETE /drafts/d'],
  listTargets: [c => c.listTargets(), 'GET /targets'],
  getTarget: [c => c.getTarget('t'), 'GET /targets/t'],
  saveTarget: [
    c => c.saveTarget('t', { kind: 'local' }),
    'PUT /targets/t',
    { kind: 'local' },
  ],
  deleteTarget: [c => c.deleteTarget('t'), 'DELETE /targets/t'],
  saveTargetCredentials: [
    c =>
      c.saveTargetCredentials('t', {
        kind: 'kubernetes',
        credentials: { token: 'x' },
      }),
    'PUT /targets/t/credentials',
    { kind: 'kubernetes', credentials: { token: 'x' } },
  ],
  probeTarget: [
    c => c.probeTarget({ kind: 'kubernetes' }),
    'POST /targets/probe',
    { kind: 'kubernetes' },
  ],
  inspectTarget: [c => c.inspectTarget('t'), 'GET /targets/t/inspection'],
  listKnownClusters: [c => c.listKnownClusters(), 'GET /known-clusters'],
  createDeployment: [
    c => c.createDeployment('p', { revision: 2 }),
    'POST /pipelines/p/deployments',
    { revision: 2 },
  ],
  listDeployments: [
    c => c.listDeployments('p', { offset: 0, limit: 10 }),
    'GET /pipelines/p/deployments?offset=0&limit=10',
  ],
  getDeployment: [c => c.getDeployment('d'), 'GET /deployments/d'],
  getDeploymentLog: [
    c => c.getDeploymentLog('d', { after: 7 }),
    'GET /deployments/d/log?after=7',
  ],
  cancelDeployment: [
    c => c.cancelDeployment('d'),
    'POST /deployments/d/cancel',
    {},
  ],
  approveDeployment: [
    c => c.approveDeployment('d', 'p1'),
    'POST /deployments/d/approve',
    { plan: 'p1' },
  ],
  discardDeployment: [
    c => c.discardDeployment('d'),
    'POST /deployments/d/discard',
    {},
  ],
  getStatus: [c => c.getStatus('p'), 'GET /pipelines/p/status'],
  getLogs: [
    c => c.getLogs('p', { level: 'error' }),
    'GET /pipelines/p/logs?level=error',
  ],
  getMetrics: [
    c => c.getMetrics('p', { series: ['cpu_percent', 'memory_bytes'] }),
    'GET /pipelines/p/metrics?series=cpu_percent%2Cmemory_bytes',
  ],
  listAlerts: [c => c.listAlerts('p'), 'GET /pipelines/p/alerts'],
  listAllAlerts: [
    c => c.listAllAlerts({ state: 'firing' }),
    'GET /alerts?state=firing',
  ],
  getAlert: [c => c.getAlert('a'), 'GET /alerts/a'],
  acknowledgeAlert: [
    c => c.acknowledgeAlert('a', 'seen'),
    'POST /alerts/a/acknowledge',
    { comment: 'seen' },
  ],
  listSilences: [c => c.listSilences('p'), 'GET /pipelines/p/silences'],
  createSilence: [
    c => c.createSilence('p', { minutes: 5, comment: 'deploying' }),
    'POST /pipelines/p/silences',
    { minutes: 5, comment: 'deploying' },
  ],
  deleteSilence: [
    c => c.deleteSilence('p', 's'),
    'DELETE /pipelines/p/silences/s',
  ],
  getSubscription: [
    c => c.getSubscription('p'),
    'GET /pipelines/p/subscription',
  ],
  setSubscription: [
    c => c.setSubscription('p', true),
    'PUT /pipelines/p/subscription',
    { subscribed: true },
  ],
  listStakeholders: [
    c => c.listStakeholders('p'),
    'GET /pipelines/p/stakeholders',
  ],
  notifyStakeholders: [
    c =>
      c.notifyStakeholders('p', {
        recipients: ['group:default/a'],
        message: 'm',
      }),
    'POST /pipelines/p/stakeholders/notify',
    { recipients: ['group:default/a'], message: 'm' },
  ],
  listRuns: [
    c => c.listRuns('p', { kind: 'batch' }),
    'GET /pipelines/p/runs?kind=batch',
  ],
  createRun: [
    c => c.createRun('p', { kind: 'batch' }),
    'POST /pipelines/p/runs',
    { kind: 'batch' },
  ],
  getRun: [c => c.getRun('r'), 'GET /runs/r'],
  getRunLog: [c => c.getRunLog('r', { after: 3 }), 'GET /runs/r/log?after=3'],
  cancelRun: [c => c.cancelRun('r'), 'POST /runs/r/cancel', {}],
  repeatRun: [c => c.repeatRun('r'), 'POST /runs/r/repeat', {}],
  applyRunModel: [c => c.applyRunModel('r'), 'POST /runs/r/apply', {}],
  runArtifactUrl: [
    c => c.runArtifactUrl('r', 'scores.csv'),
    'GET /runs/r/artifacts/scores.csv',
  ],
  getModels: [c => c.getModels('p'), 'GET /pipelines/p/models'],
  retrainModel: [
    c => c.retrainModel('p'),
    'POST /pipelines/p/models/retrain',
    {},
  ],
  promoteModel: [
    c => c.promoteModel('p', '3'),
    'POST /pipelines/p/models/3/promote',
    {},
  ],
  rejectModel: [
    c => c.rejectModel('p', '3'),
    'POST /pipelines/p/models/3/reject',
    {},
  ],
  rollbackModel: [
    c => c.rollbackModel('p', { version: '2' }),
    'POST /pipelines/p/models/rollback',
    { version: '2' },
  ],
  duplicatePipeline: [
    c => c.duplicatePipeline('p', { name: 'q' }),
    'POST /pipelines/p/duplicate',
    { name: 'q' },
  ],
  movePipeline: [
    c => c.movePipeline('p', { target: 't' }),
    'POST /pipelines/p/move',
    { target: 't' },
  ],
  promotePipeline: [
    c => c.promotePipeline('p', { to: 'q' }),
    'POST /pipelines/p/promote',
    { to: 'q' },
  ],
  forgetPipeline: [
    c => c.forgetPipeline('p', { confirm: 'p', reason: 'gone' }),
    'POST /pipelines/p/forget',
    { confirm: 'p', reason: 'gone' },
  ],
  getPortfolio: [c => c.getPortfolio({ days: 30 }), 'GET /portfolio?days=30'],
  listAnomalies: [
    c => c.listAnomalies('p', { after: 1 }),
    'GET /pipelines/p/anomalies?after=1',
  ],
  invoke: [
    c => c.invoke('p', ['a']),
    'POST /pipelines/p/invoke',
    { lines: ['a'] },
  ],
  rotateApiKey: [c => c.rotateApiKey('p'), 'POST /pipelines/p/api-key', {}],
  getOpenApi: [c => c.getOpenApi('p'), 'GET /pipelines/p/openapi'],
  listSecrets: [c => c.listSecrets(), 'GET /secrets'],
  saveSecret: [
    c => c.saveSecret('s', 'v', 'd'),
    'PUT /secrets/s',
    { value: 'v', description: 'd' },
  ],
  deleteSecret: [c => c.deleteSecret('s'), 'DELETE /secrets/s'],
  uploadArtifact: [
    c => c.uploadArtifact(new Blob(['"content"'])),
    'POST /artifacts',
    'content',
  ],
  artifactUrl: [
    c => c.artifactUrl('sha256:a'),
    'POST /artifacts/sha256%3Aa/url',
    {},
  ],
  getTerraformLock: [
    c => c.getTerraformLock('p'),
    'GET /pipelines/p/terraform-lock',
  ],
  forceUnlock: [c => c.forceUnlock('p'), 'DELETE /pipelines/p/terraform-lock'],
};

/** Methods that give a file: `METHOD path`. */
const downloads: Record<
  string,
  [call: (client: MlPipelinesClient) => Promise<Blob>, request: string]
> = {
  exportRevision: [
    c => c.exportRevision('p', 3, 'terraform'),
    'GET /pipelines/p/revisions/3/export?format=terraform',
  ],
  exportPortfolio: [
    c => c.exportPortfolio({ groupBy: 'target' }),
    'GET /portfolio.csv?groupBy=target',
  ],
};

describe('MlPipelinesClient', () => {
  it('has a case for every method', () => {
    const { client } = clientThatGets(json({}));
    expect(Object.keys(client).sort()).toEqual(
      [...Object.keys(calls), ...Object.keys(downloads)].sort(),
    );
  });

  it.each(Object.entries(downloads))('%s', async (_, [call, request]) => {
    const { client, requests } = clientThatGets(new Response('a,b'));
    const file = await call(client);
    await expect(file.text()).resolves.toBe('a,b');
    const [sent] = requests;
    expect(`${sent.method} ${sent.url.slice(BASE.length)}`).toBe(request);
  });

  it.each(Object.entries(calls))('%s', async (_, [call, request, body]) => {
    const { client, requests } = clientThatGets(json({ answer: 1 }));
    await expect(call(client)).resolves.toEqual({ answer: 1 });
    const [sent] = requests;
    expect(`${sent.method} ${sent.url.slice(BASE.length)}`).toBe(request);
    const text = await sent.text();
    expect(text === '' ? undefined : JSON.parse(text)).toEqual(body);
    expect(sent.headers.has('Authorization')).toBe(false);
  });

  it('sends the token, and can be cancelled', async () => {
    const { client, requests } = clientThatGets(json({}));
    const controller = new AbortController();
    await client.getStatus('p', { token: 't', signal: controller.signal });
    expect(requests[0].headers.get('Authorization')).toBe('Bearer t');
    controller.abort();
    expect(requests[0].signal.aborted).toBe(true);
  });

  it('takes an answer without content', async () => {
    const { client } = clientThatGets(new Response(null, { status: 204 }));
    await expect(client.deleteDraft('d')).resolves.toBeUndefined();
  });

  it('gives the problems of an invalid document back', async () => {
    const problem: Problem = {
      code: 'schema.required',
      path: ['metadata', 'owner'],
      severity: 'error',
      message: 'A value for "owner" is required.',
      hint: 'Enter one.',
    };
    const { client } = clientThatGets(
      json({ error: { name: 'InputError', problems: [problem] } }, 400),
    );
    const error = await client.savePipeline('p', {}).catch(e => e);
    expect(error).toBeInstanceOf(InvalidPipelineError);
    expect(error.problems).toEqual([problem]);
    expect(error.message).toContain(
      '- metadata.owner: A value for "owner" is required. Enter one.',
    );
  });

  const said = (name: string, message: string, statusCode: number) =>
    json({ error: { name, message }, response: { statusCode } }, statusCode);

  it.each([
    [said('NotFoundError', 'It is gone.', 404), 404, /^It is gone\.$/],
    [said('InputError', 'No.', 400), 400, /^No\.$/],
    [new Response('<html>', { status: 400 }), 400, /status 400/],
    [new Response('bad gateway', { status: 502 }), 502, /status 502/],
  ])('passes on what other failures say', async (answer, status, message) => {
    const { client } = clientThatGets(answer);
    const error = await client.getPipeline('p').catch(e => e);
    expect(error).toBeInstanceOf(ResponseError);
    expect(error.statusCode).toBe(status);
    expect(error.message).toMatch(message);
  });
});
