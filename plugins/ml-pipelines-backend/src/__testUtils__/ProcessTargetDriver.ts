import type { JsonObject } from '@backstage/types';
import type { WorkloadStatus } from '@mlpipe/plugin-ml-pipelines-common';
import type {
  PipelineStackRequest,
  TargetDriver,
  WorkloadRef,
} from '@mlpipe/plugin-ml-pipelines-node';
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformResource } from 'cdktf';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const AGENT = join(__dirname, 'agent.sh');

/** A pipeline on the target `here` goes by its name, on others with theirs behind it. */
export function workloadName(workload: WorkloadRef<unknown>): string {
  const { pipeline, target } = workload;
  return target.name === 'here' ? pipeline : `${pipeline}@${target.name}`;
}

/** What is on the target. */
interface Active {
  release: string;
  revision: number;
}

/**
 * A target that consists of real processes below a directory, the "world",
 * so that several portals, dying or not, can be watched from outside. Files in
 * it hold things up: `hold-plan`, `hold-apply`, `hold-verify`.
 */
export class ProcessTargetDriver implements TargetDriver {
  readonly kind = 'process';
  readonly configSchema = z.unknown();

  constructor(private readonly world: string) {}

  async check() {
    return { ready: true };
  }

  async capabilities() {
    return {
      serve: true,
      stream: true,
      batch: false,
      autoscaling: false,
      hostFiles: true,
      maxGpus: 0,
      maxCpu: 8,
      maxMemoryMiB: 8192,
      maxReplicas: 1,
    };
  }

  async gatherFacts(
    request: Omit<PipelineStackRequest<unknown>, 'facts'>,
  ): Promise<JsonObject> {
    const name = workloadName(request);
    const active = await this.active(name);
    const keep =
      active?.revision === request.revision &&
      !request.force &&
      (await this.alive(name)).length === 1;
    return { release: keep ? active.release : request.release };
  }

  buildPipelineStack(
    scope: Construct,
    request: PipelineStackRequest<unknown>,
  ): void {
    const data = (id: string) =>
      new TerraformResource(scope, id, {
        terraformResourceType: 'terraform_data',
      });
    const { revision, facts } = request;
    const pipeline = workloadName(request);
    const owner = data('pipeline');
    owner.addOverride('input', { agent: AGENT, world: this.world, pipeline });
    owner.addOverride('provisioner', [
      {
        'local-exec': {
          when: 'destroy',
          command: '/bin/sh "$AGENT" remove "$WORLD" "$PIPELINE"',
          environment: {
            AGENT: '${self.input.agent}',
            WORLD: '${self.input.world}',
            PIPELINE: '${self.input.pipeline}',
          },
        },
      },
    ]);
    const release = data('release');
    release.addOverride('triggers_replace', [facts.release, revision]);
    release.addOverride('depends_on', ['terraform_data.pipeline']);
    release.addOverride('provisioner', [
      {
        'local-exec': {
          command:
            '/bin/sh "$AGENT" release "$WORLD" "$PIPELINE" "$RELEASE" "$REVISION"',
          environment: {
            AGENT,
            WORLD: this.world,
            PIPELINE: pipeline,
            RELEASE: facts.release,
            REVISION: String(revision),
          },
        },
      },
    ]);
    const endpoint = new TerraformOutput(scope, 'endpoint', {
      value: `http://${pipeline}.process`,
    });
    endpoint.description = 'Where it would be reached';
  }

  async handOverSecrets() {}

  async takeBackSecrets() {}

  async observe(workload: WorkloadRef<unknown>): Promise<WorkloadStatus> {
    const name = workloadName(workload);
    const active = await this.active(name);
    const alive = await this.alive(name);
    const held = existsSync(join(this.world, 'hold-verify'));
    const up = active && alive.length > 0;
    const upPhase = held ? 'starting' : 'running';
    return {
      phase: up ? upPhase : 'absent',
      revision: up ? active.revision : undefined,
      release: up ? active.release : undefined,
      replicas: { wanted: 1, ready: up && !held ? 1 : 0, items: [] },
      conditions: [],
      observedAt: new Date().toISOString(),
    };
  }

  async *logs() {}

  async fetch(_workload: unknown, path: string): Promise<Response> {
    return path === '/openapi.json'
      ? Response.json({ openapi: '3.1.0' })
      : Response.json({ outputs: [] });
  }

  /** Process numbers that run for a pipeline. */
  async alive(pipeline: string): Promise<number[]> {
    const directory = join(this.world, pipeline, 'pids');
    const files = await readdir(directory).catch(() => []);
    const pids = await Promise.all(
      files.map(async file =>
        Number(await readFile(join(directory, file), 'utf8').catch(() => '')),
      ),
    );
    return pids.filter(pid => {
      try {
        return pid > 1 && process.kill(pid, 0);
      } catch {
        return false;
      }
    });
  }

  async active(pipeline: string): Promise<Active | undefined> {
    const text = await readFile(
      join(this.world, pipeline, 'active'),
      'utf8',
    ).catch(() => undefined);
    const [release, revision] = text?.trim().split(' ') ?? [];
    return release ? { release, revision: Number(revision) } : undefined;
  }

  /** What the agent was called with, in order: `release r1-…`, `remove `. */
  async calls(pipeline: string): Promise<string[]> {
    const text = await readFile(
      join(this.world, pipeline, 'calls'),
      'utf8',
    ).catch(() => '');
    return text.split('\n').filter(Boolean);
  }
}
