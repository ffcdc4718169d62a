import {
  compileMatchers,
  cursorOf,
  idOfCursor,
  silence as silenceSchema,
  type listSilencesAnswer,
  type listSilencesQuery,
  type Matcher,
  type SilencePreview,
  type SilenceView,
} from '@gomon/contracts';
import type { z } from 'zod';
import type { Reader } from '../database/transaction.js';
import { compileSilence, stateAt, type Silence } from '../decide/silences.js';
import { openAlerts } from './open-alerts.js';
import type { SilenceRow } from './silence-row.js';

const CHUNK = 500;
const SAMPLE = 20;
/** A silence for more than half of what is open, and for so many, is for too much. */
const BROAD_FROM = 10;

/** Silences, the newest first. */
export async function findSilences(
  reader: Reader,
  { limit, cursor, state }: z.infer<typeof listSilencesQuery>,
  now: string,
): Promise<z.infer<typeof listSilencesAnswer>> {
  const found: [Silence, SilenceRow][] = [];
  let before = idOfCursor(cursor);
  let isLast = false;
  while (found.length <= limit && !isLast) {
    const rows: readonly (SilenceRow & { id: string })[] = await reader.query(
      `select id, data, muted, last_muted_at from silences where $1::uuid is null or id < $1
       order by id desc limit ${CHUNK}`,
      [before ?? null],
    );
    for (const row of rows) {
      const silence = compileSilence(silenceSchema.parse(row.data));
      if (state?.includes(stateAt(silence, now)) ?? true) found.push([silence, row]);
    }
    before = rows.at(-1)?.id;
    isLast = rows.length < CHUNK;
  }
  const page = found.slice(0, limit);
  const items = await viewsOf(reader, page, now);
  const last = items.at(-1);
  return {
    items,
    ...(found.length > limit && last !== undefined ? { nextCursor: cursorOf(last.id) } : {}),
  };
}

export async function findSilence(reader: Reader, id: string, now: string): Promise<SilenceView | undefined> {
  const [row] = await reader.query<SilenceRow>(
    `select data, muted, last_muted_at from silences where id = $1`,
    [id],
  );
  if (row === undefined) return undefined;
  const [view] = await viewsOf(reader, [[compileSilence(silenceSchema.parse(row.data)), row]], now);
  return view;
}

/** All open alerts are looked at once, for however many silences. */
async function viewsOf(
  reader: Reader,
  silences: readonly (readonly [Silence, SilenceRow])[],
  now: string,
): Promise<SilenceView[]> {
  const counted = silences.map(([silence, row]) => ({ silence, row, matching: 0, critical: 0 }));
  let open = 0;
  if (counted.some(({ silence }) => stateAt(silence, now) !== 'expired')) {
    for await (const alert of openAlerts(reader)) {
      open += 1;
      for (const one of counted) {
        if (!one.silence.isFor(alert)) continue;
        one.matching += 1;
        if (alert.severity === 'P0') one.critical += 1;
      }
    }
  }
  return counted.map((one) => viewOf(one, open, now));
}

function viewOf(
  {
    silence,
    row: { muted, last_muted_at: lastMutedAt },
    matching,
    critical,
  }: {
    readonly silence: Silence;
    readonly row: SilenceRow;
    readonly matching: number;
    readonly critical: number;
  },
  open: number,
  now: string,
): SilenceView {
  const { data } = silence;
  const state = stateAt(silence, now);
  const window = silence.windowAt(now) ?? (state === 'expired' ? undefined : silence.nextWindow(now));
  const isUnused = Number(muted) === 0 && matching === 0 && data.startsAt <= now;
  return {
    ...data,
    state,
    ...(window === undefined ? {} : { window }),
    muted: Number(muted),
    ...(lastMutedAt === null ? {} : { lastMutedAt: lastMutedAt.toISOString() }),
    matching: state === 'expired' ? 0 : matching,
    warnings: [
      ...(isUnused ? ['it has muted nothing so far'] : []),
      ...(state === 'expired' ? [] : criticalAmong(critical)),
      ...(state !== 'expired' && isBroad(matching, open) ? [broadly(matching, open)] : []),
    ],
  };
}

function isBroad(matching: number, open: number): boolean {
  return matching >= BROAD_FROM && matching * 2 > open;
}

function criticalAmong(critical: number): readonly string[] {
  return critical === 0 ? [] : [`${critical === 1 ? 'a P0 is' : `${critical} P0 are`} among them`];
}

function broadly(matching: number, open: number): string {
  return `it is for ${matching} of ${open} open alerts`;
}

/** What a silence with these matchers would mute now. */
export async function previewSilence(reader: Reader, matchers: readonly Matcher[]): Promise<SilencePreview> {
  const test = compileMatchers(matchers);
  const alerts: SilencePreview['alerts'] = [];
  const bySeverity: SilencePreview['bySeverity'] = {};
  let matching = 0;
  let open = 0;
  for await (const { id, title, severity, problemId, said } of openAlerts(reader)) {
    open += 1;
    if (!test(said.labels)) continue;
    matching += 1;
    bySeverity[severity] = (bySeverity[severity] ?? 0) + 1;
    if (alerts.length < SAMPLE) alerts.push({ id, title, severity, problemId });
  }
  const { P0: critical = 0 } = bySeverity;
  return {
    matching,
    open,
    bySeverity,
    alerts,
    warnings: [
      ...criticalAmong(critical),
      ...(matching === 0 ? ['nothing that is open matches'] : []),
      ...(isBroad(matching, open) ? [broadly(matching, open)] : []),
      ...(test({}) ? ['it would be for every alert that lacks these labels'] : []),
    ],
  };
}
