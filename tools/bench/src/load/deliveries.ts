import { createHmac } from 'node:crypto';

/** A signed webhook of Grafana, ready to be sent. */
export interface Delivery {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly alerts: number;
}

export interface BenchAlert {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * So many alerts of one run, each another condition that has nothing to do with the others: a problem of its own. No label says the
 * same of all in a word that their texts speak of.
 */
export function distinctAlerts(run: string, count: number, severity: string): readonly BenchAlert[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `${run}-${index}`,
    labels: {
      alertname: `HighLatency${run}-${index}`,
      severity,
      namespace: 'shop',
      service: `${run}-${index}`,
      pod: `${run}-${index}-6d4cf56db6-x7k2p`,
      run: run.replaceAll('-', ''),
    },
  }));
}

/** A node that is lost, and so many alerts of the pods that ran on it. */
export function alertsOfOneCause(run: string, count: number): readonly BenchAlert[] {
  const node = `${run}-node`;
  const cause = { alertname: 'KubeNodeNotReady', severity: 'warning', node };
  return [
    { name: `${run}-cause`, labels: cause },
    ...Array.from({ length: count }, (_, index) => ({
      name: `${run}-${index}`,
      labels: {
        alertname: 'KubePodNotReady',
        severity: 'warning',
        namespace: `team-${index % 20}`,
        pod: `${run}-${index}`,
        node,
      },
    })),
  ];
}

/** Grafana's webhook with these alerts, signed as its contact point does. */
export function grafanaDelivery(alerts: readonly BenchAlert[], secret: string): Delivery {
  const startsAt = new Date().toISOString();
  const body = Buffer.from(
    JSON.stringify({
      receiver: 'gomon',
      status: 'firing',
      alerts: alerts.map(({ name, labels }) => ({
        status: 'firing',
        labels,
        annotations: {
          summary: `p99 latency of ${name} is 1.9 s`,
          description: 'It has been over 1 s for more than 5 minutes.',
          runbook_url: 'https://runbooks.example/HighLatency',
        },
        startsAt,
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'https://grafana.example/alerting/grafana/rule/view',
        fingerprint: 'c0ffee0123456789',
        silenceURL: 'https://grafana.example/alerting/silence/new',
        dashboardURL: 'https://grafana.example/d/latency',
        panelURL: 'https://grafana.example/d/latency?viewPanel=1',
        values: { B: 1.9, C: 1 },
        valueString: "[ var='B' labels={} value=1.9 ]",
      })),
      groupLabels: { alertname: 'HighLatency' },
      commonLabels: { alertname: 'HighLatency' },
      commonAnnotations: {},
      externalURL: 'https://grafana.example/',
      version: '1',
      groupKey: '{}:{alertname="HighLatency"}',
      truncatedAlerts: 0,
      orgId: 1,
      title: '[FIRING] HighLatency',
      state: 'alerting',
      message: '',
    }),
  );
  const seconds = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', secret).update(`${seconds}:`).update(body).digest('hex');
  return {
    body,
    alerts: alerts.length,
    headers: {
      'content-type': 'application/json',
      'x-grafana-alerting-signature': signature,
      'x-grafana-alerting-timestamp': seconds,
    },
  };
}

/** Alerts in reports of a size. */
export function grafanaDeliveries(
  alerts: readonly BenchAlert[],
  reportSize: number,
  secret: string,
): readonly Delivery[] {
  const deliveries: Delivery[] = [];
  for (let from = 0; from < alerts.length; from += reportSize) {
    deliveries.push(grafanaDelivery(alerts.slice(from, from + reportSize), secret));
  }
  return deliveries;
}
