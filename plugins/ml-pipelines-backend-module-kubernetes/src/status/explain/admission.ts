import type { Trouble } from './Trouble';

/**
 * Why the cluster refuses to make a pod: `FailedCreate` of a ReplicaSet, a
 * StatefulSet or a Job.
 *
 * @param said - e.g. `pods "a-1" is forbidden: exceeded quota: q, requested:
 *   limits.cpu=2, used: limits.cpu=3, limited: limits.cpu=4`
 */
export function explainRefusedPod(said: string): Trouble {
  const quota = /exceeded quota: ([^,\s]+)(.*)$/.exec(said);
  if (quota) {
    return {
      code: 'workload.quota',
      reason: 'FailedCreate',
      message: `The quota "${quota[1]}" of the namespace is used up: ${amounts(
        quota[2],
      )}.`,
      hint: 'Ask for less in the compute settings of the pipeline, stop another pipeline of this target, or raise the quota.',
      final: true,
    };
  }
  const quotaNeeds = /failed quota: ([^:\s]+): must specify (.+)$/.exec(said);
  if (quotaNeeds) {
    return {
      code: 'workload.quota',
      reason: 'FailedCreate',
      message: `The quota "${quotaNeeds[1]}" of the namespace wants every pod to say ${quotaNeeds[2]}.`,
      hint: 'Change the quota, or add a LimitRange with defaults to the namespace.',
      final: true,
    };
  }
  const podSecurity = /violates PodSecurity "([^"]+)": (.+)$/.exec(said);
  if (podSecurity) {
    return refused(
      `The namespace allows pods of the level ${podSecurity[1]} only: ${podSecurity[2]}`,
      'Ask the administrator of the cluster which level the namespace has to have.',
    );
  }
  const webhook = /admission webhook "([^"]+)" denied the request: (.+)$/.exec(
    said,
  );
  if (webhook) {
    return refused(
      `A policy of the cluster (${webhook[1]}) refuses the pod: ${webhook[2]}`,
      'Change what the policy objects to, or ask the administrator of the cluster for an exception.',
    );
  }
  const webhookDown = /failed calling webhook "([^"]+)"(.*)$/.exec(said);
  if (webhookDown) {
    return {
      ...refused(
        `The admission webhook "${webhookDown[1]}" of the cluster does not answer${webhookDown[2]}`,
        'Ask the administrator of the cluster to bring it back.',
      ),
      final: false,
    };
  }
  const range = /forbidden: \[?((?:maximum|minimum|.+ max limit).+?)\]?$/.exec(
    said,
  );
  if (range) {
    return refused(
      `The limits of the namespace (LimitRange) do not allow the pod: ${range[1]}`,
      'Ask for as much as they allow in the compute settings of the pipeline.',
    );
  }
  return refused(
    `The cluster refuses to make the pod: ${said.replace(
      /^(?:Error creating: )?(?:create Pod \S+ in StatefulSet \S+ failed error: )?/,
      '',
    )}`,
    'Look at the events of the pipeline, and ask the administrator of the cluster.',
  );
}

function refused(text: string, hint: string): Trouble {
  return {
    code: 'workload.rejected',
    reason: 'FailedCreate',
    message: `${text.trim().replace(/\.$/, '')}.`,
    hint,
    final: true,
  };
}

/** `limits.cpu: 2 more asked for, 3 of 4 used`, for each resource that is short. */
function amounts(text: string): string {
  const read = (label: string) => {
    const list = new RegExp(
      `${label}: (.+?)(?=, (?:requested|used|limited): |$)`,
    ).exec(text)?.[1];
    return new Map(
      (list ?? '').split(',').map(entry => {
        const [name, amount = ''] = entry.trim().split('=');
        return [name, amount] as const;
      }),
    );
  };
  const [requested, used, limited] = ['requested', 'used', 'limited'].map(read);
  const parts = [...requested.keys()].filter(Boolean).map(name => {
    const of = limited.get(name);
    return `${name}: ${requested.get(name)} more asked for, ${
      used.get(name) ?? '?'
    } of ${of ?? '?'} used`;
  });
  return parts.join('; ') || text.replace(/^[,\s]+/, '');
}
