import type {
  WorkloadPhase,
  WorkloadReplica,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import type {
  HostStatus,
  PipelineStatus,
  ReleaseStatus,
} from '../client/hostAgentSchemas';

/** CPU use of a release's process in percent of one core. */
export type CpuPercent = (release: ReleaseStatus) => number | undefined;

/** What the agent says of a pipeline, in the portal's words. */
export function toWorkloadStatus(
  host: HostStatus,
  pipeline: string,
  cpuPercent: CpuPercent,
  now = new Date(),
): WorkloadStatus {
  const observedAt = now.toISOString();
  const found = host.pipelines.find(p => p.pipeline === pipeline);
  const release = found && currentRelease(found);
  if (release?.state === 'ready') {
    return {
      phase: 'running',
      reason: 'Ready for runs.',
      revision: release.revision ?? undefined,
      release: release.release,
      replicas: { wanted: 0, ready: 0, items: [] },
      conditions: [],
      observedAt,
    };
  }
  if (!found || !release) {
    return {
      phase: 'absent',
      reason: 'Nothing of this pipeline runs on this machine.',
      replicas: { wanted: 0, ready: 0, items: [] },
      conditions: [],
      observedAt,
    };
  }
  const { phase, reason } = phaseOf(host, found, release);
  const ready =
    found.active === release.release &&
    ['running', 'learning', 'degraded'].includes(phase) &&
    release.state !== 'backoff';
  const wanted = found.active === null ? 0 : 1;
  return {
    phase,
    reason,
    revision: release.revision ?? undefined,
    release: release.release,
    endpoint: found.endpoint ?? undefined,
    replicas: {
      wanted,
      ready: ready ? 1 : 0,
      items: [toReplica(release, ready, cpuPercent)],
    },
    conditions: conditionsOf(host, found, release),
    lastError: lastErrorOf(release),
    learning: release.runtime?.learning ?? undefined,
    model: release.runtime?.model ?? undefined,
    source: sourceOf(release),
    observedAt,
  };
}

/** The active release; without one, that which was tried last. */
function currentRelease(found: PipelineStatus): ReleaseStatus | undefined {
  return (
    found.releases.find(release => release.release === found.active) ??
    (found.active === null ? found.releases.at(-1) : undefined)
  );
}

function phaseOf(
  host: HostStatus,
  found: PipelineStatus,
  release: ReleaseStatus,
): { phase: WorkloadPhase; reason?: string } {
  if (!host.supervisor.running) {
    return {
      phase: 'stopped',
      reason:
        'The process supervisor of this machine does not run; restart the portal or run "mlpipe host up".',
    };
  }
  const cause = release.lastError ? `: ${release.lastError}` : '.';
  switch (release.state) {
    case 'backoff':
      return {
        phase: 'degraded',
        reason: `It has ended ${
          release.restarts + 1
        } times and is being started again${cause}`,
      };
    case 'fatal':
      return {
        phase: 'failed',
        reason: release.failure
          ? `The release could not be started${cause}`
          : `It kept ending and is not started again${cause}`,
      };
    case 'exited':
    case 'stopped':
      return {
        phase: found.active === null ? 'absent' : 'stopped',
        reason: `Its process does not run${cause}`,
      };
    default:
      return runtimePhase(release);
  }
}

function runtimePhase(release: ReleaseStatus): {
  phase: WorkloadPhase;
  reason?: string;
} {
  const { runtime } = release;
  const reason = runtime?.reason ?? undefined;
  switch (runtime?.phase) {
    case 'learning': {
      const { events, required } = runtime.learning ?? {};
      return {
        phase: 'learning',
        reason:
          reason ??
          (required === undefined
            ? 'The model is learning.'
            : `The model is learning: ${events} of ${required} events.`),
      };
    }
    case 'running':
    case 'degraded':
      return { phase: runtime.phase, reason };
    case 'standby':
      return { phase: 'starting', reason: reason ?? 'It waits to take over.' };
    default:
      return {
        phase: 'starting',
        reason: reason ?? 'The process is starting.',
      };
  }
}

function toReplica(
  release: ReleaseStatus,
  ready: boolean,
  cpuPercent: CpuPercent,
): WorkloadReplica {
  return {
    id: release.pid === null ? release.release : String(release.pid),
    state: release.state,
    ready,
    restarts: release.restarts,
    startedAt: release.startedAt ?? undefined,
    message: release.lastError ?? undefined,
    cpuPercent: cpuPercent(release),
    memoryBytes: release.rssBytes ?? undefined,
  };
}

function conditionsOf(
  host: HostStatus,
  found: PipelineStatus,
  release: ReleaseStatus,
): WorkloadStatus['conditions'] {
  const conditions: WorkloadStatus['conditions'] = [
    { type: 'SupervisorRunning', status: host.supervisor.running },
    {
      type: 'ProcessRunning',
      status: release.state === 'running' || release.state === 'starting',
      reason: release.state,
      message: release.lastError ?? undefined,
      since: release.startedAt ?? undefined,
    },
  ];
  const newest = found.releases.at(-1);
  if (newest && newest.release !== release.release) {
    conditions.push({
      type: 'ReleaseInProgress',
      status: !newest.failure && newest.pid !== null,
      reason: newest.failure?.code ?? newest.state,
      message: newest.failure?.message ?? undefined,
      since: newest.failure?.time ?? newest.startedAt ?? undefined,
    });
  }
  return conditions;
}

function sourceOf(release: ReleaseStatus): WorkloadStatus['source'] {
  const said = release.runtime?.source;
  return said
    ? {
        node: said.node,
        lagBytes: said.lagBytes,
        lagEvents: said.lagEvents ?? undefined,
        lastEventAt: said.lastEventAt ?? undefined,
        received: said.received ?? undefined,
        lost: said.lost ?? undefined,
        refused: said.refused ?? undefined,
        listening: said.listening ?? undefined,
        malformed: said.malformed ?? { count: 0, samples: [] },
      }
    : undefined;
}

function lastErrorOf(release: ReleaseStatus): WorkloadStatus['lastError'] {
  const said = release.runtime?.lastError;
  if (typeof said === 'string') {
    return { message: said };
  }
  if (said) {
    return {
      message: said.message,
      node: said.node ?? undefined,
      at: said.at ?? said.time ?? undefined,
    };
  }
  if (!release.lastError) {
    return undefined;
  }
  return {
    message: release.lastError,
    node: release.failure?.node ?? undefined,
    at: release.failure?.time ?? undefined,
  };
}
