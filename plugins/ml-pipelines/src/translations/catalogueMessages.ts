import {
  ALERT_METRICS,
  builtinNodeTypes,
} from '@mlpipe/plugin-ml-pipelines-common';
import { describeParameters } from '../forms/describeParameters';

/** Keys of a node type's texts. */
export const nodeKey = (type: string, what: 'title' | 'description') =>
  `node.${type}.${what}`;

/** Keys of a parameter's texts. */
export const parameterKey = (
  type: string,
  parameter: string,
  what: 'title' | 'description' | 'unit',
) => `node.${type}.parameter.${parameter}.${what}`;

/** Key of one choice of a parameter. */
export const optionKey = (type: string, parameter: string, option: string) =>
  `node.${type}.parameter.${parameter}.option.${option}`;

/** Key of an alert metric's title. */
export const metricKey = (id: string) => `metric.${id}`;

/** Options are identifiers in the catalogue; these are words for people. */
const OPTION_WORDS: Record<string, string> = {
  beginning: 'Beginning of the file',
  end: 'End of the file',
  'utf-8': 'UTF-8',
  'latin-1': 'Latin-1',
  'windows-1252': 'Windows-1252',
  udp: 'UDP',
  tcp: 'TCP',
  both: 'UDP and TCP',
  auto: 'Automatic',
  newline: 'Line end',
  'octet-counting': 'Length in front',
  'kafka.beginning': 'Beginning of the topic',
  'kafka.end': 'End of the topic',
  PLAINTEXT: 'None',
  SSL: 'TLS',
  SASL_PLAINTEXT: 'Login, not encrypted',
  SASL_SSL: 'Login and TLS',
  comma: 'Comma',
  semicolon: 'Semicolon',
  tab: 'Tab',
  pipe: 'Vertical bar',
  content: 'Content of the line',
  rarity: 'Rarity of the message',
  rate: 'Rates per source',
  time: 'Time of day',
  standard: 'Standard (mean and deviation)',
  robust: 'Robust (median and quartiles)',
  minmax: 'Minimum to maximum',
  none: 'None',
  'api-key': 'API key',
};

/** Texts of the built-in node types and alert metrics, as the catalogue has them. */
export function catalogueMessages(): Record<string, string> {
  const messages: Record<string, string> = {};
  for (const type of builtinNodeTypes) {
    messages[nodeKey(type.id, 'title')] = type.title;
    messages[nodeKey(type.id, 'description')] = type.description;
    for (const parameter of describeParameters(type)) {
      const key = (what: 'title' | 'description' | 'unit') =>
        parameterKey(type.id, parameter.name, what);
      messages[key('title')] = parameter.title;
      if (parameter.description) {
        messages[key('description')] = parameter.description;
      }
      if (parameter.unit) {
        messages[key('unit')] = parameter.unit;
      }
      for (const option of parameter.options ?? []) {
        messages[optionKey(type.id, parameter.name, option)] =
          OPTION_WORDS[`${type.id}.${option}`] ??
          OPTION_WORDS[option] ??
          option;
      }
    }
  }
  for (const metric of Object.values(ALERT_METRICS)) {
    messages[metricKey(metric.id)] = metric.title;
  }
  return messages;
}
