import { Button } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from '../i18n/index.ts';
import { Dialog } from '../shell/dialog.tsx';
import { FaultList, sortFaults, useFocusOnFault, useProblemFaults, type Fault } from './faults.tsx';
import { checkFields, type Field, type Value, type Values } from './fields.ts';
import { FormFields } from './form-fields.tsx';

interface FormDialogProps {
  title: string;
  submit: string;
  fields: readonly Field[];
  initial: Values;
  faults: readonly Fault[];
  onFaults: (faults: Fault[]) => void;
  onSubmit: (values: Values) => void;
  onClose: () => void;
  /** Told of each change, for hints that depend on what is typed. */
  onValues?: (values: Values) => void;
  onReload?: () => void;
  isBusy?: boolean;
  isDanger?: boolean;
  size?: string;
  intro?: ReactNode;
}

/** A form in a dialog: checks first, then sends; shows each refusal where it belongs. */
export function FormDialog(props: FormDialogProps): ReactElement {
  const { title, fields, faults, onClose, onFaults, onReload, onSubmit, isBusy = false } = props;
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const toFaults = useProblemFaults();
  const [values, setValues] = useState<Values>(props.initial);
  const { atField, general } = useMemo(() => sortFaults(faults, fields), [faults, fields]);
  useFocusOnFault(form, faults);

  const change = (name: string, value: Value): void => {
    const next = { ...values, [name]: value };
    setValues(next);
    props.onValues?.(next);
  };
  const reload = (): void => {
    onFaults([]);
    onReload?.();
  };
  const send = (): void => {
    const problems = checkFields(fields, values);
    onFaults(toFaults(problems));
    if (problems.length === 0) onSubmit(values);
  };
  return (
    <Dialog title={title} size={props.size ?? 'lg'} onClose={onClose}>
      <form
        ref={form}
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          // React lets events of a dialog in a dialog bubble to the outer form.
          event.stopPropagation();
          send();
        }}
      >
        {props.intro}
        <FormFields fields={fields} values={values} faults={atField} onChange={change} />
        <FaultList faults={general} {...(onReload !== undefined && { onReload: reload })} />
        <div className="form__foot">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            type="submit"
            variant={props.isDanger === true ? 'danger' : 'filled'}
            loading={isBusy}
          >
            {props.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
