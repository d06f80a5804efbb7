import { parseMoney } from '../format/numbers.ts';

export interface Option {
  value: string;
  label: string;
}

/** One question of a form, told as data so that every dialog asks, checks and complains alike. */
export interface Field {
  /** Path of the input field it fills, as user errors name it: `firstContact.note`. */
  name: string;
  label: string;
  kind:
    | 'text'
    | 'email'
    | 'tel'
    | 'number'
    | 'money'
    | 'instant'
    | 'textarea'
    | 'select'
    | 'checkbox'
    | 'checkboxes';
  isRequired?: boolean;
  minLength?: number;
  hint?: string;
  options?: readonly Option[];
  /** Takes the whole row. */
  isWide?: boolean;
}

export type Value = string | boolean | string[];
export type Values = Readonly<Record<string, Value>>;

export type Problem =
  | { field: string; kind: 'missing' | 'noNumber' | 'noMoney' | 'noInstant' }
  | { field: string; kind: 'tooShort'; count: number };

/** What can be seen to be wrong without asking the server; the server decides the rest. */
export const checkFields = (fields: readonly Field[], values: Values): Problem[] =>
  fields.flatMap((field) => checkField(field, values[field.name]) ?? []);

function checkField(field: Field, value: Value | undefined): Problem | undefined {
  const { name, kind, isRequired = false, minLength = 0 } = field;
  const text = typeof value === 'string' ? value.trim() : '';
  if (kind === 'checkbox' || kind === 'checkboxes') return undefined;
  if (text === '') return isRequired ? { field: name, kind: 'missing' } : undefined;
  if (text.length < minLength) return { field: name, kind: 'tooShort', count: minLength };
  if (kind === 'number' && !/^\d{1,9}$/.test(text)) return { field: name, kind: 'noNumber' };
  if (kind === 'money' && parseMoney(text, 'EUR') === undefined) {
    return { field: name, kind: 'noMoney' };
  }
  if (kind === 'instant' && Number.isNaN(Date.parse(text))) {
    return { field: name, kind: 'noInstant' };
  }
  return undefined;
}

/** The trimmed text; null when nothing was entered. */
export function readText(values: Values, name: string): string | null {
  const value = values[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** A choice out of a list whose values are those of the graph. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the list
export const readChoice = <Choice extends string>(values: Values, name: string): Choice | null =>
  readText(values, name) as Choice | null;

export const readChoices = <Choice extends string>(values: Values, name: string): Choice[] => {
  const value = values[name];
  return Array.isArray(value) ? (value as Choice[]) : [];
};

export const readFlag = (values: Values, name: string): boolean => values[name] === true;

export function readNumber(values: Values, name: string): number | null {
  const text = readText(values, name);
  return text === null ? null : Number(text);
}

/** From the browser's local time to UTC. */
export function readInstant(values: Values, name: string): string | null {
  const text = readText(values, name);
  return text === null ? null : new Date(text).toISOString();
}

export function readMoney(values: Values, name: string, currency: string): string | null {
  const text = readText(values, name);
  return text === null ? null : (parseMoney(text, currency) ?? null);
}

/** An instant as a local date and time for `<input type="datetime-local">`. */
export function toLocalInput(instant: Date): string {
  const local = new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
