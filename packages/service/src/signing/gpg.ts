import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { failed, runProgram, type ProgramResult } from './run-program.ts'

export interface GpgOptions {
  timeoutMs: number
  stdin?: string
}

/** gpg where nobody sits before it, by keys without a passphrase. */
const unattended = ['--batch', '--no-tty', '--pinentry-mode', 'loopback', '--passphrase', '']

/** Options for any gpg that somebody else starts, as one text. */
export const unattendedText = "--batch --no-tty --pinentry-mode loopback --passphrase ''"

/** What gpg and rpm see of our environment: no foreign home, and with it no foreign configuration. */
export function environmentOf(home: string): Record<string, string | undefined> {
  // rpmsign warns once for each file when it finds no terminal, unless it is told one.
  return { PATH: process.env['PATH'], HOME: home, GNUPGHOME: home, LC_ALL: 'C.UTF-8', GPG_TTY: '' }
}

/** Runs gpg; a failing one is a result. What came from outside goes behind `--` in `args`. */
export async function askGpg(
  home: string,
  args: readonly string[],
  options: GpgOptions,
): Promise<ProgramResult> {
  const argv = ['gpg', '--homedir', home, ...unattended, ...args]
  return runProgram(argv, { ...options, env: environmentOf(home) })
}

/**
 * Runs gpg and gives what it prints.
 *
 * @throws InfraError with its reason when it fails
 */
export async function gpg(home: string, args: readonly string[], options: GpgOptions): Promise<string> {
  const { code, stdout, stderr } = await askGpg(home, args, options)
  if (code !== 0) throw failed(`gpg failed (${code})`, stderr)
  return stdout
}

/** A home for a moment, for public keys alone: give gpg `--no-autostart`, so that no agent is started in it. */
export async function withTemporaryHome<T>(work: (home: string) => Promise<T>): Promise<T> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'mbs-signing-'))
  try {
    return await work(home)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
