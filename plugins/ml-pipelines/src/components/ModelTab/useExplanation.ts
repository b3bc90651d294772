import {
  MODELS_EXPLANATION_CODES,
  ModelsExplanationCode,
  ModelsSentence,
  ModelsView,
  RUN_TRIGGERS,
} from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { formatNumber, formatTime } from '../shared/format';

/**
 * Says what happens next in the user's language. A newer runtime may have
 * sentences that this portal does not know; then its own words are shown.
 */
export function useExplanation() {
  const t = useText();
  const valueOf = (name: string, value: string | number): string => {
    if (typeof value === 'number') {
      return formatNumber(value);
    }
    if (name === 'at') {
      return formatTime(value);
    }
    if (name === 'trigger' && RUN_TRIGGERS.some(known => known === value)) {
      return t(`run.trigger.${value}` as TextKey);
    }
    return value;
  };
  const say = ({ code, params }: ModelsSentence): string => {
    const key: `model.next.${ModelsExplanationCode}` = `model.next.${
      code as ModelsExplanationCode
    }`;
    return t(
      key,
      Object.fromEntries(
        Object.entries(params).map(([name, value]) => [
          name,
          valueOf(name, value),
        ]),
      ),
    );
  };
  return ({ explanation, explained }: ModelsView): string =>
    explained?.every(({ code }) =>
      MODELS_EXPLANATION_CODES.some(known => known === code),
    )
      ? explained.map(say).join(' ')
      : explanation;
}
