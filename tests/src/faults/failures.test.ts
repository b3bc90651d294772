import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { PipelineDocumentInput } from '@mlpipe/plugin-ml-pipelines-common';
import { deploy, deployed, reached } from '../support/deployments';
import { createFaultPortal, sampleLog } from '../support/faultPortal';
import {
  assertNothingLeft,
  assertNothingRuns,
  assertServes,
  localRoot,
} from '../support/localTarget';
import { openPipeline } from '../support/pipelines';
import { freePort, Portal } from '../support/portal';
import type { TerraformGate } from '../support/TerraformGate';

describe('a deployment that fails', () => {
  let portal: Portal;
  let gate: TerraformGate;

  before(async () => {
    ({ portal, gate } = await createFaultPortal());
  });
  after(async () => {
    await portal?.dispose();
    gate?.dispose();
  });

  async function failed(document: PipelineDocumentInput) {
    const { id } = await deploy(portal, document);
    const { failure } = await reached(portal, id, 'failed');
    assert.ok(failure, 'it does not say why');
    assert.ok(failure.hint.length > 10, 'it does not say what to do');
    await assertNothingLeft(portal, document.metadata.name);
    return failure;
  }

  describe('because of Terraform', () => {
    const name = 'terraform';
    const document = openPipeline(name, sampleLog);

    it('says that it is missing', async () => {
      gate.hide();
      try {
        const failure = await failed(document);
        assert.equal(failure.code, 'terraform.missing');
        assert.match(failure.hint, /mlPipelines\.terraform\.binary/);
      } finally {
        gate.show();
      }
    });

    const saysWhatFailed = async (command: 'init' | 'plan' | 'apply') => {
      gate.fail(name, command, `No luck with ${command}`, 'The disk is full.');
      const failure = await failed(document);
      gate.succeed(name, command);
      assert.equal(failure.code, `terraform.${command}-failed`);
      assert.match(failure.message, new RegExp(`No luck with ${command}`));
      assert.match(failure.message, /The disk is full\./);
      await assertNothingRuns(portal, name);
    };
    it('says what init found', () => saysWhatFailed('init'));
    it('says what plan found', () => saysWhatFailed('plan'));
    it('says what apply found', () => saysWhatFailed('apply'));

    it('works again afterwards', async () => {
      await deployed(portal, document);
      await assertServes(portal, name, 1);
    });
  });

  describe('because of a port', () => {
    it('says which one and what to do, and works once it is free', async () => {
      const name = 'port';
      const port = await freePort();
      const document = openPipeline(name, sampleLog, { port });
      const other = createServer().listen(port, '127.0.0.1');
      await new Promise(done => other.once('listening', done));
      try {
        const failure = await failed(document);
        assert.match(failure.code, /port-taken/);
        assert.match(failure.message, new RegExp(`\\b${port}\\b`));
        assert.match(failure.hint, /another port/);
        await assertNothingRuns(portal, name);
      } finally {
        await new Promise(done => other.close(done));
      }
      const { endpoint } = await deployed(portal, document);
      assert.equal(endpoint, `http://127.0.0.1:${port}`);
      await assertServes(portal, name, 1);
    });
  });

  describe('because of the runtime', () => {
    const name = 'runtime';
    let serving = 0;

    before(async () => {
      serving = (await deployed(portal, openPipeline(name, sampleLog)))
        .revision;
    });

    async function assertUntouched(): Promise<void> {
      await assertServes(portal, name, serving);
      const { status, deployedRevision } = await portal.api.getPipeline(name);
      assert.deepEqual([status, deployedRevision], ['running', serving]);
    }

    it('names the node whose file does not exist; the earlier release serves on', async () => {
      const failure = await failed(openPipeline(name, '/nowhere/auth.log'));
      assert.equal(failure.code, 'runtime.source-missing');
      assert.equal(failure.node, 'source');
      assert.match(failure.message, /\/nowhere\/auth\.log/);
      await assertUntouched();
    });

    it('names the node whose file cannot be read', async () => {
      // A folder: permissions do not stop root.
      const failure = await failed(openPipeline(name, portal.dataDir));
      assert.equal(failure.code, 'runtime.source-unreadable');
      assert.equal(failure.node, 'source');
      await assertUntouched();
    });

    it('shows the last lines of one that crashes', async () => {
      const crash = 'crash';
      await deployed(portal, openPipeline(crash, sampleLog));
      const { id } = await portal.api.createDeployment(crash, {
        action: 'destroy',
        keepData: true,
      });
      await reached(portal, id, 'succeeded');
      const data = join(localRoot(portal), 'pipelines', crash, 'data');
      writeFileSync(join(data, 'state.db'), 'this is no database');
      const failure = await failed(openPipeline(crash, sampleLog, { seed: 2 }));
      assert.equal(failure.code, 'runtime.crashed');
      assert.match(failure.message, /file is not a database/);
      assert.match(
        failure.excerpt?.at(-1) ?? '',
        /DatabaseError: file is not a database/,
      );
      await assertNothingRuns(portal, crash);
    });
  });
});
