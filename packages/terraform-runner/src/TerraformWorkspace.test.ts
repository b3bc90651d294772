import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DetachedTerraformRunner } from './DetachedTerraformRunner';
import { TerraformEvent } from './events/TerraformEvent';
import { SENSITIVE_VALUE, UNKNOWN_VALUE } from './plan/TerraformPlan';
import { TerraformCommandError } from './TerraformCommandError';
import { TerraformWorkspace } from './TerraformWorkspace';
import { allText, removeWorkDirs, workDirWith } from './testing/workDirs';

jest.setTimeout(60_000);

const SECRET = 'hunter2-hunter2';

const CONFIGURATION = `
variable "password" {
  type      = string
  sensitive = true
}
resource "terraform_data" "release" {
  input            = { password = var.password, revision = 1 }
  triggers_replace = 1
}
resource "terraform_data" "each" {
  for_each = { a = 1 }
  input    = terraform_data.release.id
}
output "revision" { value = terraform_data.release.input.revision }
output "password" {
  value     = var.password
  sensitive = true
}
`;

describe('TerraformWorkspace', () => {
  afterEach(removeWorkDirs);

  async function workspaceWith(configuration: string) {
    const workDir = await workDirWith(configuration);
    const events: TerraformEvent[] = [];
    const workspace = new TerraformWorkspace({
      runner: new DetachedTerraformRunner(),
      workDir,
      env: { TF_VAR_password: SECRET },
      onEvent: event => {
        events.push(event);
      },
    });
    return { workDir, events, workspace };
  }

  it('plans, shows, applies, reads outputs and destroys', async () => {
    const { workDir, events, workspace } = await workspaceWith(CONFIGURATION);
    expect((await workspace.version()).version).toMatch(/^\d+\.\d+\.\d+/);
    await workspace.init();
    expect(await workspace.validate()).toEqual({
      valid: true,
      diagnostics: [],
    });

    expect(await workspace.plan()).toMatchObject({
      hasChanges: true,
      planFile: 'plan.tfplan',
      result: { exitCode: 2, diagnostics: [] },
    });
    const plan = await workspace.showPlan();
    expect(plan).toMatchObject({
      applyable: true,
      errored: false,
      summary: { add: 2, change: 0, destroy: 0, replace: 0 },
      outputChanges: {
        password: { after: SENSITIVE_VALUE },
        revision: { after: 1 },
      },
    });
    expect(plan.resourceChanges).toEqual([
      expect.objectContaining({
        address: 'terraform_data.each["a"]',
        key: 'a',
        after: expect.objectContaining({ id: UNKNOWN_VALUE }),
      }),
      expect.objectContaining({
        address: 'terraform_data.release',
        actions: ['create'],
        before: null,
        after: expect.objectContaining({
          input: { password: SENSITIVE_VALUE, revision: 1 },
          id: UNKNOWN_VALUE,
        }),
      }),
    ]);
    expect(JSON.stringify(plan)).not.toContain(SECRET);

    await workspace.apply();
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'planned_change',
        change: {
          resource: {
            address: 'terraform_data.each["a"]',
            type: 'terraform_data',
            name: 'each',
            key: 'a',
          },
          action: 'create',
        },
      }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'change_summary',
        changes: expect.objectContaining({ add: 2, operation: 'apply' }),
      }),
    );
    expect(JSON.stringify(events)).not.toContain(SECRET);

    expect(await workspace.output()).toMatchObject({
      revision: { sensitive: false, value: 1 },
      password: { sensitive: true, value: SECRET },
    });
    // Documents in clear do not stay on the disk beside the state and the plan.
    expect(await allText(join(workDir, '.terraform-runs'))).not.toContain(
      SECRET,
    );

    expect(await workspace.plan()).toMatchObject({
      hasChanges: false,
      result: { exitCode: 0 },
    });
    await workspace.plan({ replace: ['terraform_data.release'] });
    expect((await workspace.showPlan()).summary).toEqual({
      add: 1,
      change: 1,
      destroy: 1,
      replace: 1,
    });

    await workspace.destroy();
    const state = JSON.parse(
      await readFile(join(workDir, 'terraform.tfstate'), 'utf8'),
    );
    expect(state.resources).toEqual([]);
  });

  it('throws with typed diagnostics when an apply fails', async () => {
    const { events, workspace } = await workspaceWith(`
resource "terraform_data" "broken" {
  provisioner "local-exec" {
    command = "echo the disk is full; exit 7"
  }
}`);
    await workspace.init();
    await workspace.plan();
    const error = await workspace.apply().catch(e => e);

    expect(error).toBeInstanceOf(TerraformCommandError);
    expect(error.message).toMatch(
      /terraform apply failed with exit code 1: terraform_data.broken: .*exit status 7/,
    );
    expect(error.result.diagnostics).toEqual([
      {
        severity: 'error',
        summary: 'local-exec provisioner error',
        detail: expect.stringContaining('the disk is full'),
        address: 'terraform_data.broken',
        range: {
          filename: 'main.tf',
          start: expect.objectContaining({ line: 3 }),
          end: expect.objectContaining({ line: 3 }),
        },
      },
    ]);
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['apply_errored', 'provision_errored']),
    );
  });

  it('explains failures of every command, streaming or not', async () => {
    const { workspace } = await workspaceWith('resource "nonsense" {');
    await expect(workspace.init()).rejects.toMatchObject({
      result: {
        diagnostics: expect.arrayContaining([
          expect.objectContaining({
            severity: 'error',
            summary: 'Unclosed configuration block',
          }),
        ]),
      },
    });
    await expect(workspace.plan()).rejects.toThrow(/terraform plan failed/);
    await expect(workspace.showPlan('missing.tfplan')).rejects.toThrow(
      /terraform show failed with exit code 1: .*missing.tfplan/s,
    );
    expect(await workspace.validate()).toMatchObject({
      valid: false,
      diagnostics: expect.arrayContaining([
        expect.objectContaining({
          severity: 'error',
          range: expect.objectContaining({ filename: 'main.tf' }),
        }),
      ]),
    });
  });
});
