import { labelOf, type Labels } from '@gomon/contracts';
import { isIdentifier } from './words.js';

const NAME = [
  'rulename',
  'AlarmName',
  'alarm_name',
  'alertname',
  'alert',
  'check',
  'check_name',
  'rule',
  'monitor',
];
/** Grafana's own words for a rule that cannot be asked, beside the name of the rule. */
const UNASKED = /^Datasource(?:NoData|Error)$/;

/** CloudWatch's state of an alarm that has nothing to look at. */
const INSUFFICIENT = 'INSUFFICIENT_DATA';

/** What an alert is called by whoever made its rule. */
export function nameOf(labels: Labels, text: string): string | undefined {
  const alertname = labelOf(labels, 'alertname');
  if (UNASKED.test(alertname)) return alertname;
  if (text.startsWith(INSUFFICIENT)) return 'no data';
  for (const one of NAME) {
    const name = labelOf(labels, one);
    if (name !== '') return name;
  }
  return undefined;
}

/** Of a longer name nobody can tell where what it is about ends. */
const MOST_PARTS = 16;

/** Alarms of CloudWatch are called by what they are about, and then by what is wrong: `web-alb-unhealthy-hosts`, `prod/seats-api/p99`. */
export function resourcesIn(name: string): readonly string[] {
  const ways = name.toLowerCase().split('/', MOST_PARTS);
  const parts = (ways.at(-1) ?? '').split('-', MOST_PARTS);
  return [
    ...ways.slice(0, -1).filter(isIdentifier),
    ...parts.slice(1, -1).map((_, index) => parts.slice(0, index + 2).join('-')),
  ];
}
