import { heldMsOf } from './held.js';

const MINUTE = 60_000;

it.each<[string, string, number]>([
  ['PodOdd', 'Pod has been in a non-ready state for more than 15 minutes.', 15],
  ['CpuOdd', 'has been above 90% for the last 10m', 10],
  ['SetOdd', 'has not matched the expected number for longer than 2 h', 60],
  ['SetOdd', 'not progressing for longer than 15min', 15],
  ['QueueOdd', 'is filling up for 30s', 0],
  ['QueueOdd', 'more than 1000 messages', 0],
  ['KubePodNotReady', '', 15],
  ['KubePodOOMKilled', '', 0],
  ['KubeNodeNotReady', 'unready for more than 5 minutes', 5],
  ['TargetDown', 'a target is down', 15],
  ['TargetDownForever', 'a target is down', 0],
  ['Kubernetes', '', 0],
])('%s, "%s": %d minutes', (name, text, minutes) => {
  expect(heldMsOf(name, text)).toBe(minutes * MINUTE);
});
