import { partsToStart, readSettings } from './settings.js';

describe('the settings', () => {
  it('have defaults for everything', () => {
    const settings = readSettings({}, '/repo');
    expect(settings.dataFolder).toBe('/repo/.gomon');
    expect(settings.host).toBe('127.0.0.1');
    expect(settings.ports).toEqual({
      'api-gateway': 8080,
      ingest: 8081,
      'slack-gateway': 8082,
      correlator: 8084,
      'incident-sync': 8083,
      'k8s-watcher': 8085,
      'slack-simulator': 8091,
      'opsgenie-simulator': 8092,
      'kubernetes-simulator': 8093,
      'nats-server': 4222,
      postgresql: 5433,
    });
    expect(partsToStart(settings)).toHaveLength(11);
  });

  it('start nothing that a variable replaces', () => {
    const env = {
      NATS_URL: 'nats://n:4222',
      DATABASE_URL: 'postgresql://d/g',
      SLACK_BOT_TOKEN: 'xoxb-1',
      SLACK_SIGNING_SECRET: 's',
      OPSGENIE_API_KEY: 'k',
      GOMON_KUBECONFIG: 'kube.yaml',
    };
    const settings = readSettings(env, '/repo');
    expect(settings.kubeconfig).toBe('/repo/kube.yaml');
    const parts = partsToStart(settings);
    expect(parts).toEqual([
      'api-gateway',
      'ingest',
      'slack-gateway',
      'correlator',
      'incident-sync',
      'k8s-watcher',
    ]);
  });

  it('take an empty variable for an absent one', () => {
    expect(readSettings({ NATS_URL: '', INGEST_PORT: '' }, '/repo').ports.ingest).toBe(8081);
  });

  it('name every variable that is wrong, and repeat no value', () => {
    const env = { INGEST_PORT: '70000', NATS_PORT: 'four', SLACK_BOT_TOKEN: 'xoxb-secret' };
    const read = () => readSettings(env, '/repo');
    expect(read).toThrow(/INGEST_PORT: [^]*NATS_PORT: /);
    expect(() => readSettings({ SLACK_BOT_TOKEN: 'xoxb-secret' }, '/repo')).toThrow('SLACK_SIGNING_SECRET');
    expect(read).not.toThrow('xoxb-secret');
  });
});
