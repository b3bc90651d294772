import { ALERT_METRICS } from '../alerts/alertMetrics';
import type { NodeCatalogue } from '../nodes/NodeCatalogue';
import { shorten } from '../spec/shorten';
import { ChangeCode, CHANGE_TEXTS } from './changeTexts';
import type { ChangeValue, DocumentChange } from './DocumentChange';
import { parameterMeta } from './parameterMeta';

/** The words that a sentence about a change is made of. @public */
export interface ChangeLanguage {
  /** The sentence of a code with its values filled in. */
  text(code: ChangeCode, params: Record<string, string | number>): string;
  /** Text in the quotation marks of the language. */
  quote(text: string): string;
  number(value: number): string;
  /** `none`: not set; `on` and `off`: of switches. */
  word(word: 'none' | 'on' | 'off'): string;
  nodeType(id: string): string;
  parameter(type: string, parameter: string): string;
  /** Undefined where the parameter has none. */
  unit(type: string, parameter: string): string | undefined;
  /** Undefined where the text is no choice of the parameter. */
  option(type: string, parameter: string, value: string): string | undefined;
  metric(id: string): string;
}

/** Longest value that a sentence quotes, in characters. */
const LIMIT = 120;

/** English, with the titles of a catalogue. @public */
export function englishChanges(catalogue: NodeCatalogue): ChangeLanguage {
  return {
    text: (code, params) =>
      CHANGE_TEXTS[code].replace(/\{\{(\w+)\}\}/g, (_, name) =>
        String(params[name]),
      ),
    quote: text => `“${text}”`,
    number: value => String(value),
    word: word => word,
    nodeType: id => catalogue.get(id)?.title ?? id,
    parameter: (type, parameter) =>
      parameterMeta(catalogue.get(type), parameter)?.title ?? parameter,
    unit: (type, parameter) =>
      parameterMeta(catalogue.get(type), parameter)?.unit,
    option: () => undefined,
    metric: id =>
      Object.values(ALERT_METRICS).find(metric => metric.id === id)?.title ??
      id,
  };
}

/** Every value that the sentence of a change mentions, in the words of a language. @public */
export function changeParams(
  change: Omit<DocumentChange, 'params' | 'sentence'>,
  language: ChangeLanguage,
): Record<string, string | number> {
  const { node, nodeType, nodeTitle, parameter, names, value } = change;
  const params: Record<string, string | number> = { ...names };
  if (typeof names.metric === 'string') {
    params.metric = language.metric(names.metric);
  }
  if (typeof names.threshold === 'number') {
    params.threshold = language.number(names.threshold);
  }
  if (node !== undefined) {
    params.node = nodeTitle ? shorten(nodeTitle) : node;
  }
  if (nodeType !== undefined) {
    params.type = language.nodeType(nodeType);
  }
  if (nodeType !== undefined && parameter !== undefined) {
    params.parameter = language.parameter(nodeType, parameter);
  }
  return {
    ...params,
    before: words(change.before, value, language),
    after: words(change.after, value, language),
  };
}

/** A change as a sentence of a language. @public */
export function changeSentence(
  change: Omit<DocumentChange, 'params' | 'sentence'>,
  language: ChangeLanguage,
): string {
  return language.text(change.code, changeParams(change, language));
}

function words(
  value: unknown,
  what: ChangeValue,
  language: ChangeLanguage,
): string {
  if (value === undefined || value === null || value === '') {
    return language.word('none');
  }
  if (typeof value === 'boolean') {
    return language.word(value ? 'on' : 'off');
  }
  if (typeof value === 'number') {
    const number = language.number(value);
    const unit =
      what.kind === 'parameter'
        ? language.unit(what.type, what.parameter)
        : undefined;
    return unit ? `${number} ${unit}` : number;
  }
  if (typeof value === 'string') {
    return textWords(value, what, language);
  }
  if (Array.isArray(value)) {
    return value.length === 0
      ? language.word('none')
      : clip(value.map(item => words(item, what, language)).join(', '));
  }
  return clip(JSON.stringify(value));
}

function textWords(
  text: string,
  what: ChangeValue,
  language: ChangeLanguage,
): string {
  switch (what.kind) {
    case 'nodeType':
      return language.nodeType(text);
    case 'metric':
      return language.metric(text);
    case 'name':
      return text;
    case 'parameter':
      return (
        language.option(what.type, what.parameter, text) ??
        language.quote(clip(text))
      );
    default:
      return language.quote(clip(text));
  }
}

function clip(text: string): string {
  const line = shorten(text);
  return line.length > LIMIT ? `${line.slice(0, LIMIT - 1)}…` : line;
}
