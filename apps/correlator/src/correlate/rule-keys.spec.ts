import { rulesAtOnce } from '../decide/together.spec-support.js';
import { ruleKeys } from './rule-keys.js';

const { pack } = rulesAtOnce();

function keysOf(alertname: string, severity: string, subject: string | undefined = 'data-0') {
  const { kind } = pack.roleOf({}, alertname, '');
  return ruleKeys(kind, alertname, subject, 'shop', { severity });
}

it.each([
  ['warning', 'critical'],
  ['critical', 'warning'],
  ['P2', 'page'],
  ['info', 'warning'],
])('what gets worse slowly at %s goes with the same at %s', (one, other) => {
  const [a, b] = [keysOf('VolumeFull', one), keysOf('VolumeFull', other)];
  expect(a.offered.filter((key) => b.needed.includes(key))).toHaveLength(1);
});

it('the same at one severity, of other rules or of other things do not', () => {
  const { needed } = keysOf('VolumeFull', 'critical');
  expect(keysOf('VolumeFull', 'P1').offered.filter((key) => needed.includes(key))).toEqual([]);
  expect(keysOf('VolumeUsage', 'warning').offered.filter((key) => needed.includes(key))).toEqual([]);
  expect(keysOf('VolumeFull', 'warning', 'data-1').offered.filter((key) => needed.includes(key))).toEqual([]);
});

it('what is quickly said, or says not of what, has none', () => {
  expect(keysOf('HighErrorRate', 'critical')).toEqual({ offered: [], needed: [] });
  const { kind } = pack.roleOf({}, 'VolumeFull', '');
  expect(ruleKeys(kind, 'VolumeFull', undefined, 'shop', {})).toEqual({ offered: [], needed: [] });
});
