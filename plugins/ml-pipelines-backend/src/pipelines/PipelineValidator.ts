import {
  entityRefSchema,
  NodeCatalogue,
  PipelineDetail,
  PipelineDocument,
  ValidationContext,
  validatePipeline,
  validatePipelineYaml,
  ValidationResult,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { SecretStore } from '../secrets/SecretStore';
import type { TargetRegistry } from '../targets/TargetRegistry';

/** Options of {@link PipelineValidator}. */
export interface PipelineValidatorOptions {
  catalogue: NodeCatalogue;
  targets: Pick<TargetRegistry, 'allCapabilities'>;
  secrets: Pick<SecretStore, 'names'>;
}

/** Checks documents with all that the backend knows: node types, targets, secrets. */
export class PipelineValidator {
  constructor(private readonly options: PipelineValidatorOptions) {}

  async validate(document: unknown): Promise<ValidationResult> {
    return validatePipeline(document, await this.#context());
  }

  /** Like {@link PipelineValidator.validate}, from YAML text; problems carry lines. */
  async validateYaml(yaml: string): Promise<ValidationResult> {
    return validatePipelineYaml(yaml, await this.#context());
  }

  /** How a valid document runs: its deployment node decides. */
  modeOf(document: PipelineDocument): PipelineDetail['mode'] {
    for (const node of document.spec.nodes) {
      const mode = this.options.catalogue.get(node.type)?.mode;
      if (mode) {
        return mode;
      }
    }
    return 'serve';
  }

  /**
   * Catalog entities that a document reads from: source nodes whose type has
   * a parameter `dataSource` name one by its entity reference.
   */
  dataSourcesOf(document: PipelineDocument): string[] {
    const refs = document.spec.nodes
      .filter(
        node => this.options.catalogue.get(node.type)?.category === 'source',
      )
      .map(node => entityRefSchema.safeParse(node.parameters.dataSource))
      .flatMap(result => (result.success ? [result.data.toLowerCase()] : []));
    return [...new Set(refs)];
  }

  async #context(): Promise<ValidationContext> {
    const { catalogue, targets, secrets } = this.options;
    const [capabilities, secretNames] = await Promise.all([
      targets.allCapabilities(),
      secrets.names(),
    ]);
    return { catalogue, targets: capabilities, secretNames };
  }
}
