import type { ReactElement } from 'react';
import { LeadActionButton, type LeadActionProps } from './lead-action.tsx';

/** The move sales people work towards, hence the only green one. */
export const QualifyButton = (props: Pick<LeadActionProps, 'lead' | 'onReload'>): ReactElement => (
  <LeadActionButton action="QUALIFY" isPrimary {...props} />
);
