import { firing, TogetherStory } from '../decide/together.spec-support.js';
import { GraphView } from './graph-view.js';
import type { Standing } from './graph.js';
import { belongsBecause, likelyCauseOf } from './likely-cause.js';

const NODE = { alertname: 'KubeNodeNotReady', node: 'worker-3' };

function nodeWithPods(count: number): { readonly view: GraphView; readonly of: (name: string) => Standing } {
  const story = new TogetherStory();
  const pods = Array.from({ length: count }, (_, index) =>
    firing('09:00:20', { alertname: 'KubePodNotReady', pod: `cart-${index}`, node: 'worker-3' }),
  );
  story.report('09:01', firing('09:00', NODE), ...pods);
  const view = new GraphView(story.graph);
  const of = (name: string) => {
    const standing = view.get(story.alertOf(name).id);
    if (standing === undefined) throw new Error(`${name} is not in the graph`);
    return standing;
  };
  return { view, of };
}

describe('why an alert is taken for the cause', () => {
  it.each([
    [1, '1 alert that follows'],
    [14, '14 alerts that follow'],
    [250, '200 or more alerts that follow'],
  ])('says how many follow from it, and how soon: %d', (count, words) => {
    const { view, of } = nodeWithPods(count);
    expect(likelyCauseOf(of('KubeNodeNotReady'), view)?.why).toBe(
      `KubeNodeNotReady, 20 s before ${words} from it: a node and what runs on it (node worker-3)`,
    );
  });

  it('is nothing where there are no others', () => {
    const { view, of } = nodeWithPods(0);
    expect(likelyCauseOf(of('KubeNodeNotReady'), view)).toBeUndefined();
  });

  it('is that it is the first, where none is known to follow from it', () => {
    const story = new TogetherStory();
    story.report('09:01', firing('09:00', { alertname: 'KubePodCrashLooping', service: 'cart' }));
    story.report('09:02', firing('09:01', { alertname: 'ContainerRestarts', service: 'cart' }));
    const view = new GraphView(story.graph);
    const first = view.get(story.alertOf('KubePodCrashLooping').id);
    expect(first && likelyCauseOf(first, view)).toEqual({
      why: 'KubePodCrashLooping is the first of 2 alerts that are alike',
      score: 0.5,
    });
  });
});

describe('why an alert belongs to a problem', () => {
  it('is what it follows from, and what the two share', () => {
    const { view, of } = nodeWithPods(1);
    expect(belongsBecause(of('KubePodNotReady'), view)).toBe(
      'a node and what runs on it (node worker-3): it follows from KubeNodeNotReady',
    );
  });

  it('says of a label only what it holds', () => {
    const story = new TogetherStory();
    story.report('09:01', firing('09:00', { alertname: 'AlphaOdd', ring: 'rabbit-7' }, 'rabbit-7 is full'));
    story.report('09:02', firing('09:01', { alertname: 'BetaOdd', ring: 'rabbit-7' }, '83 are blocked'));
    const view = new GraphView(story.graph);
    const second = view.get(story.alertOf('BetaOdd').id);
    expect(second && belongsBecause(second, view)).toBe(
      'one label says one thing (label rabbit-7): it follows from AlphaOdd',
    );
  });

  it('is that others follow from it, where it follows from nothing', () => {
    const { view, of } = nodeWithPods(1);
    expect(belongsBecause(of('KubeNodeNotReady'), view)).toBe('others of it follow from it');
  });

  it('is that it is like others, where nothing follows from it either', () => {
    const { view, of } = nodeWithPods(0);
    expect(belongsBecause(of('KubeNodeNotReady'), view)).toBe('it is like others of it');
  });

  it('is that it names something, where nothing follows from it either', () => {
    const story = new TogetherStory();
    story.report('09:01', firing('09:00', { alertname: 'ProxyPanics', service: 'edge-proxy' }));
    story.report('09:02', firing('09:01', { alertname: 'SwitchDown', device: 'sw-1' }, 'edge-proxy is lost'));
    const view = new GraphView(story.graph);
    const standing = view.get(story.alertOf('SwitchDown').id);
    if (standing === undefined) throw new Error('SwitchDown is not in the graph');
    expect(belongsBecause(standing, view)).toBe('it names what ProxyPanics is about');
  });
});
