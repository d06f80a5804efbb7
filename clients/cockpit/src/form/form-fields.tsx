import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from '../i18n/index.ts';
import type { Field, Value, Values } from './fields.ts';
import './form.css';

interface FormFieldsProps {
  fields: readonly Field[];
  values: Values;
  /** Message by field name. */
  faults: Readonly<Record<string, string>>;
  onChange: (name: string, value: Value) => void;
}

export const FormFields = ({ fields, ...rest }: FormFieldsProps): ReactElement => (
  <div className="fields">
    {fields.map((field) => (
      <div key={field.name} className={field.isWide === true ? 'fields__wide' : undefined}>
        <FormField field={field} {...rest} />
      </div>
    ))}
  </div>
);

interface FormFieldProps extends Omit<FormFieldsProps, 'fields'> {
  field: Field;
}

const inputTypes = {
  text: 'text',
  email: 'email',
  tel: 'tel',
  number: 'text',
  money: 'text',
  instant: 'datetime-local',
} as const;

function FormField({ field, values, faults, onChange }: FormFieldProps): ReactElement {
  const { name, label, kind, hint, options = [], isRequired = false } = field;
  const { t } = useTranslation();
  const value = values[name];
  const text = typeof value === 'string' ? value : '';
  const onText = (event: { currentTarget: { value: string } }): void =>
    onChange(name, event.currentTarget.value);
  const error = faults[name];
  const common = {
    name,
    label,
    ...(hint !== undefined && { description: hint }),
    ...(error !== undefined && { error }),
    withAsterisk: isRequired,
    'aria-required': isRequired,
  };
  switch (kind) {
    case 'checkbox':
      return (
        <Checkbox
          name={name}
          label={label}
          error={error}
          checked={value === true}
          onChange={(event) => onChange(name, event.currentTarget.checked)}
        />
      );
    case 'checkboxes':
      return (
        <Choices field={field} chosen={Array.isArray(value) ? value : []} onChange={onChange} />
      );
    case 'select':
      return (
        <NativeSelect
          {...common}
          value={text}
          data={isRequired ? [...options] : [{ value: '', label: t('common.none') }, ...options]}
          onChange={onText}
        />
      );
    case 'textarea':
      return <Textarea {...common} rows={3} value={text} maxLength={2000} onChange={onText} />;
    case 'text':
    case 'email':
    case 'tel':
    case 'number':
    case 'money':
    case 'instant':
      return (
        <TextInput
          {...common}
          type={inputTypes[kind]}
          inputMode={kind === 'number' ? 'numeric' : kind === 'money' ? 'decimal' : undefined}
          value={text}
          maxLength={320}
          onChange={onText}
        />
      );
  }
}

interface ChoicesProps {
  field: Field;
  chosen: string[];
  onChange: (name: string, value: Value) => void;
}

const Choices = ({ field, chosen, onChange }: ChoicesProps): ReactElement => (
  <fieldset className="choices">
    <legend>{field.label}</legend>
    {(field.options ?? []).map(({ value, label }) => (
      <Checkbox
        key={value}
        label={label}
        checked={chosen.includes(value)}
        onChange={(event) =>
          onChange(
            field.name,
            event.currentTarget.checked
              ? [...chosen, value]
              : chosen.filter((other) => other !== value),
          )
        }
      />
    ))}
  </fieldset>
);
