import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Command } from 'commander'
import { beforeAll, describe, expect, test } from 'vitest'
import { mbs } from '../src/program.ts'

/** Returns the commands that do something, by their words: `build submit`. */
function commandsBelow(command: Command, words: readonly string[] = []): Map<string, Command> {
  const visible = command.createHelp().visibleCommands(command)
  const below = visible.filter((one) => one.name() !== 'help')
  if (below.length === 0) return new Map([[words.join(' '), command]])
  return new Map(below.flatMap((one) => [...commandsBelow(one, [...words, one.name()])]))
}

/** Returns the commands of a heading: `mbs hub tag add, remove TAG` has two. */
function commandsOf(heading: string): string[] {
  const words = heading.replace(/^mbs /, '').split(/ (?=[A-Z[-])/)[0] ?? ''
  const [first = '', ...others] = words.split(', ')
  const parents = first.split(' ').slice(0, -1)
  return [first, ...others.map((name) => [...parents, name].join(' '))]
}

let page: string
let sections: { commands: string[]; text: string }[]
beforeAll(async () => {
  page = await readFile(path.join(import.meta.dirname, '../../../docs/use/commands.md'), 'utf8')
  sections = page
    .split(/^## /m)
    .slice(1)
    .map((text) => ({ commands: commandsOf(text.split('\n')[0] ?? ''), text }))
})

const commands = commandsBelow(mbs())

describe('the page of commands', () => {
  test('has no command that there is not', () => {
    const told = sections.flatMap(({ commands: names }) => names)
    expect(told.filter((name) => !commands.has(name))).toEqual([])
  })

  test.each([...commands])('tells of mbs %s and all of its options', (name, command) => {
    const section = sections.find((one) => one.commands.includes(name))
    const text = section?.text ?? sections.find((one) => one.text.includes(`\`mbs ${name}`))?.text ?? ''
    expect(text, `docs/use/commands.md has no "mbs ${name}"`).not.toBe('')
    const options = command.options.filter((option) => !option.hidden).map(({ long, short }) => long ?? short)
    expect(options.filter((option) => option !== undefined && !text.includes(option))).toEqual([])
  })

  test('has no option in a table that its command does not take', () => {
    const wrong = sections.flatMap(({ commands: names, text }) => {
      const taken = names.flatMap((name) => commands.get(name)?.options ?? []).map(({ long }) => long)
      const cells = [...text.matchAll(/^\| (`-[^|]*)\|/gm)].flatMap(([, cell = '']) => [
        ...cell.matchAll(/`(--[a-z-]+)/g),
      ])
      return cells.flatMap(([, option]) =>
        taken.includes(option) ? [] : [`${names.join()}: ${option ?? ''}`],
      )
    })
    expect(wrong).toEqual([])
  })

  test('has the options of every command', () => {
    const global = mbs().options.map(({ long }) => long)
    const [intro = ''] = page.split(/^## /m)
    expect(global.filter((option) => option !== undefined && !intro.includes(option))).toEqual([])
  })
})
