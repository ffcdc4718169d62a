import { createHash, randomUUID } from 'node:crypto';
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager, type JsMsg } from '@nats-io/jetstream';
import { connect, nanos } from '@nats-io/transport-node';
import pg from 'pg';
import type { FloorObservation, FloorReport } from './shapes.js';

/**
 * Pulls reports, writes for each alert the rows that the product writes (alert, problem, audit, outbox, inbox), commits, and
 * publishes the same messages. It decides nothing and compares with nothing.
 */
/** Reports of a transaction. */
const BATCH = 256;
const BATCH_BYTES = 200_000;
const WINDOW = 512;
const MOST_PENDING_LENGTH = 8_000_000;
/** Facts that share a message. */
const FACTS_TOGETHER = 64;

const nats = await connect({ servers: process.env['NATS_URL'] ?? '' });
const stream = jetstream(nats);
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10, pipeline: true });
const manager = await jetstreamManager(nats);
await manager.consumers.add('OBSERVATIONS', {
  durable_name: 'floor',
  ack_policy: AckPolicy.Explicit,
  deliver_policy: DeliverPolicy.New,
  ack_wait: nanos(30_000),
  max_ack_pending: 1_000,
});
const consumer = await stream.consumers.get('OBSERVATIONS', 'floor');

interface Row {
  readonly id: string;
  readonly subject: string;
  readonly body: string;
}

/** An alert and all that is written because of it. */
function rowsOf(report: FloorReport, seq: number, observation: FloorObservation, now: string) {
  const { scope, source, acceptedAt } = report.data;
  const { labels, status: _, ...details } = observation;
  const alertId = randomUUID();
  const problemId = randomUUID();
  const identity = JSON.stringify(Object.entries(labels).sort());
  const fingerprint = createHash('sha256').update(identity).digest('hex').slice(0, 32);
  const title = labels['alertname'] ?? '';
  const text =
    'first report: label severity="warning" means P2; #k8s-healthchecks because no other route is for it';
  const timeline = [{ at: now, text }];
  const heard = { acceptedAt, seq };
  const alert = {
    id: alertId,
    scope,
    fingerprint,
    source_kind: source.kind,
    source_instance: source.instance,
    episode: 1,
    severity: 'P2',
    title,
    labels,
    details,
    starts_at: observation.startsAt,
    latest_starts_at: observation.startsAt,
    first_seen_at: acceptedAt,
    last_seen_at: acceptedAt,
    updated_at: now,
    observations: 1,
    heard_at: heard.acceptedAt,
    heard_seq: heard.seq,
    correlation_id: problemId,
    due_at: new Date(Date.parse(acceptedAt) + 6 * 3_600_000).toISOString(),
    missed_looks: 0,
  };
  const problem = {
    id: problemId,
    scope,
    version: 1,
    severity: 'P2',
    title,
    source_kind: source.kind,
    source_instance: source.instance,
    primary_alert_id: alertId,
    starts_at: observation.startsAt,
    opened_at: now,
    updated_at: now,
    channel: '#k8s-healthchecks',
    timeline,
    told: [],
    untold: [{ reportId: report.id, version: 1 }],
  };
  const action = {
    id: randomUUID(),
    at: now,
    alert_id: alertId,
    problem_id: problemId,
    action: 'fired',
    actor: { id: `${source.kind}/${source.instance}`, kind: 'source' },
    why: 'first report',
    before: null,
    cause: `report:${report.id}`,
  };
  const factId = `${problemId}.1`;
  const member = { alertId, title, severity: 'P2', status: 'firing', primary: true };
  const fact: Row = {
    id: factId,
    subject: 'gomon.problem.v1.normal.opened',
    body: JSON.stringify({
      specversion: '1.0',
      id: factId,
      source: 'gomon/correlator',
      type: 'gomon.problem.v1.opened',
      subject: problemId,
      time: now,
      datacontenttype: 'application/json',
      data: {
        problem: {
          id: problemId,
          scope,
          version: 1,
          status: 'firing',
          severity: 'P2',
          title,
          source,
          primary: { ...observation, alertId },
          startsAt: observation.startsAt,
          openedAt: now,
          updatedAt: now,
          counts: { total: 1, firing: 1, resolved: 0 },
          members: [{ ...member, startsAt: observation.startsAt }],
          timeline,
          told: [],
        },
        tell: { receiver: 'slack', channel: '#k8s-healthchecks', announce: true, why: ['first report'] },
      },
    }),
  };
  const change = {
    fact: 'fired',
    alertId,
    fingerprint,
    problemId,
    source,
    title,
    severity: 'P2',
    status: 'firing',
    episode: 1,
    startsAt: observation.startsAt,
    at: now,
    why: 'first report',
  };
  const outcome = { end: 'told', index: 0, alertId, problemId, version: 1, why: 'first report' };
  return { alert, problem, action, fact, change, outcome };
}

function together(facts: readonly Row[]): readonly Row[] {
  const messages: Row[] = [];
  for (let from = 0; from < facts.length; from += FACTS_TOGETHER) {
    const some = facts.slice(from, from + FACTS_TOGETHER);
    const [first] = some;
    if (first === undefined || some.length === 1) messages.push(...some);
    else {
      const { id, subject } = first;
      messages.push({ id: `${id}+`, subject, body: `[${some.map(({ body }) => body).join(',')}]` });
    }
  }
  return messages;
}

async function insert(client: pg.PoolClient, table: string, rows: readonly object[]): Promise<unknown> {
  const columns = Object.keys(rows[0] ?? {}).join(', ');
  return client.query(
    `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1::json)`,
    [JSON.stringify(rows)],
  );
}

async function write(messages: readonly JsMsg[]): Promise<readonly Row[]> {
  const now = new Date().toISOString();
  const reports = messages.flatMap((message) => {
    const said = message.json<FloorReport | FloorReport[]>();
    return [said].flat().map((report) => ({ seq: message.seq, report }));
  });
  const perReport = reports.map(({ report, seq }) => ({
    report,
    seq,
    rows: report.data.observations.map((observation) => rowsOf(report, seq, observation, now)),
  }));
  const rows = perReport.flatMap((each) => each.rows);
  const changedId = randomUUID();
  const outbox: readonly Row[] = [
    ...together(rows.map(({ fact }) => fact)),
    {
      id: changedId,
      subject: 'gomon.alert.v1.changed',
      body: JSON.stringify({
        specversion: '1.0',
        id: changedId,
        source: 'gomon/correlator',
        type: 'gomon.alert.v1.changed',
        time: now,
        data: { scope: 'default', changes: rows.map(({ change }) => change) },
      }),
    },
  ];
  const client = await pool.connect();
  try {
    // Nothing waits for the answer to what was sent before it.
    await Promise.all([
      client.query('begin'),
      client.query(`select pg_advisory_xact_lock(1001, hashtext('default'))`),
      insert(
        client,
        'alerts_active',
        rows.map(({ alert }) => alert),
      ),
      insert(
        client,
        'problems',
        rows.map(({ problem }) => problem),
      ),
      insert(
        client,
        'alert_actions',
        rows.map(({ action }) => action),
      ),
      client.query(
        `insert into outbox (id, subject, body) select * from unnest($1::text[], $2::text[], $3::text[])`,
        [outbox.map(({ id }) => id), outbox.map(({ subject }) => subject), outbox.map(({ body }) => body)],
      ),
      insert(
        client,
        'reports',
        perReport.map(({ report, seq }) => ({
          id: report.id,
          scope: report.data.scope,
          source_kind: report.data.source.kind,
          source_instance: report.data.source.instance,
          accepted_at: report.data.acceptedAt,
          decided_at: now,
          seqs: [seq],
          observations: report.data.observations.length,
        })),
      ),
      insert(
        client,
        'decisions',
        perReport.map(({ report, rows: decided }) => ({
          cause: `report:${report.id}`,
          scope: report.data.scope,
          at: now,
          decided: decided.map(({ outcome }, index) => ({ ...outcome, index })),
        })),
      ),
      client.query(
        `insert into ledger (scope, reports, observations, to_tell, watermark) values ('default', $1, $2, $2, $3)
       on conflict (scope) do update set reports = ledger.reports + $1, observations = ledger.observations + $2,
         to_tell = ledger.to_tell + $2, watermark = $3`,
        [reports.length, rows.length, now],
      ),
      client.query('commit'),
    ]);
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
  return outbox;
}

let pending = 0;
let line: Promise<void> = Promise.resolve();

/** One after the other, in windows: a stream that is given too much at once drops what it cannot take. */
function publish(rows: readonly Row[]): Promise<void> {
  const length = rows.reduce((sum, { body }) => sum + body.length, 0);
  pending += length;
  line = line.then(async () => {
    for (let from = 0; from < rows.length; from += WINDOW) {
      const window = rows.slice(from, from + WINDOW);
      await Promise.all(window.map(({ id, subject, body }) => stream.publish(subject, body, { msgID: id })));
    }
    await pool.query(
      `with gone as (delete from outbox where id = any($1::text[]))
       select set_config('synchronous_commit', 'off', true)`,
      [rows.map(({ id }) => id)],
    );
    pending -= length;
  });
  return line;
}

process.once('SIGTERM', () => process.exit(0));
process.stdout.write('ready\n');

for (;;) {
  let batch: JsMsg[] = [];
  let bytes = 0;
  let reports = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    const taken = batch;
    batch = [];
    bytes = 0;
    reports = 0;
    const published = publish(await write(taken));
    for (const message of taken) message.ack();
    if (pending > MOST_PENDING_LENGTH) await published;
    else void published;
  };
  for await (const message of await consumer.fetch({
    max_messages: BATCH,
    expires: 30_000,
    idle_heartbeat: 10_000,
    bind: true,
  })) {
    batch.push(message);
    bytes += message.data.length;
    reports += Math.max(1, Number(message.headers?.get('Gomon-Reports')));
    if (reports >= BATCH || bytes > BATCH_BYTES || message.info.pending === 0) await flush();
  }
  await flush();
}
