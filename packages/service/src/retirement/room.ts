import type { Room } from '../room.ts'
import { retirementRoutes } from './routes.ts'

/** Opens the room that retires streams. */
export function openRetirement(world: Parameters<typeof retirementRoutes>[0]): Room {
  return { routes: [retirementRoutes(world)] }
}
