import { z } from 'zod';

/** A DNS label (RFC 1123), as names of namespaces are. */
const dnsLabel = z
  .string()
  .max(63)
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    'Lower-case letters, digits and hyphens, as in "ml-pipelines"',
  );

/** Kubernetes' own shape, so that what works in a manifest works here. */
const tolerationSchema = z.strictObject({
  key: z.string().optional(),
  operator: z.enum(['Exists', 'Equal']).optional(),
  value: z.string().optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
});

const quotaSchema = z.strictObject({
  /** Cores that all pods together may ask for. */
  cpu: z.number().positive().optional(),
  memoryGiB: z.number().positive().optional(),
  gpu: z.number().int().min(0).optional(),
  pods: z.number().int().min(1).optional(),
  storageGiB: z.number().positive().optional(),
});

/** Where the runtime's image comes from; parts that are absent are those of `mlPipelines.kubernetes.image`. */
export const imageSchema = z.strictObject({
  /** Without a tag, e.g. `registry.example.com/ml/pipeline-runtime`. */
  repository: z.string().min(1).optional(),
  tag: z.string().min(1).optional(),
  /** Name of a Secret of type `kubernetes.io/dockerconfigjson` in the namespace. */
  pullSecret: dnsLabel.optional(),
  /** Takes the place of the registry in `repository`. */
  registryMirror: z.string().min(1).optional(),
  pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).optional(),
});

/** What an administrator fills in for a cluster. Credentials are kept apart. */
export const kubernetesTargetConfigSchema = z
  .strictObject({
    /** Address of the API server; not with a kubeconfig or `inCluster`. */
    apiServer: z.url({ protocol: /^https?$/ }).optional(),
    /** Certificate authority of the API server, PEM in base64. */
    caData: z.base64().optional(),
    skipTlsVerify: z.boolean().default(false),
    /** The portal runs on that very cluster and uses its own service account. */
    inCluster: z.boolean().default(false),
    /** Context of the kubeconfig; its current one when absent. */
    context: z.string().min(1).optional(),
    namespace: z
      .strictObject({
        name: dnsLabel.default('ml-pipelines'),
        /** False for a namespace that is there, so that namespaced rights are enough. */
        create: z.boolean().default(true),
        quota: quotaSchema.optional(),
      })
      .prefault({}),
    image: imageSchema.prefault({}),
    storage: z
      .strictObject({
        /** The cluster's default class when absent. */
        className: z.string().min(1).optional(),
        sizeGiB: z.number().positive().default(10),
      })
      .prefault({}),
    /**
     * Volumes with data that sources read: claims that an administrator has
     * made in the namespace. Every pod mounts them, read-only.
     */
    dataVolumes: z
      .array(
        z.strictObject({
          /** Name of a PersistentVolumeClaim. */
          claim: z.string().min(1).max(253),
          /** Absolute path in the pods, such as `/srv/data`. */
          mountPath: z
            .string()
            .regex(
              /^\/(?!data(?:\/|$)|tmp(?:\/|$)|etc(?:\/|$)|proc(?:\/|$)|dev(?:\/|$)|sys(?:\/|$))[A-Za-z0-9._/-]+$/,
              'An absolute path outside of /data, /tmp, /etc, /proc, /dev and /sys, such as /srv/data',
            ),
        }),
      )
      .max(10)
      .default([]),
    exposure: z
      .strictObject({
        /** `proxy`: only inside the cluster, and for the portal through the API server. */
        type: z
          .enum(['proxy', 'NodePort', 'LoadBalancer', 'Ingress'])
          .default('proxy'),
        /** Name or address of a node that users reach; only for `NodePort`. */
        nodeAddress: z.string().min(1).optional(),
        /** Host of an Ingress; `{pipeline}` stands for the name of the pipeline. */
        host: z
          .string()
          .regex(
            /^(?:[a-z0-9-]|\{pipeline\})+(\.(?:[a-z0-9-]|\{pipeline\})+)*$/,
            'A host name such as {pipeline}.apps.example.com',
          )
          .optional(),
        ingressClassName: z.string().min(1).optional(),
        /** Secret of type `kubernetes.io/tls` in the namespace. */
        tlsSecret: z.string().min(1).optional(),
        /** ClusterIssuer of cert-manager, which then makes a certificate for each host. */
        clusterIssuer: z.string().min(1).optional(),
      })
      .prefault({}),
    gpu: z
      .strictObject({
        resourceName: z.string().min(1).default('nvidia.com/gpu'),
        /** Label of nodes that names the product. */
        productLabel: z.string().min(1).default('nvidia.com/gpu.product'),
        /** K3s needs `nvidia`. */
        runtimeClassName: z.string().min(1).optional(),
        tolerations: z.array(tolerationSchema).default([]),
      })
      .prefault({}),
    nodeSelector: z.record(z.string(), z.string()).default({}),
    tolerations: z.array(tolerationSchema).default([]),
    monitoring: z
      .strictObject({
        /** `auto`: where the Prometheus Operator is installed. */
        enabled: z.enum(['auto', 'off']).default('auto'),
        /** Labels that the Prometheus selects monitors by, e.g. `release`. */
        labels: z.record(z.string(), z.string()).default({}),
        /** ConfigMaps with dashboards for Grafana's sidecar. */
        dashboards: z.boolean().default(true),
      })
      .prefault({}),
    networkPolicy: z
      .strictObject({ enabled: z.boolean().default(true) })
      .prefault({}),
    /** URL by which pods reach the portal; `backend.baseUrl` when absent. */
    portalUrl: z.url({ protocol: /^https?$/ }).optional(),
  })
  .superRefine((config, context) => {
    const wrong = (path: string[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    const { exposure } = config;
    if (exposure.type === 'Ingress' && !exposure.host?.includes('{pipeline}')) {
      wrong(
        ['exposure', 'host'],
        'An Ingress needs a host with {pipeline} in it, so that every pipeline has its own',
      );
    }
    if (config.inCluster && config.apiServer) {
      wrong(
        ['inCluster'],
        'Either inCluster or apiServer: the portal knows the address of its own cluster',
      );
    }
  });

/** @see kubernetesTargetConfigSchema */
export type KubernetesTargetConfig = z.output<
  typeof kubernetesTargetConfigSchema
>;
