import type { LedgerAnswer } from '@gomon/contracts';
import { table } from '../terminal/table.js';
import type { ServiceStatus, Status } from './read-status.js';

const MIB = 1024 ** 2;

/** The status for a person. */
export function statusText({ services, streams, ledger, wrong, deadLetters }: Status): string {
  return [
    services.length === 0
      ? 'No services of this folder run.'
      : table([
          ['SERVICE', 'READY', 'ADDRESS', 'INDICATORS'],
          ...services.map((one) => [one.name, one.ready ? 'yes' : 'NO', one.url, indicatorsText(one)]),
        ]),
    ...(streams.length === 0
      ? []
      : [
          table([
            ['STREAM', 'MESSAGES', 'MIB', 'WAITING, BY CONSUMER'],
            ...streams.map(({ name, messages, bytes, consumers }) => [
              name,
              String(messages),
              (bytes / MIB).toFixed(1),
              consumers.map((consumer) => `${consumer.name} ${consumer.lag}`).join(', '),
            ]),
          ]),
        ]),
    ...(ledger === undefined ? [] : [ledgerText(ledger)]),
    ...(deadLetters === 0 ? [] : [`Dead letters: ${deadLetters}, see gomon dead-letters list`]),
    wrong.length === 0 ? 'All is well.' : `WRONG:\n${wrong.map((one) => `  ${one}`).join('\n')}`,
  ].join('\n\n');
}

function indicatorsText({ indicators, error }: ServiceStatus): string {
  if (error !== undefined) return error;
  return Object.entries(indicators)
    .filter(([, { ok, detail }]) => !ok || detail !== undefined)
    .map(
      ([name, { ok, detail }]) => `${name}${ok ? '' : ' FAILS'}${detail === undefined ? '' : `: ${detail}`}`,
    )
    .join('; ');
}

function ledgerText({ observations: { accepted, ends, inFlight }, balanced }: LedgerAnswer): string {
  const parts = [
    ...Object.entries(ends).map(([end, count]) => [count, end === 'deadLettered' ? 'dead' : end] as const),
    [inFlight.undecided, 'undecided'] as const,
    [inFlight.waitingToBeTold, 'waiting to be told'] as const,
  ];
  const sum = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `Ledger: ${accepted} alerts accepted ${balanced ? '=' : '≠'} ${sum.join(' + ') || '0'}`;
}
