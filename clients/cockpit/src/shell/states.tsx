import { Button, Skeleton } from '@mantine/core';
import { useEffect } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { CombinedError } from 'urql';
import { useTranslation } from '../i18n/index.ts';
import { Icon, type IconName } from './icon.tsx';

interface FailureProps {
  title: string;
  error?: CombinedError | undefined;
  onRetry?: () => void;
}

/** What went wrong in words that help, and the way to try again. */
export function Failure({ title, error, onRetry }: FailureProps): ReactElement {
  const { t } = useTranslation();
  const detail = useErrorText(error);
  return (
    <div className="notice notice--danger" role="alert">
      <Icon name="alert" />
      <div className="notice__body">
        <p className="notice__title">{title}</p>
        {detail !== undefined && <p className="muted">{detail}</p>}
        {onRetry !== undefined && (
          <p>
            <Button onClick={onRetry}>{t('common.retry')}</Button>
          </p>
        )}
      </div>
    </div>
  );
}

/** A transport or server error as a sentence; what the server says in detail stays in its log. */
export function useErrorText(error: CombinedError | undefined): string | undefined {
  const { t } = useTranslation();
  if (error === undefined) return undefined;
  if (error.networkError !== undefined) return t('errors.network');
  const extensions = error.graphQLErrors[0]?.extensions;
  if (extensions?.['code'] === 'FORBIDDEN') return t('errors.forbidden');
  if (extensions?.['code'] === 'RATE_LIMITED') return t('errors.rateLimited');
  return t('errors.unknown', { id: (extensions?.['requestId'] as string | undefined) ?? '–' });
}

interface EmptyProps {
  icon: IconName;
  title: string;
  hint?: string;
  children?: ReactNode;
}

export const Empty = ({ icon, title, hint, children }: EmptyProps): ReactElement => (
  <div className="empty">
    <Icon name={icon} />
    <h2>{title}</h2>
    {hint !== undefined && <p className="muted">{hint}</p>}
    {children}
  </div>
);

/** Grey bars in the place of what is loading, and one sentence for screen readers. */
export function Loading({ heights }: { heights: readonly number[] }): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="stack" aria-busy="true">
      <span className="hidden-visually" role="status">
        {t('common.loading')}
      </span>
      {heights.map((height, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- bars have no identity
        <Skeleton key={index} height={height} radius={12} />
      ))}
    </div>
  );
}

/** The browser tab's title, page first. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title === undefined ? 'FreshPlan' : `${title} · FreshPlan`;
  }, [title]);
}
