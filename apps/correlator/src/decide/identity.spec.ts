import { fingerprintsOf } from './identity.js';
import { rulesBy } from './story.spec-support.js';

it('one set of labels has another fingerprint in another scope, from another source, and by other rules', () => {
  const rules = rulesBy({});
  const others = rulesBy({ identity: { rules: [{ matchers: ['alertname=~".*"'], labels: ['alertname'] }] } });
  const grafana = { kind: 'grafana', instance: 'default' };
  const labels = { alertname: 'HighLatency', service: 'cart' };
  const [first] = fingerprintsOf('default', grafana, labels, rules);
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  const all = [
    first,
    fingerprintsOf('default', { ...grafana, instance: 'b' }, labels, rules)[0],
    fingerprintsOf('default', grafana, labels, rules)[0],
    fingerprintsOf('other', grafana, labels, rules)[0],
    fingerprintsOf('default', grafana, labels, rules)[0],
    fingerprintsOf('default', grafana, labels, { ...rules, identity: others.identity })[0],
  ];
  expect(all[2]).toBe(first);
  expect(all[4]).toBe(first);
  expect(new Set(all).size).toBe(4);
  expect(fingerprintsOf('default', grafana, labels, rules)).toEqual([first]);
  const { identity } = others;
  const changed = { identity: rules.identity, earlierIdentities: [identity] };
  expect(fingerprintsOf('default', grafana, labels, changed)).toEqual([first, all[5]]);
});
