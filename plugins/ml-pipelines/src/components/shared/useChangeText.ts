import {
  ALERT_METRICS,
  changeSentence,
  ChangeLanguage,
  DocumentChange,
  englishChanges,
} from '@mlpipe/plugin-ml-pipelines-common';
import { catalogue } from '../../forms/catalogue';
import { useDynamicText, useText } from '../../translation';
import {
  metricKey,
  nodeKey,
  optionKey,
  parameterKey,
} from '../../translations/catalogueMessages';
import { changeKey } from '../../translations/en/changes';
import { formatNumber } from './format';

/** Gives the sentence of a change in the user's language. */
export function useChangeText(): (change: DocumentChange) => string {
  const t = useText();
  const dynamic = useDynamicText();
  const english = englishChanges(catalogue);
  const language: ChangeLanguage = {
    text: (code, params) =>
      dynamic(changeKey(code), english.text(code, params), params),
    quote: text => t('changes.quote', { text }),
    number: value => formatNumber(value, 6),
    word: word => t(`changes.word.${word}`),
    nodeType: id => dynamic(nodeKey(id, 'title'), english.nodeType(id)),
    parameter: (type, parameter) =>
      dynamic(
        parameterKey(type, parameter, 'title'),
        english.parameter(type, parameter),
      ),
    unit: (type, parameter) => {
      const unit = english.unit(type, parameter);
      return unit && dynamic(parameterKey(type, parameter, 'unit'), unit);
    },
    option: (type, parameter, value) =>
      dynamic(optionKey(type, parameter, value), '') || undefined,
    metric: id =>
      dynamic(
        metricKey(id),
        Object.values(ALERT_METRICS).find(metric => metric.id === id)?.title ??
          id,
      ),
  };
  return change => changeSentence(change, language);
}
