import { useMemo, useState } from 'react';
import { Accordion, AccordionPanel, AccordionTrigger } from '@backstage/ui';
import {
  NodeType,
  Problem,
  validateParameters,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useProblemText } from '../../components/shared/useProblemText';
import { useText } from '../../translation';
import {
  describeParameters,
  ParameterDescription,
} from '../describeParameters';
import { useNodeText } from '../useNodeText';
import { ParameterField } from './ParameterField';
import layout from '../../components/shared/FieldRow.module.css';
import styles from './NodeParametersForm.module.css';

const MISSING = ['schema.required', 'schema.empty'];

/**
 * Parameters of one node, derived from its type's schema and checked while
 * they are typed. Rarely needed ones are in a collapsed section, which opens
 * when one of them is wrong.
 */
export function NodeParametersForm(props: {
  type: NodeType;
  value: Record<string, unknown>;
  onChange: (value: Record<string, unknown>) => void;
  /** Also name what has not been entered yet. */
  showMissing?: boolean;
  isDisabled?: boolean;
}) {
  const { type, value, onChange } = props;
  const t = useText();
  const text = useNodeText();
  const problemText = useProblemText();
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState(false);
  const parameters = useMemo(() => describeParameters(type), [type]);
  const problems = useMemo(
    () => validateParameters(type, value).problems,
    [type, value],
  );

  const touch = (name: string) =>
    setTouched(old => (old.has(name) ? old : new Set([...old, name])));
  const shown = (problem: Problem) =>
    !MISSING.includes(problem.code) ||
    props.showMissing ||
    touched.has(problem.parameter ?? '');
  const words = (parameter: ParameterDescription, problem: Problem) => {
    const { message, hint } = problemText(
      problem,
      text.parameter(type, parameter, 'title'),
    );
    return hint ? `${message} ${hint}` : message;
  };
  const field = (parameter: ParameterDescription) => {
    const own = problems.filter(
      p => p.parameter === parameter.name && shown(p),
    );
    const error = own.find(p => p.severity === 'error');
    const warning = own.find(p => p.severity === 'warning');
    const wide = parameter.kind !== 'number' && parameter.kind !== 'integer';
    return (
      <div key={parameter.name} className={wide ? layout.wide : undefined}>
        <ParameterField
          type={type}
          parameter={parameter}
          value={
            value[parameter.name] === undefined && wide
              ? parameter.default
              : value[parameter.name]
          }
          problem={error && words(parameter, error)}
          isDisabled={props.isDisabled}
          onBlur={() => touch(parameter.name)}
          onChange={next => {
            touch(parameter.name);
            const { [parameter.name]: _, ...others } = value;
            onChange(
              next === undefined
                ? others
                : { ...others, [parameter.name]: next },
            );
          }}
        />
        {warning && (
          <div className={styles.warning} role="status">
            {words(parameter, warning)}
          </div>
        )}
      </div>
    );
  };

  const advanced = parameters.filter(p => p.advanced);
  const wrongInside = advanced.some(parameter =>
    problems.some(p => p.parameter === parameter.name && shown(p)),
  );
  const names = new Set(parameters.map(p => p.name));
  const others = problems.filter(p => !names.has(p.parameter ?? ''));
  return (
    <div className={styles.form}>
      <div className={layout.grid}>
        {parameters.filter(p => !p.advanced).map(field)}
      </div>
      {others.map(problem => (
        <div key={problem.path.join('.')} className={styles.error} role="alert">
          {problemText(problem).message} {problemText(problem).hint}
        </div>
      ))}
      {advanced.length > 0 && (
        <Accordion isExpanded={open || wrongInside} onExpandedChange={setOpen}>
          <AccordionTrigger title={t('form.advanced')} />
          <AccordionPanel>
            <div className={layout.grid}>{advanced.map(field)}</div>
          </AccordionPanel>
        </Accordion>
      )}
    </div>
  );
}
