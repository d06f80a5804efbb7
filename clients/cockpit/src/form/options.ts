import type { useTranslation } from '../i18n/index.ts';
import type { Option } from './fields.ts';

export type Translate = ReturnType<typeof useTranslation>['t'];

/** Every word of a vocabulary as a choice, in its order. */
export const options = <Words extends Record<string, string>>(
  words: Words,
  label: (value: keyof Words & string) => string,
): Option[] => Object.keys(words).map((value) => ({ value, label: label(value) }));
