export interface Config {
  mlPipelines?: {
    /**
     * Where the backend keeps files: plans, working directories of Terraform,
     * the generated key. Default: `var/ml-pipelines` in the root of the portal.
     */
    dataDir?: string;

    /** How secrets, API keys, target configurations and Terraform state are encrypted in the database. */
    encryption?: {
      /**
       * Keys of 32 random bytes in base64 (`openssl rand -base64 32`). The
       * first one encrypts, all decrypt. Default: one key, generated into
       * `encryption.key` of the data directory. Portals of several backends
       * must set it.
       *
       * @deepVisibility secret
       */
      keys?: string[];
    };

    terraform?: {
      /** Path of `terraform` or `tofu`. Default: whichever the PATH has. */
      binary?: string;
      /** Cache of provider plugins (`TF_PLUGIN_CACHE_DIR`). */
      pluginCacheDir?: string;
      /** Terraform's own configuration, e.g. with a provider mirror (`TF_CLI_CONFIG_FILE`). */
      cliConfigFile?: string;
    };

    artifacts?: {
      /** Largest upload, in MiB. Default 1024. */
      maxMiB?: number;
    };

    /** What workloads on other machines and the portal exchange. */
    exchange?: {
      /** Address by which workloads reach the portal, unless their target has one of its own. Default: `backend.baseUrl`. */
      url?: string;
      /** Most that one run may send, in MiB. Default 4096. */
      maxMiBPerRun?: number;
    };

    executor?: {
      /** Deployments that this backend works on at the same time. Default 4. */
      concurrency?: number;
      /** A backend that has not renewed its lease for so many seconds is replaced. Default 10, least 3. */
      leaseSeconds?: number;
      /** How often the backend looks for work, in seconds. Default 2. */
      pollSeconds?: number;
      /** How long a release may take to become ready, in seconds. Default 300. */
      verifyTimeoutSeconds?: number;
      /** An approved plan that is older is made anew, in seconds. Default 86400. */
      planMaxAgeSeconds?: number;
    };

    /** How people are told of alerts. */
    alerts?: {
      /** An alert that fires again so soon after it was resolved goes on, and nobody is told anew, in minutes. Default 10. */
      flapMinutes?: number;
      /** How often a critical alert is repeated until somebody acknowledges it, in minutes. Default 60. */
      repeatMinutes?: number;
      /** How long resolved alerts are kept, in days. Default 365. */
      keepDays?: number;
      /** Messages to stakeholders that one user may send within an hour. Default 20. */
      messagesPerHour?: number;
    };

    runs?: {
      /** Runs that are under way on one target at the same time; others wait. Default 2. */
      perTarget?: number;
      /** Runs of one pipeline that wait; more are refused. Default 20. */
      queuedPerPipeline?: number;
      /** The owner hears of a run that fails after so many minutes, as of each one of a schedule. Default 10. */
      longRunMinutes?: number;
    };

    /** What a daily clean-up leaves. */
    retention?: {
      /** Logs and left-over plans of deployments that have ended, in days. Default 90. */
      deploymentLogDays?: number;
      /** Drafts that nobody changes, in days. Default 90. */
      draftDays?: number;
      /** Newest versions of the Terraform state of each stack. Default 50. */
      stateVersions?: number;
      /** Runs that have ended, with their logs and files, in days. Default 30. */
      runDays?: number;
      /** Newest runs of each pipeline that are kept. Default 100. */
      runsPerPipeline?: number;
      /** Hourly figures of usage and cost, in days. Default 400. */
      usageDays?: number;
    };

    /** Where pipelines run. Targets named here cannot be changed through the API. */
    targets?: Array<{
      name: string;
      /** Kind of an installed driver, such as `local`. */
      kind: string;
      title?: string;
      description?: string;
      /** Full reference of the owning catalog entity. */
      owner?: string;
      /**
       * What the driver of that kind wants to know.
       *
       * @deepVisibility secret
       */
      config?: object;
      approval?: {
        /** Whether deployments wait for an approver. Default false. */
        required?: boolean;
        /** Below this hourly cost no approval is needed. */
        freeUpToHourly?: number;
      };
      /** Prices per hour, for estimates. */
      rateCard?: {
        /** ISO 4217 code. Default EUR. */
        currency?: string;
        cpuHour?: number;
        gibHour?: number;
        gpuHour?: number;
      };
      /** Most deployments that run on it at the same time. Default 4. */
      concurrency?: number;
    }>;
  };
}
