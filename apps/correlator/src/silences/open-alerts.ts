import type { Labels, Matcher, Severity } from '@gomon/contracts';
import type { Reader } from '../database/transaction.js';
import type { Silence } from '../decide/silences.js';

/** An open alert, as far as silences look at it. */
export interface OpenAlert {
  readonly id: string;
  readonly scope: string;
  readonly fingerprint: string;
  readonly said: { readonly labels: Labels; readonly annotations: Labels };
  readonly severity: Severity;
  readonly title: string;
  readonly problemId: string;
}

interface Row extends Omit<OpenAlert, 'said'> {
  readonly labels: Labels;
}

const CHUNK = 2_000;

/** Open alerts, the newest first; of those that cannot match any of the matchers with `=`, none. */
export async function* openAlerts(
  reader: Reader,
  matchers: readonly Matcher[] = [],
): AsyncGenerator<OpenAlert> {
  const equal = matchers.filter(({ operator, value }) => operator === '=' && value !== '');
  const wanted = Object.fromEntries(equal.map(({ name, value }) => [name, value]));
  for (let before: string | undefined; ;) {
    const rows: readonly Row[] = await reader.query<Row>(
      `select id, scope, fingerprint, labels, severity, title, correlation_id as "problemId" from alerts_active
       where resolved_at is null and ($1::uuid is null or id < $1) and labels @> $2::jsonb
       order by id desc limit ${CHUNK}`,
      [before ?? null, JSON.stringify(wanted)],
    );
    for (const { labels, ...rest } of rows) yield { ...rest, said: { labels, annotations: {} } };
    before = rows.at(-1)?.id;
    if (rows.length < CHUNK) return;
  }
}

/** Those that a silence is for. */
export async function* openAlertsOf(reader: Reader, silence: Silence): AsyncGenerator<OpenAlert> {
  for await (const alert of openAlerts(reader, silence.data.matchers)) if (silence.isFor(alert)) yield alert;
}
