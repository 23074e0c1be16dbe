import { type Topic, refused, taken } from '../case.ts'
import { streamV2 } from '../texts.ts'

/** Free data. */
export const xmd: Topic = {
  title: 'xmd',
  reader: 'index',
  cases: [
    taken('a map as xmd', streamV2('xmd: {a: {b: {c: d}}}')),
    taken('an empty map as xmd', streamV2('xmd: {}')),
    taken('a text as xmd', streamV2('xmd: a')),
    taken('nothing as xmd', streamV2('xmd:')),
    taken('lists within xmd', streamV2('xmd: {a: [], b: [c, d], e: [[f], [g]], h: [{i: j}]}')),
    taken('a list of several types within xmd', streamV2('xmd: {a: [b, {c: d}, [e]]}')),
    taken('words of truth within xmd', streamV2('xmd: {a: TRUE, b: "FALSE", c: true, d: yes, e: [TRUE, f]}')),
    taken('numbers and nothing within xmd', streamV2('xmd: {a: 1, b: 1.5, c: , d: ~}')),
    taken('a key twice within xmd', streamV2('xmd: {a: b, a: {c: d}}')),
    taken('an empty key within xmd', streamV2('xmd: {"": a}')),
    taken(
      'the key of build systems',
      streamV2('xmd: {mbs: {commit: ab12, buildrequires: {platform: {stream: el8}}}}'),
    ),
    taken('xmd twice', streamV2('xmd: a', 'xmd: {b: c}')),
    refused('a list as xmd', streamV2('xmd: [a]'), 'type', 'data.xmd'),
    refused('an empty list as xmd', streamV2('xmd: []'), 'type', 'data.xmd'),
    refused('a list as key within xmd', streamV2('xmd: {a: {[b]: c}}'), 'unreadable', 'data.xmd.a'),
  ],
}
