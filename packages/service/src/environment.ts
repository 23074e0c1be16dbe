/**
 * The environment variables that the service passes on: places of programs and of their compiled code, languages,
 * proxies and certificates. Any other variable may be a secret.
 */
const passedOn = new RegExp(
  [
    '^(?:PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|XDG_RUNTIME_DIR',
    'SSH_AUTH_SOCK|GIT_SSH(?:_COMMAND)?|GIT_SSL_[A-Z]+|SSL_CERT_(?:FILE|DIR)|NODE_EXTRA_CA_CERTS|NODE_COMPILE_CACHE',
    '(?:https?|all|no)_proxy|MBS_CRASH_(?:AT|LOG))$',
  ].join('|'),
  'i',
)

/** Returns the options by which execa starts a program without the service's secrets. */
export function withoutSecrets(): { env: Record<string, string>; extendEnv: false } {
  return { env: environmentForPrograms(), extendEnv: false }
}

/** Returns the environment for the programs that the service starts, without the service's secrets. */
export function environmentForPrograms(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && passedOn.test(name) ? [[name, value]] : [],
    ),
  )
}
