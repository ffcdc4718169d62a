/** What the floor reads and writes, as far as it looks into it. */
export interface GrafanaBody {
  readonly receiver: string;
  readonly groupKey: string;
  readonly title: string;
  readonly alerts: readonly {
    readonly status: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly startsAt: string;
    readonly fingerprint: string;
    readonly generatorURL: string;
    readonly silenceURL: string;
    readonly dashboardURL: string;
    readonly panelURL: string;
    readonly values: unknown;
    readonly valueString: string;
  }[];
}

export interface FloorObservation {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly [detail: string]: unknown;
}

export interface FloorReport {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly datacontenttype: string;
  readonly data: {
    readonly kind: 'delta';
    readonly scope: string;
    readonly source: { readonly kind: string; readonly instance: string };
    readonly acceptedAt: string;
    readonly group: unknown;
    readonly observations: readonly FloorObservation[];
  };
}
