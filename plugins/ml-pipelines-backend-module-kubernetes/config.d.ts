export interface Config {
  mlPipelines?: {
    kubernetes?: {
      /** The runtime's image, for targets that say nothing else. */
      image?: {
        /** Without a tag, e.g. `registry.example.com/ml/pipeline-runtime`. */
        repository?: string;
        tag?: string;
        /** Name of a Secret of type `kubernetes.io/dockerconfigjson` in the namespace of the target. */
        pullSecret?: string;
        /** Takes the place of the registry in `repository`. */
        registryMirror?: string;
        pullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
      };
    };
  };
}
