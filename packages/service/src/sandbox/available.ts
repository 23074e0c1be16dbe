import { InfraError } from '../errors.ts'
import { runConfined, type BuildUser } from './run-confined.ts'

/**
 * Checks once at start that this machine can confine programs.
 *
 * @throws InfraError with a sentence that names what the kernel forbids and the settings that allow it
 */
export async function requireSandbox(user: BuildUser): Promise<void> {
  const probe = await runConfined(user, { root: { kind: 'host' }, identity: 'builder' }, ['true']).catch(
    (error: unknown) => ({ code: 127, stderr: String(error) }),
  )
  if (probe.code === 0) return
  throw new InfraError(
    'sandbox',
    `this kernel or container allows no unprivileged user namespaces, in which packages are built ` +
      `(${probe.stderr.trim().split('\n')[0] ?? ''}); allow them (sysctl user.max_user_namespaces=15000, and where ` +
      `they exist kernel.unprivileged_userns_clone=1 and kernel.apparmor_restrict_unprivileged_userns=0), or run ` +
      `in a container with the system calls for namespaces`,
  )
}
