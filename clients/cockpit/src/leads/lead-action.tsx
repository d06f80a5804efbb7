import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useClient, useQuery } from 'urql';
import { FaultList } from '../form/faults.tsx';
import { FormDialog } from '../form/form-dialog.tsx';
import { useCommand } from '../graph/use-command.ts';
import { graphql } from '../graphql/index.ts';
import type { LeadDetailFragment } from '../graphql/graphql.ts';
import { useTranslation } from '../i18n/index.ts';
import { leadCommands, meansTheSame, type LeadCommand } from './lead-commands.ts';
import { LeadQuery } from './lead-detail.ts';

const TerritoryPeople = graphql(`
  query TerritoryPeople($territory: Territory!) {
    territoryUsers(territory: $territory) {
      id
      name
    }
  }
`);

export interface LeadActionProps {
  action: keyof typeof leadCommands;
  lead: LeadDetailFragment;
  onReload: () => void;
  isPrimary?: boolean;
}

/** The button of one move; shown only where `lead.actions` holds it. */
export function LeadActionButton(props: LeadActionProps): ReactElement | null {
  const { action, lead, isPrimary = false } = props;
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const command = leadCommands[action];
  if (!lead.actions.includes(action)) return null;
  if (command.fields({ t, lead, people: [] }).length === 0) {
    return <DirectAction {...props} command={command} />;
  }
  return (
    <>
      <Button variant={isPrimary ? 'filled' : 'default'} onClick={() => setOpen(true)}>
        {t(`action.${action}`)}
      </Button>
      {isOpen && <ActionDialog {...props} command={command} onClose={() => setOpen(false)} />}
    </>
  );
}

interface CommandProps extends LeadActionProps {
  command: LeadCommand;
}

/**
 * Done at one press; a refusal stands right below the button. What one did a moment ago may still move
 * the lead: a press that means the same on its newest version is sent again for that.
 */
function DirectAction({ action, lead, onReload, isPrimary, command }: CommandProps): ReactElement {
  const { t } = useTranslation();
  const client = useClient();
  const { run, faults, setFaults, isBusy } = useCommand(command.document);
  const renew = async (): Promise<ReturnType<typeof command.input> | undefined> => {
    const variables = { id: lead.id };
    const { data } = await client.query(LeadQuery, variables, { requestPolicy: 'network-only' });
    const now = data?.lead;
    return now != null && meansTheSame(action, lead, now) ? command.input({}, now, {}) : undefined;
  };
  const reload = (): void => {
    setFaults([]);
    onReload();
  };
  return (
    <span className="action">
      <Button
        variant={isPrimary === true ? 'filled' : 'default'}
        loading={isBusy}
        onClick={() => void run(command.input({}, lead, {}), renew)}
      >
        {t(`action.${action}`)}
      </Button>
      <FaultList faults={faults} onReload={reload} />
    </span>
  );
}

function ActionDialog(props: CommandProps & { onClose: () => void }): ReactElement {
  const { action, lead, onReload, command, onClose } = props;
  const { t } = useTranslation();
  const [opened] = useState(() => command.initial(lead));
  const { run, faults, setFaults, isBusy } = useCommand(command.document);
  const [{ data }] = useQuery({
    query: TerritoryPeople,
    variables: { territory: lead.territory },
    pause: !command.needsPeople,
  });
  const people = (data?.territoryUsers ?? []).map(({ id, name }) => ({
    value: id,
    label: name ?? t('lead.erased'),
  }));
  return (
    <FormDialog
      title={t(`action.${action}`)}
      submit={t(`action.${action}`)}
      fields={command.fields({ t, lead, people })}
      initial={opened}
      faults={faults}
      onFaults={setFaults}
      onReload={onReload}
      isBusy={isBusy}
      isDanger={command.isDanger}
      onClose={onClose}
      onSubmit={(values) =>
        void run(command.input(values, lead, opened)).then((done) => done && onClose())
      }
    />
  );
}
