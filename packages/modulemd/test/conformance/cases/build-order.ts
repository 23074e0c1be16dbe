import { type Topic, refused, taken } from '../case.ts'
import { streamV2 } from '../texts.ts'

const rpms = (map: string) => streamV2(`components: {rpms: {${map}}}`)
const modules = (map: string) => streamV2(`components: {modules: {${map}}}`)
const AFTER = 'data.components.rpms.a.buildafter'
const ORDER = 'data.components.rpms.a.buildorder'

/** The build order of components. */
export const buildOrder: Topic = {
  title: 'build order',
  reader: 'index',
  cases: [
    taken('orders of all signs', rpms('a: {buildorder: -1}, b: {buildorder: 0}, c: {buildorder: +1}')),
    taken('an order with leading zeros', rpms('a: {buildorder: 010}')),
    taken('an order behind blanks', rpms('a: {buildorder: "  10"}')),
    taken('the greatest order of 64 bits', rpms('a: {buildorder: 9223372036854775807}')),
    taken('the least order of 64 bits', rpms('a: {buildorder: -9223372036854775808}')),
    taken('an order of a module', modules('a: {buildorder: -3}')),
    refused('an order above 64 bits', rpms('a: {buildorder: 9223372036854775808}'), 'value', ORDER),
    refused('an order below 64 bits', rpms('a: {buildorder: -9223372036854775809}'), 'value', ORDER),
    refused('an order with a fraction', rpms('a: {buildorder: 1.5}'), 'value', ORDER),
    refused('a word as order', rpms('a: {buildorder: first}'), 'value', ORDER),
    refused('nothing as order', rpms('a: {buildorder: }'), 'value', ORDER),
    refused('a list as order', rpms('a: {buildorder: [1]}'), 'type', ORDER),
    refused(
      'a word as order of a module',
      modules('a: {buildorder: x}'),
      'value',
      'data.components.modules.a.buildorder',
    ),
    {
      about: 'the greatest number without sign, which published repositories hold as order',
      text: rpms('a: {buildorder: 18446744073709551615}'),
      strict: { code: 'value', path: ORDER },
      lax: undefined,
    },

    taken('one after another', rpms('a: {buildafter: [b]}, b: {}')),
    taken('one after two', rpms('a: {buildafter: [b, c]}, b: {}, c: {buildafter: b}')),
    taken('one after none', rpms('a: {buildafter: []}, b: {buildorder: 1}')),
    taken('one after nothing', rpms('a: {buildafter: }')),
    taken('one after itself', rpms('a: {buildafter: [a]}')),
    taken('each after the other', rpms('a: {buildafter: [b]}, b: {buildafter: [a]}')),
    taken(
      'order 0 beside what comes before',
      rpms('a: {buildafter: [b], buildorder: 0}, b: {buildorder: 0}'),
    ),
    taken('an order that 32 bits make 0', rpms('a: {buildafter: [b], buildorder: 4294967296}, b: {}')),
    taken(
      'an order of a module beside what comes before',
      streamV2('components:', '  rpms: {a: {buildafter: [b]}, b: {}}', '  modules: {c: {buildorder: 1}}'),
    ),
    refused('after a component that is missing', rpms('a: {buildafter: [b]}'), 'inconsistent', AFTER),
    refused(
      'after one of two that is missing',
      rpms('a: {buildafter: [b, c]}, b: {}'),
      'inconsistent',
      AFTER,
    ),
    refused('after the name of a package', rpms('a: {buildafter: [c]}, b: {name: c}'), 'inconsistent', AFTER),
    refused(
      'after a module',
      streamV2('components: {rpms: {a: {buildafter: [b]}}, modules: {b: {}}}'),
      'inconsistent',
      AFTER,
    ),
    refused(
      'order and what comes before in one',
      rpms('a: {buildafter: [b], buildorder: 1}, b: {}'),
      'inconsistent',
      AFTER,
    ),
    refused(
      'order in one and what comes before in another',
      rpms('a: {buildafter: [b]}, b: {buildorder: -1}'),
      'inconsistent',
      AFTER,
    ),
    refused(
      'an order that 32 bits make 1',
      rpms('a: {buildafter: [b]}, b: {buildorder: 4294967297}'),
      'inconsistent',
      AFTER,
    ),
  ],
}
