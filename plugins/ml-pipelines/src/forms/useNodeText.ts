import type { NodeType } from '@mlpipe/plugin-ml-pipelines-common';
import { useDynamicText } from '../translation';
import {
  nodeKey,
  optionKey,
  parameterKey,
} from '../translations/catalogueMessages';
import type { ParameterDescription } from './describeParameters';

/** Texts of node types and their parameters in the user's language. */
export function useNodeText() {
  const dynamic = useDynamicText();
  return {
    title: (type: NodeType) => dynamic(nodeKey(type.id, 'title'), type.title),
    description: (type: NodeType) =>
      dynamic(nodeKey(type.id, 'description'), type.description),
    parameter: (
      type: NodeType,
      parameter: ParameterDescription,
      what: 'title' | 'description' | 'unit',
    ) =>
      dynamic(
        parameterKey(type.id, parameter.name, what),
        parameter[what] ?? '',
      ),
    option: (type: NodeType, parameter: ParameterDescription, option: string) =>
      dynamic(optionKey(type.id, parameter.name, option), option),
  };
}
