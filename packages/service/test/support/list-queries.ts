import { buildColumns } from '../../src/modulebuilds/api/build-filters.ts'
import { componentColumns } from '../../src/modulebuilds/api/component-routes.ts'
import type { ListedColumns } from '../../src/modulebuilds/api/conditions.ts'

/** Values that few rows, many rows and no rows have. */
const texts: Readonly<Record<string, readonly string[]>> = {
  name: ['m7'],
  stream: ['3'],
  version: ['9000000007'],
  context: ['deadbeef'],
  owner: ['user7'],
  koji_tag: ['module-m-7'],
  rebuild_strategy: ['all'],
  package: ['c1'],
  nvr: ['c1-1-7'],
  format: ['rpms'],
}

function filtersOf({ text, long, integer, number, boolean }: ListedColumns): string[] {
  return [
    ...[...Object.keys(text), ...Object.keys(long)].flatMap((name) =>
      ['nothing', ...(texts[name] ?? [])].map((value) => `${name}=${value}`),
    ),
    ...[...Object.keys(integer), ...Object.keys(number)].flatMap((name) => [`${name}=3`, `${name}=123456`]),
    ...Object.keys(boolean).flatMap((name) => [`${name}=true`, `${name}=false`]),
  ]
}

function ordersOf({ text, long, integer, number, boolean, ordered }: ListedColumns): string[] {
  const names = [text, long, integer, number, boolean, ordered].flatMap((columns) => Object.keys(columns))
  return names.flatMap((name) => [`order_by=${name}`, `order_desc_by=${name}&page=100`])
}

const moreOfBuilds = [
  ...['', 'page=1000', 'state=failed', 'state=ready', 'nsvc=m7:0:9000000003:deadbeef', 'rpm=c1-1-7.x86_64'],
  ...['virtual_stream=el8', 'stream_version_lte=90100', 'base_module_br_name=platform', 'verbose=true'],
  ...['submitted', 'modified', 'completed'].flatMap((what) => [
    `${what}_before=2020-01-01T00:00:00Z`,
    `${what}_after=2120-01-01T00:00:00Z`,
  ]),
]
const moreOfComponents = ['', 'page=1000', 'state=COMPLETE', 'state=FAILED', 'state=BUILDING']

/** The lists, with a query for each filter and each order: for the rows of `recordManyBuilds`. */
export const lists = [
  { list: 'module-builds', columns: buildColumns, more: moreOfBuilds },
  { list: 'component-builds', columns: componentColumns, more: moreOfComponents },
].map(({ list, columns, more }) => ({
  list,
  columns,
  queries: [...filtersOf(columns), ...ordersOf(columns), ...more],
}))
