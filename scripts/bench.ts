// The benchmarks: `npm run bench [-- api | state-changes | cost | tags | modulemd]`; without a name all of them.
const benchmarks: Readonly<Record<string, () => Promise<unknown>>> = {
  api: () => import('../packages/service/bench/api.ts'),
  'state-changes': () => import('../packages/service/bench/state-changes.ts'),
  cost: () => import('../packages/service/bench/cost.ts'),
  tags: () => import('../packages/service/bench/tags.ts'),
  modulemd: () => import('../packages/modulemd/bench/validator.ts'),
}

const [name] = process.argv.slice(2)
for (const chosen of name === undefined ? Object.keys(benchmarks) : [name]) {
  const run = benchmarks[chosen]
  if (run === undefined)
    throw new Error(`there is no benchmark ${chosen}; there are ${Object.keys(benchmarks).join(', ')}`)
  await run()
}
