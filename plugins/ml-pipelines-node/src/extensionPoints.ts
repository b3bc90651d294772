import { createExtensionPoint } from '@backstage/backend-plugin-api';
import type { NodeType } from '@mlpipe/plugin-ml-pipelines-common';
import type { TargetDriver } from './target';

/** Adds kinds of targets. A second driver of the same kind stops the start-up. @public */
export interface MlPipelinesTargetsExtensionPoint {
  addDriver<Config>(driver: TargetDriver<Config>): void;
}

/** @public */
export const mlPipelinesTargetsExtensionPoint =
  createExtensionPoint<MlPipelinesTargetsExtensionPoint>({
    id: 'ml-pipelines.targets',
  });

/** Adds node types to the catalogue. A second type of the same id stops the start-up. @public */
export interface MlPipelinesNodeTypesExtensionPoint {
  addNodeType(type: NodeType): void;
}

/** @public */
export const mlPipelinesNodeTypesExtensionPoint =
  createExtensionPoint<MlPipelinesNodeTypesExtensionPoint>({
    id: 'ml-pipelines.node-types',
  });
