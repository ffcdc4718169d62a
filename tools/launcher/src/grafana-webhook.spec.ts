import { grafanaBody, grafanaSignature } from './grafana-webhook.js';

describe("Grafana's signature", () => {
  it.each([
    [
      's3cr3t-für-tests',
      undefined,
      '{"receiver":"gomon","status":"firing","alerts":[],"version":"1"}',
      '1268519c67245db5e537cbb7b51ea7921f4ee54a4174e5486baf488948c675c2',
    ],
    [
      'correct horse battery staple',
      '1764064800',
      String.raw`{"receiver":"gomon","status":"firing","message":"a \u0026 b \u003c c"}`,
      'c6f9a67c49ef847166bccbfdffcf134b2df21466750515b6a95ec3ca648923cf',
    ],
    [
      '0123456789abcdef',
      '1764064801',
      '{"title":"Füllstand ≥ 95 % 🏭"}\n',
      '5c86072efaa2db0e2e17838dcf8a5ff5dd801de2d23702a1267b73eb8ef3fd8a',
    ],
  ])('with %s at %s is the one that Grafana computes', (secret, timestampS, body, hex) => {
    expect(grafanaSignature(secret, body, timestampS)).toBe(hex);
  });
});

describe("the demonstration's webhook", () => {
  const alert = {
    name: 'Down',
    severity: 'P0',
    environment: 'production',
    summary: 'It is down',
    value: 0,
  } as const;

  it('gives alerts of two runs different identities', () => {
    const now = new Date('2026-11-25T10:00:00Z');
    const fingerprints = ['one', 'two'].map((run) => {
      const body = JSON.parse(grafanaBody([alert], run, now)) as { alerts: { fingerprint: string }[] };
      return body.alerts[0]?.fingerprint;
    });
    expect(new Set(fingerprints).size).toBe(2);
  });
});
