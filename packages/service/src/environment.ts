/**
 * What may be passed on of an environment: where programs are, how people want to be spoken to, and the way through the
 * network. Nobody knows what else there is a secret.
 */
const passedOn = new RegExp(
  [
    '^(?:PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR|XDG_RUNTIME_DIR',
    'SSH_AUTH_SOCK|GIT_SSH(?:_COMMAND)?|GIT_SSL_[A-Z]+|SSL_CERT_(?:FILE|DIR)|NODE_EXTRA_CA_CERTS',
    '(?:https?|all|no)_proxy|MBS_CRASH_(?:AT|LOG))$',
  ].join('|'),
  'i',
)

/** The part of our environment that the programs get which we start: it has no secret of the service. */
export function environmentForPrograms(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && passedOn.test(name) ? [[name, value]] : [],
    ),
  )
}
