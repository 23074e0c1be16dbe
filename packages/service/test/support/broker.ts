import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The program itself: the one in PATH first becomes the user `rabbitmq`. */
const program = '/usr/lib/rabbitmq/bin/rabbitmq-server'

/** Whether this machine has RabbitMQ. */
export const brokerIsInstalled = existsSync(program)

/** A RabbitMQ of its own on free ports. A test can kill it; it restarts with its stored messages. */
export class Broker {
  readonly url: string
  private readonly folder: string
  private readonly port: number
  private readonly distributionPort: number

  private constructor(folder: string, port: number, distributionPort: number) {
    this.folder = folder
    this.port = port
    this.distributionPort = distributionPort
    this.url = `amqp://guest:guest@127.0.0.1:${port}`
  }

  static async start(): Promise<Broker> {
    const folder = await mkdtemp('/var/tmp/mbs-broker-')
    const broker = new Broker(folder, await freePort(), await freePort())
    await mkdir(path.join(folder, 'log'))
    await writeFile(path.join(folder, 'rabbitmq.conf'), `listeners.tcp.default = 127.0.0.1:${broker.port}\n`)
    try {
      await broker.start()
    } catch (error) {
      await broker.remove()
      throw error
    }
    return broker
  }

  async start(): Promise<void> {
    const { folder, port, distributionPort } = this
    // Without epmd, which would outlive the broker.
    const erlang = `-start_epmd false -erl_epmd_port ${distributionPort} -kernel inet_dist_use_interface {127,0,0,1} +S 1:1`
    const said = path.join(folder, 'said')
    const output = openSync(said, 'a')
    const child = spawn(program, [], {
      detached: true,
      stdio: ['ignore', output, output],
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        RABBITMQ_NODENAME: `mbs-${port}@localhost`,
        RABBITMQ_NODE_PORT: String(port),
        RABBITMQ_DIST_PORT: String(distributionPort),
        RABBITMQ_MNESIA_BASE: path.join(folder, 'mnesia'),
        RABBITMQ_LOG_BASE: path.join(folder, 'log'),
        RABBITMQ_LOGS: path.join(folder, 'log', 'broker.log'),
        RABBITMQ_ENABLED_PLUGINS_FILE: path.join(folder, 'enabled_plugins'),
        RABBITMQ_PID_FILE: path.join(folder, 'pid'),
        RABBITMQ_CONFIG_FILE: path.join(folder, 'rabbitmq'),
        RABBITMQ_CONF_ENV_FILE: '/dev/null',
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: erlang,
        // In the foreground, and without a shell around it.
        RUNNING_UNDER_SYSTEMD: 'true',
      },
    })
    child.unref()
    closeSync(output)
    for (let tries = 0; !(await answers(this.port)); tries++) {
      if (tries > 600) throw new Error(`the broker did not start: ${readFileSync(said, 'utf8').slice(-1000)}`)
      await sleep(100)
    }
  }

  /** Sends SIGKILL and waits until its port is free. */
  async kill(): Promise<void> {
    const pid = this.pid()
    process.kill(pid, 'SIGKILL')
    while (existsSync(`/proc/${pid}/cwd`)) await sleep(20)
  }

  /** Stops the broker, so that it exists and does not answer. */
  freeze(): void {
    process.kill(this.pid(), 'SIGSTOP')
  }

  thaw(): void {
    process.kill(this.pid(), 'SIGCONT')
  }

  private pid(): number {
    return Number(readFileSync(path.join(this.folder, 'pid'), 'utf8'))
  }

  async remove(): Promise<void> {
    await this.kill().catch(() => undefined)
    await rm(this.folder, { recursive: true, force: true })
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo
      server.close(() => resolve(port))
    })
  })
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    const end = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}
