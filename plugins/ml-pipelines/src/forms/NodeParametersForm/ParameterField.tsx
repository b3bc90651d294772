import { useState } from 'react';
import {
  Checkbox,
  CheckboxGroup,
  Radio,
  RadioGroup,
  Switch,
  TextField,
} from '@backstage/ui';
import type { NodeType } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { formatNumber } from '../../components/shared/format';
import type { ParameterDescription } from '../describeParameters';
import { fieldCheck } from '../fieldCheck';
import { numberText, parseNumber } from '../numberText';
import { useNodeText } from '../useNodeText';
import { ListEntry } from './ListEntry';

/** Entry of one parameter, in the way that suits its kind. */
export function ParameterField(props: {
  type: NodeType;
  parameter: ParameterDescription;
  value: unknown;
  /** What is wrong with the value, in words. */
  problem?: string;
  isDisabled?: boolean;
  onChange: (value: unknown) => void;
  onBlur?: () => void;
}) {
  const { type, parameter, value, isDisabled, onChange, onBlur } = props;
  const t = useText();
  const text = useNodeText();
  const title = text.parameter(type, parameter, 'title');
  const unit = parameter.unit
    ? text.parameter(type, parameter, 'unit')
    : undefined;
  const description = parameter.description
    ? text.parameter(type, parameter, 'description')
    : undefined;
  const options = parameter.options ?? [];

  switch (parameter.kind) {
    case 'choice':
      return (
        <RadioGroup
          label={title}
          description={description}
          orientation="horizontal"
          isDisabled={isDisabled}
          value={typeof value === 'string' ? value : String(parameter.default)}
          onChange={onChange}
          {...fieldCheck(props.problem)}
        >
          {options.map(option => (
            <Radio key={option} value={option}>
              {text.option(type, parameter, option)}
            </Radio>
          ))}
        </RadioGroup>
      );
    case 'choices':
      return (
        <CheckboxGroup
          label={title}
          description={description}
          isDisabled={isDisabled}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={onChange}
          {...fieldCheck(props.problem)}
        >
          {options.map(option => (
            <Checkbox key={option} value={option}>
              {text.option(type, parameter, option)}
            </Checkbox>
          ))}
        </CheckboxGroup>
      );
    case 'list':
      return (
        <ListEntry
          label={title}
          description={description}
          value={Array.isArray(value) ? value.map(String) : []}
          problem={props.problem}
          isDisabled={isDisabled}
          onChange={onChange}
          onBlur={onBlur}
        />
      );
    case 'boolean':
      return (
        <Switch
          label={title}
          isDisabled={isDisabled}
          isSelected={Boolean(value)}
          onChange={onChange}
        />
      );
    case 'number':
    case 'integer': {
      const min = parameter.exclusiveMinimum ?? parameter.minimum;
      const range =
        min !== undefined && parameter.maximum !== undefined
          ? t('form.range', {
              min: formatNumber(min),
              max: formatNumber(parameter.maximum),
            })
          : undefined;
      return (
        <NumberEntry
          label={title}
          description={description}
          secondaryLabel={[unit, range].filter(Boolean).join(', ')}
          value={value}
          emptyValue={parameter.nullable ? null : undefined}
          placeholder={
            parameter.nullable
              ? t('form.empty')
              : String(parameter.default ?? '')
          }
          problem={props.problem}
          isDisabled={isDisabled}
          onChange={onChange}
          onBlur={onBlur}
        />
      );
    }
    default:
      return (
        <TextField
          label={title}
          description={description}
          isRequired={parameter.required}
          secondaryLabel={parameter.required ? t('common.required') : unit}
          isDisabled={isDisabled}
          value={typeof value === 'string' ? value : ''}
          onChange={next => onChange(next === '' ? undefined : next)}
          onBlur={onBlur}
          {...fieldCheck(props.problem)}
        />
      );
  }
}

/**
 * Entry of a number that keeps what was typed, so that a wrong value can be
 * named instead of being silently replaced.
 */
export function NumberEntry(props: {
  label: string;
  description?: string;
  secondaryLabel?: string;
  value: unknown;
  /** What an empty entry means. */
  emptyValue?: null | undefined;
  placeholder?: string;
  problem?: string;
  isDisabled?: boolean;
  onChange: (value: unknown) => void;
  onBlur?: () => void;
}) {
  const { value, emptyValue, problem, onChange, ...rest } = props;
  const [text, setText] = useState(() => numberText(value));
  const mine = Object.is(parseNumber(text, emptyValue), value);
  return (
    <TextField
      {...rest}
      inputMode="decimal"
      value={mine ? text : numberText(value)}
      onChange={next => {
        setText(next);
        onChange(parseNumber(next, emptyValue));
      }}
      {...fieldCheck(problem)}
    />
  );
}
