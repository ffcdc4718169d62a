import { statementName } from './query-times.js';

it.each([
  ['begin', 'begin'],
  ['set local enable_seqscan = off', 'set'],
  [
    'insert into alerts_active (id)\n select id from json_populate_recordset(null::x, $1::json)',
    'insert alerts_active',
  ],
  ['update problems set due_at = $2 where id = $1', 'update problems'],
  [
    'select newest.* from unnest($2::text[]) as wanted cross join lateral (select 1 from alerts_active) n',
    'select alerts_active',
  ],
  ['lock table silences in exclusive mode', 'lock silences'],
  ['with gone as (delete from outbox where id = any($1)) select 1', 'with outbox'],
  ['', 'other'],
])('a statement is called by its verb and its first table: %s', (sql, name) => {
  expect(statementName(sql)).toBe(name);
});
