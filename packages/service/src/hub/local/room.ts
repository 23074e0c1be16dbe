import type { Room } from '../../room.ts'
import { buildRoutes } from './routes/build-routes.ts'
import { importRoutes } from './routes/import-routes.ts'
import { listRoutes } from './routes/list-routes.ts'
import type { HubRouteParts } from './routes/parts.ts'
import { tagRoutes } from './routes/tag-routes.ts'
import { taggingRoutes } from './routes/tagging-routes.ts'

/** Our own hub: all its HTTP routes. */
export function openLocalHub(world: HubRouteParts): Room {
  return {
    routes: [
      tagRoutes(world),
      taggingRoutes(world),
      listRoutes(world),
      buildRoutes(world),
      importRoutes(world),
    ],
  }
}
