import { expect, test } from 'vitest'
import { environmentForPrograms } from './environment.ts'

test('programs that the service starts do not get its secrets with its environment', () => {
  const needed = {
    PATH: '/usr/bin',
    HOME: '/root',
    LC_ALL: 'C',
    https_proxy: 'http://proxy',
    SSH_AUTH_SOCK: '/a',
    NODE_COMPILE_CACHE: '/c',
  }
  const secret = {
    DATABASE_URL: 'postgres://u:p@h/d',
    AMQP_URL: 'amqp://u:p@h',
    GITHUB_TOKEN: 't',
    PATHS: 'x',
  }
  expect(environmentForPrograms({ ...needed, ...secret, TZ: undefined })).toEqual(needed)
})
