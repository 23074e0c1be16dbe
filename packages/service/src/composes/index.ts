/** Makes repositories, from which dnf installs, of ready modules: select, assemble, publish. */
export { openComposes } from './room.ts'
