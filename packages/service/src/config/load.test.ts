import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, resolveConfig } from './load.ts'

const machine = { isRoot: false, home: '/home/rel', environment: {}, cores: 2 }
const from =
  (text: string, environment = {}) =>
  () =>
    resolveConfig({ ...machine, environment }, { name: 'mbs.yaml', text })

describe('the configuration', () => {
  test('is complete without a file', () => {
    const { config, origins } = resolveConfig(machine)
    expect(config.dataDir).toBe('/home/rel/.local/state/mbs')
    expect(origins.size).toBe(0)
  })

  test('remembers where a value came from, and the environment wins over the file', () => {
    const { config, origins } = from('dataDir: /srv/a\nhttp:\n  port: 80\n', { MBS_HTTP_PORT: '81' })()
    expect(config.http).toMatchObject({ host: '127.0.0.1', port: 81 })
    expect(Object.fromEntries(origins)).toEqual({ dataDir: 'mbs.yaml:1', 'http.port': 'MBS_HTTP_PORT' })
  })

  test.each([
    [
      'a misspelt key, with what was meant',
      'http:\n  prot: 80\n',
      /http\.prot is an unknown key; did you mean http\.port\? \(mbs\.yaml:2\)/,
    ],
    ['a wrong type, with its line', 'http:\n  port: eighty\n', /http\.port must be integer \(mbs\.yaml:2\)/],
    [
      'an address that is not loopback',
      'http:\n  host: 0.0.0.0\n',
      /http\.host 0\.0\.0\.0 is not a loopback address/,
    ],
    [
      'a proxy that is no address',
      'http:\n  proxies: [proxy.example.org]\n',
      /http\.proxies "proxy\.example\.org" is neither an address nor a network; write .* \(mbs\.yaml:2\)/,
    ],
    [
      'a web server that says who asks, at no address',
      'auth:\n  proxy: { header: X-User, addresses: [10.0.0.0/40] }\n',
      /auth\.proxy\.addresses "10\.0\.0\.0\/40" is neither an address nor a network/,
    ],
    ['a name of the service with a port', 'http:\n  names: ["mbs.example.org:8600"]\n', /http\.names/],
    [
      'a platform without repositories',
      'platforms:\n  el9:\n    arches: [x86_64]\n',
      /platforms\.el9\.repositories is needed/,
    ],
    ['a list for a document', '- a\n', /must be a mapping/],
    ['bad YAML', 'a: [\n', /mbs\.yaml: /],
    [
      'a builder that is none',
      'builder:\n  name: kojii\n',
      /builder\.name names an unknown builder: "kojii"; use local, fake or/,
    ],
    [
      'a program that signs, of which there is none',
      'signing:\n  mode: command\n  key: abc\n',
      /signing\.command is needed when signing\.mode is command/,
    ],
    [
      'a program that signs, without a key',
      'signing:\n  mode: command\n  command: [/usr/bin/sign]\n',
      /signing\.key is needed when signing\.mode is command/,
    ],
    [
      'an unknown placeholder, with those that are known',
      'scm:\n  lookaside: https://sources.example.org/{arch}/{hash}\n',
      /scm\.lookaside has the unknown placeholder \{arch\}; use \{name\}, \{file\}, \{hash\}, \{hashtype\}, \{branch\} \(mbs\.yaml:2\)/,
    ],
    [
      'a lookaside that would have one archive only',
      'scm:\n  lookaside: https://sources.example.org/{name}/{file}\n',
      /scm\.lookaside is a template without \{hash\}/,
    ],
    [
      'a dist-git that would have one package only',
      'scm:\n  rpms: https://git.example.org/{hash}.git\n',
      /scm\.rpms has the unknown placeholder \{hash\}; use \{name\}/,
    ],
    [
      'braces that are no placeholder',
      'scm:\n  modules: "https://git.example.org/{name}}.git"\n',
      /scm\.modules has a brace that belongs to no placeholder/,
    ],
    [
      'a key that a program would read as an option',
      'signing:\n  key: --all\n',
      /signing\.key .* \(mbs\.yaml:2\)/,
    ],
  ])('refuses %s', (_, text, message) => {
    expect(from(text)).toThrow(message)
    expect(from(text)).toThrow(ConfigError)
  })

  test('takes a program that signs with a key, and the folder of keys from where it was started', () => {
    const text =
      'signing:\n  mode: command\n  key: abc\n  command: [/usr/bin/sign, --quiet]\n  gnupgHome: keys\n'
    expect(from(text)().config.signing).toEqual({
      mode: 'command',
      key: 'abc',
      command: ['/usr/bin/sign', '--quiet'],
      gnupgHome: path.resolve('keys'),
      minutesMax: 10,
    })
  })

  test('takes templates of the places of repositories and archives', () => {
    const text =
      'scm:\n  rpms: https://git.example.org/rpms/{name}.git\n  modules: https://git.example.org/modules/{name}.git\n' +
      '  lookaside: https://sources.example.org/{hash}\n'
    expect(from(text)().config.scm.lookaside).toBe('https://sources.example.org/{hash}')
  })

  test('tells all faults together', () => {
    expect(from('dataDri: x\nhttp:\n  port: -1\n')).toThrow(/dataDri[^]*http\.port/)
  })
})
