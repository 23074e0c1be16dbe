import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { failed, runProgram, type ProgramResult } from './run-program.ts'

export interface GpgOptions {
  timeoutMs: number
  stdin?: string
}

/** Options for gpg without a terminal and a user, with keys that have no passphrase. */
const unattended = ['--batch', '--no-tty', '--pinentry-mode', 'loopback', '--passphrase', '']

/** The same options as one text, for a gpg that another program starts. */
export const unattendedText = "--batch --no-tty --pinentry-mode loopback --passphrase ''"

/** Returns the environment of gpg and rpm: it names no other home, so they read no other configuration. */
export function environmentOf(home: string): Record<string, string | undefined> {
  // Without GPG_TTY and a terminal, rpmsign warns once for each file.
  return { PATH: process.env['PATH'], HOME: home, GNUPGHOME: home, LC_ALL: 'C.UTF-8', GPG_TTY: '' }
}

/** Runs gpg; a failure of gpg is a result, not an error. In `args`, values from outside must follow `--`. */
export async function askGpg(
  home: string,
  args: readonly string[],
  options: GpgOptions,
): Promise<ProgramResult> {
  const argv = ['gpg', '--homedir', home, ...unattended, ...args]
  return runProgram(argv, { ...options, env: environmentOf(home) })
}

/**
 * Runs gpg and returns its output.
 *
 * @throws InfraError with gpg's reason when it fails
 */
export async function gpg(home: string, args: readonly string[], options: GpgOptions): Promise<string> {
  const { code, stdout, stderr } = await askGpg(home, args, options)
  if (code !== 0) throw failed(`gpg failed (${code})`, stderr)
  return stdout
}

/**
 * Runs `work` with a temporary home, for public keys only. The caller must give gpg `--no-autostart`, so that no agent
 * starts in it.
 */
export async function withTemporaryHome<T>(work: (home: string) => Promise<T>): Promise<T> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'mbs-signing-'))
  try {
    return await work(home)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
