import { outgrown, scopeOf } from './acknowledgement.js';
import { ALICE, at, rulesBy, saying, Story } from './story.spec-support.js';
import type { Alert, Problem } from './state.js';

const story = new Story(
  rulesBy({
    owners: [
      { name: 'shop', matchers: ['team="shop"'] },
      { name: 'pay', matchers: ['team="pay"'] },
    ],
  }),
);

function alertOf(team: string, severity = 'warning'): Alert {
  story.report(
    '09:00',
    saying('firing', { labels: { alertname: `A${story.alerts.length}`, team, severity } }),
  );
  const alert = story.alerts.at(-1);
  if (alert === undefined) throw new Error('no alert');
  return alert;
}

function acknowledged(members: readonly Alert[], severity: Problem['severity'] = 'P2') {
  const scope = scopeOf({ severity, counts: countsOf(members.length) }, members);
  return { severity, counts: countsOf(members.length), acknowledged: { at: at('09:01'), by: ALICE, scope } };
}

function countsOf(total: number): Problem['counts'] {
  return { total, firing: total };
}

describe('an acknowledgement', () => {
  const shop = alertOf('shop');

  it('covers what it was given for, and what is less bad', () => {
    const problem = acknowledged([shop, alertOf('shop')]);
    expect(outgrown(problem, [shop, alertOf('shop'), alertOf('pay')])).toBeUndefined();
    expect(outgrown({ ...problem, severity: 'P3' }, [shop])).toBeUndefined();
  });

  it('does not cover a worse severity', () => {
    expect(outgrown({ ...acknowledged([shop]), severity: 'P1' }, [shop])).toBe(
      'it is P1, and was acknowledged as P2',
    );
  });

  it('does not cover the P0 of another owner, but does that of the same', () => {
    const problem = { ...acknowledged([shop], 'P0') };
    expect(outgrown(problem, [shop, alertOf('shop', 'P0')])).toBeUndefined();
    const foreign = alertOf('pay', 'P0');
    expect(outgrown(problem, [shop, foreign])).toContain('a P0 of pay, is part of it');
    expect(
      outgrown(problem, [shop, { ...foreign, resolved: { at: at('09:05'), by: 'source' } }]),
    ).toBeUndefined();
  });

  it('does not cover ten times as many alerts', () => {
    const problem = acknowledged([shop]);
    expect(outgrown({ ...problem, counts: countsOf(9) }, [shop])).toBeUndefined();
    expect(outgrown({ ...problem, counts: countsOf(10) }, [shop])).toBe(
      'it has 10 alerts, and had 1 when it was acknowledged',
    );
  });

  it('that was given before there were scopes covers all', () => {
    expect(
      outgrown({ severity: 'P0', counts: countsOf(1), acknowledged: { at: at('09:01'), by: ALICE } }, [shop]),
    ).toBeUndefined();
  });

  it('says what it was given for', () => {
    const one = new Story();
    one.report('09:00', saying('firing', { labels: { alertname: 'A', severity: 'critical' } }));
    one.acknowledge('09:01', one.problem);
    expect(one.problem.acknowledged?.scope).toEqual({ severity: 'P1', owners: [], alerts: 1 });
  });
});
