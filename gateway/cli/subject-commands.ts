import type { Command } from 'commander';
import { numberUpTo } from './number.ts';
import type { Operator } from './operate.ts';
import {
  beginJournal,
  erasePerson,
  exportPerson,
  holdPerson,
  restrictPerson,
  showErasure,
} from './subjects.ts';

/** Does the work of a command as the account that was named. */
type Operated = (work: (operator: Operator) => Promise<void>) => Promise<void>;

/** `freshplan gdpr`: rights of people in their data. */
export function addSubjectCommands(program: Command, operated: Operated): void {
  const gdpr = program.command('gdpr').description('rights of people in their data');
  gdpr
    .command('export <subject>')
    .description('everything recorded about a person, in clear, with sources, purposes and periods')
    .requiredOption('--identity <text>', 'how the identity was checked, at least 10 characters')
    .option('--html', 'a page to read instead of JSON')
    .option('--out <file>', 'write to a new file that only you may read')
    .action((subject: string, options: { identity: string; html?: boolean; out?: string }) =>
      operated((operator) =>
        exportPerson(operator, {
          subject,
          identity: options.identity,
          isHtml: options.html === true,
          out: options.out,
        }),
      ),
    );
  gdpr
    .command('erase <subject>')
    .description('destroy the key of a person for good and wait until everybody has cleared up')
    .requiredOption('--reason <text>', 'at least 10 characters')
    .option('--yes', 'do not ask')
    .option('--wait <seconds>', 'how long to wait for the consumers', numberUpTo(3_600), 120)
    .action((subject: string, options: { reason: string; yes?: boolean; wait: number }) =>
      operated((operator) =>
        erasePerson(operator, {
          subject,
          reason: options.reason,
          isSure: options.yes === true,
          waitSeconds: options.wait,
        }),
      ),
    );
  gdpr
    .command('status <erasure>')
    .description('who has not cleared up yet; ends with 1 until everybody has')
    .action((id: string) => operated((operator) => showErasure(operator, id)));
  gdpr
    .command('journal')
    .description('begin the journal of erasures anew; only where the one of before is lost')
    .requiredOption('--reason <text>', 'at least 10 characters')
    .action(({ reason }: { reason: string }) =>
      operated((operator) => beginJournal(operator, reason)),
    );
  for (const isHeld of [true, false]) {
    gdpr
      .command(isHeld ? 'hold <subject>' : 'release <subject>')
      .description(isHeld ? 'keep the person from being erased' : 'lift a legal hold')
      .requiredOption('--reason <text>', 'at least 10 characters')
      .action((subject: string, { reason }: { reason: string }) =>
        operated((operator) => holdPerson(operator, { subject, reason, isHeld })),
      );
  }

  for (const isRestricted of [true, false]) {
    gdpr
      .command(isRestricted ? 'restrict <subject>' : 'unrestrict <subject>')
      .description(
        isRestricted
          ? 'keep the data of a person from being used: no mails, no follow-ups, hidden from sales'
          : 'let the data of a person be used again',
      )
      .requiredOption('--reason <text>', 'at least 10 characters')
      .action((subject: string, { reason }: { reason: string }) =>
        operated((operator) => restrictPerson(operator, { subject, reason, isRestricted })),
      );
  }
}
