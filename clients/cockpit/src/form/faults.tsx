import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { ReactElement, RefObject } from 'react';
import { useTranslation } from '../i18n/index.ts';
import { Icon } from '../shell/icon.tsx';
import type { Field, Problem } from './fields.ts';

/** A refusal: by the server in its words, or found before asking. */
export interface Fault {
  code: string;
  field: string | null;
  message: string;
}

const conflicts = new Set(['CONFLICT', 'VERSION_MISMATCH', 'VERSION_REQUIRED']);

export const isConflict = (fault: Fault): boolean => conflicts.has(fault.code);

/** The server may name a field from the root of its arguments; forms know them without it. */
const fieldOf = (fault: Fault): string | null => fault.field?.replace(/^input\./, '') ?? null;

/** Faults that belong to a field on the screen, and the rest. */
export function sortFaults(
  faults: readonly Fault[],
  fields: readonly Pick<Field, 'name'>[],
): { atField: Record<string, string>; general: Fault[] } {
  const names = new Set(fields.map(({ name }) => name));
  const atField: Record<string, string> = {};
  const general: Fault[] = [];
  for (const fault of faults) {
    const field = fieldOf(fault);
    if (field !== null && names.has(field)) atField[field] ??= fault.message;
    else general.push(fault);
  }
  return { atField, general };
}

export function useProblemFaults(): (problems: readonly Problem[]) => Fault[] {
  const { t } = useTranslation();
  return (problems) =>
    problems.map((problem) => ({
      code: 'BAD_USER_INPUT',
      field: problem.field,
      message:
        problem.kind === 'tooShort'
          ? t('form.tooShort', { count: problem.count })
          : t(`form.${problem.kind}`),
    }));
}

/** After a refusal the keyboard stands at the first field at fault, or at the summary. */
export function useFocusOnFault(
  form: RefObject<HTMLElement | null>,
  faults: readonly Fault[],
): void {
  useEffect(() => {
    if (faults.length === 0) return;
    const first =
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]') ??
      form.current?.querySelector<HTMLElement>('[data-faults]');
    first?.focus();
  }, [form, faults]);
}

interface FaultListProps {
  faults: readonly Fault[];
  /** Loads the newest version; offered when somebody else was faster. */
  onReload?: () => void;
}

export function FaultList({ faults, onReload }: FaultListProps): ReactElement | null {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  if (faults.length === 0) return null;
  const conflict = faults.some(isConflict);
  return (
    <div
      ref={box}
      className={`notice ${conflict ? 'notice--warning' : 'notice--danger'}`}
      role="alert"
      tabIndex={-1}
      data-faults
    >
      <Icon name="alert" />
      <div className="notice__body">
        <p className="notice__title">{conflict ? t('errors.conflictTitle') : t('errors.title')}</p>
        {conflict ? (
          <p>{t('errors.conflict')}</p>
        ) : (
          faults.map(({ code, message }) => <p key={code + message}>{message}</p>)
        )}
        {conflict && onReload !== undefined && (
          <p>
            <Button leftSection={<Icon name="refresh" />} onClick={onReload}>
              {t('common.reload')}
            </Button>
          </p>
        )}
      </div>
    </div>
  );
}
