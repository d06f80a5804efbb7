import { useCallback, useRef, useState } from 'react';
import { useMutation, type AnyVariables, type TypedDocumentNode } from 'urql';
import { isConflict, type Fault } from '../form/faults.tsx';
import { useTranslation } from '../i18n/index.ts';
import { useErrorText } from '../shell/states.tsx';
import { newKey } from './new-key.ts';

interface Answer {
  userErrors: Fault[];
}

export interface Command<Input, Result> {
  /**
   * Resolves to the payload, or to undefined when it was refused or did not arrive. After a conflict
   * `renew` may give the input that says the same of the newest version; it is sent once.
   */
  run: (input: Input, renew?: () => Promise<Input | undefined>) => Promise<Result | undefined>;
  faults: Fault[];
  setFaults: (faults: Fault[]) => void;
  isBusy: boolean;
}

/**
 * A mutation whose payload is called `result`. The same input keeps its idempotency key until it is
 * answered, so pressing the button again after a lost connection does nothing twice.
 */
export function useCommand<Result extends Answer, Input extends object>(
  document: TypedDocumentNode<{ result: Result }, { input: Input } & AnyVariables>,
): Command<Omit<Input, 'idempotencyKey'>, Result> {
  const [{ fetching, error }, execute] = useMutation(document);
  const [faults, setFaults] = useState<Fault[]>([]);
  const { t } = useTranslation();
  const refusal = useErrorText(error);
  const errorText = error?.networkError === undefined ? refusal : t('errors.notSaved');
  const attempt = useRef<{ input: string; key: string } | undefined>(undefined);

  const send = useCallback(
    async (input: Omit<Input, 'idempotencyKey'>): Promise<Result | undefined> => {
      const text = JSON.stringify(input);
      if (attempt.current?.input !== text) attempt.current = { input: text, key: newKey() };
      const full = { ...input, idempotencyKey: attempt.current.key } as unknown as Input;
      const { data } = await execute({ input: full });
      const result = data?.result;
      if (result !== undefined) attempt.current = undefined;
      return result;
    },
    [execute],
  );
  const run = useCallback<Command<Omit<Input, 'idempotencyKey'>, Result>['run']>(
    async (input, renew) => {
      let result = await send(input);
      if (result?.userErrors.some(isConflict) === true) {
        const renewed = await renew?.();
        if (renewed !== undefined) result = await send(renewed);
      }
      if (result === undefined) return undefined;
      setFaults(result.userErrors);
      return result.userErrors.length === 0 ? result : undefined;
    },
    [send],
  );
  const failure: Fault[] =
    errorText === undefined ? [] : [{ code: 'TRANSPORT', field: null, message: errorText }];
  return { run, faults: failure.length > 0 ? failure : faults, setFaults, isBusy: fetching };
}
