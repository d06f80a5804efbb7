import type { ReactElement } from 'react';
import type { LeadStage } from '../graphql/graphql.ts';
import { useTranslation } from '../i18n/index.ts';
import { Icon } from '../shell/icon.tsx';

const stages = ['VORMERKUNG', 'REGISTRIERUNG', 'QUALIFIZIERT'] as const satisfies LeadStage[];

/** How complete the data is; independent of the status. */
export function StageSteps({ stage }: { stage: LeadStage }): ReactElement {
  const { t } = useTranslation();
  const reached = stages.indexOf(stage);
  return (
    <ol className="stages" aria-label={t('list.stage')}>
      {stages.map((name, index) => (
        <li
          key={name}
          data-reached={index <= reached}
          {...(index === reached && { 'aria-current': 'step' as const })}
        >
          {index < reached && <Icon name="check" />}
          {t(`stage.${name}`)}
        </li>
      ))}
    </ol>
  );
}
