import type { FastifyPluginAsync } from 'fastify'
import type { MessageSchema } from './bus/index.ts'
import type { Beat, EffectHandler, Handlers, LifeCycle, Lookout } from './jobs/index.ts'
import type { GaugeSource } from './telemetry/index.ts'

/** The parts that a room adds to the service. Each of them is optional. */
export interface Room {
  lifeCycles?: readonly LifeCycle[]
  effects?: readonly EffectHandler[]
  lookouts?: readonly Lookout[]
  beats?: readonly Beat[]
  routes?: readonly FastifyPluginAsync[]
  /** Folders that the HTTP server serves as static files. */
  files?: readonly { folder: string; prefix: string }[]
  gauges?: readonly GaugeSource[]
  messages?: readonly MessageSchema[]
  /** Prepares the room. It runs before the service uses any room. */
  begin?: () => Promise<void>
}

/** Several rooms as one. */
export interface OpenedRooms extends Required<Omit<Room, 'begin' | keyof Handlers>> {
  handlers: Handlers
  begin: () => Promise<void>
}

/** Combines rooms. Their `begin` functions run one after the other. */
export function foldRooms(rooms: readonly Room[]): OpenedRooms {
  const all = <T>(listOf: (room: Room) => readonly T[] | undefined) =>
    rooms.flatMap((room) => listOf(room) ?? [])
  return {
    handlers: {
      lifeCycles: all((room) => room.lifeCycles),
      effects: all((room) => room.effects),
      lookouts: all((room) => room.lookouts),
      beats: all((room) => room.beats),
    },
    routes: all((room) => room.routes),
    files: all((room) => room.files),
    gauges: all((room) => room.gauges),
    messages: all((room) => room.messages),
    begin: async () => {
      for (const room of rooms) await room.begin?.()
    },
  }
}
